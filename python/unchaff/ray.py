"""Cleans columns of Ray datasets: `unchaff.ray.clean(dataset, "text")`.

Ray hands batches to actors as Arrow tables (`Dataset.map_batches`), and `Cleaner.clean_arrow` cleans them, on one
thread an actor. What an actor needs travels with it: the settings and the contents of rule files and models. The
package itself has to be on every machine. How rows are spread over machines, read and written is Ray's part. Needs Ray
2.10 or later with its data part (tested with 2.60).
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from . import Cleaner

try:
    from ray.data import ActorPoolStrategy

    # It comes with Ray's data part, and has no types of its own.
    arrow: Any = import_module("pyarrow")
except ImportError as error:
    message = f"unchaff.ray needs Ray 2.10 or later with its data part ({error}): pip install 'ray[data]'"
    raise ImportError(message, name=error.name) from error

if TYPE_CHECKING:
    from ray.data import Dataset
    from typing_extensions import Unpack

    from . import Settings

__all__ = ["clean"]


def clean(
    dataset: Dataset,
    column: str | Sequence[str] = "text",
    *,
    url: str | None = "url",
    title: str | None = "title",
    verdict: str | None = None,
    audit: str | None = None,
    concurrency: int | tuple[int, int] | None = None,
    batch_size: int | None = None,
    **settings: Unpack[Settings],
) -> Dataset:
    """Returns the dataset with the pages in `column` cleaned, every other column as it was.

    One row in, one row out. Nulls stay nulls. Nothing is cleaned until the dataset is read.

    Args:
        dataset: a dataset with the pages as text or HTML, a row each.
        column: the column, or columns, of strings or binary values to clean. Binary values are decoded as pages are,
            and are UTF-8 afterwards.
        url: the column with the page's address, whose host some rules ask for. None, or no such column: no host is
            known.
        title: the column with the page's title, whose repetition in the page goes. None, or no such column: no title
            is known.
        verdict: the name of a column to add, a string: `article`, `paywalled`, `mostly-boilerplate`, `empty` or
            `not-text`; null where the page is null.
        audit: the name of a column to add with all that was done to the page, a line of JSON each; null where the page
            is null.
        concurrency: how many actors at most, each of which takes one processor; or the least and the most. None: as
            many as there is work and room for. The least has to leave a processor for what stands before, or Ray waits
            for one forever.
        batch_size: how many rows an actor is given at a time. None: whole blocks, as they were read.
        settings: those of `unchaff.Cleaner`, as in `rules="mine.toml"` or `body="never"`. Files are read here, not by
            actors.

    Raises:
        unchaff.Error: a column that is not there or is there already, a wrong setting, a rule file with faults. Raised
            at once where Ray knows the columns (`dataset.schema(fetch_if_missing=False)`), else by the first batch, in
            Ray's own error.
        TypeError: a column that is neither string nor binary, a setting that is not known.

    Example:
        >>> import ray, unchaff.ray
        >>> pages = ray.data.read_parquet("pages")
        >>> unchaff.ray.clean(pages, "text", verdict="verdict").write_parquet("clean")

    """
    cleaner = Cleaner(**settings)
    options: dict[str, Any] = {
        "column": column,
        "url": url,
        "title": title,
        "verdict": verdict,
        "audit": audit,
        "threads": 1,
    }
    _check(cleaner, dataset, options)
    # A fixed number that takes every processor would leave none to read by, and Ray would wait forever.
    least, most = concurrency if isinstance(concurrency, tuple) else (1, concurrency)
    # Ray's own methods leave much of their types open.
    whole: Any = dataset
    cleaned = whole.map_batches(
        _Clean,
        batch_format="pyarrow",
        batch_size=batch_size,
        zero_copy_batch=True,
        compute=ActorPoolStrategy(min_size=least, max_size=most),
        fn_constructor_args=(cleaner, options),
    )
    return cast("Dataset", cleaned)


class _Clean:
    """What an actor is: it is made once and then given batch after batch."""

    def __init__(self, cleaner: Cleaner, options: dict[str, Any]) -> None:
        self.cleaner = cleaner
        self.options = options

    def __call__(self, batch: Any) -> Any:
        return self.cleaner.clean_arrow(batch, **self.options)


def _check(cleaner: Cleaner, dataset: Any, options: dict[str, Any]) -> None:
    """Cleans no rows, which finds what is wrong with the columns before anything runs, if Ray knows them."""
    schema = dataset.schema(fetch_if_missing=False)
    if schema is None:
        return
    # Of what pandas calls an object Ray does not know what it holds; it may be strings.
    kinds = [kind if isinstance(kind, arrow.DataType) else arrow.string() for kind in schema.types]
    cleaner.clean_arrow(arrow.schema(list(zip(schema.names, kinds, strict=True))).empty_table(), **options)
