"""The Python library beside the Rust one, and beside what people use in Python, on the same generated pages in one run.

`cargo bench --bench dump -- jsonl 20M > FILE` makes the pages, `cargo bench --bench pages -- FILE 1 2 | python benches/python.py FILE` prints
the tables of `docs/benchmarks.md`. Peers that are not installed (trafilatura, justext, ftfy, datatrove with spacy, pyarrow) are left out.
"""

from __future__ import annotations

import html
import importlib.metadata
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import unchaff

ROUNDS = 5
# The peers are slow.
PEER_PAGES = 200


def median(run: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """The median time of some runs, in seconds."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return sorted(seconds)[rounds // 2]


def document(page: str) -> str:
    """A page as paragraphs of HTML, for those who have to read HTML."""
    lines = (f"<p>{html.escape(line)}</p>" for line in page.split("\n") if line.strip())
    return "<html><body>" + "".join(lines) + "</body></html>"


def peers(pages: list[str]) -> dict[str, tuple[str, Callable[[], Any]]]:
    """What is installed: its distribution, and a run over all pages."""
    documents = [document(page) for page in pages]
    found: dict[str, tuple[str, Callable[[], Any]]] = {}
    try:
        import trafilatura

        found["trafilatura, of HTML"] = ("trafilatura", lambda: [trafilatura.extract(page) for page in documents])
    except ImportError:
        pass
    try:
        import justext

        words = justext.get_stoplist("English")
        encoded = [page.encode() for page in documents]
        found["jusText, of HTML"] = ("justext", lambda: [justext.justext(page, words) for page in encoded])
    except ImportError:
        pass
    try:
        import ftfy

        found["ftfy, which only mends"] = ("ftfy", lambda: [ftfy.fix_text(page) for page in pages])
    except ImportError:
        pass
    try:
        from datatrove.data import Document
        from datatrove.pipeline.filters import C4QualityFilter

        c4 = C4QualityFilter()
        # Only now it looks for what splits sentences.
        c4.filter(Document(text=pages[0], id=""))
        found["datatrove's C4 filter"] = ("datatrove", lambda: [c4.filter(Document(text=page, id="")) for page in pages])
    except ImportError:
        pass
    return found


def main() -> None:
    """Print the tables."""
    with open(sys.argv[1], encoding="utf-8") as file:
        pages = [json.loads(line)["text"] for line in file]
    rust = {int(threads): float(seconds) for threads, seconds in (line.split() for line in sys.stdin)}
    megabytes = sum(len(page.encode()) for page in pages) / 1e6
    cleaner = unchaff.Cleaner()
    rows = {f"the Rust library, {threads} threads": seconds for threads, seconds in rust.items()}
    for threads in rust:
        rows[f"`clean_many`, {threads} threads"] = median(
            lambda threads=threads: [cleaned.text for cleaned in cleaner.clean_many(pages, threads=threads)]
        )
    try:
        import pyarrow as pa

        batches = pa.table({"text": pages}).to_batches(max_chunksize=1000)
        for threads in rust:
            rows[f"`clean_arrow`, batches of 1,000, {threads} threads"] = median(
                lambda threads=threads: [cleaner.clean_arrow(batch, threads=threads) for batch in batches]
            )
    except ImportError:
        pass
    print(f"| {megabytes:.1f} MB in {len(pages)} pages | MB/s | share of the Rust library's |\n| --- | --- | --- |")
    for name, seconds in rows.items():
        threads = int(name.split()[-2])
        print(f"| {name} | {megabytes / seconds:.1f} | {rust[threads] / seconds:.2f} |")
    few = pages[:PEER_PAGES]
    ours = median(lambda: [cleaned.text for cleaned in cleaner.clean_many(few, threads=1)])
    size = sum(len(page.encode()) for page in few) / 1e6
    print(f"\n| {PEER_PAGES} of the pages, one thread | MB/s | times slower than `clean_many` |\n| --- | --- | --- |")
    print(f"| `clean_many` | {size / ours:.1f} | 1 |")
    for name, (distribution, run) in peers(few).items():
        seconds = median(run, 1)
        version = importlib.metadata.version(distribution)
        print(f"| {name} ({version}) | {size / seconds:.2f} | {seconds / ours:.1f} |")


main()
