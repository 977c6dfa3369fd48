"""Trains the body finder's model.

    python training/train.py ../shared/eval                      the model that is shipped
    python training/train.py ../shared/eval --html               the one for HTML pages
    python training/train.py ../shared/eval --out my.model       another place

Five models are trained as well, each without a fifth of the sites. They stay in `--work`, for `crossed.py` and `report.py`.
"""
import argparse
import json
import time
from pathlib import Path

import numpy as np

import data
import pages
import raw
import trees

HERE = Path(__file__).resolve().parent
# What of the page a line's model reads: the rest of the page's features lets it learn pages by heart.
PAGE_COLUMNS = ["page-words", "page-prose", "page-money", "page-comments", "page-dates", "page-prose-words"]
# The cut's bias toward precision (the logarithm of beta to the base of two): probabilities in the middle are a little too high.
BIAS = -0.25
# From which probability on a page is raw: a clean page that is cut is worse than a raw page that is left to the rules.
RAW_MIN = 0.7
# The same for pages that are neither articles nor documentation.
RAW_MIN_OTHER = 0.87

# HTML pages have their frames with them: the most likely is right, and no clean text in plain HTML is taken for raw.
RAW_MIN_HTML = 0.5


def log(*what):
    print(f"{time.monotonic() - START:6.0f} s", *what, flush=True)


class Columns:
    """The names of the columns, and which of them each model reads."""

    def __init__(self, program, html):
        listed = [(f, n) for f, n in pages.listed(program) if html or f not in ("markup", "classes", "markup-page")]
        self.names = [n for _, n in listed]
        of = lambda *wanted: [n for f, n in listed if f in wanted]
        self.page, self.kind, self.cut = of("page", "markup-page"), of("kind"), of("cut")
        # A kind's name, as its column and its ensemble have it after `kind-`.
        self.kinds = [name.removeprefix("kind-") for name in self.kind]
        self.measured = [n for n in self.names if n not in self.kind + self.cut]
        self.line = [n for n in self.measured if n not in of("page")] + PAGE_COLUMNS + self.kind
        place = {n: i for i, n in enumerate(self.measured + self.kind)}
        self.line_places = [place[n] for n in self.line]
        self.page_places = [place[n] for n in self.page]


def grow_kinds(found, columns, folds):
    """A small model for each kind of page, grown on the pages of some folds."""
    own = [p for p in found if p.fold in folds and p.what in ("text", "inscriptis", "graft", "thin", "bare") and p.dataset == "wcxb"]
    x = np.stack([p.x[0][columns.page_places] for p in own])
    weight = np.array([data.WEIGHTS[p.what] for p in own])
    return [trees.grow(x, np.array([p.kind == kind for p in own], float), weight, 40, 4, 0.1) for kind in columns.kinds]


def kinds_of(models, x):
    """The cells that the program would make of a page's kinds."""
    return np.stack([(100 * trees.predict(model, x)).astype(np.uint8) for model in models], 1)


def grow_lines(found, columns, folds):
    own = [p for p in found if p.fold in folds]
    x = np.concatenate([p.full[:, columns.line_places] for p in own])
    y = np.concatenate([p.y for p in own])
    return trees.grow(x, y, np.concatenate([p.weights() for p in own]), 300, 6, 0.08)


def ensembles(columns, kinds, lines, work):
    """The ensembles of a model without the one that tells raw pages."""
    named = [(f"kind-{kind}", model, columns.page) for kind, model in zip(columns.kinds, kinds)] + [("line", lines, columns.line)]
    return [trees.ensemble(name, model, names, work / "tree.json") for name, model, names in named]


def train(args):
    work = args.work
    work.mkdir(parents=True, exist_ok=True)
    columns = Columns(args.program, args.html)
    loaded, extracted = data.load(args.eval)
    htmls = data.load_html(args.eval) if args.html else None
    if args.html:
        found = data.measure_html(args.program, data.vary_html(loaded, extracted, htmls))
    else:
        found = data.measure(args.program, data.vary(loaded, extracted))
    log(len(found), "pages,", sum(len(p.y) for p in found), "lines")
    everything = list(range(pages.FOLDS))
    models = {}
    kinds = {}
    for fold in everything:
        rest = [f for f in everything if f != fold]
        kinds[fold] = grow_kinds(found, columns, rest)
        own = [p for p in found if p.fold == fold]
        for page, cells in zip(own, kinds_of(kinds[fold], np.stack([p.x[0][columns.page_places] for p in own]))):
            page.full = np.hstack([page.x, np.tile(cells, (len(page.y), 1))])
    kinds["all"] = grow_kinds(found, columns, everything)
    log("kinds")
    for fold in everything + ["all"]:
        rest = [f for f in everything if f != fold]
        models[fold] = ensembles(columns, kinds[fold], grow_lines(found, columns, rest), work)
        trees.write(work / f"{fold}.model", models[fold], BIAS)
        log("lines", fold)
    (work / "folds.json").write_text(json.dumps({p.id: p.fold for p in loaded}))
    cells = raw.measure(args.program, loaded, extracted, work, columns, htmls)
    log(len(cells), "texts that are raw or not")
    for fold in everything + ["all"]:
        gate = raw.grow([c for c in cells if c.fold != fold])
        whole = models[fold] + [trees.ensemble("raw", gate, raw.names(columns), work / "tree.json")]
        least = (RAW_MIN_HTML, RAW_MIN_HTML) if args.html else (RAW_MIN, RAW_MIN_OTHER)
        trees.write(work / f"{fold}.model", whole, BIAS, *least)
    args.out.write_bytes((work / "all.model").read_bytes())
    log("written:", args.out, args.out.stat().st_size, "bytes")


START = time.monotonic()

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("eval", type=Path)
    parser.add_argument("--program", default=str(HERE.parent / "target/release/unchaff"))
    parser.add_argument("--html", action="store_true")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    args.work = args.work or HERE / ("work/html" if args.html else "work")
    args.out = args.out or HERE.parent / "patterns/body" / ("html.model" if args.html else "default.model")
    train(args)
