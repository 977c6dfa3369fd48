"""Time and memory of commands, medians, and the page of benchmarks. What is measured stands in `run.py` and `growth.py`."""

import os
import pathlib
import re
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).parent.parent
DOCS = ROOT / "docs" / "benchmarks.md"
TIME = pathlib.Path("/usr/bin/time")
CORES = sorted(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Run:
    """What a command took: seconds on the clock, seconds of CPU, bytes of memory at most, and what it wrote."""

    wall: float
    cpu: float
    memory: int
    output: bytes


def run(
    command: Sequence[object], stdin: pathlib.Path | None = None, keep: bool = False, limit: float = 120, memory: bool = True
) -> Run | None:
    """Runs a command whose output is read and, unless `keep`, thrown away; `None` if it takes more than `limit` seconds.

    Its memory is known only with GNU time, which takes a millisecond: what the kernel says to this process counts this process too.
    The locale is C. Raises `RuntimeError` if it fails; that grep finds nothing is no failure.
    """
    told = None
    if memory and TIME.exists():
        told = tempfile.NamedTemporaryFile()
        command = [TIME, "-qf", "%M", "-o", told.name, *command]
    source = stdin.open("rb") if stdin else subprocess.DEVNULL
    start = time.perf_counter()
    # A shell tool that sees /dev/null as its output does less, so this is a pipe where the output is short.
    sink = subprocess.PIPE if keep else subprocess.DEVNULL
    env = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "1"}
    child = subprocess.Popen(
        [str(part) for part in command], stdin=source, stdout=sink, stderr=subprocess.PIPE, env=env, process_group=0
    )
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(child.pid, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, limit)
    output = child.stdout.read() if child.stdout else b""
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    signal.setitimer(signal.ITIMER_REAL, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    errors = child.stderr.read() if child.stderr else b""
    for stream in (child.stdout, child.stderr, source if stdin else None):
        if stream is not None and not isinstance(stream, int):
            stream.close()
    if child.returncode == -signal.SIGKILL:
        return None
    most = 0
    if told:
        most = int(pathlib.Path(told.name).read_text() or 0) * 1024
        told.close()
    if child.returncode not in (0, 1):
        raise RuntimeError(f"{command}: exit code {child.returncode}: {errors.decode(errors='replace')[-500:]}")
    return Run(wall, used.ru_utime + used.ru_stime, most, output)


def pin(cores: int) -> None:
    """Leaves this process and its children so many cores."""
    os.sched_setaffinity(0, CORES[-cores:])


def spread(figures: Sequence[float], digits: int = 2) -> str:
    """The median, with the least and the greatest in brackets."""
    shown = [f"{figure:,.{digits}f}" for figure in (statistics.median(figures), min(figures), max(figures))]
    return shown[0] if len(figures) == 1 else f"{shown[0]} ({shown[1]}–{shown[2]})"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(str(cell) for cell in line) + " |\n" for line in lines)


def write(part: str, text: str) -> None:
    """Sets the text between the marks of a part in the page of benchmarks, or at its end; all else stays."""
    start, end = f"<!-- {part}: written by `make bench BENCH={part}` -->", f"<!-- {part}: end -->"
    page = DOCS.read_text(encoding="utf-8")
    section = f"{start}\n{text.strip()}\n{end}"
    pattern = re.escape(start) + ".*?" + re.escape(end)
    page, found = re.subn(pattern, lambda _: section, page, count=1, flags=re.DOTALL)
    DOCS.write_text(page if found else f"{page.rstrip()}\n\n{section}\n", encoding="utf-8")
    print(f"\n== {part}\n{text}")
