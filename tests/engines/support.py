"""Pages for the engines, and what the command makes of them.

A few hundred records: the pages of tests/pages, as text and as HTML, from several invented hosts, with titles, with nulls in every column
that may have them, and with a pack of rules of which one asks for a host.
"""

import html
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "python/tests"))

from fences import RULES  # noqa: E402  # the folder has to be known first

HOSTS = ["harbour.example", "www.valley-post.example", "news.moorland.example", "blog.orchard.example"]
SETTINGS = {"confidence": "likely", "skip": ["date"]}
# What an audit's record says of the file, which only the command knows.
FILE_FIELDS = ("path", "record", "field", "output")


def pages():
    """Records with `id`, `url`, `title` and `text`."""
    records = []
    for n, path in enumerate(sorted((ROOT / "tests/pages").glob("*/source.txt"))):
        text = path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
        first = text.strip().split("\n")[0]
        for i in range(16):
            host = HOSTS[(n + i) % len(HOSTS)]
            page = f"Page {i} of {path.parent.name}.\n\nTurn the page with us\n\n{text}"
            if i % 3 == 1:
                blocks = "".join(f"<p>{html.escape(line)}</p>\n" for line in page.split("\n") if line.strip())
                nav = "<nav><ul><li><a href=/>Home</a></li><li><a href=/news>News</a></li></ul></nav>"
                page = f"<!doctype html><html><head><title>{html.escape(first)} | Site</title></head><body>{nav}\n{blocks}</body></html>"
            records.append(
                {
                    "id": len(records),
                    "url": None if i % 5 == 4 else f"https://{host}/{path.parent.name}/{i}",
                    "title": first if i % 4 == 0 else None,
                    "text": None if i % 7 == 6 else "" if i == 15 else page,
                }
            )
    return records


class Command:
    """The pages in a file, and what the command makes of it: rows with `text`, `verdict` and `audit`."""

    def __init__(self, program):
        self.program = Path(program).resolve()
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name)
        self.rules = self.root / "mine.toml"
        self.rules.write_text(RULES)
        self.path = self.root / "pages.jsonl"
        self.records = pages()
        self.path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in self.records), encoding="utf-8")
        self.rows = self.clean()

    def clean(self):
        audit, clean = self.root / "audit.jsonl", self.root / "clean.jsonl"
        settings = [f"--set={key}={','.join(value) if isinstance(value, list) else value}" for key, value in SETTINGS.items()]
        command = [self.program, "--no-config", "--rules", self.rules, "--set=field.verdict=verdict", *settings, "--audit", audit]
        done = subprocess.run([*command, self.path, "-o", clean], capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        rows = [json.loads(line) for line in clean.read_text(encoding="utf-8").splitlines()]
        assert len(rows) == len(self.records)
        for line in audit.read_text(encoding="utf-8").splitlines():
            found = json.loads(line)
            rows[found["record"] - 1]["audit"] = without_file(found)
        for row in rows:
            row.setdefault("verdict", None)
            row.setdefault("audit", None)
        # Else the tests would show little.
        acted = {edit["rule"] for row in rows if row["audit"] for edit in row["audit"]["edits"]}
        hosts = {row["audit"].get("host") for row in rows if row["audit"] and "Turn the page with us" not in row["text"]}
        assert len(acted) > 20 and "mine.turn-the-page" in acted, acted
        assert "www.valley-post.example" in hosts, hosts
        return rows

    def settings(self):
        return {"rules": str(self.rules), **SETTINGS}


def without_file(audit):
    return {key: value for key, value in audit.items() if key not in FILE_FIELDS}


def equal(case, got, want):
    """Rows by their number, and the first that differs rather than all of them. Audits are compared as what they say."""
    got = sorted((dict(row) for row in got), key=lambda row: row["id"])
    for row in got:
        row["audit"] = without_file(json.loads(row["audit"])) if row["audit"] is not None else None
    case.assertEqual([row["id"] for row in got], [row["id"] for row in want])
    for one, other in zip(got, want, strict=True):
        case.assertEqual(one, other)
