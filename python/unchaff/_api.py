"""The functions that need no `Cleaner` of one's own: they make one by the settings, and keep a few."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from unchaff._native import Cleaned, Cleaner
from unchaff._records import Rule

if TYPE_CHECKING:
    from typing_extensions import Buffer, Unpack

    from unchaff._settings import Settings

# So many sets of settings are in use at once in hardly any program; one cleaner takes some megabytes.
_KEPT = 8
# Their files may change between two calls.
_PATHS = ("rules", "body_model", "body_model_html")
_cleaners: OrderedDict[tuple[Any, ...], Cleaner] = OrderedDict()
_lock = Lock()


def _frozen(value: object) -> object:
    return tuple(cast("list[object]", value)) if isinstance(value, list | tuple | set | frozenset) else value


def _cleaner(settings: Settings) -> Cleaner:
    if any(settings.get(path) is not None for path in _PATHS):
        return Cleaner(**settings)
    key = tuple((name, type(value), _frozen(value)) for name, value in settings.items())
    try:
        hash(key)
    except TypeError:
        # A value of a type that no setting has: the cleaner says which.
        return Cleaner(**settings)
    with _lock:
        cleaner = _cleaners.get(key)
        if cleaner is not None:
            _cleaners.move_to_end(key)
            return cleaner
    cleaner = Cleaner(**settings)
    with _lock:
        _cleaners[key] = cleaner
        while len(_cleaners) > _KEPT:
            _cleaners.popitem(last=False)
    return cleaner


def clean(text: str | Buffer, *, title: str | None = None, **settings: Unpack[Settings]) -> Cleaned:
    """Clean one page: a `str`, or `bytes`, which are decoded first. HTML is told by how it begins, and made into text.

    It is `Cleaner(**settings).clean(text)`, with the cleaners of the last few settings kept. For many pages make a
    `Cleaner`, and use its `clean_many`. With `rules` or a body model it reads their files at every call.

    `host` ("www.example.org"), `lang` ("en") and `title` are what is known of the page besides its text. All other
    keywords are settings: see `Settings`. An unknown one, or one of a wrong type, is a `TypeError`, as is a page that
    is neither `str` nor `bytes`; a wrong value is an `Error`; a lone surrogate in the page is a `ValueError`.

    >>> cleaned = unchaff.clean("The bridge opened on Monday. It took three years.\\n\\nShare this article\\n")
    >>> cleaned.text
    'The bridge opened on Monday. It took three years.\\n'
    >>> [(edit.rule, edit.removed) for edit in cleaned.edits]
    [('share.header', '\\nShare this article\\n')]
    """
    host, lang = settings.pop("host", None), settings.pop("lang", None)
    return _cleaner(settings).clean(text, host=host, lang=lang, title=title)


def rules(**settings: Unpack[Settings]) -> list[Rule]:
    """List the rules that act under these settings: the built-in ones, and those of `rules`.

    >>> next(rule for rule in unchaff.rules() if rule.id == "share.on-network").category
    'share'
    """
    return _cleaner(settings).rules()
