"""The command between other programs: find, xargs, GNU parallel, split, make, and processes that are fed line by line.

    python tests/clients/pipelines.py target/release/unchaff
"""

import json
import os
import shlex
import subprocess
import threading
from itertools import chain

from support import CLEAN_TEXT, TEXT, cleaned, equal, json_lines, main, records

COUNT = 200
LINES, WANT = json_lines(records(COUNT)), json_lines(cleaned(COUNT))

# Names that a shell, a list by lines or a decoder would stumble over.
NAMES = ["a.txt", "b/a.txt", "b/two words.txt", "b/line\nend.txt", "c/'quotes\" $(x).txt", "c/-o.txt", "c/*.txt", "c/caf\udce9.txt"]


def folder(tools):
    """Some pages; gives what find is to be told, so that it says their paths as they are named here."""
    for name in NAMES:
        tools.write("in/" + name, TEXT)
    return "find in -name '*.txt' -print0"


def check_folder(tools, below, names=NAMES):
    root = tools.path(below)
    got = [os.path.relpath(os.path.join(at, name), root) for at, _, files in os.walk(root) for name in files]
    equal(sorted(got), sorted(names), "files that came out")
    for name in names:
        equal(tools.read(f"{below}/{name}").decode(), CLEAN_TEXT, repr(name))


def find_and_a_list_of_files(tools):
    """The folders of the list are mirrored, names alone need not differ."""
    tools.shell(f"{folder(tools)} | unchaff -0 --files-from - -o out")
    check_folder(tools, "out/in")


def find_and_a_list_by_lines(tools):
    folder(tools)
    names = [name for name in NAMES if "\n" not in name]
    tools.shell("find in -name '*.txt' ! -name '*end.txt' | sort > list; unchaff --files-from list -o out")
    check_folder(tools, "out/in", names)


def find_and_xargs_in_place(tools):
    for how in ["-0", "-0 -n 1", "-0 -n 2 -P 2"]:
        tools.shell(f"{folder(tools)} | xargs {how} unchaff -w --")
        check_folder(tools, "in")


def find_and_xargs_to_a_folder(tools):
    """xargs gives the names alone a place in the folder, so two that are the same are refused."""
    tools.shell(f"{folder(tools)} | xargs -0 unchaff -o out/", code=123)
    assert not tools.path("out").exists(), "something was written"
    tools.path("in/a.txt").unlink()
    tools.shell(f"{folder(tools)} | xargs -0 -n 3 unchaff -o out/")
    check_folder(tools, "out", [os.path.basename(name) for name in NAMES[1:]])


def find_exec(tools):
    tools.shell(folder(tools).replace("-print0", "-exec unchaff -w {} +"))
    check_folder(tools, "in")


def pages_between_nul(tools):
    """Pages go in and come out between NUL, in their order."""
    pages = b"".join(f"Page {n}.\n\n{TEXT}".encode() + b"\0" for n in range(50))
    want = b"".join(f"Page {n}.\n\n{CLEAN_TEXT}".encode() + b"\0" for n in range(50))
    tools.write("pages", pages)
    equal(tools.shell("cat pages | unchaff -0 | cat"), want)
    equal(tools.shell("xargs -0 -a pages printf '%s\\0' | unchaff -0 -j1"), want)


def parallel_in_blocks(tools):
    tools.need("parallel")
    tools.write("in.jsonl", LINES * 5)
    for how in ["--pipe --block 20k", "--pipe --block 20k -j3", "--pipe -N 50", "--pipepart -a in.jsonl --block 30k"]:
        feed = "" if "-a " in how else "< in.jsonl"
        equal(tools.shell(f"parallel -k {how} unchaff -j1 --format jsonl {feed}"), WANT * 5, how)
    pages = "\0".join(["One page.", TEXT, ""]).encode()
    want = pages.replace(TEXT.encode(), CLEAN_TEXT.encode())
    equal(tools.shell("parallel --pipe -k --recend '\\0' -N 1 unchaff -j1 -0", input=pages), want)


