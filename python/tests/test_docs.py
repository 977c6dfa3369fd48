"""The examples of the documentation and of the docstrings."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest
from conftest import PAGE, PROSE, ROOT

import unchaff
import unchaff._api
import unchaff._records


def examples(page: Path) -> str:
    """The Python of a page, with everything else as blank lines, so that lines keep their numbers."""
    lines, inside = [], False
    for line in page.read_text().splitlines():
        fence = line.startswith("```")
        inside = line == "```python" if fence else inside
        lines.append(line if inside and not fence else "")
    return "\n".join(lines)


@pytest.mark.parametrize("page", ["docs/python.md", "python/README.md"])
def test_pages(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    pytest.importorskip("duckdb")
    monkeypatch.chdir(tmp_path)
    code = examples(ROOT / page)
    assert "unchaff" in code
    exec(compile(code, page, "exec"), {"__name__": "__main__"})


def test_readme() -> None:
    pa = pytest.importorskip("pyarrow")
    names = {"page": PAGE, "pages": [PAGE] * 3, "table": pa.table({"text": [PAGE]})}
    exec(compile(examples(ROOT / "README.md"), "README.md", "exec"), names)
    assert names["texts"] == [PROSE] * 3
    assert names["table"].to_pydict() == {"text": [PROSE], "verdict": ["article"]}


def test_docstrings() -> None:
    failed = tried = 0
    finder, runner = doctest.DocTestFinder(recurse=False), doctest.DocTestRunner()
    told = [unchaff, unchaff.clean, unchaff.rules, unchaff.repair, unchaff.decode, unchaff.Error, unchaff.Cleaner]
    for value in told:
        for test in finder.find(value, globs={"unchaff": unchaff}):
            result = runner.run(test)
            failed, tried = failed + result.failed, tried + result.attempted
    assert (failed, tried > 8) == (0, True)
