"""Arrow data of any library in, cleaned data of the same library out.

The cleaning is done in `_native`, which sees only the Arrow PyCapsule interface. Here it is decided what a result is
made of; the libraries are looked at only if their data was handed over.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from unchaff import _native

if TYPE_CHECKING:
    from unchaff._native import Cleaner

# What makes data of a library out of something with capsules, by the name of the type that was handed over.
_PYARROW: dict[str, Callable[[Any, Any], Any]] = {
    "RecordBatch": lambda pa, made: pa.record_batch(made),
    "Table": lambda pa, made: pa.table(made),
    "ChunkedArray": lambda pa, made: pa.chunked_array(made),
    "RecordBatchReader": lambda pa, made: pa.RecordBatchReader.from_stream(made),
}


def clean(
    cleaner: Cleaner,
    data: Any,
    column: str | Sequence[str] | None,
    url: str | None,
    title: str | None,
    verdict: str | None,
    audit: str | None,
    threads: int,
) -> Any:
    """Clean `data`; see `Cleaner.clean_arrow`."""
    columns = _columns(column)

    def native(data: Any, lazy: bool = False) -> Any:
        return _native.clean_arrow(cleaner, data, columns, url, title, verdict, audit, threads, lazy)

    library, name = _home(data)
    if library == "pandas":
        return _pandas(data, name, columns, (url, title), (verdict, audit), native)
    if not (hasattr(data, "__arrow_c_array__") or hasattr(data, "__arrow_c_stream__")):
        help = "; collect it first" if library == "polars" else ""
        raise TypeError(f"the data is {type(data).__name__}, expected Arrow data (of pyarrow, Polars, DuckDB, pandas){help}")
    if library == "pyarrow":
        pa = sys.modules["pyarrow"]
        made = native(data, lazy=name == "RecordBatchReader")
        if name in _PYARROW:
            return _PYARROW[name](pa, made)
        array = pa.array(made)
        # A file's own type has its storage cleaned.
        return array if array.type == data.type else array.cast(data.type)
    if library == "polars":
        pl = sys.modules["polars"]
        return pl.DataFrame(native(data)) if name == "DataFrame" else pl.Series(data.name, native(data), dtype=data.dtype)
    # What can be measured is there already; anything else is read when its reader is.
    return native(data, lazy=not hasattr(data, "__len__") and not hasattr(data, "num_rows"))


def _columns(column: str | Sequence[str] | None) -> list[str]:
    columns = ["text"] if column is None else [column] if isinstance(column, str) else list(column)
    for name in columns:
        if not isinstance(name, str):
            raise TypeError(f"`column` has {type(name).__name__}, expected str or a sequence of str")
    if not columns:
        raise TypeError("`column` is empty, expected at least one name")
    return columns


def _home(data: Any) -> tuple[str, str]:
    """The library that a value is of, and its type's name there; of a type that inherits, those of its ancestor."""
    for kind in type(data).__mro__:
        library = kind.__module__.partition(".")[0]
        if library in ("pyarrow", "polars", "pandas"):
            return library, kind.__name__
    return "", ""


def _pandas(
    data: Any,
    name: str,
    columns: list[str],
    told: tuple[str | None, str | None],
    added: tuple[str | None, str | None],
    native: Callable[[Any], Any],
) -> Any:
    import pandas as pd
    import pyarrow as pa

    def series(values: Any, like: Any) -> Any:
        made = pd.Series(values.to_pandas(), dtype=object)
        made = made.where(made.notna(), None) if like.dtype == object else made
        return pd.Series(made.array, index=like.index, name=like.name).astype(like.dtype)

    if name == "Series":
        return series(pa.chunked_array(native(pa.chunked_array([pa.array(data, from_pandas=True)]))), data)
    needed = [column for column in dict.fromkeys([*columns, *(t for t in told if t)]) if column in data.columns]
    arrays = {column: pa.array(data[column], from_pandas=True) for column in needed}
    # Columns that are only looked at need not be strings; a name that is not there is missed where all are known.
    arrays |= {str(column): pa.nulls(len(data)) for column in data.columns if str(column) not in arrays}
    made = pa.table(native(pa.table(arrays)))
    cleaned = data.copy(deep=False)
    for column in columns:
        cleaned[column] = series(made[column], data[column])
    for column in filter(None, added):
        cleaned[column] = pd.Series(made[column].to_pandas().array, index=data.index)
    return cleaned
