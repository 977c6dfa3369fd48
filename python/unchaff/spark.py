"""Cleans columns of Spark DataFrames: `unchaff.spark.clean(df, "text")`.

Spark hands its rows to Python as Arrow record batches (`DataFrame.mapInArrow`), and `Cleaner.clean_arrow` cleans them.
What a worker needs travels with the job: the settings and the contents of rule files and models. The package itself
has to be on every machine. How rows are spread over machines, read and written is Spark's part. Needs PySpark 3.3 or
later (tested with 4.3) with pandas and pyarrow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from . import Cleaner

try:
    from pyspark.sql.types import BinaryType, StringType, StructField, StructType

    # PySpark does without pyarrow until it is asked for Arrow. It has no types of its own.
    arrow: Any = import_module("pyarrow")
except ImportError as error:
    message = f"unchaff.spark needs PySpark 3.3 or later with pandas and pyarrow ({error}): pip install 'pyspark[sql]'"
    raise ImportError(message, name=error.name) from error

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from typing_extensions import Unpack

    from . import Settings

__all__ = ["clean"]


def clean(
    df: DataFrame,
    column: str | Sequence[str] = "text",
    *,
    url: str | None = "url",
    title: str | None = "title",
    verdict: str | None = None,
    audit: str | None = None,
    **settings: Unpack[Settings],
) -> DataFrame:
    """Returns the DataFrame with the pages in `column` cleaned, every other column as it was.

    One row in, one row out, in the same partition and order. Nulls stay nulls. Nothing is cleaned until Spark runs the
    job.

    Args:
        df: a DataFrame with the pages as text or HTML, a row each.
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
        settings: those of `unchaff.Cleaner`, as in `rules="mine.toml"` or `body="never"`. Files are read here, on the
            driver.

    Raises:
        unchaff.Error: a column that is not there or is there already, a wrong setting, a rule file with faults. Raised
            at once, before a job.
        TypeError: a column that is neither string nor binary, a setting that is not known.

    Example:
        >>> import unchaff.spark
        >>> pages = spark.read.parquet("pages")
        >>> unchaff.spark.clean(pages, "text", verdict="verdict").write.parquet("clean")

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
    _check(cleaner, df.schema, options)
    added = [StructField(name, StringType()) for name in (verdict, audit) if name is not None]
    schema = StructType([*df.schema.fields, *added])
    # Spark types batches by a pyarrow that has no types.
    whole: Any = df
    return cast("DataFrame", whole.mapInArrow(partial(_batches, cleaner=cleaner, options=options), schema))


def _batches(batches: Iterator[Any], *, cleaner: Cleaner, options: dict[str, Any]) -> Iterator[Any]:
    """The part that Spark's workers run: record batches of one partition."""
    for batch in batches:
        yield cleaner.clean_arrow(batch, **options)


def _check(cleaner: Cleaner, schema: StructType, options: dict[str, Any]) -> None:
    """Cleans no rows of this schema, which finds what is wrong with the columns while no job has begun."""
    columns = [options["column"]] if isinstance(options["column"], str) else list(options["column"])
    for field in schema.fields:
        if field.name in columns and not isinstance(field.dataType, StringType | BinaryType):
            raise TypeError(f"column `{field.name}` is {field.dataType.simpleString()}, expected string or binary")
    # What else a column holds does not matter here.
    kinds = [
        arrow.string() if isinstance(field.dataType, StringType)
        else arrow.binary() if isinstance(field.dataType, BinaryType)
        else arrow.null()
        for field in schema.fields
    ]  # fmt: skip
    cleaner.clean_arrow(arrow.schema(list(zip(schema.names, kinds, strict=True))).empty_table(), **options)
