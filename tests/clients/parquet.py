"""Parquet files as other programs write them, through the command and back: texts are cleaned, all else is what it was.

    python tests/clients/parquet.py PROGRAM

Needs pyarrow. PROGRAM is unchaff, built with the feature `parquet`.
"""

import datetime
import decimal
import gzip
import json
import os
import subprocess
import sys
import tempfile

import pyarrow as pa
import pyarrow.parquet as pq

PROGRAM = os.path.abspath(sys.argv[1])
RAIN = "It rained for days. The river rose."
SANK = "The river sank. All was well."
PAGE = f"{RAIN}\n\nShare on Facebook\n\n{SANK}"
CLEAN = f"{RAIN}\n\n{SANK}"
UTC = datetime.timezone.utc


def run(*args, code=0, stdin=None, folder):
    done = subprocess.run([PROGRAM, *args], cwd=folder, input=stdin, capture_output=True)
    assert done.returncode == code, (args, done.returncode, done.stderr.decode(), done.stdout[:500])
    return done


def fields(n):
    """Columns of every kind that is not to be touched, n rows of each."""
    rows = range(n)
    time = datetime.datetime(2020, 1, 2, 3, 4, 5, 678901)
    return {
        "id": pa.array(rows, pa.int64()),
        "small": pa.array([i % 100 for i in rows], pa.uint8()),
        "half": pa.array([None if i % 3 else i for i in rows], pa.float16()),
        "score": pa.array([i / 7 for i in rows], pa.float64()),
        "is": pa.array([None if i % 5 == 0 else i % 2 == 0 for i in rows]),
        "price": pa.array([decimal.Decimal(i) / 100 for i in rows], pa.decimal128(20, 4)),
        "large price": pa.array([decimal.Decimal(i) for i in rows], pa.decimal256(60, 0)),
        "at": pa.array([time.replace(tzinfo=UTC)] * n, pa.timestamp("us", tz="Europe/Vienna")),
        "at nanos": pa.array([time] * n, pa.timestamp("ns")),
        "day": pa.array([time.date()] * n, pa.date32()),
        "time": pa.array([time.time()] * n, pa.time64("us")),
        "took": pa.array([datetime.timedelta(seconds=i) for i in rows], pa.duration("ms")),
        "raw": pa.array([b"\x00\xff" * (i % 4) for i in rows], pa.binary()),
        "hash": pa.array([b"%04d" % (i % 10000) for i in rows], pa.binary(4)),
        "tags": pa.array([None if i % 7 == 0 else ["Share on Facebook"] * (i % 3) for i in rows], pa.list_(pa.string())),
        "counts": pa.array([[("a", i), ("b", None)] for i in rows], pa.map_(pa.string(), pa.int32())),
        "nested": pa.array([[{"x": [i], "y": {"z": None if i % 2 else "Share on Facebook"}}] for i in rows]),
        "kind": pa.array(["news" if i % 2 else "Share on Facebook" for i in rows]).dictionary_encode(),
        "nothing": pa.nulls(n),
    }


def check(table, name, args=(), write=None, changed=("text",), want=CLEAN, folder=None):
    """Writes a table, cleans it, and compares all that is not to be changed."""
    with tempfile.TemporaryDirectory() as made:
        folder = folder or made
        path, out = os.path.join(folder, "a.parquet"), os.path.join(folder, "out.parquet")
        pq.write_table(table, path, **(write or {}))
        run("a.parquet", "-o", "out.parquet", *args, folder=folder)
        old, new = pq.ParquetFile(path), pq.ParquetFile(out)
        before, after = old.read(), new.read()
        assert before.schema.equals(after.schema, check_metadata=True), name
        assert old.schema.equals(new.schema), name
        assert old.metadata.metadata == new.metadata.metadata, name
        for column in before.column_names:
            if column not in changed:
                assert before[column].equals(after[column]), (name, column)
        for column in changed:
            values = after[column].to_pylist()
            assert [v is None for v in values] == [v is None for v in before[column].to_pylist()], name
            assert want is None or all(v == want for v in values if v is not None), (name, column, values[:3])
        assert old.num_row_groups == new.num_row_groups, name
        for group in range(old.num_row_groups):
            a, b = old.metadata.row_group(group), new.metadata.row_group(group)
            assert a.num_rows == b.num_rows, name
            for i in range(a.num_columns):
                x, y = a.column(i), b.column(i)
                assert x.compression == y.compression and x.physical_type == y.physical_type, name
                assert x.is_stats_set == y.is_stats_set, (name, x.path_in_schema)
                assert x.has_offset_index == y.has_offset_index, (name, x.path_in_schema)
                if x.path_in_schema.split(".")[0] not in changed and x.path_in_schema not in changed:
                    assert x.statistics == y.statistics and set(x.encodings) == set(y.encodings), (name, x.path_in_schema)
                    assert x.total_compressed_size == y.total_compressed_size, (name, x.path_in_schema)
        # What is clean is copied whole.
        again = os.path.join(folder, "again.parquet")
        run("out.parquet", "-o", "again.parquet", *args, folder=folder)
        assert open(out, "rb").read() == open(again, "rb").read(), name
        return after


