"""What each family of features brings: the scores of models that lack it, five folds by site.

    python training/ablation.py ../shared/eval

Models are grown on the first rendering alone, without variants, kinds or the model of raw pages, and every page is cut; so the
figures are comparable with each other only.
"""
import sys
from pathlib import Path

import numpy as np

import data
import pages
import train
import trees
from raw import cut, f1, tokens


def f1_kept(page, keep):
    kept = "\n".join(line for line, stays in zip(page.lines, keep) if stays)
    return f1(tokens(page.gold), tokens(kept))


def score(found, columns):
    """Mean word F1 of WCXB: all pages, articles."""
    scores = []
    for fold in range(pages.FOLDS):
        rest = [p for p in found if p.fold != fold]
        x = np.concatenate([p.x[:, columns] for p in rest])
        model = trees.grow(x, np.concatenate([p.y for p in rest]), np.concatenate([p.weights() for p in rest]), 250, 6, 0.1)
        for page in (p for p in found if p.fold == fold and p.dataset == "wcxb"):
            p = trees.predict(model, page.x[:, columns])
            scores.append((page.kind == "article", f1_kept(page, cut(p, page.words, 2**train.BIAS))))
    return np.mean([f for _, f in scores]), np.mean([f for article, f in scores if article])


def main():
    program = str(train.HERE.parent / "target/release/unchaff")
    loaded, _ = data.load(Path(sys.argv[1]))
    found = data.measure(program, [page for page in loaded if page.gold])
    named = [(f, n) for f, n in pages.listed(program) if f not in ("kind", "cut", "markup", "classes", "markup-page")]
    wanted = [i for i, (f, n) in enumerate(named) if f != "page" or n in train.PAGE_COLUMNS]
    families = sorted({named[i][0] for i in wanted})
    print("| without | word F1, all | articles |\n| --- | --- | --- |")
    for lacking in [None, *families]:
        everything, articles = score(found, [i for i in wanted if named[i][0] != lacking])
        print(f"| {lacking or 'nothing'} | {everything:.4f} | {articles:.4f} |", flush=True)


if __name__ == "__main__":
    main()
