"""Measures the command beside other programs, in one run on one machine, and writes the tables of docs/benchmarks.md.

    python benches/run.py [PART]...

Parts: `stages`, `whole`, `html`, `peers`, `start`, `cores`, and those of `growth.py`. What is compared in a table ran in turn in the same
minutes; ratios are of each round, then the median is taken. CPU seconds are counted, so other work on the machine disturbs little; start-up
and cores go by the clock. `UNCHAFF_EVAL` names the folder of the evaluation pages, for which rows are left out where it is not there.
"""

import collections
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator

import growth
import measure
from measure import ROOT, Run, spread, table

ROUNDS = 5
PEER_ROUNDS = 3
PEER_BYTES = 8_000_000
STARTS = 101
EVAL = pathlib.Path(os.environ.get("UNCHAFF_EVAL", ROOT / ".." / "shared" / "eval"))
VENV = ROOT / "target" / "bench-venv" / "bin"
WORK = ROOT / "target" / "bench"
BENCHES = ("dump", "stages")

CLASSIC = {
    "cat": ("reads and writes", ["cat"]),
    "wc -l": ("counts lines", ["wc", "-l"]),
    "wc -lw": ("counts lines and words", ["wc", "-lw"]),
    "zstd -d": ("decompresses the same text", ["zstd", "-dcq"]),
    "grep -iFf": ("counts lines with a literal, wherever it stands", ["grep", "-ciFf"]),
}


def build() -> dict[str, pathlib.Path]:
    """Builds the benches and the command; gives the path of each by its name."""
    picked = [word for name in BENCHES for word in ("--bench", name)]
    command = ["cargo", "bench", "--quiet", "--no-run", "--features", "bench", "--message-format=json", *picked]
    lines = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    made = (json.loads(line) for line in lines)
    return {one["target"]["name"]: pathlib.Path(one["executable"]) for one in made if one.get("executable")}


class Bench:
    """The programs and the dumps, which are made once."""

    def __init__(self) -> None:
        self.made = build()
        self.work = WORK
        self.unchaff = [self.made["unchaff"], "--no-config"]
        WORK.mkdir(parents=True, exist_ok=True)
        # What was made by other packs is other text.
        for old in WORK.iterdir():
            old.unlink()

    def dump(self, form: str, size: str = "20M", kind: str = "en-raw") -> pathlib.Path:
        """A dump, as `dump.rs` makes it."""
        path = WORK / f"{kind}-{size}.{form}"
        if not path.exists():
            with path.open("wb") as file:
                subprocess.run([self.made["dump"], form, size, kind], cwd=ROOT, check=True, stdout=file)
        return path

    def pack(self, rules: int) -> pathlib.Path:
        """A pack of so many rules."""
        path = WORK / "made.toml"
        with path.open("wb") as file:
            subprocess.run([self.made["dump"], "pack", str(rules)], cwd=ROOT, check=True, stdout=file)
        return path

    def literals(self) -> pathlib.Path:
        """The literal parts of the built-in phrases, one a line."""
        path = WORK / "literals.txt"
        if not path.exists():
            with path.open("wb") as file:
                subprocess.run([self.made["dump"], "literals"], cwd=ROOT, check=True, stdout=file)
        return path

    def head(self, path: pathlib.Path, size: int) -> pathlib.Path:
        """The lines of a file within its first bytes."""
        short = WORK / f"{size}-of-{path.name}"
        with path.open("rb") as file:
            short.write_bytes(file.read(size).rpartition(b"\n")[0] + b"\n")
        return short

    def clean(self, stdin: pathlib.Path, *flags: str) -> Run:
        """The command over a dump on one core."""
        null = ["-0"] if stdin.suffix == ".text" else []
        return done(measure.run([*self.unchaff, "-j1", *null, *flags], stdin, keep=True))


def done(run: Run | None) -> Run:
    """A run that has to come to its end."""
    if run is None:
        raise RuntimeError("did not come to its end in time")
    return run


