"""What is only looked at: edits, rules and the like, as named tuples, and the library's own exception.

They are made in `_native`; nothing is decided here.
"""

from __future__ import annotations

from typing import NamedTuple


class Error(ValueError):
    """A wrong value of a setting, a wrong rule file, or a column that is not there.

    The message says all that is wrong, in the command's words: `path:line:column: what; what to do`. The attributes are
    those of the first fault.

    >>> try:
    ...     unchaff.Cleaner(only=["shares"])
    ... except unchaff.Error as error:
    ...     print(error.help)
    did you mean `share`?
    """

    path: str | None
    """The file that is wrong, if it is one."""
    line: int | None
    """Its line, from 1."""
    column: int | None
    """Its column, from 1, in characters."""
    help: str | None
    """What to do about it, where that is known."""

    def __init__(
        self,
        message: str,
        path: str | None = None,
        line: int | None = None,
        column: int | None = None,
        help: str | None = None,
    ) -> None:
        super().__init__(message)
        self.path = path
        self.line = line
        self.column = column
        self.help = help


class Edit(NamedTuple):
    """A change: `source[start:end]`, which is `removed`, became `replacement`."""

    start: int
    """Where it begins, in characters of `source`."""
    end: int
    """One past its end."""
    removed: str
    """What stood there."""
    replacement: str
    """What stands there now, often nothing."""
    stage: str
    """What made it: one of `STAGES`."""
    rule: str
    """The rule's id, or the stage's own name for its reason (`duplicate.title`)."""
    category: str
    """What kind of chaff it is: one of `CATEGORIES`."""
    confidence: str
    """How much the rule is trusted: one of `CONFIDENCES`."""
    evidence: str
    """What it was decided on, in words: the phrase, or a probability."""


class Passed(NamedTuple):
    """A match that did not act."""

    start: int
    """Where it begins, in characters of `source`."""
    end: int
    """One past its end."""
    rule: str
    """The rule's id."""
    category: str
    """What kind of chaff it would be: one of `CATEGORIES`."""
    confidence: str
    """How much the rule is trusted: one of `CONFIDENCES`."""
    because: str
    """Why it did not act, in words."""


class Suspect(NamedTuple):
    """A place that looks damaged, and was left alone."""

    start: int
    """Where it begins, in characters."""
    end: int
    """One past its end."""
    evidence: str
    """What it looks like, and why it stays."""


class Repaired(NamedTuple):
    """What `repair` found. `str(repaired)` is the text."""

    text: str
    """The text with its repairs; the very object that was handed over if there are none."""
    edits: list[Edit]
    """The repairs, in characters of the text as it came."""
    suspects: list[Suspect]
    """Places that look damaged and were left alone."""

    def __str__(self) -> str:
        return self.text


class Decoded(NamedTuple):
    """What `decode` made of bytes. `str(decoded)` is the text."""

    text: str
    """The text, without a byte order mark."""
    encoding: str
    """The encoding's name in the Encoding Standard."""
    found: str
    """The step that decided on it: bom, utf-8, mended, utf-16-parity, declared, meta or detected."""
    bom: bool
    """Whether a byte order mark stood before the text."""
    notes: list[str]
    """What was odd: another encoding than UTF-8, stray bytes, a sequence that an end cuts off."""

    def __str__(self) -> str:
        return self.text


class Rule(NamedTuple):
    """A rule, as it is written."""

    id: str
    """Its name for ever."""
    category: str
    """What kind of chaff it takes: one of `CATEGORIES`."""
    confidence: str
    """How much it is trusted: one of `CONFIDENCES`."""
    scope: str
    """How much it takes: one of `SCOPES`."""
    action: str
    """What it does: one of `ACTIONS`."""
    verdict: str | None
    """The verdict it speaks for, if it does."""
    langs: list[str]
    """The languages of its phrases ("en"); empty for every language."""
    hosts: list[str]
    """The hosts that it is for; empty for all."""
    why: str
    """What it takes, and why the article reads the same without."""
    phrases: list[str]
    """Its phrases as written."""
    regex: str | None
    """Its expression, where phrases cannot say what it matches."""
    hits: list[str]
    """Examples of what goes."""
    misses: list[str]
    """Examples of what stays."""
    path: str
    """The file it is written in."""
    line: int
    """The line of that file, from 1."""
