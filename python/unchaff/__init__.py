"""unchaff turns scraped web pages into clean article bodies.

It takes out what a site put around an article (appeals, share widgets, credits, related links, comments), mends text
that was decoded wrongly, and leaves the rest exactly as it was. It can say for every character which rule took it.

    >>> import unchaff
    >>> page = "The bridge opened on Monday. It took three years.\\n\\nShare this article\\n"
    >>> cleaned = unchaff.clean(page)
    >>> print(cleaned.text, end="")
    The bridge opened on Monday. It took three years.
    >>> [(edit.category, edit.removed) for edit in cleaned.edits]
    [('share', '\\nShare this article\\n')]

What there is:

- `clean(page, **settings)` cleans one page, a `str` or `bytes`, of text or HTML, and gives a `Cleaned`.
- `Cleaner(**settings)` is made once for many pages: `.clean(page)`, `.clean_many(pages, threads=...)` for an iterable,
  `.clean_arrow(table, column=...)` for Arrow data of pyarrow, Polars, DuckDB and pandas. It may be used from any
  number of threads, and pickled.
- `Cleaned` has `.text`, `.verdict`, `.edits` and `.map`, which moves annotations along.
- `repair(text)` only mends text; `decode(data)` only makes text of bytes; `host_of(url)` gives the host of an address.
- `rules(**settings)` lists the rules.
- `unchaff.spark`, `unchaff.ray` and `unchaff.datatrove` clean where those frameworks run.

Settings are those of the command, with `_` for `-`; `Settings` has them all. Places are characters, from 0, the end not
included; limits are bytes of UTF-8. What is wrong with a call is a `TypeError` or a `ValueError`, of which `Error` has
the file, line and column; what is odd about a page never is an error.
"""

from __future__ import annotations

import os

from unchaff._api import clean, rules
from unchaff._native import (
    ACTIONS,
    BODIES,
    CATEGORIES,
    CONFIDENCES,
    CONTENTS,
    PACKS_HASH,
    PAGE_KINDS,
    REPAIRS,
    SCOPES,
    SETTINGS,
    STAGES,
    VERDICTS,
    Cleaned,
    CleanedIterator,
    Cleaner,
    OffsetMap,
    __version__,
    after_fork,
    before_fork,
    decode,
    host_of,
    repair,
)
from unchaff._records import Decoded, Edit, Error, Passed, Repaired, Rule, Suspect
from unchaff._settings import Settings

__all__ = [
    "ACTIONS",
    "BODIES",
    "CATEGORIES",
    "CONFIDENCES",
    "CONTENTS",
    "PACKS_HASH",
    "PAGE_KINDS",
    "REPAIRS",
    "SCOPES",
    "SETTINGS",
    "STAGES",
    "VERDICTS",
    "Cleaned",
    "CleanedIterator",
    "Cleaner",
    "Decoded",
    "Edit",
    "Error",
    "OffsetMap",
    "Passed",
    "Repaired",
    "Rule",
    "Settings",
    "Suspect",
    "__version__",
    "clean",
    "decode",
    "host_of",
    "repair",
    "rules",
]

# Their home is here, whatever file they are written in.
for _class in (Decoded, Edit, Error, Passed, Repaired, Rule, Settings, Suspect):
    _class.__module__ = "unchaff"
del _class

# A process is forked between two pages, so that its child finds nothing half-made. Where there is no fork, there is no
# such function.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=before_fork, after_in_parent=after_fork, after_in_child=after_fork)