def eval_pages(name: str, field: str, limit: int) -> Iterator[dict[str, str]]:
    """The evaluation pages with a field; none where they are not there."""
    path = EVAL / f"{name}.jsonl.zst"
    if not path.exists() or not shutil.which("zstd"):
        return
    with subprocess.Popen(["zstd", "-dcq", "--long=27", path], stdout=subprocess.PIPE, text=True) as source:
        for line in source.stdout or ():
            page = json.loads(line)
            if page.get(field) and limit > 0:
                limit -= 1
                yield {field: page[field]}


def eval_text() -> pathlib.Path | None:
    """The text of real pages as a dump."""
    path = WORK / "real.text"
    texts = [page["text"].replace("\0", "") for page in eval_pages("wcxb", "text", 10_000)]
    path.write_text("".join(text + "\0" for text in texts), encoding="utf-8")
    return path if texts else None


def stages(bench: Bench) -> None:
    """Every stage of the core by itself."""
    dumps = [bench.dump("jsonl", "4M"), bench.dump("jsonl", "4M", "all-raw"), bench.dump("html", "20M")]
    names = {dump.stem: column for dump, column in zip(dumps, ("English", "30 languages", "English"), strict=True)}
    output = subprocess.run([bench.made["stages"], *dumps], check=True, stdout=subprocess.PIPE, text=True).stdout
    figures: dict[str, dict[str, list[float]]] = collections.defaultdict(lambda: collections.defaultdict(list))
    for line in output.splitlines():
        stem, stage, size, seconds = line.split("\t")
        figures[stage][names[stem]].append(int(size) / 1e6 / float(seconds))
    rows = [[stage, *(spread(of[c], 0) if c in of else "" for c in ("English", "30 languages"))] for stage, of in figures.items()]
    measure.write(
        "stages",
        f"Megabytes a second that go in, median of {ROUNDS} rounds (least–most) on one core, raw pages. `scan` finds what the tables name, "
        "`scan and match` compares it too; neither remembers lines here.\n\n" + table(["stage", "English", "30 languages"], rows),
    )


def whole(bench: Bench) -> None:
    """The command on text, beside tools that read the same bytes."""
    dumps = {f"{words} {kind}": bench.dump("text", "10M", f"{lang}-{kind}") for lang, words in (("en", "English"), ("all", "30 languages"))
             for kind in ("raw", "extracted")}  # fmt: skip
    real = eval_text()
    if real:
        dumps["real pages"] = real
    rows = []
    for name, dump in dumps.items():
        squeezed = WORK / "dump.zst"
        subprocess.run(["zstd", "-qf", dump, "-o", squeezed], check=True)
        rounds: dict[str, list[Run]] = collections.defaultdict(list)
        for _ in range(ROUNDS):
            rounds["unchaff, rules"].append(bench.clean(dump, "--body=never"))
            rounds["unchaff, rules and body finder"].append(bench.clean(dump))
            for tool, (_, command) in CLASSIC.items():
                literals = [bench.literals()] if tool.startswith("grep") else []
                # NUL bytes make a binary file of it.
                text = ["-a"] if tool.startswith("grep") else []
                given = squeezed if tool.startswith("zstd") else dump
                rounds[tool].append(done(measure.run([*command, *literals, *text], given, keep=True)))
        rules = rounds["unchaff, rules"]
        for tool, runs in rounds.items():
            ratios = [ours.cpu / max(theirs.cpu, 1e-4) for ours, theirs in zip(rules, runs, strict=True)]
            speeds = [dump.stat().st_size / 1e6 / max(run.cpu, 1e-4) for run in runs]
            memory = max(run.memory for run in runs) / 1e6
            rows.append([name, f"`{tool}`" if tool in CLASSIC else tool, spread(speeds, 0), spread(ratios), f"{memory:.0f}"])
    rows.append(slow_grep(bench, dumps["English raw"]))
    does = table(["beside it", "does"], [[f"`{tool}`", does] for tool, (does, _) in CLASSIC.items()])
    head = ["text", "", "MB/s", "times as fast as unchaff's rules", "memory, MB"]
    count = len(bench.literals().read_bytes().splitlines())
    text = f"""10 MB of text each, and 24 MB of real pages; the English raw pages have {sizes(dumps["English raw"])}; one core, CPU seconds from the process's start to its end, median of
{ROUNDS} rounds (least–most). grep and rg have the {count:,} longest literals of the packs' phrases; grep folds ASCII letters only (locale C):
with so many literals it does not come to its end in C.UTF-8.

{table(head, rows)}
{does}
None of them knows lines, pages, conditions or what to take out; unchaff does all of that, and writes the pages."""
    measure.write("whole", text)


