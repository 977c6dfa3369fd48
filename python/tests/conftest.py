"""Pages that all tests share, and the command that they are compared with."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROSE = "The bridge opened on Monday. It took three years and cost more than anyone had said.\n"
CHAFF = "\nShare this article\n"
PAGE = PROSE + CHAFF


def _pages() -> list[str]:
    sources = sorted((ROOT / "tests/pages").glob("*/source.txt"))
    texts = [source.read_bytes().decode("utf-8", "replace") for source in sources]
    html = "<!doctype html><title>Bridge</title><h1>Bridge</h1><p>" + PROSE + "<p>" + CHAFF
    return [*texts, html, "", PAGE, "nul \0 page", "It doesnâ€™t hurt. Ünïcödé and 日本語.\n"]


@pytest.fixture(scope="session")
def pages() -> list[str]:
    """Pages of all kinds: those of the repository, HTML, empty, not text, mojibake."""
    pages = _pages()
    assert len(pages) > 20
    return pages


@pytest.fixture(scope="session")
def command() -> Callable[..., bytes]:
    """What the Rust command writes, given standard input and arguments."""
    binary = os.environ.get("UNCHAFF")
    if not binary:
        pytest.skip("UNCHAFF names no command to compare with")

    def run(data: bytes, *args: str) -> bytes:
        done = subprocess.run([binary, "--no-config", *args], input=data, capture_output=True, check=False)
        assert done.returncode in (0, 3), done.stderr.decode()
        return done.stdout

    return run


def jsonl(records: list[dict[str, str | None]]) -> bytes:
    """Records as the command reads them."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()
