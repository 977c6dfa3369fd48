"""Files that compressors write go through the command, and what comes out is read by the same programs, and by Python.

    python tests/clients/compression.py target/release/unchaff
"""

import bz2
import gzip
import lzma
import os

from support import CHAFF, PROSE, CLEAN_TEXT, TEXT, cleaned, equal, json_lines, main, records

COUNT = 300
PLAIN, WANT = json_lines(records(COUNT)), json_lines(cleaned(COUNT))

# Two parts, one after the other, as `cat` joins files: the cut is in the middle of a record.
PARTS = "{ head -c 50001 | %s; %s; }"


def twice(command):
    return PARTS % (command, command)


# How a file was written, its ending, the program that reads it, and the other programs that are needed.
WRITTEN = [
    ("gzip -1", ".gz", "gzip"),
    ("gzip -9n", ".gz", "gzip"),
    ("gzip --rsyncable", ".gz", "gzip"),
    (twice("gzip"), ".gz", "gzip"),
    (twice("gzip") + "; gzip < /dev/null", ".gz", "gzip"),
    # Zeros behind the end, as tapes and block devices leave them; gzip takes them for padding.
    ("gzip; head -c 512 /dev/zero", ".gz", "gzip"),
    ("pigz", ".gz", "pigz"),
    ("pigz -i", ".gz", "pigz"),
    ("pigz -i -b 32 -p 3", ".gz", "pigz"),
    ("zstd -1", ".zst", "zstd"),
    ("zstd -19 --long", ".zst", "zstd"),
    ("zstd -3 --long=27", ".zst", "zstd"),
    ("zstd -T2 --rsyncable", ".zst", "zstd"),
    ("zstd --no-check --content-size", ".zst", "zstd"),
    (twice("zstd"), ".zst", "zstd"),
    # A skippable frame between, as `pzstd` and seekable archives have them.
    ("{ head -c 50001 | zstd; printf '\\x51\\x2a\\x4d\\x18\\x03\\0\\0\\0abc'; zstd; }", ".zst", "zstd"),
    ("bzip2 -1", ".bz2", "bzip2"),
    ("bzip2 -9", ".bz2", "bzip2"),
    (twice("bzip2"), ".bz2", "bzip2"),
    ("xz -0", ".xz", "xz"),
    ("xz -9e", ".xz", "xz"),
    ("xz -T2 --block-size=64KiB --check=sha256", ".xz", "xz"),
    ("xz --x86 --lzma2", ".xz", "xz"),
    (twice("xz"), ".xz", "xz"),
    # Padding between streams is zeros in fours.
    ("{ head -c 50001 | xz; printf '\\0\\0\\0\\0'; xz; printf '\\0\\0\\0\\0'; }", ".xz", "xz"),
]
PYTHON = {".gz": gzip.decompress, ".bz2": bz2.decompress, ".xz": lzma.decompress}


def check(tools, program, ending, packed, what):
    tools.run(program, "-t", input=packed)
    equal(tools.run(program, "-dc", input=packed), WANT, f"{what}, by {program}")
    if ending in PYTHON:
        equal(PYTHON[ending](packed), WANT, f"{what}, by Python")


def written_by(tools, command, ending, program):
    tools.need(program)
    packed = tools.shell(command, input=PLAIN)
    equal(tools.run(program, "-dc", input=packed), PLAIN, "what went in")
    name = "in.jsonl" + ending
    tools.write(name, packed)
    check(tools, program, ending, tools.unchaff(name), "on standard output")
    tools.unchaff(name, "-o", "out/")
    check(tools, program, ending, tools.read("out/" + name), "in a folder")
    # From a pipe nothing tells its form but the bytes, and a name that says nothing is as good.
    check(tools, program, ending, tools.unchaff(input=packed), "from a pipe")
    tools.write("dump", packed)
    check(tools, program, ending, tools.unchaff("dump"), "without a name")
    equal(tools.unchaff(name, "--set", "to=none"), WANT, "decompressed")
    tools.unchaff("-w", name)
    check(tools, program, ending, tools.read(name), "in place")


