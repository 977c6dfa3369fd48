"""How long one other program in Python takes for the pages of a file. Which pages and what is made of the figures is `run.py`'s work.

    python benches/peers.py NAME FILE

FILE is JSON Lines with the field `html` or `text`. Prints the version and the CPU seconds of one pass over the pages; loading is not counted.
"""

import importlib.metadata
import json
import sys
import time
from collections.abc import Callable


def trafilatura() -> Callable[[str], object]:
    """Main text of HTML, with its fallbacks."""
    import trafilatura

    return trafilatura.extract


def justext() -> Callable[[str], object]:
    """Paragraphs of HTML, each with whether it is boilerplate, by English function words."""
    import justext

    words = justext.get_stoplist("English")
    return lambda page: justext.justext(page.encode(), words)


def resiliparse() -> Callable[[str], object]:
    """Main text of HTML."""
    from resiliparse.extract.html2text import extract_plain_text

    return lambda page: extract_plain_text(page, main_content=True)


def ftfy() -> Callable[[str], object]:
    """Encoding errors of text, line by line."""
    import ftfy

    return lambda page: [ftfy.fix_encoding(line) for line in page.split("\n")]


def c4() -> Callable[[str], object]:
    """C4's rules: drops lines and pages."""
    from datatrove.data import Document
    from datatrove.pipeline.filters import C4QualityFilter

    quality = C4QualityFilter(split_paragraph=True)
    return lambda page: quality.filter(Document(text=page, id=""))


def fineweb() -> Callable[[str], object]:
    """FineWeb's rules: drops pages."""
    from datatrove.data import Document
    from datatrove.pipeline.filters import FineWebQualityFilter

    quality = FineWebQualityFilter()
    return lambda page: quality.filter(Document(text=page, id=""))


PEERS: dict[str, tuple[str, str, Callable[[], Callable[[str], object]]]] = {
    "trafilatura": ("trafilatura", "html", trafilatura),
    "jusText": ("justext", "html", justext),
    "resiliparse": ("resiliparse", "html", resiliparse),
    "ftfy": ("ftfy", "text", ftfy),
    "datatrove C4": ("datatrove", "text", c4),
    "datatrove FineWeb": ("datatrove", "text", fineweb),
}


def main(name: str, path: str) -> None:
    """Runs a peer over the pages of a file."""
    package, field, make = PEERS[name]
    with open(path, encoding="utf-8") as file:
        pages = [json.loads(line)[field] for line in file]
    work = make()
    work(pages[0])
    start = time.process_time()
    for page in pages:
        work(page)
    print(importlib.metadata.version(package), time.process_time() - start)


if __name__ == "__main__":
    main(*sys.argv[1:])
