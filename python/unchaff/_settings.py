"""The settings as types: which keywords there are, and what values they take."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Literal, TypeAlias, TypedDict

Category: TypeAlias = Literal[
    "appeal", "newsletter", "share", "follow", "related", "comments", "image-credit", "advert", "cookie", "copyright",
    "byline", "date", "kicker", "tags", "author-bio", "navigation", "language", "player", "app", "legal", "debris",
    "encoding", "duplicate", "body",
]  # fmt: skip
"""What kind of chaff a rule takes."""

Names: TypeAlias = str | Iterable[str]
"""Names in a list, or in one str with commas between them."""

Path: TypeAlias = str | os.PathLike[str]
"""A file or a folder."""

Limit: TypeAlias = int | str
"""A whole number, or a str as the command takes it ("64k", "1M", "2G")."""


class Settings(TypedDict, total=False):
    """What decides how pages are cleaned: the settings of the command, with `_` for `-`. None is the default."""

    only: Names | None
    """Only rules of these `CATEGORIES` act."""
    skip: Names | None
    """Rules of these categories do not act."""
    keep: Names | None
    """What rules of these categories match is protected from all others."""
    disable: Names | None
    """Ids of rules that do not act."""
    rules: Path | Iterable[Path] | None
    """Files or folders of further rules."""
    confidence: str | None
    """Rules trusted this much act without further evidence: "sure", "likely" (the default) or "maybe"."""
    lang: str | None
    """The language of every page ("en"), instead of finding it out."""
    host: str | None
    """The host that every page comes from ("www.example.org")."""
    repair: str | None
    """What is mended: "off", "encoding" (text decoded wrongly) or "all" (debris too, the default)."""
    body: str | None
    """When the body finder cuts what no rule knows: "auto" (on raw pages, the default), "always" or "never"."""
    body_kind: str | None
    """The kind of every page, one of `PAGE_KINDS`, instead of finding it out."""
    body_bias: float | str | None
    """What its cut is for, from -3 to 3: above 0 for keeping more, below for cutting more."""
    body_title: bool | str | None
    """Whether the headline above the article stays: True or "keep" (the default), False or "cut"."""
    body_model: Path | None
    """The file of another body model than the built-in one."""
    body_model_html: Path | None
    """The same for pages of HTML."""
    content: str | None
    """What pages are written in: "auto" (told by how they begin, the default), "text" or "html"."""
    encoding: str | None
    """The encoding of pages of bytes that are not UTF-8 ("windows-1252"), instead of finding it out."""
    page_bytes_max: Limit | None
    """A larger page passes unchanged, with a note."""
    record_bytes_max: Limit | None
    """Of no effect here; the command's records."""
    line_bytes_max: Limit | None
    """A longer line takes span rules only."""
    match_bytes_max: Limit | None
    """How much of a line one verification reads."""
    line_matches_max: Limit | None
    """How many phrases one line is compared with."""
    budget: float | str | None
    """The share of a page's prose words that `likely` and `maybe` rules may take, 0 to 1."""
    rounds_max: Limit | None
    """How often a page is judged again after removals."""
    body_lines_max: Limit | None
    """A page of more lines is left to the rules alone."""
    body_rounds_max: Limit | None
    """How often the body finder cuts a page."""
    decompressed_bytes_max: Limit | None
    """Of no effect here; the command's compressed files."""
    decompressed_ratio_max: Limit | None
    """Of no effect here; the command's compressed files."""
    open_files_max: Limit | None
    """Of no effect here; the command's files."""
    html_depth_max: Limit | None
    """How deep elements of an HTML page nest; deeper ones are read as text only."""
    html_attribute_bytes_max: Limit | None
    """A longer attribute of an HTML page is not read."""