def from_each_to_each(tools, to, program):
    """The name of the output, or the key `to`, chooses its compression."""
    tools.need("gzip", program)
    tools.write("in.jsonl.gz", tools.run("gzip", "-c", input=PLAIN))
    ending = {"gzip": ".gz", "zstd": ".zst", "bzip2": ".bz2", "xz": ".xz"}[program]
    tools.unchaff("in.jsonl.gz", "-o", "out.jsonl" + ending)
    check(tools, program, ending, tools.read("out.jsonl" + ending), "by name")
    check(tools, program, ending, tools.unchaff("in.jsonl.gz", "--set", f"to={to}"), f"by to={to}")
    tools.unchaff("in.jsonl.gz", "--set", f"to=jsonl.{to}", "-o", "out/")
    check(tools, program, ending, tools.read("out/in.jsonl" + ending), f"by to=jsonl.{to}")


def members(tools):
    """What was cleaned by several threads stands in several members, which are the same for any number of threads."""
    tools.need("pigz", "zstd")
    large = PLAIN * 12
    tools.write("in.jsonl.gz", tools.run("pigz", "-i", input=large))
    outs = [tools.unchaff("-j", jobs, "in.jsonl.gz") for jobs in (1, 2, 5)]
    assert outs[0] == outs[1] == outs[2], "other bytes with other threads"
    equal(tools.run("pigz", "-dc", input=outs[0]), WANT * 12)
    frames = tools.unchaff("in.jsonl.gz", "--set", "to=zst")
    assert frames.count(b"\x28\xb5\x2f\xfd") > 1, "one frame only"
    equal(tools.run("zstd", "-dc", input=frames), WANT * 12)


def pages(tools, program, ending):
    tools.need(program)
    html = "<!doctype html><title>Ferries</title>" + "".join(f"<p>{line}</p>" for line in [*PROSE[:3], CHAFF, *PROSE[3:]])
    tools.write("in/a.txt" + ending, tools.run(program, "-c", input=TEXT.encode()))
    tools.write("in/b.html" + ending, tools.run(program, "-c", input=html.encode()))
    tools.unchaff("in", "-o", "out")
    equal(sorted(os.listdir(tools.path("out"))), ["a.txt" + ending, "b.html.txt" + ending])
    equal(tools.run(program, "-dc", input=tools.read("out/a.txt" + ending)).decode(), CLEAN_TEXT)
    text = tools.run(program, "-dc", input=tools.read("out/b.html.txt" + ending)).decode()
    equal([line for line in text.split("\n") if line], PROSE)


def nothing_inside(tools, program, ending):
    tools.need(program)
    tools.write("in.jsonl" + ending, tools.run(program, "-c", input=b""))
    out = tools.unchaff("in.jsonl" + ending, "-o", "out/") or tools.read("out/in.jsonl" + ending)
    tools.run(program, "-t", input=out)
    equal(tools.run(program, "-dc", input=out), b"")


def cut_off(tools, program, ending):
    """A file that ends too early gives what is there of it, and is listed."""
    tools.need(program)
    packed = tools.run(program, "-1", "-c", input=b"".join(b'{"text": "%d"}\n' % n for n in range(60_000)))
    tools.write("in.jsonl" + ending, packed[: len(packed) * 2 // 3])
    tools.unchaff("in.jsonl" + ending, "-o", "out/", "--errors", "errors", code=3)
    out = tools.run(program, "-dc", input=tools.read("out/in.jsonl" + ending)).splitlines()
    equal(out[:-1], [b'{"text": "%d"}' % n for n in range(len(out) - 1)], "what is there")
    assert len(out) > 1000 and b"in.jsonl" in tools.read("errors"), len(out)


ALL = [("gzip", ".gz"), ("zstd", ".zst"), ("bzip2", ".bz2"), ("xz", ".xz")]
main(
    __doc__,
    written_by,
    from_each_to_each,
    members,
    pages,
    nothing_inside,
    cut_off,
    written_by=WRITTEN,
    from_each_to_each=[("gz", "gzip"), ("zst", "zstd"), ("bz2", "bzip2"), ("xz", "xz"), ("zstd", "zstd"), ("bzip2", "bzip2")],
    pages=ALL,
    nothing_inside=ALL,
    cut_off=ALL,
)
