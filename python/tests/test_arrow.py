"""Arrow data of all libraries and kinds: what comes out is of the kind that went in, and has the command's bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from conftest import PAGE, PROSE, jsonl

import unchaff

pa = pytest.importorskip("pyarrow")
pl = pytest.importorskip("polars")
pd = pytest.importorskip("pandas")
duckdb = pytest.importorskip("duckdb")

CLEANER = unchaff.Cleaner()
KINDS = [
    pa.string(),
    pa.large_string(),
    pa.string_view(),
    pa.dictionary(pa.int8(), pa.string()),
    pa.dictionary(pa.int32(), pa.large_string()),
    pa.dictionary(pa.uint64(), pa.string()),
    pa.binary(),
    pa.large_binary(),
    pa.binary_view(),
]
# Short ones, unchanged ones, nulls; more than one chunk.
VALUES = [PAGE, None, "short", PROSE, "", PAGE, None, PROSE + "Ünïcödé 日本語"]
WANT = [PROSE, None, "short", PROSE, "", PROSE, None, PROSE + "Ünïcödé 日本語"]


def array(values: list[str | None], kind: Any) -> Any:
    """An array of this kind."""
    if pa.types.is_dictionary(kind):
        return pa.array(values, pa.string()).dictionary_encode().cast(kind)
    is_binary = "binary" in str(kind)
    return pa.array([v.encode() if v is not None and is_binary else v for v in values], kind)


def listed(data: Any) -> list[str | None]:
    """The values of anything."""
    values = data.to_pylist() if hasattr(data, "to_pylist") else data.to_list()
    return [value.decode() if isinstance(value, bytes) else value for value in values]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_kinds(kind: Any) -> None:
    whole = array(VALUES, kind)
    for threads in (1, 3):
        for data, want in [
            (whole, WANT),
            (whole.slice(2, 4), WANT[2:6]),
            (whole.slice(3, 0), []),
            (array([None, None], kind), [None, None]),
            (array([], kind), []),
        ]:
            cleaned = CLEANER.clean_arrow(data, threads=threads)
            cleaned.validate(full=True)
            assert (type(cleaned), cleaned.type, listed(cleaned)) == (type(data), kind, want)
    chunked = pa.chunked_array([whole, whole.slice(1, 3), array([], kind)], kind)
    cleaned = CLEANER.clean_arrow(chunked)
    assert (cleaned.type, listed(cleaned), cleaned.num_chunks) == (kind, WANT + WANT[1:4], 3)
    cleaned = CLEANER.clean_arrow(pa.chunked_array([], kind))
    assert (cleaned.type, len(cleaned)) == (kind, 0)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_unchanged_values_are_not_copied(kind: Any) -> None:
    data = array([PROSE, None, "short", PROSE + "ü"], kind)
    cleaned = CLEANER.clean_arrow(data)
    assert [b and b.address for b in cleaned.buffers()] == [b and b.address for b in data.buffers()]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_tables(kind: Any) -> None:
    count = len(VALUES)
    table = pa.table(
        {
            "n": pa.array(range(count)),
            "text": array(VALUES, kind),
            "list": pa.array([[i] for i in range(count)]),
            "when": pa.array([0] * count, pa.timestamp("us", "UTC")),
        }
    ).replace_schema_metadata({"made": "by hand"})
    for data in (table, table.to_batches()[0], table.slice(2, 3), table.slice(0, 0)):
        cleaned = CLEANER.clean_arrow(data, verdict="verdict", audit="audit")
        assert type(cleaned) is type(data)
        assert cleaned.schema.metadata == {b"made": b"by hand"}
        assert cleaned.drop_columns(["verdict", "audit", "text"]).equals(data.drop_columns(["text"]))
        assert cleaned.schema.field("text") == data.schema.field("text")
        for value, old, verdict, audit in zip(
            listed(cleaned["text"]),
            listed(data["text"]),
            listed(cleaned["verdict"]),
            listed(cleaned["audit"]),
            strict=True,
        ):
            if old is None:
                assert (value, verdict, audit) == (None, None, None)
                continue
            page = CLEANER.clean(old.encode() if "binary" in str(kind) else old)
            assert (value, verdict, audit) == (page.text, page.verdict, page.audit())
    address = [b.address for b in table["n"].chunk(0).buffers() if b]
    assert [b.address for b in CLEANER.clean_arrow(table)["n"].chunk(0).buffers() if b] == address


def test_binary_is_decoded() -> None:
    data = pa.array(
        [b"Un caf\xe9. " + PAGE.encode(), PAGE.encode("utf-16"), b"\x00\x01\xff", b"\xef\xbb\xbf" + PROSE.encode()]
    )
    want = [("Un café. " + PROSE).encode(), PROSE.encode(), b"\x00\x01\xff", PROSE.encode()]
    assert CLEANER.clean_arrow(data).to_pylist() == want


def test_readers_are_lazy() -> None:
    read = []

    def batches() -> Any:
        for i in range(5):
            read.append(i)
            yield pa.record_batch({"text": [PAGE] * 3, "n": [i] * 3})

    schema = pa.schema({"text": pa.string(), "n": pa.int64()})
    reader = CLEANER.clean_arrow(pa.RecordBatchReader.from_batches(schema, batches()), verdict="v")
    assert read == []
    assert reader.schema.names == ["text", "n", "v"]
    batch = reader.read_next_batch()
    assert (read, batch["text"].to_pylist()) == ([0], [PROSE] * 3)
    assert reader.read_all()["n"].to_pylist() == [1] * 3 + [2] * 3 + [3] * 3 + [4] * 3


def test_a_reader_that_fails() -> None:
    def batches() -> Any:
        yield pa.record_batch({"text": [PAGE]})
        raise OSError("the disk is gone")

    reader = CLEANER.clean_arrow(pa.RecordBatchReader.from_batches(pa.schema({"text": pa.string()}), batches()))
    assert reader.read_next_batch()["text"].to_pylist() == [PROSE]
    with pytest.raises(Exception, match="the disk is gone"):
        reader.read_next_batch()


def test_facts_of_a_page() -> None:
    table = pa.table({"url": ["https://www.example.org/a", None], "title": ["Bridge", None], "text": [PAGE, PAGE]})
    audits = CLEANER.clean_arrow(table, audit="audit")["audit"].to_pylist()
    assert [json.loads(audit).get("host") for audit in audits] == ["www.example.org", None]
    audits = CLEANER.clean_arrow(table, audit="audit", url=None)["audit"].to_pylist()
    assert [json.loads(audit).get("host") for audit in audits] == [None, None]
    named = table.rename_columns(["link", "title", "text"])
    audits = CLEANER.clean_arrow(named, audit="audit", url="link")["audit"].to_pylist()
    assert [json.loads(audit).get("host") for audit in audits] == ["www.example.org", None]
    # Columns of these names that hold no text tell nothing.
    assert CLEANER.clean_arrow(table.set_column(0, "url", pa.array([1, 2])))["text"].to_pylist() == [PROSE, PROSE]
    kind = pa.dictionary(pa.int8(), pa.string())
    coded = table.set_column(2, "text", array([PAGE, PAGE], kind)).set_column(
        0, "url", table["url"].cast(pa.large_string())
    )
    assert CLEANER.clean_arrow(coded)["text"].to_pylist() == [PROSE, PROSE]


def test_several_columns() -> None:
    table = pa.table({"title": ["A", "B"], "lead": ["Share this article", None], "text": [PAGE, PAGE]})
    cleaned = CLEANER.clean_arrow(table, ["lead", "text"], verdict="v", audit="a")
    assert cleaned["text"].to_pylist() == [PROSE, PROSE]
    assert cleaned["v"].to_pylist() == ["article", "article"]
    assert [json.loads(line)["field"] for line in cleaned["a"][0].as_py().splitlines()] == ["lead", "text"]


@pytest.mark.parametrize(
    ("data", "options", "kind", "message"),
    [
        (None, {}, TypeError, "the data is NoneType, expected data of pyarrow, Polars, DuckDB or pandas"),
        ([PAGE], {}, TypeError, "the data is list"),
        (pl.LazyFrame({"text": [PAGE]}), {}, TypeError, "collect it first"),
        (pa.table({"txt": [PAGE]}), {}, unchaff.Error, "no column `text`, expected one of txt; did you mean `txt`?"),
        (pa.table({}), {}, unchaff.Error, "there is no column `text`, there are none"),
        (pd.DataFrame({"txt": [PAGE]}), {}, unchaff.Error, "did you mean `txt`?"),
        (pl.DataFrame({"txt": [PAGE]}), {}, unchaff.Error, "did you mean `txt`?"),
        (pa.table({"text": [1]}), {}, TypeError, "column `text` holds Int64, expected strings"),
        (pa.table({"text": [[PAGE]]}), {}, TypeError, "column `text` holds List"),
        (pa.array([1.5]), {}, TypeError, "the array holds Float64"),
        (pa.array([PAGE]), {"verdict": "v"}, unchaff.Error, "`verdict` adds a column `v`, expected a table"),
        (pa.table({"text": [PAGE]}), {"verdict": "text"}, unchaff.Error, "there is a column `text` already"),
        (pa.table({"text": [PAGE]}), {"column": 3}, TypeError, "not iterable"),
        (pa.table({"text": [PAGE]}), {"column": [3]}, TypeError, "`column` has int"),
        (pa.table({"text": [PAGE]}), {"column": []}, TypeError, "`column` is empty"),
        (pa.table({"text": [PAGE]}), {"threads": 0}, ValueError, "expected at least 1"),
    ],
)
def test_what_cannot_be(data: Any, options: dict[str, Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as raised:
        CLEANER.clean_arrow(data, **options)
    assert message in str(raised.value)


def test_nulls_without_a_type() -> None:
    data = pa.table({"text": pa.nulls(3), "n": [1, 2, 3]})
    assert CLEANER.clean_arrow(data, verdict="v").equals(data.append_column("v", pa.nulls(3, pa.string())))
    assert CLEANER.clean_arrow(pa.nulls(2)).equals(pa.nulls(2))


def test_strings_that_are_no_text() -> None:
    broken = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\3\0\0\0"), pa.py_buffer(b"a\xffb")])
    with pytest.raises(ValueError, match="row 0 of `text` is not UTF-8, expected text; cast the column to binary"):
        CLEANER.clean_arrow(pa.table({"text": broken}))


def test_keys_that_do_not_suffice() -> None:
    # The same text on many hosts would come out in more ways than there are keys; here it does not, so all is well.
    kind = pa.dictionary(pa.int8(), pa.string())
    table = pa.table({"url": [f"https://h{i}.example/" for i in range(300)], "text": array([PAGE] * 300, kind)})
    assert CLEANER.clean_arrow(table)["text"].to_pylist() == [PROSE] * 300


def test_a_million_characters() -> None:
    page = PROSE * 12_000 + "\nShare this article\n"
    want = CLEANER.clean(page).text
    for kind in (pa.string(), pa.string_view(), pa.binary()):
        assert listed(CLEANER.clean_arrow(array([page, "short", None], kind))) == [want, "short", None]


def test_polars() -> None:
    frame = pl.DataFrame({"n": range(len(VALUES)), "text": VALUES})
    cleaned = CLEANER.clean_arrow(frame, verdict="verdict")
    assert isinstance(cleaned, pl.DataFrame)
    assert cleaned["text"].to_list() == WANT
    assert cleaned.schema == {"n": pl.Int64, "text": pl.String, "verdict": pl.String}
    series = CLEANER.clean_arrow(frame["text"])
    assert (series.name, series.dtype, series.to_list()) == ("text", pl.String, WANT)
    assert CLEANER.clean_arrow(frame.clear())["text"].to_list() == []
    assert CLEANER.clean_arrow(frame["text"].clear()).dtype == pl.String
    parts = pl.concat([frame["text"], frame["text"]], rechunk=False)
    assert CLEANER.clean_arrow(parts).to_list() == WANT * 2
    coded = CLEANER.clean_arrow(frame["text"].cast(pl.Categorical))
    assert (coded.dtype, coded.to_list()) == (pl.Categorical, WANT)
    assert CLEANER.clean_arrow(frame["text"].cast(pl.Binary)).cast(pl.String).to_list() == WANT


@pytest.mark.parametrize("kind", [object, "str", "string[pyarrow]", "category"])
def test_pandas(kind: Any) -> None:
    index = pd.Index(list("abcdefgh"), name="key")
    frame = pd.DataFrame({"n": range(8), "text": pd.Series(VALUES, dtype=object)}).set_axis(index)
    frame["text"] = frame["text"].astype(kind)
    before = frame.copy()
    cleaned = CLEANER.clean_arrow(frame, verdict="verdict")
    assert list(cleaned.columns) == ["n", "text", "verdict"]
    assert cleaned.index.equals(index)
    assert [None if pd.isna(value) else value for value in cleaned["text"]] == WANT
    assert str(cleaned["text"].dtype) == str(frame["text"].dtype)
    assert cleaned["verdict"].isna().tolist() == [value is None for value in VALUES]
    pd.testing.assert_frame_equal(frame, before)
    series = CLEANER.clean_arrow(frame["text"])
    pd.testing.assert_series_equal(series, cleaned["text"])
    assert CLEANER.clean_arrow(frame.iloc[:0]).empty


def test_duckdb() -> None:
    connection = duckdb.connect()
    connection.execute("create table pages as select i as n, ? as text from range(3000) t(i)", [PAGE])
    cleaned = CLEANER.clean_arrow(connection.sql("select * from pages"), verdict="verdict")
    connection.register("cleaned", cleaned)
    for _ in range(2):
        got = connection.sql("select count(*), min(text), max(verdict) from cleaned").fetchall()
        assert got == [(3000, PROSE, "article")]


def test_the_commands_bytes(pages: list[str], command: Callable[..., bytes]) -> None:
    urls = ["https://www.example.org/a", "https://bbc.co.uk/news", None]
    records = [{"url": urls[i % 3], "title": "Bridge", "text": page} for i, page in enumerate(pages)]
    for flags, settings in [
        ([], {}),
        (["--confidence", "maybe"], {"confidence": "maybe"}),
        (["--body", "always"], {"body": "always"}),
    ]:
        lines = command(jsonl(records), "--format", "jsonl", "--set", "field.verdict=verdict", *flags).splitlines()
        told = [json.loads(line) for line in lines]
        cleaner = unchaff.Cleaner(**settings)
        # The command writes no verdict on what is no text.
        want = [(record["text"], record.get("verdict", "not-text")) for record in told]
        table = pa.Table.from_pylist(records)
        for data in (table, pl.DataFrame(records), pd.DataFrame(records), table.to_reader(max_chunksize=3)):
            cleaned = cleaner.clean_arrow(data, verdict="verdict")
            cleaned = cleaned.read_all() if hasattr(cleaned, "read_all") else cleaned
            assert list(zip(listed(cleaned["text"]), listed(cleaned["verdict"]), strict=True)) == want
        cleaned = cleaner.clean_arrow(duckdb.from_arrow(table), verdict="verdict")
        assert pa.table(cleaned)["text"].to_pylist() == [text for text, _ in want]
    plain = [json.loads(line)["text"] for line in command(jsonl([{"text": page} for page in pages])).splitlines()]
    assert [cleaned.text for cleaned in unchaff.Cleaner().clean_many(pages, threads=2)] == plain
    assert [cleaned.text for cleaned in unchaff.Cleaner().clean_many([p.encode() for p in pages])] == plain