def texts(n, kind=pa.string()):
    return pa.array([None if i % 11 == 3 else PAGE for i in range(n)], kind)


def kinds_of_files():
    n = 500
    table = pa.table({**fields(n), "text": texts(n)}).replace_schema_metadata({"made by": "a test", "huggingface": "{}"})
    check(table, "plain")
    for compression in ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]:
        check(table, compression, write={"compression": compression})
    for name, write in {
        "groups": {"row_group_size": 37},
        "old": {"version": "1.0"},
        "pages of version 2": {"data_page_version": "2.0"},
        "no dictionary": {"use_dictionary": False},
        "no statistics": {"write_statistics": False},
        "page index": {"write_page_index": True, "data_page_size": 1000},
        "no schema of Arrow": {"store_schema": False},
        "times of Spark": {"use_deprecated_int96_timestamps": True},
        "small pages": {"data_page_size": 64, "row_group_size": 100},
        "deltas": {"use_dictionary": False, "column_encoding": {"text": "DELTA_LENGTH_BYTE_ARRAY", "id": "DELTA_BINARY_PACKED"}},
        "sorted": {"sorting_columns": [pq.SortingColumn(0)]},
        "sums": {"write_page_checksum": True},
    }.items():
        check(table, name, write=write)
    for kind in [pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]:
        check(pa.table({"id": range(n), "text": texts(n, kind)}), str(kind))
    required = pa.schema([pa.field("text", pa.string(), nullable=False)])
    check(pa.table({"text": [PAGE] * 3}, schema=required), "required")
    check(pa.table({"text": pa.array([], pa.string())}), "no rows")


def names_of_columns():
    n = 50
    inside = pa.array([None if i % 4 == 0 else {"b": PAGE, "c": "Share on Facebook"} for i in range(n)])
    after = check(pa.table({"a": inside}), "a.b", args=["--field", "a.b"], changed=("a",), want=None)
    assert after["a"].to_pylist() == [None if i % 4 == 0 else {"b": CLEAN, "c": "Share on Facebook"} for i in range(n)]
    items = pa.array([None if i % 5 == 0 else [{"text": PAGE, "n": 1}] * (i % 3) + [{"text": None, "n": 2}] for i in range(n)])
    after = check(pa.table({"items": items}), "items", args=["--field", "items.*.text"], changed=("items",), want=None)
    want = [None if i % 5 == 0 else [{"text": CLEAN, "n": 1}] * (i % 3) + [{"text": None, "n": 2}] for i in range(n)]
    assert after["items"].to_pylist() == want
    after = check(pa.table({"t": [[PAGE, "x"], []]}), "a list", args=["--field", "t.*"], changed=("t",), want=None)
    assert after["t"].to_pylist() == [[CLEAN, "x"], []]
    counts = pa.array([[("Share on Facebook", PAGE)]] * 3, pa.map_(pa.string(), pa.string()))
    after = check(pa.table({"m": counts}), "a map", args=["--field", "m.*"], changed=("m",), want=None)
    assert after["m"].to_pylist() == [[("Share on Facebook", CLEAN)]] * 3
    both = pa.table({"a.b": [PAGE] * 3, "a": [{"b": PAGE}] * 3})
    after = check(both, "a literal name", args=["--field", "a.b"], changed=("a.b",))
    two = pa.table({"body": [PAGE, None, PAGE], "id": [1, 2, 3], "title": [PAGE, PAGE, None]})
    check(two, "two", args=["--field", "title,body"], changed=("title", "body"))


