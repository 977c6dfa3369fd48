"""The pages that a model is trained on: as they came, and in variants."""
import itertools
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

import numpy as np

import pages
import variants

# Which kind a page is, by the names of WCXB.
KINDS = {"article": "article", "documentation": "documentation", "forum": "forum", "product": "list", "collection": "list",
         "listing": "list", "service": "list"}
# How much a page counts beside its first rendering. What is made up counts for less.
WEIGHTS = {"text": 1.0, "inscriptis": 0.7, "graft": 0.4, "thin": 0.3, "wrapped": 0.15, "cipher": 0.3, "caseless": 0.2,
           "unspaced": 0.2, "clean": 0.15, "extracted": 0.1, "weak": 0.7, "bare": 0.4}
EXTRACTORS = 2
SETS = ("wcxb", "scrapinghub", "trafilatura")


@dataclass
class Page:
    id: str
    dataset: str
    fold: int
    kind: str
    what: str
    text: str
    gold: str
    row: dict = field(default_factory=dict)
    lines: list = None
    x: np.ndarray = None
    y: np.ndarray = None
    words: np.ndarray = None
    known: np.ndarray = None

    def weights(self):
        """Words count, but less than in proportion; a page counts as a whole."""
        w = self.words.astype(float)
        return WEIGHTS[self.what] * (w / max(w.sum(), 1)) ** 0.75 * self.known


def load(folder):
    """The pages of the three sets, and what extractors leave of them, by id."""
    found, extracted = [], {}
    for name in SETS:
        for row in pages.rows(folder / f"{name}.jsonl.zst"):
            kind = KINDS.get(row.get("page_type") or "article", "article")
            fold = pages.fold(row.get("url"), row["id"])
            found.append(Page(row["id"], name, fold, kind, "text", row["text"], row.get("gold"), row))
    for row in pages.rows(folder / "extracted.jsonl.zst"):
        extracted.setdefault((row["dataset"], row["id"]), []).append(row["text"])
    return found, extracted


def split(page):
    return variants.split(page.text, page.gold)


def vary(found, extracted):
    """All pages to train on."""
    out = []
    gold = [page for page in found if page.gold]
    with ProcessPoolExecutor(2) as pool:
        parts = dict(zip((p.id for p in gold), pool.map(split, gold, chunksize=20)))
    # A frame is of the same fold, so that no fold sees another's lines.
    frames = {}
    for page in gold:
        if parts[page.id]:
            frames.setdefault((page.fold, page.kind), []).append(page)
    for page in gold:
        def add(what, text, gold_text):
            out.append(Page(page.id, page.dataset, page.fold, page.kind, what, text, gold_text))
        out.append(page)
        add("inscriptis", page.row["text_inscriptis"], page.gold)
        choose = variants.seeded(page.id, "choice")
        if parts[page.id]:
            other = choose.choice(frames[page.fold, page.kind])
            add("graft", *variants.graft(parts[page.id], parts[other.id]))
            add("thin", *variants.thin(parts[page.id], choose))
        made_up = choose.choice(["wrapped", "cipher", "caseless", "unspaced"])
        if made_up == "wrapped":
            add(made_up, variants.wrap(page.text, choose.randint(60, 90)), page.gold)
        else:
            make = getattr(variants, made_up)
            add(made_up, make(page.text), make(page.gold))
        add("clean", page.gold, page.gold)
        texts = extracted.get((page.dataset, page.id), [])
        if texts:
            add("extracted", choose.choice(texts), page.gold)
    for page in found:
        texts = extracted.get((page.dataset, page.id), [])
        if page.gold is None and len(texts) >= EXTRACTORS:
            for key in ("text", "text_inscriptis"):
                out.append(Page(page.id, page.dataset, page.fold, page.kind, "weak", page.row[key], None,
                                {**page.row, "texts": texts}))
    return out


def label(page):
    """Labels, words, and where a label is known."""
    if page.gold is not None:
        y, words = pages.labels(page.lines, page.gold)
        return y, words, np.ones(len(y), np.float32)
    # Weak: a line that all extractors keep, or none; then what the set itself says.
    kept = [pages.labels(page.lines, text) for text in page.row["texts"]]
    sums, words = sum(y for y, _ in kept), kept[0][1]
    y, known = (sums == len(kept)).astype(np.float32), ((sums == 0) | (sums == len(kept))).astype(np.float32)
    for what, segments in ((1.0, page.row["with"]), (0.0, page.row["without"])):
        for at, line in enumerate(page.lines):
            if any(segment in line for segment in segments):
                y[at], known[at] = what, 1.0
    return y, words, known


def measure(program, found, htmls=None):
    """Measures and labels pages, of their texts or of their HTML; each gets its lines, cells, labels and words."""
    texts = htmls or [page.text for page in found]
    for page, (lines, x, *_) in zip(found, pages.measure(program, texts, html=htmls is not None)):
        page.lines, page.x = lines, x
    with ProcessPoolExecutor(2) as pool:
        for page, (y, words, known) in zip(found, pool.map(label, found, chunksize=20)):
            page.y, page.words, page.known = y, words, known
    return [page for page in found if len(page.y)]


def load_html(folder):
    """The HTML of the pages, by set and id."""
    return {(name, row["id"]): row["html"] for name in SETS for row in pages.rows(folder / f"{name}.html.jsonl.zst")}


def vary_html(found, extracted, htmls):
    """All HTML pages to train on, each with its HTML."""
    for page in found:
        html, texts = htmls[page.dataset, page.id], extracted.get((page.dataset, page.id), [])

        def made(what, gold=page.gold):
            return Page(page.id, page.dataset, page.fold, page.kind, what, "", gold, {**page.row, "texts": texts})
        if page.gold is None:
            if len(texts) >= EXTRACTORS:
                yield made("weak"), html
            continue
        choose = variants.seeded(page.id, "html")
        yield made("text"), html
        yield made("bare"), variants.bare(html)
        make = choose.choice(["cipher", "caseless", "unspaced"])
        yield made(make, getattr(variants, make)(page.gold)), variants.in_text(getattr(variants, make), html)
        yield made("clean"), variants.as_html(page.gold, choose.choice(variants.STYLES))


def measure_html(program, varied):
    """Measures and labels HTML pages, some at a time: they are large."""
    out = []
    while some := list(itertools.islice(varied, 500)):
        out += measure(program, [page for page, _ in some], [html for _, html in some])
    return out
