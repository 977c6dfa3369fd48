"""Runs unchaff.datatrove in pipelines, with one worker and with two.

    python on_datatrove.py UNCHAFF
"""

import gzip
import json
import sys
import tempfile
import unittest
from pathlib import Path

import support
from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
from datatrove.utils.logging import logger
from fences import run

import unchaff
from unchaff.datatrove import Clean

UNCHAFF = sys.argv[1] if len(sys.argv) > 1 else support.ROOT / "target/debug/unchaff"


class Datatrove(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.command = support.Command(UNCHAFF)
        cls.addClassCleanup(cls.command.folder.cleanup)
        logger.remove()

    def test_the_same_as_the_command(self):
        pages = self.command.root / "pages"
        pages.mkdir()
        lines = self.command.path.read_text().splitlines(True)
        for n in range(4):
            (pages / f"{n}.jsonl").write_text("".join(lines[n::4]))
        # The reader leaves out documents without a text.
        want = [row for row in self.command.rows if self.command.records[row["id"]]["text"]]
        for workers in (1, 2):
            clean = self.command.root / f"clean{workers}"
            steps = [
                JsonlReader(str(pages), id_key="none", adapter=adapter),
                Clean(verdict="verdict", audit="audit", **self.command.settings()),
                JsonlWriter(str(clean)),
            ]
            executor = LocalPipelineExecutor(steps, tasks=4, workers=workers, logging_dir=f"{clean}-logs", skip_completed=False)
            stats = executor.run()
            rows = []
            for path in sorted(clean.glob("*.jsonl.gz")):
                for line in gzip.decompress(path.read_bytes()).decode().splitlines():
                    document = json.loads(line)
                    rows.append({"text": document["text"], **document["metadata"]})
                    # datatrove's own.
                    del rows[-1]["file_path"]
            support.equal(self, rows, want)
            counted = {key: value.total for key, value in stats.stats[1].stats.items()}
            self.assertEqual(counted["total"], len(want))
            self.assertEqual(counted["paywalled"], sum(row["verdict"] == "paywalled" for row in want))
            self.assertLess(counted["characters_out"], counted["characters_in"])

    def test_metadata_that_is_odd(self):
        for metadata in [{}, {"url": None, "title": 3}, {"url": "no address", "title": ""}, {"url": b"https://a.example/"}]:
            (document,) = Clean(verdict="verdict").run([Document("Page.\n\nShare on Facebook\n", "1", metadata=dict(metadata))])
            self.assertEqual({key: document.metadata[key] for key in metadata}, metadata)
        self.assertEqual(list(Clean().run(None)), [])

    def test_what_is_wrong_is_said_when_it_is_made(self):
        with self.assertRaises(unchaff.Error):
            Clean(rules="no-such.toml")
        with self.assertRaisesRegex(TypeError, "did you mean"):
            Clean(confidenc="sure")

    def test_documentation(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        run("docs/datatrove.md", Path(folder.name))


def adapter(self, data, path, id_in_file):
    return {"text": data.pop("text"), "id": f"{path}/{id_in_file}", "metadata": data}


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
