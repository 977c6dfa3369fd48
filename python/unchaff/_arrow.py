"""Arrow data of any library in, cleaned data of the same library out.

The cleaning is done in `_native`, which sees only the Arrow PyCapsule interface. Here it is decided what a result is
made of; the libraries are looked at only if their data was handed over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
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
        raise TypeError(f"the data is {type(data).__name__}, expected data of pyarrow, Polars, DuckDB or pandas{help}")
    if library == "pyarrow":
        pa: Any = import_module("pyarrow")
        made: Any = native(data, lazy=name == "RecordBatchReader")
        if name in _PYARROW:
            return _PYARROW[name](pa, made)
        array = pa.array(made)
        # A type of the user's own has its storage cleaned.
        return array if array.type == data.type else array.cast(data.type)
    if library == "polars":
        pl: Any = import_module("polars")
        return pl.DataFrame(native(data)) if name == "DataFrame" else pl.Series(data.name, native(data))
    # What can be measured is there already; anything else is read when its reader is.
    return native(data, lazy=not hasattr(data, "__len__") and not hasattr(data, "num_rows"))


def _columns(column: str | Sequence[str] | None) -> list[str]:
    columns: list[Any] = ["text"] if column is None else [column] if isinstance(column, str) else list(column)
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
    pa: Any = import_module("pyarrow")
    if name == "Series":
        cleaned = native(pa.chunked_array([pa.array(data, from_pandas=True)]))
        return _series(pa.chunked_array(cleaned), data)
    needed = [column for column in dict.fromkeys([*columns, *filter(None, told)]) if column in data.columns]
    arrays = {column: pa.array(data[column], from_pandas=True) for column in needed}
    # The others are not looked at, but what is asked for may have to be told from their names.
    arrays |= {str(column): pa.nulls(len(data)) for column in data.columns if str(column) not in arrays}
    made = pa.table(native(pa.table(arrays)))
    cleaned = data.copy(deep=False)
    for column in columns:
        cleaned[column] = _series(made[column], data[column])
    for column in filter(None, added):
        cleaned[column] = made[column].to_pandas().array
    return cleaned


def _series(values: Any, old: Any) -> Any:
    """A series like the one it comes from: its index, its name, its type, its kind of null."""
    pd: Any = import_module("pandas")
    new = values.to_pandas()
    new = pd.Series(new.array, index=old.index, name=old.name)
    if isinstance(old.dtype, pd.CategoricalDtype):
        return new
    if old.dtype == object:
        new = new.astype(object)
        return new.where(old.notna(), old)
    return new.astype(old.dtype)
