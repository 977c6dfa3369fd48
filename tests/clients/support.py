"""What the tests with other programs share: pages, running commands, counting.

A script has its cases as functions that raise `AssertionError`, and hands them to `main`.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PROSE = [
    "The bridge over the river opened on Monday, three years after the town had voted for it. It cost less than planned.",
    "Anna Berg, who led the works, said that the winters had been the hardest part. “We could not pour concrete for weeks.”",
    "The old bridge will stay until spring, because the gas line still runs along it. Then it will be taken down in pieces.",
    "Shops on the far bank hope for more visitors. Several of them had closed while the road was cut off, and two are to open again.",
    "The council will meet in May to talk about the traffic that the bridge brings. Nobody expects that meeting to be short.",
    "For the children of the village the way to school is now ten minutes, not forty. They were the first to cross it.",
]
CHAFF = "Share on Facebook"
TEXT = "\n\n".join(["A bridge at last", *PROSE[:3], CHAFF, *PROSE[3:]]) + "\n"
CLEAN_TEXT = TEXT.replace(CHAFF + "\n\n", "")

RUSSIAN = [
    "Новый мост через реку открыли в понедельник, спустя три года после голосования. Он обошёлся дешевле, чем ожидали.",
    "Старый мост простоит до весны, потому что по нему проходит газовая труба. Потом его разберут по частям.",
]

# What a page holds, and what is left of it: signs that are written in several ways, texts that do not change, and no text at all.
PAGES = [
    (TEXT, CLEAN_TEXT),
    ("The old bridge was taken down on Friday.\n", "The old bridge was taken down on Friday.\n"),
    ("", ""),
    (f"{PROSE[0]}\r\n\r\n{CHAFF}\r\n\r\n{PROSE[2]}\r\n", f"{PROSE[0]}\r\n\r\n{PROSE[2]}\r\n"),
    (
        f'He said "no", and/or \\ went; a tab\there, a 🌉, a | and \u2028 too. {PROSE[3]}\n\n{CHAFF}\n\n{PROSE[4]}',
        f'He said "no", and/or \\ went; a tab\there, a 🌉, a | and \u2028 too. {PROSE[3]}\n\n{PROSE[4]}',
    ),
    ("\n\n".join([RUSSIAN[0], CHAFF, RUSSIAN[1]]), "\n\n".join(RUSSIAN)),
]

# Of records: what else they hold, the place of the text among it differing.
EXTRAS = [
    {"id": 12345678901234567890, "url": "https://www.example.org/a/b?c=d&e=\"f\"", "score": 1.50, "tags": ["a", None, True, {}]},
    {"id": -1, "nested": {"text": CHAFF, "deep": [{"text": [CHAFF]}]}, "": "", "ключ \"k\"": "\u0000\u001f\u007f\ud83d"},
    {"id": 1e-7, "title": "A bridge at last", "Text": CHAFF, "text ": CHAFF, "html": "<p>Share on Facebook</p>"},
]


def records(count, text=lambda pair: pair[0]):
    """Records with the pages in turn; `text` chooses what of a page stands in the record."""
    for n in range(count):
        extra = EXTRAS[n % len(EXTRAS)]
        fields = list(extra.items())
        fields.insert(n % (len(fields) + 1), ("text", text(PAGES[n % len(PAGES)])))
        yield dict(fields, n=n)


def cleaned(count):
    """The records as they are to come out."""
    return records(count, lambda pair: pair[1])


def json_lines(records, **how):
    """Records as Python's `json` writes them; each on a line."""
    how.setdefault("ensure_ascii", True)
    return "".join(json.dumps(record, **how) + "\n" for record in records).encode()


def equal(got, want, what="what came out"):
    """Both are the same; else the first place where they differ is shown."""
    if got == want:
        return
    at = next((i for i, (a, b) in enumerate(zip(got, want)) if a != b), min(len(got), len(want)))
    where = at if isinstance(got, list) else slice(max(0, at - 60), at + 60)
    shown = [repr(side[where]) if isinstance(where, slice) or at < len(side) else "nothing" for side in (got, want)]
    raise AssertionError(f"{what} differs at {at} (lengths {len(got)}, {len(want)}):\n    got  {shown[0]}\n    want {shown[1]}")


class Missing(Exception):
    """A program that is not installed."""


class Tools:
    """Runs the command and its clients in a folder."""

    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)
        # Settings of the machine must not decide on what a test sees.
        keep = {name: value for name, value in os.environ.items() if name in ("PATH", "TMPDIR", "LD_LIBRARY_PATH")}
        self.env = {**keep, "LC_ALL": "C.UTF-8", "HOME": str(folder)}
        # `unchaff` in a shell's command is the program that is tested.
        links = self.folder / ".bin"
        links.mkdir()
        (links / "unchaff").symlink_to(program)
        self.env["PATH"] = f"{links}{os.pathsep}{self.env['PATH']}"

    def need(self, *names):
        """The case is skipped where one of these programs is not installed."""
        missing = [name for name in names if shutil.which(name, path=self.env["PATH"]) is None]
        if missing:
            raise Missing(", ".join(missing))

    def path(self, name):
        return self.folder / name

    def write(self, name, content):
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def read(self, name):
        return self.path(name).read_bytes()

    def run(self, *args, input=b"", code=0, env=None):
        """Runs a program; gives its standard output. Another exit code than expected is a failure."""
        args = [str(arg) for arg in args]
        env = self.env if env is None else env
        done = subprocess.run(args, input=input, capture_output=True, cwd=self.folder, env=env, timeout=60)
        if code is not None and done.returncode != code:
            message = done.stderr.decode(errors="replace").strip()
            raise AssertionError(f"{' '.join(args)}: exit code {done.returncode}, expected {code}: {message}")
        return done.stdout

    def unchaff(self, *args, **how):
        return self.run(self.program, "--no-config", *args, **how)

    def shell(self, script, **how):
        return self.run("bash", "-c", script, **how)


def main(doc, *cases, **groups):
    """Runs cases, each in a folder of its own; a case of a group is called with one of the group's values."""
    if len(sys.argv) != 2:
        sys.exit(doc)
    program = pathlib.Path(sys.argv[1]).resolve()
    passed, failed, missing = 0, 0, {}
    for case in cases:
        for values in groups.get(case.__name__, [()]):
            name = re.sub(r"\s+", " ", f"{case.__name__} {values[0] if values else ''}".strip())
            try:
                with tempfile.TemporaryDirectory() as folder:
                    case(Tools(program, folder), *values)
                passed += 1
            except Missing as tool:
                missing.setdefault(str(tool), []).append(name)
            except (AssertionError, subprocess.TimeoutExpired, OSError, ValueError, LookupError) as fault:
                failed += 1
                print(f"{pathlib.Path(sys.argv[0]).name}: {name}: {type(fault).__name__}: {fault}")
    for tool, names in missing.items():
        print(f"skipped, {tool} is not installed: {', '.join(names)}")
    skipped = sum(map(len, missing.values()))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(bool(failed))
