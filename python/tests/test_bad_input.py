"""What is no page, no setting, no text: which exception, and what it says."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
from conftest import PAGE, PROSE

import unchaff

SURROGATE = "Fine so far \ud83d and on."


@pytest.mark.parametrize(
    ("page", "kind", "message"),
    [
        (None, TypeError, "the page is NoneType, expected str or bytes"),
        (7, TypeError, "the page is int, expected str or bytes"),
        (1.5, TypeError, "the page is float"),
        (["text"], TypeError, "the page is list"),
        (SURROGATE, ValueError, r"character 12 of the page is a lone surrogate \(U\+D83D\)"),
    ],
)
def test_pages(page: Any, kind: type[Exception], message: str) -> None:
    cleaner = unchaff.Cleaner()
    for clean in (unchaff.clean, cleaner.clean):
        with pytest.raises(kind, match=message):
            clean(page)
    with pytest.raises(kind, match=message.replace("the page", "item 2")):
        list(cleaner.clean_many([PAGE, PAGE, page, PAGE], threads=2))


def test_advice_for_surrogates_holds() -> None:
    assert unchaff.clean(SURROGATE.encode("utf-8", "replace").decode()).text == "Fine so far ? and on."


@pytest.mark.parametrize(
    ("settings", "kind", "message"),
    [
        ({"onyl": "share"}, TypeError, "unknown setting `onyl`; did you mean `only`?"),
        ({"body-kind": "list"}, TypeError, "did you mean `body_kind`?"),
        ({"jobs": 2}, TypeError, "unknown setting `jobs`"),
        ({"only": 3}, TypeError, "`only` is int, expected str or a sequence of str"),
        ({"only": b"share"}, TypeError, "`only` is bytes"),
        ({"only": ["share", 3]}, TypeError, "item 1 of `only` is int"),
        ({"only": True}, TypeError, "`only` is bool"),
        ({"lang": ["en"]}, TypeError, "`lang` is list, expected str"),
        ({"rules": 3}, TypeError, "`rules` is int, expected a path or a sequence of paths"),
        ({"body_title": 1}, TypeError, '`body_title` is int, expected bool, "keep" or "cut"'),
        ({"page_bytes_max": None, "budget": []}, TypeError, "`budget` is list, expected a number"),
        ({"only": "shares"}, unchaff.Error, "did you mean `share`?"),
        ({"confidence": "shure"}, unchaff.Error, "expected one of maybe, likely, sure; did you mean `sure`?"),
        ({"page_bytes_max": -1}, unchaff.Error, "`-1` for `page-bytes-max`, expected a whole number"),
        ({"page_bytes_max": 1.5}, unchaff.Error, "expected a whole number"),
        ({"budget": 2}, unchaff.Error, "expected a number from 0 to 1"),
        ({"body_bias": float("nan")}, unchaff.Error, "expected a number from -3 to 3"),
        ({"encoding": "latin-one"}, unchaff.Error, "unknown encoding `latin-one`"),
        ({"disable": "share.headr"}, unchaff.Error, "did you mean `share.header`?"),
        ({"rules": "not-there.toml"}, unchaff.Error, "not-there.toml: cannot read rules: no such file or directory"),
        ({"body_model": "not-there.model"}, unchaff.Error, "no such file or directory"),
    ],
)
def test_settings(settings: dict[str, Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as raised:
        unchaff.Cleaner(**settings)
    assert message in str(raised.value)
    with pytest.raises(kind):
        unchaff.clean(PAGE, **settings)


def test_all_faults_at_once() -> None:
    with pytest.raises(unchaff.Error) as raised:
        unchaff.Cleaner(only="shares", confidence="shure")
    assert "did you mean `share`?" in str(raised.value)
    assert "did you mean `sure`?" in str(raised.value)
    assert raised.value.help == "did you mean `share`?"


def test_wrong_rules_have_their_place(tmp_path: Path) -> None:
    rules = tmp_path / "mine.toml"
    rules.write_text('[pack]\nschema = 1\nlang = ["en"]\n[[rule]]\nphrase = ["x"]\n')
    with pytest.raises(unchaff.Error) as raised:
        unchaff.Cleaner(rules=rules)
    error = raised.value
    assert isinstance(error, ValueError)
    assert error.path == str(rules)
    assert error.line and error.column
    assert f"{rules}:{error.line}:{error.column}: " in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.path, again.line) == (str(error), error.path, error.line)


@pytest.mark.parametrize("threads", [0, -1])
def test_threads(threads: int) -> None:
    with pytest.raises(ValueError, match="expected at least 1"):
        unchaff.Cleaner().clean_many([], threads=threads)


def test_not_iterable() -> None:
    with pytest.raises(TypeError, match="not iterable"):
        unchaff.Cleaner().clean_many(3)  # type: ignore[arg-type]


@pytest.mark.parametrize("data", [None, 7, "text", ["text"]])
def test_decode(data: Any) -> None:
    with pytest.raises(TypeError, match="expected bytes"):
        unchaff.decode(data)


@pytest.mark.parametrize("text", [None, 7, b"text"])
def test_repair(text: Any) -> None:
    with pytest.raises(TypeError, match="expected str"):
        unchaff.repair(text)


def test_a_million_characters() -> None:
    for page in ("x" * 1_000_000, "Ü " * 500_000, PROSE * 12_000, "\n" * 1_000_000):
        cleaned = unchaff.clean(page)
        assert cleaned.map.to_new(len(page)) == len(cleaned.text)


def test_wrong_encoding() -> None:
    data = PROSE.encode("utf-16-be") + b"\xd8"
    for encoding in (None, "utf-8", "koi8-r", "shift_jis"):
        assert unchaff.clean(data, encoding=encoding).text
