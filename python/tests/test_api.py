"""What the package offers: one page, its edits, its map, rules, repairs, decoding."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import get_args

import pytest
from conftest import CHAFF, PAGE, PROSE

import unchaff

RULES = """
[pack]
schema = 1
lang = ["en"]
category = "share"
scope = "line"
confidence = "sure"
[[rule]]
id = "mine.pigeon"
why = "A button."
phrases = ["send by pigeon"]
hit = ["Send by pigeon"]
miss = ["They send letters by pigeon."]
"""
PIGEON = PROSE + "\nSend by pigeon\n"


def test_clean() -> None:
    cleaned = unchaff.clean(PAGE)
    assert (cleaned.text, str(cleaned), cleaned.verdict, cleaned.source) == (PROSE, PROSE, "article", PAGE)
    assert cleaned.is_changed
    assert [edit.category for edit in cleaned.edits] == ["share"]
    assert repr(cleaned) == "<unchaff.Cleaned: article, 1 edit>"


def test_text_without_edits_is_the_object_itself() -> None:
    text = PROSE + "Ünïcödé."
    cleaned = unchaff.clean(text)
    assert cleaned.text is text
    assert cleaned.source is text
    assert not cleaned.is_changed


def test_edits_and_map_of_all_pages(pages: list[str]) -> None:
    cleaner = unchaff.Cleaner()
    for page in pages:
        cleaned = cleaner.clean(page)
        source, text, at, made = cleaned.source, cleaned.text, 0, []
        for edit in cleaned.edits:
            assert source[edit.start : edit.end] == edit.removed
            assert edit.stage in unchaff.STAGES
            assert edit.category in unchaff.CATEGORIES
            assert edit.confidence in unchaff.CONFIDENCES
            made += [source[at : edit.start], edit.replacement]
            at = edit.end
            assert edit.start == cleaned.map.to_old(cleaned.map.to_new(edit.start)) or not edit.replacement
        assert "".join([*made, source[at:]]) == text
        assert cleaned.map.to_new(len(source)) == len(text)
        assert cleaned.verdict in unchaff.VERDICTS
        for passed in cleaned.passed:
            assert 0 <= passed.start <= passed.end <= len(source)


def test_map_is_in_characters() -> None:
    page = "Zwölf Brücken öffneten. Es dauerte.\n\nShare this article\n\n日本語 kam. Niemand sonst.\n"
    cleaned = unchaff.clean(page)
    old = page.index("日")
    assert cleaned.text[cleaned.map.to_new(old)] == "日"
    assert cleaned.map.to_old(cleaned.text.index("日")) == old
    for wrong in (-1, len(page) + 1):
        with pytest.raises(IndexError, match="in characters"):
            cleaned.map.to_new(wrong)


def test_html() -> None:
    html = "<!doctype html><html lang=en><title>Bridge</title><p>" + PROSE + "<p>Share this article"
    cleaned = unchaff.clean(html)
    assert (cleaned.text, cleaned.title, cleaned.lang) == (PROSE, "Bridge", "en")
    assert "Share this article" in cleaned.source
    assert unchaff.clean(html, content="text").source == html
    assert unchaff.clean("<p>" + PROSE, content="html").text == PROSE


@pytest.mark.parametrize(
    ("data", "encoding", "changed"),
    [
        (PROSE.encode(), "UTF-8", False),
        (b"\xef\xbb\xbf" + PROSE.encode(), "UTF-8", True),
        (b"Un caf\xe9 au lait. " + PROSE.encode(), "windows-1252", True),
        (PROSE.encode("utf-16"), "UTF-16LE", True),
        (bytearray(PROSE.encode()), "UTF-8", False),
        (memoryview(PROSE.encode()), "UTF-8", False),
    ],
)
def test_bytes(data: bytes, encoding: str, changed: bool) -> None:
    cleaned = unchaff.clean(data)
    assert (cleaned.encoding, cleaned.is_changed) == (encoding, changed)
    assert cleaned.text.endswith(PROSE)


def test_bytes_as_declared() -> None:
    data = "Мост открыли.".encode("koi8-r")
    assert unchaff.clean(data, encoding="koi8-r").text == "Мост открыли."
    html = "<!doctype html><meta charset=koi8-r><p>Мост открыли.".encode("koi8-r")
    assert unchaff.clean(html).text == "Мост открыли.\n"


def test_audit() -> None:
    record = json.loads(unchaff.clean(PAGE, host="a.example").audit("page.txt"))
    assert (record["path"], record["host"], record["verdict"]) == ("page.txt", "a.example", "article")
    assert record["edits"][0]["removed"] == CHAFF
    assert record["rules"] == unchaff.PACKS_HASH


def test_settings_are_the_commands(tmp_path: Path) -> None:
    rules = tmp_path / "mine.toml"
    rules.write_text(RULES)
    for settings, page, text in [
        ({"skip": "share"}, PAGE, PAGE),
        ({"only": ["follow", "byline"]}, PAGE, PAGE),
        ({"only": "follow, share"}, PAGE, PROSE),
        ({"keep": ("share",)}, PAGE, PAGE),
        ({"disable": {"share.header"}, "body": "never"}, PAGE, PAGE),
        ({"rules": rules}, PIGEON, PROSE),
        ({"rules": [str(rules)]}, PIGEON, PROSE),
        ({"page_bytes_max": 10}, PAGE, PAGE),
        ({"page_bytes_max": "1k", "budget": 0.5, "body_bias": 1, "body_title": False}, PAGE, PROSE),
        ({"skip": None, "lang": None}, PAGE, PROSE),
    ]:
        assert unchaff.Cleaner(**settings).clean(page).text == text, settings
        assert unchaff.clean(page, **settings).text == text, settings


def test_settings_given() -> None:
    cleaner = unchaff.Cleaner(skip="byline, date", page_bytes_max="1M", budget=0.25, lang=None)
    assert cleaner.settings == {"skip": ["byline", "date"], "page_bytes_max": "1M", "budget": 0.25}
    assert repr(cleaner) == "unchaff.Cleaner(skip=['byline', 'date'], page_bytes_max='1M', budget=0.25)"


def test_a_cleaner_that_is_kept_reads_changed_rules(tmp_path: Path) -> None:
    rules = tmp_path / "mine.toml"
    rules.write_text(RULES)
    assert unchaff.clean(PIGEON, rules=rules).text == PROSE
    rules.write_text(RULES.replace("send by pigeon", "send by owl"))
    assert unchaff.clean(PIGEON, rules=rules).text == PIGEON


def test_pickle_takes_rules_along(tmp_path: Path) -> None:
    rules = tmp_path / "mine.toml"
    rules.write_text(RULES)
    cleaner = unchaff.Cleaner(rules=rules, confidence="sure")
    pickled = pickle.dumps(cleaner)
    rules.unlink()
    for again in (pickle.loads(pickled), copy.copy(cleaner), copy.deepcopy(cleaner)):
        assert again.clean(PIGEON).text == PROSE
        assert again.settings == cleaner.settings
        assert any(rule.id == "mine.pigeon" for rule in again.rules())


def test_results_pickle(pages: list[str]) -> None:
    cleaner = unchaff.Cleaner(host="a.example")
    for page in [*pages, b"caf\xe9 au lait", "Ünïcödé".encode("utf-16")]:
        cleaned = cleaner.clean(page)
        again = pickle.loads(pickle.dumps(cleaned))
        for name in (
            "text",
            "source",
            "verdict",
            "edits",
            "passed",
            "notes",
            "lang",
            "title",
            "encoding",
            "is_changed",
        ):
            assert getattr(again, name) == getattr(cleaned, name), name
        assert again.audit() == cleaned.audit()


def test_rules() -> None:
    rules = unchaff.rules()
    rule = next(rule for rule in rules if rule.id == "share.on-network")
    assert (rule.category, rule.langs, rule.scope, rule.action) == ("share", ["en"], "line", "delete")
    assert rule.hits and rule.misses and rule.phrases and rule.why and rule.path.endswith("share.toml") and rule.line
    assert len(unchaff.rules(disable=[rule.id])) == len(rules) - 1


def test_repair() -> None:
    repaired = unchaff.repair("It doesnâ€™t hurt.")
    assert str(repaired) == repaired.text == "It doesn’t hurt."
    assert [(edit.removed, edit.replacement) for edit in repaired.edits] == [("â€™", "’")]
    text = "Nothing to mend."
    assert unchaff.repair(text).text is text


def test_decode() -> None:
    decoded = unchaff.decode(b"na\xc3\xafve \xe2\x80\x9cquotes\xe2\x80\x9d and na\xefve")
    assert (str(decoded), decoded.encoding, decoded.found, decoded.bom) == (
        "naïve “quotes” and naïve",
        "UTF-8",
        "mended",
        False,
    )
    assert len(decoded.notes) == 1
    assert unchaff.decode("Привет".encode("koi8-r"), encoding="koi8-r").found == "declared"
    assert unchaff.decode(b"\xef\xbb\xbfa") == ("a", "UTF-8", "bom", True, [])


def test_each_list_stands_once() -> None:
    from unchaff import _settings

    assert get_args(_settings.Category) == unchaff.CATEGORIES
    assert set(unchaff.Settings.__annotations__) == set(unchaff.SETTINGS)


def test_help_reads_well(capsys: pytest.CaptureFixture[str]) -> None:
    help(unchaff)
    shown = capsys.readouterr().out
    for said in ("clean(page, **settings)", "class Cleaner", "class Edit", "clean_arrow(self, /, data, column='text'"):
        assert said in shown
    for name in unchaff.__all__:
        value = getattr(unchaff, name)
        if callable(value):
            assert value.__doc__, name
            assert value.__module__.startswith("unchaff"), name