def sizes(dump: pathlib.Path) -> str:
    """How long lines and pages of a dump are."""
    data = dump.read_bytes().replace(b"\0", b"\n\n")
    lines = data.split(b"\n")
    shown = [line for line in lines if line]
    small = sum(len(line) + 1 for line in lines if len(line) <= 120)
    return (
        f"{len(data) / 1e3 / dump.read_bytes().count(0):.0f} kB, lines of {len(data) / len(lines):.0f} bytes on average, "
        f"{100 * small / len(data):.0f} % of the bytes in lines of up to 120, {100 * len(set(shown)) / len(shown):.0f} % of the lines of their own"
    )


def slow_grep(bench: Bench, dump: pathlib.Path) -> list[str]:
    """rg with as many literals is slow beyond waiting: it gets a part, and so many seconds."""
    part, limit = bench.head(dump, 1_000_000), 20
    ours = bench.clean(part, "--body=never")
    theirs = measure.run([VENV / "rg", "-ciaFf", bench.literals(), "-"], part, keep=True, limit=limit)
    name = "English raw, its first MB"
    if theirs is None:
        return [name, "`rg -iFf`", "", f"not done in {limit} s", ""]
    ratio, speed = ours.cpu / theirs.cpu, part.stat().st_size / 1e6 / theirs.cpu
    return [name, "`rg -iFf`", f"{speed:.2f}", f"{ratio:.4f}", f"{theirs.memory / 1e6:.0f}"]


PEERS = {
    "trafilatura": "main text, with fallbacks, metadata and comments; rewrites white space; no reason for what goes",
    "jusText": "paragraphs by function words and links, of one language that is told; drops short lines",
    "resiliparse": "main text by rules on tags and classes; in C++",
    "ftfy": "`fix_encoding` only: mends mojibake, takes nothing out",
    "datatrove C4": "drops lines without end mark, whole pages by a word; for English",
    "datatrove FineWeb": "drops whole pages by shares of lines; changes no page",
}


def html(bench: Bench) -> None:
    """HTML to clean text, on made and on real pages."""
    made = bench.dump("html", "20M")
    real = WORK / "real.html"
    real.write_text("".join(json.dumps(page) + "\n" for page in eval_pages("wcxb.html", "html", 10_000)), encoding="utf-8")
    compare(bench, "html", ("trafilatura", "jusText", "resiliparse"), {"made": made, "real": real}, ("--field=html", "--content=html"))


def peers(bench: Bench) -> None:
    """Text through what cleans text in Python."""
    made = {"English": bench.dump("jsonl", "4M"), "30 languages": bench.dump("jsonl", "4M", "all-raw")}
    compare(bench, "peers", ("ftfy", "datatrove C4", "datatrove FineWeb"), made, ())


