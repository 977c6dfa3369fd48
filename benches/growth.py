"""How time and memory grow with the size of a page, its lines, and the number of rules. Anything worse than linear is a defect.

Small pages are measured many at a time, so that the program's start does not hide them: what is plotted is one page's share. An exponent
over `EXPONENT_MAX` is said aloud, with its case.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

import measure
import plots

if TYPE_CHECKING:
    from run import Bench

IMAGES = measure.ROOT / "docs" / "images"
EXPONENT_MAX = 1.05
PAGE_BYTES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 30_000_000, 100_000_000)
LINES = (10, 100, 1_000, 10_000, 100_000, 1_000_000)
LINE_BYTES = (100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000)
RULES = (150, 500, 1_500, 5_000, 20_000)
# Where reading the next number of rules would take longer than this even if it were linear, they are left out, and the table says so.
LOAD_SECONDS_MAX = 10.0
ROUNDS = 3
# As many pages as have so many bytes are measured together.
TOGETHER_BYTES = 4_000_000
NO_LIMITS = ("--set=page-bytes-max=1G", "--set=record-bytes-max=1G")

Series = dict[str, list[tuple[float, float]]]


def pages(bench: Bench) -> None:
    """Pages of 1 kB to 100 MB."""
    text = bench.dump("text", "100M").read_bytes().replace(b"\0", b"\n")
    cases: list[tuple[float, list[bytes]]] = []
    for size in PAGE_BYTES:
        ends, parts = 0, []
        for _ in range(max(1, TOGETHER_BYTES // size)):
            start, ends = ends, text.rfind(b"\n", ends, ends + size) + 1
            parts.append(text[start:ends])
        cases.append((size, parts))
    grow(bench, "pages", "bytes of a page", cases)


def lines(bench: Bench) -> None:
    """Pages of ever more short lines; and one line that is ever longer."""
    found = bench.dump("text", "100M").read_bytes().replace(b"\0", b"\n").split(b"\n")
    short = [line for line in found if 0 < len(line) <= 40]
    long = b" ".join(line for line in found if len(line) > 80)
    cases: list[tuple[float, list[bytes]]] = []
    for count in LINES:
        together = max(1, 100_000 // count)
        cases.append((count, [b"\n".join(short[count * i : count * (i + 1)]) + b"\n" for i in range(together)]))
    grow(bench, "lines", "lines of a page", cases)
    cases = []
    for size in LINE_BYTES:
        together = max(1, TOGETHER_BYTES // size)
        parts = [long[size * i : size * (i + 1)].decode(errors="ignore").encode() + b"\n" for i in range(together)]
        cases.append((size, parts))
    grow(bench, "line-bytes", "bytes of one line", cases)


def grow(bench: Bench, part: str, label: str, cases: list[tuple[float, list[bytes]]]) -> None:
    """Measures pages of growing size, rules alone and all, and says how time and memory grow."""
    time: Series = {"rules and body finder": [], "rules": []}
    memory: Series = {"rules and body finder": [], "rules": []}
    rows = []
    for size, parts in cases:
        dump = bench.work / "page.text"
        dump.write_bytes(b"".join(part + b"\0" for part in parts))
        row: list[object] = [plots.short(size)]
        for name, flags in (("rules", ["--body=never"]), ("rules and body finder", [])):
            rounds = 1 if size >= 30_000_000 else ROUNDS
            runs = [bench.clean(dump, *NO_LIMITS, *flags) for _ in range(rounds)]
            seconds = statistics.median(run.cpu for run in runs) / len(parts)
            held = max(run.memory for run in runs)
            time[name].append((size, seconds))
            memory[name].append((size, held))
            row += [f"{plots.short(seconds)}s", f"{held / 1e6:.0f}"]
        rows.append(row)
        dump.unlink()
    report(part, label, time, memory, rows)


def report(part: str, label: str, time: Series, memory: Series, rows: list[list[object]]) -> None:
    """Draws the plots of a part, and writes its table."""
    plots.plot(IMAGES / f"growth-{part}-time.svg", f"Time over {label}", label, "CPU seconds a page", time)
    plots.plot(IMAGES / f"growth-{part}-memory.svg", f"Memory over {label}", label, "bytes at most", memory)
    says = [say(f"time over {label}, {name}", points) for name, points in time.items()]
    says += [say(f"memory over {label}, {name}", points) for name, points in memory.items()]
    head = [label, "rules", "memory, MB", "rules and body finder", "memory, MB"]
    text = f"![Time over {label}](images/growth-{part}-time.svg)\n![Memory over {label}](images/growth-{part}-memory.svg)\n\n"
    measure.write(part, text + measure.table(head, rows) + "\n" + "\n".join(says))


def say(case: str, points: list[tuple[float, float]]) -> str:
    """The exponent of a case, and whether any step is steeper than linear."""
    slope = plots.exponent(points)
    steps = [(plots.exponent([a, b]), a[0], b[0]) for a, b in zip(points, points[1:], strict=False)]
    worst, low, high = max(steps)
    warning = "**more than linear**: " if slope > EXPONENT_MAX else ""
    return f"- {warning}{case} grows as x^{slope:.2f}; the steepest step, {plots.short(low)} to {plots.short(high)}, as x^{worst:.2f}."


def rules(bench: Bench) -> None:
    """Ever more rules beside the built-in ones: loading them, and cleaning with them."""
    dump = bench.dump("text", "20M")
    hi = bench.work / "hi.txt"
    hi.write_text("hi\n")
    loading: list[tuple[float, float]] = []
    cleaning: list[tuple[float, float]] = []
    held: list[tuple[float, float]] = []
    none = [bench.clean(dump, "--body=never") for _ in range(ROUNDS)]
    base = statistics.median(run.cpu for run in none)
    rows = [["none", "", f"{base:.2f}", "1.00", f"{max(run.memory for run in none) / 1e6:.0f}"]]
    for count in RULES:
        if loading and loading[-1][1] * count / loading[-1][0] > LOAD_SECONDS_MAX:
            rows.append([f"{count:,}", "not measured: reading them grows too fast", "", "", ""])
            continue
        flag = f"--rules={bench.pack(count)}"
        loads, ratios, cleans, memory = [], [], [], []
        for _ in range(1 if count >= 20_000 else ROUNDS):
            load = bench.clean(hi, flag).cpu
            clean = bench.clean(dump, "--body=never", flag)
            plain = bench.clean(dump, "--body=never").cpu
            loads.append(load)
            cleans.append(clean.cpu - load)
            ratios.append((clean.cpu - load) / plain)
            memory.append(clean.memory)
        loading.append((count, statistics.median(loads)))
        cleaning.append((count, statistics.median(cleans)))
        held.append((count, max(memory)))
        shown = [measure.spread(loads), measure.spread(cleans), measure.spread(ratios), f"{max(memory) / 1e6:.0f}"]
        rows.append([f"{count:,}", *shown])
    series = {"reading them": loading, "cleaning 20 MB": cleaning}
    plots.plot(IMAGES / "growth-rules-time.svg", "Time over rules", "rules beside the built-in ones", "CPU seconds", series)
    plots.plot(IMAGES / "growth-rules-memory.svg", "Memory over rules", "rules beside the built-in ones", "bytes at most", {"memory": held})
    says = [say(f"{what} over rules", points) for what, points in [*series.items(), ("memory", held)]]
    head = ["rules beside the built-in", "reading them, s", "cleaning, s", "times with none", "memory, MB"]
    text = "![Time over rules](images/growth-rules-time.svg)\n![Memory over rules](images/growth-rules-memory.svg)\n\n"
    measure.write("rules", text + measure.table(head, rows) + "\n" + "\n".join(says))
