"""What is written in Rust. What each does is told by its docstring at run time (`help(unchaff)`)."""

from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, final

from typing_extensions import Buffer, Self, Unpack

from unchaff._records import Decoded, Edit, Passed, Repaired, Rule
from unchaff._settings import Settings

__version__: str
ACTIONS: tuple[str, ...]
BODIES: tuple[str, ...]
CATEGORIES: tuple[str, ...]
CONFIDENCES: tuple[str, ...]
CONTENTS: tuple[str, ...]
PACKS_HASH: str
PAGE_KINDS: tuple[str, ...]
REPAIRS: tuple[str, ...]
SCOPES: tuple[str, ...]
SETTINGS: tuple[str, ...]
STAGES: tuple[str, ...]
VERDICTS: tuple[str, ...]

@final
class OffsetMap:
    """Where places of the source stand in the cleaned text, and the other way round; characters, from 0."""

    def to_new(self, place: int) -> int: ...
    def to_old(self, place: int) -> int: ...

@final
class Cleaned:
    """What came of a page: the cleaned text, and what was done to it."""

    @property
    def text(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def edits(self) -> list[Edit]: ...
    @property
    def passed(self) -> list[Passed]: ...
    @property
    def notes(self) -> list[str]: ...
    @property
    def lang(self) -> str | None: ...
    @property
    def title(self) -> str | None: ...
    @property
    def encoding(self) -> str | None: ...
    @property
    def is_changed(self) -> bool: ...
    @property
    def map(self) -> OffsetMap: ...
    def audit(self, path: str = "") -> str: ...

@final
class CleanedIterator(Iterator[Cleaned]):
    """An iterator over results, in the order of the pages."""

    def __iter__(self) -> Self: ...
    def __next__(self) -> Cleaned: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

@final
class Cleaner:
    """Cleans pages; made once, used from any number of threads."""

    def __new__(cls, **settings: Unpack[Settings]) -> Self: ...
    def clean(
        self, text: str | Buffer, *, host: str | None = None, lang: str | None = None, title: str | None = None
    ) -> Cleaned: ...
    def clean_many(self, pages: Iterable[str | Buffer], *, threads: int | None = None) -> CleanedIterator: ...
    def clean_arrow(
        self,
        data: Any,
        column: str | Sequence[str] = "text",
        *,
        url: str | None = "url",
        title: str | None = "title",
        verdict: str | None = None,
        audit: str | None = None,
        threads: int | None = None,
    ) -> Any: ...
    @property
    def settings(self) -> dict[str, Any]: ...
    def rules(self) -> list[Rule]: ...

@final
class ArrowArray:
    """An array, or a record batch."""

    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...
    def __len__(self) -> int: ...

@final
class ArrowTable:
    """A table or a chunked array."""

    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __len__(self) -> int: ...

@final
class ArrowStream:
    """A reader."""

    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

def clean_arrow(
    cleaner: Cleaner,
    data: Any,
    columns: list[str],
    url: str | None,
    title: str | None,
    verdict: str | None,
    audit: str | None,
    threads: int,
    lazy: bool,
) -> ArrowArray | ArrowTable | ArrowStream: ...
def repair(text: str) -> Repaired: ...
def decode(data: Buffer, *, encoding: str | None = None, html: bool = False, host: str | None = None) -> Decoded: ...
def host_of(url: str) -> str | None: ...
def main(args: Sequence[str]) -> int: ...
def before_fork() -> None: ...
def after_fork() -> None: ...
