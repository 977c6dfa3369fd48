"""Runs unchaff.spark on a Spark of its own: two processors, rows in two partitions, batches of a few rows.

    python on_spark.py UNCHAFF
"""

import os
import signal
import sys
import tempfile
import unittest
import warnings
from pathlib import Path
from unittest import mock

import support
from fences import run
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

import unchaff
import unchaff.spark

UNCHAFF = Path(sys.argv[1] if len(sys.argv) > 1 else support.ROOT / "target/debug/unchaff").resolve()
SCHEMA = "id long, url string, title string, text string"
ATTEMPTS = 4


class Spark(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        os.environ["PYSPARK_PYTHON"] = sys.executable
        os.environ["PATH"] = f"{UNCHAFF.parent}:{os.environ['PATH']}"
        cls.command = support.Command(UNCHAFF)
        cls.addClassCleanup(cls.command.folder.cleanup)
        # The examples name files as they lie in the folder where the engine was started.
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.addClassCleanup(os.chdir, os.getcwd())
        cls.folder = Path(folder.name)
        os.chdir(cls.folder)
        builder = SparkSession.builder.master(f"local[2,{ATTEMPTS}]").config("spark.ui.enabled", "false")
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        builder = builder.config("spark.sql.warehouse.dir", str(cls.command.root / "warehouse"))
        cls.spark = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", 32).getOrCreate()
        cls.addClassCleanup(cls.spark.stop)
        # Tasks that fail because the tests kill them are no news.
        cls.spark.sparkContext.setLogLevel("OFF")
        cls.pages = cls.spark.read.schema(SCHEMA).json(str(cls.command.path)).repartitionByRange(2, "id").cache()
        assert cls.pages.rdd.getNumPartitions() == 2

    def clean(self, **more):
        return unchaff.spark.clean(self.pages, verdict="verdict", audit="audit", **self.command.settings(), **more)

    def test_the_same_as_the_command(self):
        rows = self.clean().collect()
        self.assertEqual(list(rows[0].asDict()), ["id", "url", "title", "text", "verdict", "audit"])
        support.equal(self, [row.asDict() for row in rows], self.command.rows)

    def test_rules_travel_with_the_job(self):
        content = self.command.rules.read_text()
        cleaned = self.clean()
        self.command.rules.unlink()
        try:
            support.equal(self, [row.asDict() for row in cleaned.collect()], self.command.rows)
        finally:
            self.command.rules.write_text(content)

    def test_a_worker_is_killed(self):
        """The first attempt at each partition dies between two batches, as by a kernel that is out of memory."""
        marks = tempfile.TemporaryDirectory()
        self.addCleanup(marks.cleanup)
        batches = unchaff.spark._batches

        def dying(rows, *, cleaner, options):
            from pyspark import TaskContext

            task = TaskContext.get()
            for n, batch in enumerate(batches(rows, cleaner=cleaner, options=options)):
                if task.attemptNumber() == 0 and n == 1:
                    Path(marks.name, str(task.partitionId())).touch()
                    os.kill(os.getpid(), signal.SIGKILL)
                yield batch

        with mock.patch.object(unchaff.spark, "_batches", dying):
            rows = self.clean().collect()
        self.assertEqual(sorted(os.listdir(marks.name)), ["0", "1"])
        support.equal(self, [row.asDict() for row in rows], self.command.rows)

    def test_other_columns_stay(self):
        schema = (
            "key binary not null, text string not null, n decimal(9,2), at timestamp, day date, tags array<string>, "
            "counts map<string,int>, place struct<lat:double,names:array<string>>, flag boolean"
        )
        pages = self.spark.sql("select 1").select(
            F.lit(bytearray(b"\xff\x00")).alias("key"),
            F.lit("One line.\n\nShare on Facebook\n\nThe last line stands here, and it ends.\n").alias("text"),
            F.expr("cast(12.5 as decimal(9,2)) n"),
            F.expr("timestamp'2024-03-31 02:30:00' at"),
            F.expr("date'2024-02-29' day"),
            F.expr("array('a', null) tags"),
            F.expr("map('a', 1) counts"),
            F.expr("named_struct('lat', 1.5d, 'names', array('x')) place"),
            F.lit(None).cast("boolean").alias("flag"),
        )
        pages = self.spark.createDataFrame(pages.collect(), schema)
        cleaned = unchaff.spark.clean(pages)
        self.assertEqual(cleaned.schema, pages.schema)
        before, after = pages.first().asDict(), cleaned.first().asDict()
        self.assertEqual(after.pop("text"), "One line.\n\nThe last line stands here, and it ends.\n")
        before.pop("text")
        self.assertEqual(after, before)

    def test_several_columns_and_bytes(self):
        text = "Der Müller schläft.\n\nShare on Facebook\n\nDie Brücke öffnet erst am Montag, sagte er.\n"
        want = "Der Müller schläft.\n\nDie Brücke öffnet erst am Montag, sagte er.\n"
        rows = [(bytearray(text.encode("latin-1")), text), (None, "")]
        cleaned = unchaff.spark.clean(self.spark.createDataFrame(rows, "raw binary, text string"), ["raw", "text"]).collect()
        self.assertEqual([tuple(row) for row in cleaned], [(bytearray(want.encode()), want), (None, "")])

    def test_no_rows_and_empty_partitions(self):
        self.assertEqual(unchaff.spark.clean(self.pages.limit(0), verdict="v").collect(), [])
        few = self.pages.where("id < 3").repartition(8)
        self.assertEqual(unchaff.spark.clean(few, **self.command.settings()).count(), 3)

    def test_a_stream(self):
        folder = self.command.root / "stream"
        stream = self.spark.readStream.schema(SCHEMA).json(str(self.command.root / "pages.json*"))
        cleaned = unchaff.spark.clean(stream, verdict="verdict", audit="audit", **self.command.settings())
        query = cleaned.writeStream.format("parquet").option("path", str(folder))
        query.option("checkpointLocation", f"{folder}-checkpoint").trigger(availableNow=True).start().awaitTermination()
        support.equal(self, [row.asDict() for row in self.spark.read.parquet(str(folder)).collect()], self.command.rows)

    def test_what_is_wrong_is_said_before_a_job(self):
        with self.assertRaises(unchaff.Error) as raised:
            unchaff.spark.clean(self.pages, "txet")
        self.assertRegex(str(raised.exception), "`txet`.*did you mean `text`")
        with self.assertRaisesRegex(TypeError, "`id` is bigint"):
            unchaff.spark.clean(self.pages, "id")
        with self.assertRaises(unchaff.Error):
            unchaff.spark.clean(self.pages, verdict="title")
        with self.assertRaises(unchaff.Error):
            unchaff.spark.clean(self.pages, rules="no-such.toml")
        with self.assertRaisesRegex(TypeError, "did you mean"):
            unchaff.spark.clean(self.pages, confidenc="sure")

    def test_documentation(self):
        run("docs/spark.md", self.folder, {"spark": self.spark})


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    unittest.main(argv=sys.argv[:1])
