"""Counts the instructions of the core on fixed pages with callgrind, and compares them with `instructions.tsv`.

    python benches/instructions.py [--bless]

What a count depends on beside the code is the compiler, what the processor can do and the C library, whose routines move memory. They stand in
the first line of the file; where they are others, nothing is compared, and that is said. Ends with 1 where a count is more than
`TOLERANCE_PERCENT` higher than the file's. One that is as much lower is told: `--bless` writes the file anew.
"""

import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).parent.parent
COUNTS = ROOT / "benches" / "instructions.tsv"
TOLERANCE_PERCENT = 3.0
# With wildcards callgrind heeds only one of the two options.
FUNCTION = "instructions::counted_work"


def place() -> str:
    """What counts depend on beside the code."""
    rustc = subprocess.run(["rustc", "--version"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    flags = pathlib.Path("/proc/cpuinfo")
    has_avx2 = flags.exists() and " avx2" in flags.read_text(encoding="utf-8")
    libc = "-".join(platform.libc_ver())
    return f"# {rustc}, {platform.machine()}{', avx2' if has_avx2 else ''}, {libc}"


def build() -> pathlib.Path:
    """Builds the bench; gives its path."""
    command = ["cargo", "bench", "--quiet", "--no-run", "--features", "bench", "--bench", "instructions", "--message-format=json"]
    lines = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    made = (json.loads(line) for line in lines)
    return next(pathlib.Path(one["executable"]) for one in made if one.get("executable") and one["target"]["name"] == "instructions")


def count(program: pathlib.Path) -> dict[str, int]:
    """The instructions of each stage: callgrind counts from nought when one function is entered, and writes a part when it is left."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["valgrind", "--quiet", "--tool=callgrind", f"--zero-before={FUNCTION}", f"--dump-after={FUNCTION}"]
        command += [f"--callgrind-out-file={folder}/out", program]
        # A clean environment: variables lie on the stack, and some are read.
        env = {"PATH": os.environ["PATH"]}
        ran = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if ran.returncode:
            sys.exit(f"valgrind failed: {ran.stderr[-2000:]}")
        names = ran.stdout.splitlines()
        counts = {}
        for number, name in enumerate(names, 1):
            # Their number is the part's; the last part, of what comes after, has none.
            text = pathlib.Path(f"{folder}/out.{number}").read_text(encoding="utf-8")
            found = re.search(r"^(?:summary|totals): (\d+)", text, re.MULTILINE)
            if not found:
                sys.exit(f"callgrind counted nothing for `{name}`")
            counts[name] = int(found[1])
    return counts


def compare(known: dict[str, int], counts: dict[str, int]) -> bool:
    """Prints both; whether none is too high."""
    good = True
    for name in [*counts, *(name for name in known if name not in counts)]:
        before, now = known.get(name), counts.get(name)
        if before is None or now is None:
            print(f"{name}: {now or 'gone'}, was {before or 'not counted'}: run `make bless-instructions`")
            good = False
            continue
        change = 100 * (now - before) / before
        verdict = ""
        if change > TOLERANCE_PERCENT:
            good, verdict = False, f": more than {TOLERANCE_PERCENT} % slower"
        elif change < -TOLERANCE_PERCENT:
            verdict = ": run `make bless-instructions` to keep it so"
        print(f"{name}: {now:,} instructions, {change:+.2f} %{verdict}")
    return good


def read() -> tuple[str, dict[str, int]]:
    """The file's first line, and its counts."""
    first, *lines = COUNTS.read_text(encoding="utf-8").splitlines()
    return first, {name: int(figure) for name, figure in (line.split("\t") for line in lines)}


def main(bless: bool) -> None:
    """Counts, and compares or writes."""
    if not shutil.which("valgrind"):
        print("skipped: instructions are not counted, for valgrind is not installed")
        return
    here = place()
    first, known = read() if COUNTS.exists() else ("", {})
    if not bless and not known:
        sys.exit(f"{COUNTS} holds no counts: run `make bless-instructions`")
    if not bless and first != here:
        print(f"skipped: instructions were counted with `{first[2:]}`, this is `{here[2:]}`")
        return
    counts = count(build())
    if bless:
        COUNTS.write_text("\n".join([here, *(f"{name}\t{figure}" for name, figure in counts.items()), ""]), encoding="utf-8")
        print(f"{len(counts)} counts written")
        return
    good = compare(known, counts)
    print(f"{len(counts)} counts compared")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main("--bless" in sys.argv[1:])
