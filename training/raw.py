"""Raw pages and text that is an article already: what the model that tells them apart is grown on.

Not raw is what must pass unharmed: clean texts, what extractors leave, and what the cut itself leaves. Raw is a page as it came
whose frame is worth a cut.
"""
import json
import subprocess
from dataclasses import dataclass

import numpy as np

import data
import pages
import trees
import variants

# A page of which less is frame is rather an article; between the two it is not used.
FRAME_MIN = 0.12
FRAME_MAX = 0.04
# A clean page that is cut is worse than a raw page that is left alone.
WEIGHT_CLEAN = 6.0
WEIGHT_EXTRACTED = 4.0


@dataclass
class Text:
    fold: int
    text: str
    is_raw: float
    weight: float
    what: str = ""
    cells: np.ndarray = None


def names(columns):
    return columns.page + columns.kind + columns.cut


def frame(text, gold):
    """Which share of a page's words is not its article's."""
    matched, counts = pages.align(text.split("\n"), gold)
    return 1 - matched.sum() / max(counts.sum(), 1)


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
            out.append(Text(page.fold, text, 0.0, WEIGHT_EXTRACTED, "extracted"))
        for key in ("text", "text_inscriptis"):
            text = page.row[key]
            share = frame(text, page.gold) if page.gold else 0.5
            if share >= FRAME_MIN or share <= FRAME_MAX:
                out.append(Text(page.fold, text, float(share >= FRAME_MIN), 1.0, "raw"))
        if page.gold:
            out.append(Text(page.fold, page.gold, 0.0, WEIGHT_CLEAN, "clean"))
            made_up = choose.choice(["cipher", "caseless", "unspaced"])
            make = getattr(variants, made_up)
            out.append(Text(page.fold, make(page.gold), 0.0, WEIGHT_CLEAN, "clean"))
            out.append(Text(page.fold, make(page.text), 1.0, 0.5, "raw"))
            paragraphs = page.gold.split("\n")
            start = choose.randrange(len(paragraphs))
            out.append(Text(page.fold, "\n".join(paragraphs[start:start + choose.randint(4, 40)]), 0.0, WEIGHT_CLEAN / 2, "clean"))
    for fold in range(pages.FOLDS):
        own = [page for page in found if page.fold == fold]
        for key in ("text", "text_inscriptis"):
            for rounds in (1, 2):
                for text in cut_once(program, work / f"{fold}.model", [page.row[key] for page in own], rounds):
                    out.append(Text(fold, text, 0.0, WEIGHT_EXTRACTED, "cut"))
    return out


def measure(program, found, extracted, work, columns):
    """The cells of all texts, each measured with the model that has not seen its site."""
    out = texts(program, found, extracted, work)
    page_places = [columns.measured.index(name) for name in columns.page]
    for fold in range(pages.FOLDS):
        own = [text for text in out if text.fold == fold]
        measured = pages.measure(program, [text.text for text in own], work / f"{fold}.model")
        for text, (lines, x, model) in zip(own, measured):
            if len(lines):
                text.cells = np.concatenate([x[0][page_places], model])
    return [text for text in out if text.cells is not None]


def grow(cells):
    x = np.stack([text.cells for text in cells])
    y = np.array([text.is_raw for text in cells])
    return trees.grow(x, y, np.array([text.weight for text in cells]), 120, 5, 0.1)
