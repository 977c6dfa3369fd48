"""Tables that Python's `csv` writes go through the command, and what comes out is read by it: every other field is the same.

    python tests/clients/tables.py target/release/unchaff
"""

import codecs
import csv
import io
import json

from support import CHAFF, PAGES, PROSE, equal, main

NAMES = ["id", "title", "url", "text", "note, with; all| of\tit"]
OTHERS = [
    (1, "A bridge at last", "https://www.example.org/a,b;c|d", 'He said "no", and\r\nleft; or | not\tat all'),
    (-2.5, "", "", ""),
    ("007", " spaces ", '"', '""\n"'),
    ("", CHAFF, "x" * 300, "'single' quotes, \u2028 and 🌉"),
]


def rows(text, pages=PAGES):
    for n in range(24):
        number, title, url, note = OTHERS[n % len(OTHERS)]
        yield [number, title, url, text(pages[n % len(pages)]), note]


def write(rows, header=True, **how):
    out = io.StringIO(newline="")
    writer = csv.writer(out, **how)
    if header:
        writer.writerow(NAMES)
    writer.writerows(rows)
    return out.getvalue().encode()


def read(content, **how):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), **how))


def both(pages=PAGES, **how):
    """The table, and the table as it is to come out."""
    return write(rows(lambda pair: pair[0], pages), **how), write(rows(lambda pair: pair[1], pages), **how)


# The last two came with Python 3.12.
QUOTING = ["QUOTE_ALL", "QUOTE_MINIMAL", "QUOTE_NONNUMERIC", "QUOTE_STRINGS", "QUOTE_NOTNULL"]
QUOTING = {name: getattr(csv, name) for name in QUOTING if hasattr(csv, name)}
STYLES = [
    (f"{quoting}, {delimiter!r}, {end!r}", QUOTING[quoting], delimiter, end)
    for quoting in QUOTING
    for delimiter in (",", ";", "\t", "|")
    for end in ("\r\n", "\n")
]


def every_style(tools, _, quoting, delimiter, end):
    how = {"quoting": quoting, "delimiter": delimiter, "lineterminator": end}
    before, want = both(**how)
    name = "in.tsv" if delimiter == "\t" else "in.csv"
    after = tools.unchaff(tools.write(name, before))
    equal(read(after, delimiter=delimiter), read(want, delimiter=delimiter), "what csv reads")
    # Python quotes what has to be, as the command does, so not a byte differs.
    equal(after, want)
    equal(tools.unchaff(name, "-o", "out/") or tools.read("out/" + name), want, "in a folder")
    tools.unchaff("-w", name)
    equal(tools.read(name), want, "in place")
    equal(tools.unchaff("--format", "csv", input=before), want, "from a pipe")


def dialects(tools, dialect):
    before, want = both(dialect=dialect)
    equal(tools.unchaff("--format", "csv", input=before), want)


def line_ends_of_old_machines(tools):
    before, want = both(lineterminator="\r", quoting=csv.QUOTE_ALL)
    equal(tools.unchaff("--format", "csv", input=before), want)


def other_delimiters(tools):
    for delimiter in ":~\x1f^":
        before, want = both(delimiter=delimiter)
        equal(tools.unchaff("--format", "csv", "--set", f"csv-delimiter={delimiter}", input=before), want, repr(delimiter))


def no_quotes_at_all(tools):
    """Fields on one line, in which nothing has to be quoted."""
    pages = [(f"{PROSE[0]} {n}", f"{PROSE[0]} {n}") for n in range(3)]
    how = {"delimiter": "\t", "lineterminator": "\n", "quoting": csv.QUOTE_NONE, "quotechar": None}
    lines = [[n, "t", "u", pages[n % 3][0], "n"] for n in range(10)]
    out = io.StringIO(newline="")
    csv.writer(out, **how).writerows([["id", "title", "url", "text", "note"], *lines])
    equal(tools.unchaff(tools.write("in.tsv", out.getvalue())), out.getvalue().encode())


def without_header(tools):
    before, want = both(header=False)
    equal(tools.unchaff("--format", "csv", "--set", "csv-header=no", "--field", "4", input=before), want)


def several_columns_by_their_names(tools):
    out, want = io.StringIO(newline=""), io.StringIO(newline="")
    for file, text in [(out, lambda pair: pair[0]), (want, lambda pair: pair[1])]:
        writer = csv.DictWriter(file, ["n", "lead", "body"], quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows({"n": n, "lead": text(PAGES[0]), "body": text(pair)} for n, pair in enumerate(PAGES))
    equal(tools.unchaff("--format", "csv", "--field", "body,lead", input=out.getvalue().encode()), want.getvalue().encode())


def as_a_spreadsheet_saves_it(tools):
    """With a byte order mark, which a spreadsheet needs to read it again."""
    before, want = both(quoting=csv.QUOTE_ALL, delimiter=";")
    equal(tools.unchaff("--format", "csv", input=codecs.BOM_UTF8 + before), codecs.BOM_UTF8 + want)


def objects_of_rows(tools):
    import json

    before, want = both()
    lines = tools.unchaff("--format", "csv", "--set", "to=jsonl", input=before).decode().split("\n")
    equal([json.loads(line) for line in lines if line], [dict(zip(NAMES, row)) for row in read(want)[1:]])


def quotes_escaped_by_backslashes(tools):
    """What is no table as RFC 4180 has it passes and is listed: a field in quotes that goes on behind them would be misread."""
    page = f'{CHAFF}\n\nThe bridge opened on Monday, said "Anna".\n\n{CHAFF}\n\n{PROSE[0]}'
    out = io.StringIO(newline="")
    csv.writer(out, doublequote=False, escapechar="\\").writerows([["id", "text", "e"], [1, page, "x"], [2, "plain", "y"]])
    before = out.getvalue().encode()
    equal(tools.unchaff("--format", "csv", input=before, code=3), before)


def blank_lines_before_the_header(tools):
    before, want = b"\n\r\nid,text\n1,a\n", b"\n\r\nid,text,v\n1,a,article\n"
    equal(tools.unchaff("--format", "csv", "--set", "field.verdict=v", input=before), want)


def rows_that_are_too_short(tools):
    before = b'id,text\n1\n2,"b"\n'
    equal(tools.unchaff("--format", "csv", input=before, code=3), before)


main(
    __doc__,
    every_style,
    dialects,
    line_ends_of_old_machines,
    other_delimiters,
    no_quotes_at_all,
    without_header,
    several_columns_by_their_names,
    as_a_spreadsheet_saves_it,
    objects_of_rows,
    quotes_escaped_by_backslashes,
    blank_lines_before_the_header,
    rows_that_are_too_short,
    every_style=STYLES,
    dialects=[(name,) for name in csv.list_dialects()],
)
