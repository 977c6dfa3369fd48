"""The commands of the documentation do what is said of them.

    python tests/clients/docs.py target/release/unchaff

Each block of `sh` is run in a folder of its own. What it prints stands in the block of `text` right behind it; nothing, if there is none,
or, in the README, whatever it likes.
A block of `make` right before it is its Makefile, one of `python` is run by itself. No file that a block makes may have chaff in it.
"""

import gzip
import os
import pathlib
import re
import types

from pipelines import Rdd
from support import CHAFF, PAGES, PROSE, TEXT, equal, json_lines, main
from warc import write as write_warc

ROOT = pathlib.Path(__file__).parents[2]
FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^ *```\n", re.M | re.S)
HTML = "<!doctype html><title>Ferries</title>" + "".join(f"<p>{line}</p>\n" for line in [*PROSE[:3], CHAFF, *PROSE[3:]])
RECORDS = json_lines([{"id": n, "text": f"Page {n}.\n\n{PAGES[n % len(PAGES)][0]}"} for n in range(60)])


def prepare(tools):
    """The folder that docs/pipelines.md describes, and what other pages name."""
    for at in ("harbour/ferry", "town/bridge"):
        tools.write(f"scraped/{at}.txt", TEXT)
        tools.write(f"scraped/{at.split('/')[0]}/index.html", HTML)
    # They have been there for a while.
    for path in tools.path("scraped").rglob("*.*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    tools.write("pages.jsonl", RECORDS)
    tools.write("pages.jsonl.gz", gzip.compress(RECORDS))
    tools.write("broken.jsonl", b'{"text": "It was cut off\n' + RECORDS)
    tools.write("page.html", HTML)
    tools.write("pages.csv", f'id,body\n1,"{HTML.replace(chr(34), chr(34) * 2)}"\n2,"{HTML}"\n')
    tools.write("dump.jsonl.gz", gzip.compress(RECORDS))
    write_warc(tools.path("crawl.warc.gz"), True)


def blocks(page):
    """Name, commands, what they print and their Makefile; and blocks of Python, which have neither."""
    text = (ROOT / page).read_text()
    fences = list(FENCE.finditer(text))
    for i, fence in enumerate(fences):
        _, kind, content = fence.groups()
        heading = re.findall(r"^## (.*)$", text[: fence.start()], re.M)[-1:]
        name = f"{page}:{text.count(chr(10), 0, fence.start()) + 1} ({''.join(heading)})"

        def beside(other, kind, is_close):
            return other.group(3) if other and other.group(2) == kind and is_close(other) else None

        after = fences[i + 1] if i + 1 < len(fences) else None
        if page == "README.md" and heading != ["Use"]:
            continue
        prints = beside(after, "text", lambda other: other.start() == fence.end())
        makefile = beside(fences[i - 1] if i else None, "make", lambda other: other.end() == fence.start())
        # What uses the Python library is run by its own tests.
        if kind in ("sh", "python") and "import unchaff" not in content:
            yield name, kind, content, prints if page == "README.md" else prints or "", makefile


def state(tools):
    """All files with their contents."""
    files = [path for path in tools.folder.rglob("*") if path.is_file() and ".bin" not in path.parts]
    return {path: path.read_bytes() for path in files}


def block(tools, name, kind, content, prints, makefile):
    tools.need(*(tool for tool in ("jq", "parallel", "make", "flock") if re.search(rf"\b{tool} ", content)))
    prepare(tools)
    if makefile:
        tools.write("Makefile", makefile)
    before = state(tools)
    if kind == "sh":
        # The commands are what a person types: one that fails does not end the rest.
        got = tools.shell("{\n" + content + "} 2> messages-all", code=None).decode()
        messages = tools.read("messages-all").decode()
        assert "error" not in messages, messages
        if prints is not None:
            equal(got, prints, "what it prints")
    else:
        run_spark(tools, content)
    after = state(tools)
    made = {path: bytes for path, bytes in after.items() if before.get(path) != bytes}
    assert made or kind == "sh", "nothing was made"
    parts = re.compile(r"part[-.]|last|messages|errors|clean-dump|report|audit")
    for path, content in made.items():
        if parts.match(path.name):
            continue
        content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
        assert CHAFF.encode() not in content or b"WARC/1" in content, f"chaff in {path.relative_to(tools.folder)}"


def run_spark(tools, content):
    """Spark's own part is a stand-in: lines spread over partitions, and files of lines."""

    class Lines(Rdd):
        def pipe(self, *args, **how):
            return Lines(super().pipe(*args, **how).partitions)

        def saveAsTextFile(self, name):
            tools.write(f"{name}/part-00000", "".join(line + "\n" for line in self.collect()))

    def text_file(name, count):
        lines = tools.read(name).decode().split("\n")[:-1]
        size = -(-len(lines) // count)
        return Lines([lines[i * size : (i + 1) * size] for i in range(count + 1)])

    context = types.SimpleNamespace(textFile=text_file)
    path = os.environ["PATH"]
    try:
        os.environ["PATH"] = tools.env["PATH"]
        exec(content, {"spark": types.SimpleNamespace(sparkContext=context), "os": os})
    finally:
        os.environ["PATH"] = path
    equal(tools.read("clean/part-00000"), tools.unchaff("pages.jsonl"))


def every_limit_is_listed(tools):
    """The table of limits has each key, with its default."""
    done = tools.shell("unchaff --no-config --set zzzzzzzzz=1 page 2>&1", code=2).decode()
    known = set(re.findall(r"[a-z][a-z.-]+", done.split("expected one of")[1]))
    listed = dict(re.findall(r"^\| `([a-z-]+)` \| ([0-9.]+[kMG]?) \|", (ROOT / "docs/containers.md").read_text(), re.M))
    equal(sorted(listed), sorted(key for key in known if key.endswith("-max") or key == "budget"), "keys of limits")
    for key, value in listed.items():
        tools.unchaff("--set", f"{key}={value}", "--format", "jsonl")


if __name__ == "__main__":
    PAGES_OF_DOCS = ["README.md", "docs/pipelines.md", "docs/containers.md", "docs/scale.md"]
    main(__doc__, block, every_limit_is_listed, block=[values for page in PAGES_OF_DOCS for values in blocks(page)])