def parallel_by_file(tools):
    tools.need("parallel", "gzip")
    for n in range(6):
        tools.write(f"in/{n}.jsonl.gz", tools.run("gzip", "-c", input=LINES))
    tools.path("out").mkdir()
    tools.shell("parallel -j2 unchaff -j1 {} -o out/{/} ::: in/*.jsonl.gz")
    for n in range(6):
        equal(tools.run("gzip", "-dc", input=tools.read(f"out/{n}.jsonl.gz")), WANT)
    find = folder(tools)
    tools.shell(f"{find} | parallel -0 -X unchaff -w")
    for name in NAMES:
        equal(tools.read("in/" + name).decode(), CLEAN_TEXT, repr(name))


def split_to_filters(tools):
    tools.write("in.jsonl", LINES)
    tools.shell("split -l 33 --filter 'unchaff --format jsonl > $FILE.jsonl' in.jsonl part-")
    equal(tools.shell("cat part-*.jsonl"), WANT)


def split_to_files(tools):
    tools.need("gzip")
    tools.write("in.jsonl", LINES)
    tools.shell("split -n l/5 --additional-suffix=.jsonl in.jsonl part-; unchaff part-*.jsonl -o out/")
    equal(tools.shell("cat out/part-*.jsonl"), WANT)
    # Several files of records on standard output are one.
    equal(tools.shell("unchaff part-*.jsonl"), WANT)
    # Bytes that are cut anywhere are joined first.
    tools.shell("gzip -c in.jsonl | split -b 1000 - cut.")
    equal(tools.shell("cat cut.* | unchaff | gzip -dc"), WANT)


class Rdd:
    """Partitions as Spark has them, and `pipe` as PySpark's does it: a process for each partition, an environment that is empty but for
    what is named, a line for each item, and a thread that feeds while what comes out is read."""

    def __init__(self, partitions):
        self.partitions = partitions

    def pipe(self, command, env=None, checkCode=False):
        return Rdd([self.pipe_one(command, env or {}, checkCode, items) for items in self.partitions])

    @staticmethod
    def pipe_one(command, env, check_code, items):
        ends = {name: subprocess.PIPE for name in ("stdin", "stdout")}
        process = subprocess.Popen(shlex.split(command), env=env, cwd="/", stderr=subprocess.DEVNULL, **ends)

        def feed():
            with process.stdin as stdin:
                stdin.writelines(str(item).rstrip("\n").encode() + b"\n" for item in items)

        feeder = threading.Thread(target=feed)
        feeder.start()
        with process.stdout as stdout:
            yield from (line.decode().rstrip("\n") for line in stdout)
        feeder.join()
        if process.wait() and check_code:
            raise RuntimeError(f"`{command}` exited with code {process.returncode}")

    def collect(self):
        """All partitions at once, as executors work, and in their order."""
        results = [None] * len(self.partitions)

        def work(i):
            try:
                results[i] = list(self.partitions[i])
            except RuntimeError as error:
                results[i] = error

        threads = [threading.Thread(target=work, args=[i]) for i in range(len(results))]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        for error in results:
            if isinstance(error, Exception):
                raise error
        return list(chain.from_iterable(results))


def partitions(lines, sizes):
    """Lines spread over partitions of these sizes, the last taking the rest."""
    lines = iter(lines.decode().split("\n")[:-1])
    parts = [[next(lines) for _ in range(size)] for size in sizes]
    return [*parts, list(lines)]


def spark(tools, how, sizes):
    command = f"{shlex.quote(str(tools.program))} --no-config --format jsonl -j1"
    got = Rdd(partitions(LINES, sizes)).pipe(command, checkCode=True).collect()
    equal(got, WANT.decode().split("\n")[:-1])


def spark_and_a_record_that_is_broken(tools):
    """A line for each line: a broken one comes back as it was, and the process says so with its exit code."""
    command = f"{shlex.quote(str(tools.program))} --no-config --format jsonl -j1"
    lines = ['{"text": "a"}', "broken", '{"txt": "b"}', "", '{"text": null}']
    equal(Rdd([lines]).pipe(command).collect(), lines)
    try:
        Rdd([lines]).pipe(command, checkCode=True).collect()
    except RuntimeError as error:
        assert str(error).endswith("exited with code 3"), error
    else:
        raise AssertionError("no failure was told")
    shell = f"sh -c '{command} --errors {tools.folder}/errors-$$.jsonl || [ $? = 3 ]'"
    equal(Rdd([lines, lines[:1], lines]).pipe(shell, checkCode=True).collect(), lines + lines[:1] + lines)
    lists = [tools.read(path.name).splitlines() for path in tools.folder.glob("errors-*.jsonl")]
    equal(sorted(map(len, lists)), [0, 2, 2], "failures in lists")


