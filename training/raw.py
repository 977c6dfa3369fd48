"""Raw pages and text that is an article already: what the model that tells them apart is grown on.

Raw is a page that the cut brings nearer to its clean text; what the cut would harm is not. How much it gains or loses in word F1
is the weight: clean texts, what extractors leave and what the cut itself leaves lose, pages as they came gain.
"""
import json
import subprocess
from collections import Counter
from dataclasses import dataclass

import numpy as np

import pages
import trees
import variants

# A clean text that is cut is worse than a raw page that is left alone, and so is what an extractor has made.
WEIGHTS = {"raw": 1.0, "made up": 0.3, "clean": 8.0, "extracted": 3.0, "cut": 2.0}
# What each text weighs besides its gain: even where little is lost, nothing should be.
WEIGHT_LEAST = 0.02
# A page whose clean text is not known gains so much.
GAIN_UNKNOWN = 0.1


@dataclass
class Text:
    fold: int
    text: str
    what: str
    # The clean text; None where it is not known.
    gold: str | None
    cells: np.ndarray = None
    gain: float = 0.0


def names(columns):
    return columns.page + columns.kind + columns.cut


def cut_once(program, model, texts, rounds):
    """What rules and the cut leave of texts."""
    rows = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    done = subprocess.run(
        [program, "--no-config", "--format", "jsonl", "--body", "always", "--set", f"body-model={model}", "--set",
         f"body-rounds-max={rounds}"], input=rows.encode(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return [json.loads(line)["text"] for line in done.stdout.splitlines()]


def texts(program, found, extracted, work):
    """All texts, with what is known of them."""
    out = []
    for page in found:
        choose = variants.seeded(page.id, "raw")
        for text in extracted.get((page.dataset, page.id), []):
            out.append(Text(page.fold, text, "extracted", page.gold))
        for key in ("text", "text_inscriptis"):
            out.append(Text(page.fold, page.row[key], "raw", page.gold))
        if page.gold:
            make = getattr(variants, choose.choice(["cipher", "caseless", "unspaced"]))
            paragraphs = page.gold.split("\n")
            start = choose.randrange(len(paragraphs))
            part = "\n".join(paragraphs[start:start + choose.randint(4, 40)])
            for text in (page.gold, make(page.gold), part):
                out.append(Text(page.fold, text, "clean", text))
            out.append(Text(page.fold, make(page.text), "made up", make(page.gold)))
    for fold in range(pages.FOLDS):
        own = [page for page in found if page.fold == fold]
        for key in ("text", "text_inscriptis"):
            for rounds in (1, 2):
                left = cut_once(program, work / f"{fold}.model", [page.row[key] for page in own], rounds)
                out += [Text(fold, text, "cut", text) for text in left]
    return out


def html_texts(found, extracted, htmls):
    """All HTML pages: as they came, and clean texts as pages without a frame."""
    out = []
    for page in found:
        choose = variants.seeded(page.id, "raw html")
        html = htmls[page.dataset, page.id]
        out += [Text(page.fold, html, "raw", page.gold), Text(page.fold, variants.bare(html), "made up", page.gold)]
        for text in extracted.get((page.dataset, page.id), []):
            out.append(Text(page.fold, variants.as_html(text, choose.choice(variants.STYLES)), "extracted", page.gold))
        if page.gold:
            make = getattr(variants, choose.choice(["cipher", "caseless", "unspaced"]))
            paragraphs = page.gold.split("\n")
            start = choose.randrange(len(paragraphs))
            part = "\n".join(paragraphs[start:start + choose.randint(4, 40)])
            for text in (page.gold, make(page.gold), part):
                out.append(Text(page.fold, variants.as_html(text, choose.choice(variants.STYLES)), "clean", text))
    return out


def tokens(text):
    return Counter(pages.TOKEN.findall(text.lower()))


def f1(wanted, got):
    return 2 * sum((wanted & got).values()) / max(sum(wanted.values()) + sum(got.values()), 1)


def gain(text, lines, p):
    """What the cut gains in word F1, or loses."""
    if text.gold is None:
        return GAIN_UNKNOWN if text.what == "raw" else -GAIN_UNKNOWN
    wanted, got = tokens(text.gold), [tokens(line) for line in lines]
    keep = cut(p, np.array([sum(words.values()) for words in got]), 1.0)
    before, after = Counter(), Counter()
    for words, stays in zip(got, keep):
        before.update(words)
        if stays:
            after.update(words)
    return f1(wanted, after) - f1(wanted, before)


def cut(p, words, beta):
    """The lines to keep, as the program does it."""
    order = np.argsort(-p, kind="stable")
    w = words.astype(float)
    taken, good = np.cumsum(w[order]), np.cumsum((p * w)[order])
    best = int(np.argmax((1 + beta**2) * good / np.maximum(taken + beta**2 * (p * w).sum(), 1e-9)))
    keep = np.zeros(len(p), bool)
    keep[order[:best + 1]] = True
    return keep


def measure(program, found, extracted, work, columns, htmls=None):
    """The cells of all texts, each measured with the model that has not seen its site."""
    out = html_texts(found, extracted, htmls) if htmls else texts(program, found, extracted, work)
    page_places = [columns.measured.index(name) for name in columns.page]
    for fold in range(pages.FOLDS):
        own = [text for text in out if text.fold == fold]
        measured = pages.measure(program, [text.text for text in own], work / f"{fold}.model", html=htmls is not None)
        for text, (lines, x, model, p) in zip(own, measured):
            if len(lines):
                text.cells = np.concatenate([x[0][page_places], model])
                text.gain = gain(text, lines, p)
    return [text for text in out if text.cells is not None]


def grow(cells):
    x = np.stack([text.cells for text in cells])
    y = np.array([text.gain > 0 for text in cells], float)
    weight = np.array([WEIGHTS[text.what] * (abs(text.gain) + WEIGHT_LEAST) for text in cells])
    return trees.grow(x, y, weight / weight.mean(), 120, 5, 0.1)
