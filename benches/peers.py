"""How long trafilatura and jusText take for the pages of a file, one page a line of JSON, each a page of paragraphs in HTML.

Prints a line for each that is installed: name, version, seconds.
"""
import html
import importlib.metadata
import json
import sys
import time


def document(text):
    return "<html><body>" + "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n") if line.strip()) + "</body></html>"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        pages = [document(json.loads(line)) for line in file]
    peers = {}
    try:
        import trafilatura
        peers["trafilatura"] = lambda page: trafilatura.extract(page)
    except ImportError:
        pass
    try:
        import justext
        words = justext.get_stoplist("English")
        peers["jusText"] = lambda page: justext.justext(page.encode(), words)
    except ImportError:
        pass
    for name, extract in peers.items():
        extract(pages[0])
        start = time.perf_counter()
        for page in pages:
            extract(page)
        print(name, importlib.metadata.version(name), time.perf_counter() - start)


main()
