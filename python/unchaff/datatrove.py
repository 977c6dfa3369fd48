"""Cleans the documents of a datatrove pipeline: a step `Clean()` between a reader and a writer.

It changes `Document.text`, adds to its metadata what it is asked for, and counts. It never leaves a document out: a
filter behind it can, by the verdict. Needs datatrove 0.2 or later (tested with 0.10).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from . import Cleaner, host_of

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from typing import Protocol

    from typing_extensions import Unpack

    from . import Settings

    # datatrove comes without types. This is what is used of it.
    class Document(Protocol):
        text: str
        metadata: dict[str, Any]

    class PipelineStep:
        def stat_update(self, *labels: str, value: int = 1) -> None: ...
        def track_time(self) -> AbstractContextManager[object]: ...
else:
    try:
        from datatrove.pipeline.base import PipelineStep
    except ImportError as error:
        message = f"unchaff.datatrove needs datatrove ({error}): pip install datatrove"
        raise ImportError(message, name=error.name) from error

__all__ = ["Clean"]


class Clean(PipelineStep):
    """A pipeline step that cleans `Document.text`, be it text or HTML.

    Its statistics count documents (`total`, `changed`), those of each verdict (`article`, `paywalled`, …), and the
    characters of the texts before and after (`characters_in`, `characters_out`); of HTML the text that is made of it
    counts as the one before.

    Args:
        url: the key of the metadata that holds the page's address, whose host some rules ask for. None, or no such
            key: no host is known.
        title: the key of the metadata that holds the page's title, whose repetition in the page goes. None, or no such
            key: no title is known.
        verdict: a key of the metadata to put the verdict in: `article`, `paywalled`, `mostly-boilerplate`, `empty` or
            `not-text`.
        audit: a key of the metadata to put all that was done to the page in, a line of JSON.
        settings: those of `unchaff.Cleaner`, as in `rules="mine.toml"` or `body="never"`. Files are read here, once;
            their contents travel with the pipeline to the workers.

    Raises:
        unchaff.Error: a wrong setting, a rule file with faults.
        TypeError: a setting that is not known.

    Example:
        >>> from unchaff.datatrove import Clean
        >>> pipeline = [JsonlReader("pages"), Clean(verdict="verdict"), JsonlWriter("clean")]

    """

    type = "✂️ - FORMAT"
    name = "🌾 unchaff"

    def __init__(
        self,
        *,
        url: str | None = "url",
        title: str | None = "title",
        verdict: str | None = None,
        audit: str | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        super().__init__()
        self.cleaner = Cleaner(**settings)
        self.url = url
        self.title = title
        self.verdict = verdict
        self.audit = audit

    def run(self, data: Iterable[Document] | None, rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        """Yields the documents in their order, cleaned."""
        for document in data or ():
            with self.track_time():
                self._clean(document)
            yield document

    def _clean(self, document: Document) -> None:
        url, title = _string(document.metadata, self.url), _string(document.metadata, self.title)
        cleaned = self.cleaner.clean(document.text, host=host_of(url) if url is not None else None, title=title)
        self.stat_update("total", cleaned.verdict)
        if cleaned.is_changed:
            self.stat_update("changed")
        self.stat_update("characters_in", value=len(cleaned.source))
        self.stat_update("characters_out", value=len(cleaned.text))
        document.text = cleaned.text
        if self.verdict is not None:
            document.metadata[self.verdict] = cleaned.verdict
        if self.audit is not None:
            document.metadata[self.audit] = cleaned.audit()


def _string(metadata: dict[str, Any], key: str | None) -> str | None:
    """The value of the key, if it is a string."""
    value = metadata.get(key) if key is not None else None
    return value if isinstance(value, str) else None
