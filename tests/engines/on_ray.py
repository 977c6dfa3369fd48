"""Runs unchaff.ray on a Ray of its own with two processors.

    python on_ray.py UNCHAFF
"""

import logging
import os
import signal
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ["RAY_DATA_DISABLE_PROGRESS_BARS"] = "1"

import pyarrow as pa
import ray
import ray.data
import support
from fences import run

import unchaff
import unchaff.ray

UNCHAFF = Path(sys.argv[1] if len(sys.argv) > 1 else support.ROOT / "target/debug/unchaff").resolve()


class Ray(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.command = support.Command(UNCHAFF)
        cls.addClassCleanup(cls.command.folder.cleanup)
        # The examples name files as they lie in the folder where the engine was started.
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.addClassCleanup(os.chdir, os.getcwd())
        cls.folder = Path(folder.name)
        os.chdir(cls.folder)
        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level=logging.CRITICAL)
        cls.addClassCleanup(ray.shutdown)
        ray.data.DataContext.get_current().enable_progress_bars = False
        logging.getLogger("ray.data").setLevel(logging.CRITICAL)
        schema = pa.schema([("id", pa.int64()), ("url", pa.string()), ("title", pa.string()), ("text", pa.string())])
        table = pa.Table.from_pylist(cls.command.records, schema)
        # Blocks of their own, some with nulls alone.
        cls.pages = ray.data.from_arrow([table.slice(n, 37) for n in range(0, len(table), 37)])

    def clean(self, **more):
        return unchaff.ray.clean(self.pages, verdict="verdict", audit="audit", **self.command.settings(), **more)

    def test_the_same_as_the_command(self):
        for more in [{}, {"concurrency": 2}, {"concurrency": (1, 2), "batch_size": 10}]:
            rows = self.clean(**more).take_all()
            self.assertEqual(list(rows[0]), ["id", "url", "title", "text", "verdict", "audit"])
            support.equal(self, rows, self.command.rows)

    def test_from_files(self):
        pages = ray.data.read_json(str(self.command.path), lines=True)
        cleaned = unchaff.ray.clean(pages, verdict="verdict", audit="audit", **self.command.settings())
        cleaned.write_parquet(str(self.command.root / "clean"))
        support.equal(self, ray.data.read_parquet(str(self.command.root / "clean")).take_all(), self.command.rows)

    def test_from_pandas(self):
        rows = unchaff.ray.clean(ray.data.from_pandas(self.pages.to_pandas()), **self.command.settings()).take_all()
        self.assertEqual({row["id"]: row["text"] for row in rows}, {row["id"]: row["text"] for row in self.command.rows})

    def test_rules_travel_with_the_actors(self):
        content = self.command.rules.read_text()
        cleaned = self.clean()
        self.command.rules.unlink()
        try:
            support.equal(self, cleaned.take_all(), self.command.rows)
        finally:
            self.command.rules.write_text(content)

    def test_an_actor_is_killed(self):
        """One dies at its second batch; Ray starts another in its place."""
        marks = tempfile.TemporaryDirectory()
        self.addCleanup(marks.cleanup)

        class Dying(unchaff.ray._Clean):
            count = 0

            def __call__(self, batch):
                self.count += 1
                mark = Path(marks.name, "killed")
                if self.count == 2 and not mark.exists():
                    mark.touch()
                    os.kill(os.getpid(), signal.SIGKILL)
                return super().__call__(batch)

        with mock.patch.object(unchaff.ray, "_Clean", Dying):
            rows = self.clean(concurrency=1).take_all()
        self.assertEqual(os.listdir(marks.name), ["killed"])
        support.equal(self, rows, self.command.rows)

    def test_no_rows(self):
        empty = ray.data.from_arrow(pa.table({"text": pa.array([], pa.string())}))
        self.assertEqual(unchaff.ray.clean(empty, verdict="v").take_all(), [])
        nulls = ray.data.from_items([{"text": None}, {"text": None}])
        self.assertEqual(unchaff.ray.clean(nulls).take_all(), [{"text": None}] * 2)

    def test_what_is_wrong_is_said(self):
        with self.assertRaises(unchaff.Error) as raised:
            unchaff.ray.clean(self.pages, "txet")
        self.assertRegex(str(raised.exception), "`txet`.*did you mean `text`")
        with self.assertRaises(TypeError):
            unchaff.ray.clean(self.pages, "id")
        with self.assertRaises(unchaff.Error):
            unchaff.ray.clean(self.pages, rules="no-such.toml")
        # What columns a function makes is known when it has run.
        made = self.pages.map_batches(lambda batch: batch, batch_format="pyarrow")
        with self.assertRaisesRegex(Exception, "did you mean `text`"):
            unchaff.ray.clean(made, "txet").take_all()

    def test_documentation(self):
        run("docs/ray.md", self.folder)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