def errors_and_ways():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.parquet")
        table = pa.table({**fields(100), "text": texts(100), "url": ["https://www.example.org/a"] * 100})
        pq.write_table(table, path, row_group_size=30)
        whole = open(path, "rb").read()
        for field, want in [
            ("txet", b"did you mean `text`?"),
            ("id", b"the column `id` holds numbers or times, expected strings"),
            ("raw", b"the column `raw` holds bytes that are not said to be text, expected strings"),
            ("tags", b"did you mean `tags.*`?"),
            ("z", b"did you mean `nested.*.y.z`?"),
        ]:
            done = run("a.parquet", "-o", "x.parquet", "--field", field, code=3, folder=folder)
            assert want in done.stderr, done.stderr
            assert not os.path.exists(os.path.join(folder, "x.parquet"))
        for name, bytes in {
            "empty": b"",
            "short": whole[:100],
            "cut": whole[: len(whole) // 2],
            "footer": whole[:-8] + b"\xff\xff\xff\x7fPAR1",
            "garbage": b"PAR1" + os.urandom(2000) + b"PAR1",
            "dirty": whole[:2000] + os.urandom(3000) + whole[5000:],
            "other": b"no Parquet at all, but long enough to be some",
        }.items():
            open(os.path.join(folder, f"{name}.parquet"), "wb").write(bytes)
            done = run(f"{name}.parquet", "-o", "x.parquet", code=3, folder=folder)
            assert b"panicked" not in done.stderr and b"Parquet" in done.stderr, done.stderr
            assert not os.path.exists(os.path.join(folder, "x.parquet")), name
        # Through pipes.
        out = run("--format", "parquet", "-", stdin=whole, folder=folder).stdout
        open(os.path.join(folder, "piped.parquet"), "wb").write(out)
        assert all(v in (None, CLEAN) for v in pq.read_table(os.path.join(folder, "piped.parquet"))["text"].to_pylist())
        # In place, once and again.
        run("-w", "a.parquet", folder=folder)
        new = open(path, "rb").read()
        assert new == out and new != whole
        stamp = os.stat(path).st_ino
        run("-w", "a.parquet", folder=folder)
        assert os.stat(path).st_ino == stamp
        # What would change, and pages as records.
        open(path, "wb").write(whole)
        names = run("--check", "a.parquet", code=1, folder=folder).stdout.decode().split()
        assert names == [f"a.parquet:{i + 1}" for i in range(100) if i % 11 != 3], names[:5]
        assert b"-Share on Facebook" in run("--diff", "a.parquet", folder=folder).stdout
        lines = run("--set", "to=jsonl", "--audit", "audit.jsonl.gz", "a.parquet", folder=folder).stdout.splitlines()
        with gzip.open(os.path.join(folder, "audit.jsonl.gz"), "rt", encoding="utf-8") as audit:
            assert [len(json.loads(line)["edits"]) > 0 for line in audit] == [True] * len(lines), "the audit is compressed once"
        rows = [json.loads(line) for line in lines]
        assert len(rows) == 91 and all(row == {"url": "https://www.example.org/a", "text": CLEAN} for row in rows), rows[0]


def rows_left_out():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.parquet")
        n = 3000
        column = pa.array(["" if i % 3 == 0 or 500 <= i < 1000 else PAGE for i in range(n)])
        table = pa.table({**fields(n), "text": column})
        pq.write_table(table, path, row_group_size=500)
        run("a.parquet", "-o", "out.parquet", "--set", "drop=empty", folder=folder)
        after = pq.read_table(os.path.join(folder, "out.parquet"))
        stays = [i for i in range(n) if i % 3 and not 500 <= i < 1000]
        want = table.take(stays)
        for name in want.column_names:
            if name == "text":
                assert after[name].to_pylist() == [CLEAN] * len(stays)
            else:
                assert after[name].to_pylist() == want[name].to_pylist(), name


if __name__ == "__main__":
    for test in [kinds_of_files, names_of_columns, errors_and_ways, rows_left_out]:
        test()
        print("ok", test.__name__)
