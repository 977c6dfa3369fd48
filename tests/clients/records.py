"""JSON Lines that `jq` and Python's `json` write go through the command, and what comes out is read by both.

    python tests/clients/records.py target/release/unchaff
"""

import codecs
import json
import re

from support import CHAFF, PAGES, PROSE, cleaned, equal, json_lines, main, records

COUNT = 40

# Lone surrogates cannot be written but as escapes, and jq replaces them.
PLAIN = [dict(record) for record in records(COUNT)]
for record in PLAIN:
    record.update({key: value.replace("\ud83d", "") for key, value in record.items() if isinstance(value, str)})

# How Python writes, by name.
PYTHON = {
    "defaults": json_lines(records(COUNT)),
    "no ASCII escapes": json_lines(PLAIN, ensure_ascii=False),
    "compact": json_lines(records(COUNT), separators=(",", ":")),
    "wide": json_lines(records(COUNT), separators=(" ,\t", " :  ")),
    "sorted": json_lines(PLAIN, sort_keys=True, ensure_ascii=False),
    "slashes escaped, as PHP does": json_lines(records(COUNT)).replace(b"/", b"\\/"),
    "capital escapes": re.sub(rb"\\u[0-9a-f]{4}", lambda m: b"\\u" + m[0][2:].upper(), json_lines(records(COUNT))),
    "CRLF": json_lines(records(COUNT)).replace(b"\n", b"\r\n"),
    "byte order mark": codecs.BOM_UTF8 + json_lines(PLAIN, ensure_ascii=False),
    "blank lines": json_lines(records(COUNT)).replace(b"\n", b"\n\n"),
    "no last line end": json_lines(records(COUNT)).rstrip(b"\n"),
}
JQ = ["-c", "-cS", "-c --ascii-output", "-cS --ascii-output"]

# The raw form of the text; no other key of the records ends so.
RAW = re.compile(rb'(?<=")text"[ \t]*:[ \t]*("(?:[^"\\]|\\.)*")')


def parsed(content):
    """What Python reads."""
    # `str.splitlines` would also cut at U+2028.
    return [json.loads(line) for line in content.decode().split("\n") if line.strip()]


def frames(content):
    """The lines without their texts."""
    return [RAW.sub(b"text", line) for line in content.split(b"\n")]


def check(before, after):
    """Nothing but texts differs, not in any byte; texts are the clean ones; a line without edits is the same line."""
    # What comes out has no byte order mark.
    before = before.removeprefix(codecs.BOM_UTF8)
    equal(frames(after), frames(before), "the bytes around texts")
    want = list(cleaned(COUNT))
    equal([record["text"] for record in parsed(after)], [record["text"] for record in want], "texts")
    others = [[{k: v for k, v in record.items() if k != "text"} for record in parsed(side)] for side in (after, before)]
    equal(*others, "other fields")
    for old, new in zip(before.split(b"\n"), after.split(b"\n")):
        text = json.loads(old)["text"] if old.strip() else None
        if dict(PAGES).get(text) == text:
            equal(new, old, "a line whose text did not change")
    if before.isascii():
        assert after.isascii(), "escapes became other signs"


def python_writes(tools, name):
    source = tools.write("in.jsonl", PYTHON[name])
    after = tools.unchaff(source)
    check(PYTHON[name], after)
    equal(tools.unchaff("--format", "jsonl", input=PYTHON[name]), after, "from a pipe")
    tools.unchaff(source, "-o", "out.jsonl")
    equal(tools.read("out.jsonl"), after, "with -o")
    equal(tools.unchaff("out.jsonl"), after, "a second run")


def jq_writes_and_reads(tools, options):
    tools.need("jq")
    before = tools.run("jq", *options.split(), ".", input=json_lines(PLAIN))
    after = tools.unchaff(tools.write("in.jsonl", before))
    check(before, after)
    without = [tools.run("jq", "-c", "del(.text)", input=side) for side in (before, after)]
    equal(without[1], without[0], "other fields as jq reads them")
    equal(tools.run("jq", "-cS", ".", input=after), tools.run("jq", "-cS", ".", input=json_lines(
        dict(record, text=clean["text"]) for record, clean in zip(PLAIN, cleaned(COUNT)))), "all as jq reads it")


def in_the_middle_of_a_pipe(tools):
    """jq before and after, and both ends of the pipe running at once."""
    tools.need("jq")
    tools.write("in.jsonl", json_lines(PLAIN))
    script = "jq -c 'select(.n % 2 == 0)' in.jsonl | unchaff --no-config --format jsonl | jq -r '.text | @json'"
    got = [json.loads(line) for line in tools.shell("set -o pipefail; " + script).splitlines()]
    equal(got, [record["text"] for record in cleaned(COUNT)][::2])


def fields_inside_others(tools):
    tools.need("jq")
    dirty, clean = (line.join([PROSE[0], PROSE[1]]) for line in (f"\n\n{CHAFF}\n\n", "\n\n"))
    page = {"page": {"text": dirty, "n": 1}, "items": [{"t": dirty}, {"t": PROSE[2]}], "t": dirty}
    before = tools.run("jq", "-c", ".", input=json_lines([page] * 3))
    after = tools.unchaff("--format", "jsonl", "--field", "page.text,items.*.t", input=before)
    page["page"]["text"] = page["items"][0]["t"] = clean
    equal(after, tools.run("jq", "-c", ".", input=json_lines([page] * 3)))


def verdicts_and_drops(tools):
    tools.need("jq")
    tools.write("in.jsonl", json_lines(PLAIN))
    after = tools.unchaff("in.jsonl", "--set", "field.verdict=verdict", "--set", "drop=empty")
    got = tools.run("jq", "-c", "[.n, .verdict]", input=after).decode().split()
    equal(got, [f'[{record["n"]},"article"]' for record in PLAIN if record["text"]])


def verdicts_beside_escaped_keys(tools):
    """Keys with escapes are as good as others: a comma stands before the verdict, and a field that is there already is told."""
    out = tools.unchaff("--format", "jsonl", "--set", "field.verdict=ve", input=b'{"a\\u0062": 1, "text": "a"}\n')
    equal(json.loads(out), {"ab": 1, "text": "a", "ve": "article"})
    there = b'{"v\\u0065": 1, "text": "a"}\n'
    equal(tools.unchaff("--format", "jsonl", "--set", "field.verdict=ve", input=there), there)


def objects_over_several_lines(tools):
    """What `jq` writes without -c is no JSON Lines: it passes as it is, and is listed."""
    tools.need("jq")
    before = tools.run("jq", ".", input=json_lines(PLAIN[:2]))
    equal(tools.unchaff("--format", "jsonl", input=before, code=3), before)
    # As the jq manual has it, with the characters of RFC 7464 before each record.
    sequence = b"".join(b"\x1e" + line for line in json_lines(PLAIN[:2]).splitlines(True))
    equal(tools.unchaff("--format", "jsonl", input=sequence, code=3), sequence)


main(
    __doc__,
    python_writes,
    jq_writes_and_reads,
    in_the_middle_of_a_pipe,
    fields_inside_others,
    verdicts_and_drops,
    verdicts_beside_escaped_keys,
    objects_over_several_lines,
    python_writes=[(name,) for name in PYTHON],
    jq_writes_and_reads=[(options,) for options in JQ],
)