def compare(bench: Bench, part: str, names: tuple[str, ...], dumps: dict[str, pathlib.Path], flags: tuple[str, ...]) -> None:
    """The command and peers in Python over the same pages, in turn."""
    rows: list[list[str]] = []
    for name, dump in dumps.items():
        pages = len(dump.read_bytes().splitlines())
        if not pages:
            continue
        short = WORK / f"peers-{dump.name}"
        lines = dump.read_bytes().splitlines(keepends=True)
        # They are slow: every so many pages stand for all.
        few = lines[:: -(-dump.stat().st_size // PEER_BYTES)]
        short.write_bytes(b"".join(few))
        ours: list[float] = []
        theirs: dict[str, list[float]] = collections.defaultdict(list)
        versions = {}
        for _ in range(PEER_ROUNDS):
            ours.append(done(measure.run([*bench.unchaff, "-j1", "--format=jsonl", *flags], dump)).cpu / pages)
            for peer in names:
                ran = measure.run([VENV / "python", ROOT / "benches" / "peers.py", peer, short], keep=True)
                version, seconds = done(ran).output.decode().split()[-2:]
                versions[peer] = version
                theirs[peer].append(float(seconds) / len(few))
        rows.append([name, "unchaff, rules and body finder", spread([1 / one for one in ours], 0), "1.0"])
        for peer, seconds in theirs.items():
            ratios = [one / own for one, own in zip(seconds, ours, strict=True)]
            rows.append([name, f"{peer} {versions[peer]}", spread([1 / one for one in seconds], 0), spread(ratios, 1)])
    does = table(["beside it", "does"], [[peer, PEERS[peer]] for peer in names])
    head = ["pages", "", "pages/s", "times slower than unchaff"]
    measure.write(part, f"One core, CPU seconds, median of {PEER_ROUNDS} rounds (least–most); their start is not counted, unchaff's is.\n\n"
                  f"{table(head, rows)}\n{does}")  # fmt: skip


def start(bench: Bench) -> None:
    """A word through a pipe, on the clock."""
    hi = WORK / "hi.txt"
    hi.write_text("hi\n")
    commands = {"unchaff, all packs": bench.unchaff, "`grep -c hi`": ["grep", "-c", "hi"], "`cat`": ["cat"]}
    runs: dict[str, list[Run]] = collections.defaultdict(list)
    for _ in range(STARTS):
        for name, command in commands.items():
            runs[name].append(done(measure.run(command, hi, keep=True, memory=False)))
    grep = statistics.median(run.wall for run in runs["`grep -c hi`"])
    rows = [
        [name, spread([run.wall * 1e3 for run in of]), f"{statistics.median(run.wall for run in of) / grep:.2f}",
         f"{done(measure.run(commands[name], hi)).memory / 1e6:.1f}"] for name, of in runs.items()
    ]  # fmt: skip
    head = ["`echo hi` into", "ms", "times grep", "memory, MB"]
    measure.write("start", f"Median of {STARTS} runs in turn (least–most), on the clock.\n\n{table(head, rows)}")


def cores(bench: Bench) -> None:
    """One core and two, each with a worker a core, on the clock."""
    count = min(2, len(measure.CORES))
    rows = []
    for form, flags in (("jsonl", ()), ("jsonl.zst", ()), ("html", ("--field=html", "--content=html", "--format=jsonl"))):
        dump = bench.dump(form, "30M")
        runs: dict[int, list[Run]] = collections.defaultdict(list)
        for _ in range(3):
            for jobs in range(1, count + 1):
                # What reads and writes beside the workers is work too: one core does it all.
                measure.pin(jobs)
                runs[jobs].append(done(measure.run([*bench.unchaff, f"-j{jobs}", *flags], dump)))
        one = runs[1]
        for jobs, of in runs.items():
            ratios = [first.wall / run.wall for first, run in zip(one, of, strict=True)]
            memory = max(run.memory for run in of) / 1e6
            rows.append([f"`{form}`", jobs, spread([run.wall for run in of]), spread(ratios), f"{memory:.0f}"])
    measure.pin(1)
    head = ["30 MB of", "cores", "seconds", "times one core", "memory, MB"]
    measure.write("cores", f"On the clock, median of 3 rounds (least–most), rules and body finder.\n\n{table(head, rows)}")


PARTS: dict[str, Callable[[Bench], None]] = {
    "stages": stages, "whole": whole, "html": html, "peers": peers, "start": start, "cores": cores,
    "pages": growth.pages, "lines": growth.lines, "rules": growth.rules,
}  # fmt: skip


def main(wanted: list[str]) -> None:
    """Runs the parts that are named, or all."""
    unknown = [part for part in wanted if part not in PARTS]
    if unknown:
        sys.exit(f"`{unknown[0]}`, expected one of {', '.join(PARTS)}")
    bench = Bench()
    measure.pin(1)
    for part in wanted or PARTS:
        PARTS[part](bench)


if __name__ == "__main__":
    main(sys.argv[1:])
