"""The examples of docs/duckdb.md and docs/polars.md, and what modules for frameworks say where these are missing."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from unittest import mock

import pytest
from fences import run


@pytest.mark.parametrize("page", ["docs/duckdb.md", "docs/polars.md"])
def test_examples(page: str, tmp_path: Path) -> None:
    pytest.importorskip(page.removeprefix("docs/").removesuffix(".md"))
    run(page, tmp_path)


@pytest.mark.parametrize(
    ("module", "install"),
    [("spark", "'pyspark[sql]'"), ("ray", "'ray[data]'"), ("datatrove", "datatrove")],
)
def test_a_framework_that_is_missing(module: str, install: str) -> None:
    name = {"spark": "pyspark"}.get(module, module)
    with mock.patch.dict(sys.modules):
        for loaded in list(sys.modules):
            if loaded.split(".")[0] == name or loaded == f"unchaff.{module}":
                del sys.modules[loaded]
        # None in the table of modules is how Python is told that there is no such module.
        sys.modules[name] = None  # type: ignore[assignment]
        with pytest.raises(ImportError) as raised:
            importlib.import_module(f"unchaff.{module}")
    assert f"pip install {install}" in str(raised.value)
    assert str(raised.value.name).split(".")[0] == name
