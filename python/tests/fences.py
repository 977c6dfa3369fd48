"""Runs the examples of a page of the documentation about a framework.

The blocks of `python` are run in their order, in one namespace and in a folder of their own that holds `pages.jsonl`,
three records with `url`, `title` and `text`, and `mine.toml`, a pack of rules. What a block prints stands in the block
of `text` right behind it; nothing, if there is none. Blocks of other kinds are left to other tests.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RULES = """
[pack]
schema     = 1
lang       = ["en"]
category   = "navigation"
scope      = "line"
confidence = "likely"

[[rule]]
id      = "mine.turn-the-page"
why     = "The paper's own words for a link. The article reads the same without them."
when    = { hosts = ["valley-post.example"] }
phrases = ["turn the page with us"]
hit     = ["Turn the page with us"]
miss    = ["They turn the page with us, every one of them."]
"""
FERRY = "The night ferry will run for another winter, the harbour board said."
BRIDGE = "The bridge opened on Monday. It took three years to build.\n"
RECORDS = [
    {
        "url": "https://harbour.example/ferry",
        "title": "The night ferry is to stay",
        "text": f"{FERRY}\n\nShare on Facebook\n\nNobody on the quay seemed surprised.\n",
    },
    {"url": "https://town.example/bridge", "title": None, "text": BRIDGE},
    {"url": "https://town.example/gone", "title": None, "text": None},
]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```\n(?:```text\n(.*?)^```\n)?", re.M | re.S)


def run(page: str, folder: Path, names: dict[str, Any] | None = None) -> dict[str, Any]:
    """Runs the examples of `page`, a path in the project, in `folder`, and returns the names that they leave behind."""
    (folder / "pages.jsonl").write_text("".join(json.dumps(record) + "\n" for record in RECORDS))
    (folder / "mine.toml").write_text(RULES)
    text = (ROOT / page).read_text(encoding="utf-8")
    space: dict[str, Any] = {"__name__": "__main__", **(names or {})}
    count = 0
    with _chdir(folder):
        for fence in FENCE.finditer(text):
            kind, code, prints = fence.groups()
            if kind != "python":
                continue
            count += 1
            line = text.count("\n", 0, fence.start()) + 2
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                # Lines of the block have the numbers of the page's.
                exec(compile("\n" * (line - 1) + code, page, "exec"), space)
            got, want = printed.getvalue(), prints or ""
            assert got == want, f"{page}:{line} prints\n{got}\nexpected\n{want}"
    assert count, f"{page} has no examples"
    return space


@contextlib.contextmanager
def _chdir(folder: Path) -> Iterator[None]:
    """`contextlib.chdir`, which Python 3.10 does not have."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