def an_answer_for_each_line(tools):
    """A program that waits for each answer before it asks again."""
    pipe = subprocess.Popen([tools.program, "--no-config", "--format", "jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    for before, after in zip(LINES.splitlines(True)[:20], WANT.splitlines(True)):
        pipe.stdin.write(before)
        pipe.stdin.flush()
        equal(pipe.stdout.readline(), after)
    pipe.stdin.close()
    pipe.stdout.close()
    assert pipe.wait(timeout=60) == 0


def make_again(tools):
    """make cleans what is missing or older, and a file that failed is made again."""
    tools.need("make", "gzip")
    rule = "clean/%: in/%\n\t@mkdir -p clean\n\t@echo $*\n\t@unchaff $< -o $@\n"
    tools.write("Makefile", ".DELETE_ON_ERROR:\nall: $(patsubst in/%,clean/%,$(wildcard in/*))\n" + rule)
    for n in range(3):
        tools.write(f"in/{n}.jsonl.gz", tools.run("gzip", "-c", input=LINES))

    def made(code=0):
        return sorted(tools.run("make", "--silent", "--keep-going", code=code).decode().split())

    equal(made(), [f"{n}.jsonl.gz" for n in range(3)])
    tools.shell("rm clean/0.jsonl.gz; touch -d tomorrow in/1.jsonl.gz; echo x > in/2.jsonl; touch -d yesterday in/2.jsonl")
    equal(made(code=2), ["0.jsonl.gz", "1.jsonl.gz", "2.jsonl"])
    assert not tools.path("clean/2.jsonl").exists()
    tools.shell("touch -d '2 days ago' in/*")
    equal(made(code=2), ["2.jsonl"])


def files_without_a_last_line_end(tools):
    """The first record of the next file begins a line, also inside compression, and so does a table's header."""
    tools.need("gzip")
    for n in (1, 2):
        tools.write(f"{n}.jsonl", b'{"text": "%d"}' % n)
        tools.write(f"{n}.jsonl.gz", tools.run("gzip", "-c", input=b'{"text": "%d"}' % n))
        tools.write(f"{n}.csv", b"id,text\n%d,a" % n)
    equal(tools.shell("unchaff 1.jsonl 2.jsonl"), b'{"text": "1"}\n{"text": "2"}', "plain")
    equal(tools.shell("unchaff 1.jsonl.gz 2.jsonl.gz | gzip -dc"), b'{"text": "1"}\n{"text": "2"}', "compressed")
    equal(tools.shell("unchaff 1.csv 2.csv"), b"id,text\n1,a\nid,text\n2,a", "tables")


def lists_of_failures(tools):
    """A list may be a device or a pipe, and is never written over what is read or comes out."""
    tools.write("a.jsonl", b"broken\n" + LINES)
    for place in ["/dev/null", "/dev/stderr", ">(cat > list)"]:
        out = tools.shell(f"tail -n +2 a.jsonl | unchaff --format jsonl --errors {place}")
        equal(out, WANT, place)
    for args in ["-o out.jsonl --errors a.jsonl", "-o out.jsonl --errors ./out.jsonl", "-w --errors a.jsonl"]:
        tools.shell(f"unchaff a.jsonl {args}", code=2)
        equal(tools.read("a.jsonl"), b"broken\n" + LINES, args)


def a_file_that_changed_after_a_run_was_stopped(tools):
    """It is begun anew: neither its pages nor its failures are counted twice."""
    tools.write("a.jsonl", b"broken\n" + LINES * 200)
    resume = "unchaff --resume --set resume-every-ms=0 a.jsonl -o out.jsonl --errors errors"
    for seconds in (0.2, 0.4, 0.8, 1.6):
        tools.shell(f"timeout -s KILL {seconds} {resume}", code=None)
        if tools.path(".out.jsonl.unchaff-resume").exists() and tools.read(".out.jsonl.unchaff-resume").count(b'"at"'):
            break
    tools.shell("touch --date='1 day' a.jsonl")
    stats = tools.shell(f"{resume} --stats=json 2>&1", code=3)
    equal(tools.read("out.jsonl"), b"broken\n" + WANT * 200)
    assert tools.read("errors").count(b"\n") == 1, tools.read("errors")
    assert b'"pages":%d,' % (COUNT * 200) in stats, stats


def a_file_that_failed_and_is_tried_again(tools):
    """Once it is done it is no failure any more."""
    tools.write("a.txt", TEXT)
    resume = "unchaff --resume a.txt b.txt -o out/ --errors errors --stats=json 2>&1"
    tools.shell(resume, code=3)
    tools.write("b.txt", TEXT)
    stats = tools.shell(resume, code=0)
    assert b'"failed":0' in stats and b'"pages":2' in stats and tools.read("errors") == b"", stats


def pages_without_output_are_counted_once(tools):
    """Pages that are left out, and files that hold no text, have no place by which a run that goes on could know them."""
    tools.write("in/a.txt", "\n")
    tools.write("in/b.bin", b"a\0b")
    tools.write("in/z.jsonl", LINES * 200)
    run = "unchaff in --set drop=empty --stats=json"
    whole = tools.shell(f"{run} -o whole 2>&1")
    resume = f"{run} -o out --resume --set resume-every-ms=0 2>&1"
    for seconds in (0.2, 0.4, 0.8, 1.6):
        tools.shell(f"timeout -s KILL {seconds} {resume}", code=None)
        if tools.path("out/.unchaff-resume").exists() and tools.read("out/.unchaff-resume").count(b'"at"'):
            break
    equal(counted(tools.shell(resume)), counted(whole))


def counted(printed):
    """What was printed, with those of the numbers that a run that goes on takes over from the one before."""
    *notes, numbers = printed.splitlines()
    kept = ("pages", "changed", "failed", "not_text", "bytes_in", "bytes_out", "verdicts", "dropped", "edits", "bytes_removed")
    numbers = json.loads(numbers)
    return b"\n".join([*notes, json.dumps({key: numbers[key] for key in kept}).encode()])


def exit_codes_in_a_shell(tools):
    tools.write("a.jsonl", LINES)
    tools.write("broken.jsonl", b'{"text": "cut\n' + LINES)
    tools.write("page.txt", TEXT)
    for script, code, out in [
        ("unchaff a.jsonl > /dev/null", 0, b""),
        ("unchaff --check page.txt", 1, b"page.txt\n"),
        ("unchaff --formt jsonl page.txt", 2, b""),
        ("unchaff broken.jsonl > /dev/null", 3, b""),
        ("unchaff broken.jsonl 2> /dev/null | tail -n 1 | wc -l", 0, b"1\n"),
        ("set -o pipefail; unchaff broken.jsonl | tail -n 1 | wc -l", 3, b"1\n"),
        ("set -o pipefail; yes '{\"text\": \"a\"}' | unchaff --format jsonl | head -n 1", 141, b'{"text": "a"}\n'),
        ("unchaff a.jsonl gone.jsonl -o out/ 2> /dev/null || echo $?", 0, b"3\n"),
    ]:
        equal(tools.shell(script, code=code), out, script)


if __name__ == "__main__":
    main(
        __doc__,
        find_and_a_list_of_files,
        find_and_a_list_by_lines,
        find_and_xargs_in_place,
        find_and_xargs_to_a_folder,
        find_exec,
        pages_between_nul,
        parallel_in_blocks,
        parallel_by_file,
        split_to_filters,
        split_to_files,
        spark,
        spark_and_a_record_that_is_broken,
        an_answer_for_each_line,
        make_again,
        files_without_a_last_line_end,
        lists_of_failures,
        a_file_that_changed_after_a_run_was_stopped,
        a_file_that_failed_and_is_tried_again,
        pages_without_output_are_counted_once,
        exit_codes_in_a_shell,
        spark=[("in even partitions", [67, 67]), ("in uneven ones, some empty", [0, 1, 0, 150, 5]), ("in one", [])],
    )
