"""Measures what a page costs in each engine, in seconds of processors, on pages of one's own.

    python engines.py UNCHAFF PAGES.parquet [PAGES.warc.gz]

The Parquet file has the columns `url` and `html`. Seconds are those of all processes that an engine starts, so other work
on the machine disturbs them little; for each engine the same job without unchaff stands beside it, which moves the same columns through
Python. Memory is the most that one worker held, its interpreter and its libraries included. docs/scale.md shows what came out.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

UNCHAFF, PAGES, *CRAWL = sys.argv[1:] if len(sys.argv) > 2 else (sys.exit(__doc__), "")
TICK = os.sysconf("SC_CLK_TCK")
START = """
import time
start = time.perf_counter()
import unchaff
imported = time.perf_counter()
unchaff.Cleaner().clean("<!doctype html><p>The bridge opened on Monday. It took three years to build.</p>")
print(imported - start, time.perf_counter() - imported)
"""


def tree():
    """This process and all below it."""
    children = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found = [os.getpid()]
    for pid in found:
        found += children.get(pid, [])
    return found


class Watch(threading.Thread):
    """Looks at the tree again and again, for processes that end take what they used with them."""

    def __init__(self, worker):
        super().__init__(daemon=True)
        self.worker = worker
        self.used, self.before, self.rss, self.own = {}, {}, 0, 0
        self.look()
        self.before = dict(self.used)
        self.ended = threading.Event()

    def look(self):
        for pid in tree():
            try:
                self.used[pid] = sum(map(int, Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13])) / TICK
                if self.worker and self.worker in Path(f"/proc/{pid}/cmdline").read_text():
                    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
                    self.rss = max(self.rss, int(status["VmHWM"].split()[0]) // 1000)
                    self.own = max(self.own, int(status["RssAnon"].split()[0]) // 1000)
            except (OSError, KeyError):
                continue

    def run(self):
        while not self.ended.wait(0.2):
            self.look()
        # Its own looking is no part of a job.
        self.cost = time.thread_time()

    def stop(self):
        self.ended.set()
        self.join()
        self.look()
        return sum(used - self.before.get(pid, 0) for pid, used in self.used.items()) - self.cost


def measured(engine, what, job, worker=None):
    watch, start = Watch(worker), time.perf_counter()
    watch.start()
    job()
    wall = time.perf_counter() - start
    figures = {"engine": engine, "what": what, "cpu_s": round(watch.stop(), 2), "wall_s": round(wall, 2)}
    # The second number leaves out what it shares: libraries, and tables in memory that several processes see.
    print(json.dumps(figures | ({"worker_mb": [watch.rss, watch.own]} if worker else {})), flush=True)


def command():
    for path in CRAWL:
        call = [UNCHAFF, "--no-config", "-j1", path, "-o", "/dev/null"]
        measured("command", Path(path).name, lambda call=call: subprocess.run(call, check=True, stderr=subprocess.DEVNULL), "unchaff")


def python():
    import pyarrow.parquet as pq

    import unchaff

    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True)
        print(json.dumps({"engine": "python", "what": "import, first page", "s": [round(float(s), 4) for s in done.stdout.split()]}))
    table = pq.read_table(PAGES, columns=["url", "html"])
    print(json.dumps({"pages": len(table), "html_bytes": sum(len(page.encode()) for page in table["html"].to_pylist())}))
    cleaner = unchaff.Cleaner()
    pages = table["html"].to_pylist()
    measured("python", "clean, a page at a time", lambda: [cleaner.clean(page).text for page in pages])
    measured("python", "clean_arrow", lambda: cleaner.clean_arrow(table, "html", threads=1))


def spark():
    from pyspark.sql import SparkSession

    import unchaff.spark

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config("spark.driver.memory", "3g")
    builder = builder.config("spark.driver.host", "127.0.0.1")
    start = time.perf_counter()
    session = builder.getOrCreate()
    print(json.dumps({"engine": "spark", "what": "start", "wall_s": round(time.perf_counter() - start, 2)}))
    pages = session.read.parquet(PAGES).select("url", "html")

    def same(batches):
        yield from batches

    def run(frame):
        return lambda: frame.write.format("noop").mode("overwrite").save()

    # The first job starts a worker and compiles what Java needs.
    measured("spark", "first job, 10 rows", run(unchaff.spark.clean(pages.limit(10), "html")))
    measured("spark", "second job, 10 rows", run(unchaff.spark.clean(pages.limit(10), "html")))
    for rows in (50, 200, 1000):
        session.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", rows)
        measured("spark", f"without unchaff, batches of {rows}", run(pages.mapInArrow(same, pages.schema)), "pyspark.daemon")
        measured("spark", f"clean, batches of {rows}", run(unchaff.spark.clean(pages, "html")), "pyspark.daemon")
    session.stop()


def ray():
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    import logging

    import ray
    import ray.data

    import unchaff.ray

    start = time.perf_counter()
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level=logging.CRITICAL)
    print(json.dumps({"engine": "ray", "what": "start", "wall_s": round(time.perf_counter() - start, 2)}))
    ray.data.DataContext.get_current().enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)

    class Same:
        def __call__(self, batch):
            return batch

    four = tempfile.TemporaryDirectory()
    for n in range(4):
        Path(four.name, f"{n}.parquet").symlink_to(Path(PAGES).resolve())

    def pages(times=1):
        return ray.data.read_parquet(PAGES if times == 1 else four.name, columns=["url", "html"])

    def drain(dataset):
        for _ in dataset.iter_internal_ref_bundles():
            pass

    def cleaned(pages, **how):
        return lambda: drain(unchaff.ray.clean(pages, "html", concurrency=1, **how))

    pool = {"compute": ray.data.ActorPoolStrategy(size=1), "batch_format": "pyarrow"}
    measured("ray", "first job, 10 rows", cleaned(pages().limit(10)))
    measured("ray", "second job, 10 rows", cleaned(pages().limit(10)))
    # A job costs some seconds whatever it does; the difference between one time the pages and four is what pages cost.
    for times in (1, 4):
        measured("ray", f"without unchaff, pages {times} times", lambda n=times: drain(pages(n).map_batches(Same, **pool)), "ray::MapW")
        measured("ray", f"clean, pages {times} times", cleaned(pages(times)), "ray::MapW")
    measured("ray", "clean, batches of 50", cleaned(pages(), batch_size=50), "ray::MapW")
    ray.shutdown()


if __name__ == "__main__":
    for part in os.environ.get("PARTS", "command python spark ray").split():
        globals()[part]()
