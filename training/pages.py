"""Pages with known clean text, measured by the program and labelled line by line.

Features come from `unchaff features` only. A line belongs to the article if most of its words stand in the gold text, in
its order: an alignment of words (longest common subsequence), so that a menu's words that the article happens to have do
not count.
"""
import hashlib
import json
import re
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from rapidfuzz.distance import LCSseq

TOKEN = re.compile(r"\w+")
FOLDS = 5
# A line is the article's if so much of it is aligned.
MATCHED_MIN = 0.5


def rows(path):
    """The records of a JSON Lines file, packed or not."""
    if str(path).endswith(".zst"):
        reader = subprocess.Popen(["zstd", "-dc", "--long=27", str(path)], stdout=subprocess.PIPE)
        yield from map(json.loads, reader.stdout)
        if reader.wait():
            raise SystemExit(f"{path}: zstd failed")
    else:
        with open(path, encoding="utf-8") as file:
            yield from map(json.loads, file)


def domain(url, id):
    """The site of a page: its host's last two names, three where the second is a country's own (`co.uk`)."""
    names = (urlsplit(url or "").hostname or str(id)).split(".")
    short = len(names) > 2 and len(names[-2]) <= 3 and len(names[-1]) == 2
    return ".".join(names[-3:] if short else names[-2:])


def fold(url, id):
    return hashlib.md5(domain(url, id).encode()).digest()[0] % FOLDS


def measure(program, texts, model=None, html=False):
    """What the program measures of each text: its lines, a matrix of bytes, a row a line, what the model says of the page, and how
    likely it takes each line for the article's."""
    named = ["--set", f"body-model{'-html' if html else ''}={model}"] if model else []
    command = [program, "--no-config", *named, "features", *(["--html"] if html else [])]
    # Through a file: a pipe that both ends fill would stand still.
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        for text in texts:
            file.write((json.dumps({"text": text}) + "\n").encode())
        file.flush()
        with subprocess.Popen([*command, file.name], stdout=subprocess.PIPE) as running:
            for line in running.stdout:
                page = json.loads(line)
                cells = np.frombuffer(bytes.fromhex(page["features"]), np.uint8)
                of_page = np.frombuffer(bytes.fromhex(page["model"]), np.uint8)
                likely = np.array(page["probabilities"]) / 1000
                yield page["lines"], cells.reshape(len(page["lines"]), page["columns"]), of_page, likely
        if running.returncode:
            raise SystemExit(f"unchaff features failed: {running.returncode}")


def listed(program):
    """The list of features: family and name."""
    text = subprocess.run([program, "--no-config", "features"], stdout=subprocess.PIPE, check=True, text=True).stdout
    return [(line[:12].strip(), line[12:34].strip()) for line in text.splitlines()]


def names(program):
    """The names of the columns."""
    return [name for _, name in listed(program)]


def families(program):
    """Their families."""
    return [family for family, _ in listed(program)]


def align(lines, gold):
    """For each line, how many of its tokens are aligned with the gold text, and how many it has."""
    tokens = [TOKEN.findall(line.lower()) for line in lines]
    flat = [t for line in tokens for t in line]
    wanted = TOKEN.findall(gold.lower())
    known = {}
    a = [known.setdefault(t, len(known)) for t in flat]
    b = [known.setdefault(t, len(known)) for t in wanted]
    hit = np.zeros(len(flat), bool)
    if a and b:
        for op in LCSseq.opcodes(a, b):
            if op.tag == "equal":
                hit[op.src_start:op.src_end] = True
    ends = np.cumsum([len(line) for line in tokens], dtype=int)
    sums = np.concatenate([[0], np.cumsum(hit)])
    counts = np.array([len(line) for line in tokens], int)
    return sums[ends] - sums[ends - counts], counts


def labels(lines, gold):
    """1 for the article's lines, 0 for others; and the lines' words."""
    matched, counts = align(lines, gold)
    return (matched >= MATCHED_MIN * np.maximum(counts, 1)).astype(np.float32) * (counts > 0), counts
