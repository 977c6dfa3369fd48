"""The report: what five models score on the pages of sites that they have not seen. Prints it; run `train.py` before.

    python training/report.py ../shared/eval > training/report.txt
"""
import json
import subprocess
import sys
from pathlib import Path

import pages

HERE = Path(__file__).resolve().parent
SETS = ("wcxb", "scrapinghub", "trafilatura")
PROGRAM = HERE.parent / "target/release/unchaff"


def score(folder, *args):
    done = subprocess.run([sys.executable, folder / "score.py", *args], stdout=subprocess.PIPE, check=True, text=True)
    return done.stdout.rstrip()


def command(*flags):
    return " ".join([sys.executable, str(HERE / "crossed.py"), *flags])


def texts(folder, name):
    """All texts of a set: both renderings and the clean one."""
    for row in pages.rows(folder / f"{name}.jsonl.zst"):
        for key in ("text", "text_inscriptis", "gold"):
            if row.get(key):
                yield row["id"], row[key]


def clean(records, *flags):
    data = "".join(json.dumps({"id": id, "text": text}) + "\n" for id, text in records).encode()
    done = subprocess.run([sys.executable, HERE / "crossed.py", *flags], input=data, stdout=subprocess.PIPE, check=True)
    return [(row["id"], row["text"]) for row in map(json.loads, done.stdout.splitlines())]


def main():
    folder = Path(sys.argv[1])
    files = [folder / f"{name}.jsonl.zst" for name in SETS]
    excepted = sys.argv[2:3]
    print("# Whole pages, five folds by site\n")
    for style in ("text", "inscriptis"):
        print(f"## {style}")
        for file in files:
            print(score(folder, "pages", file, "--style", style, "--by", "type" if "wcxb" in file.name else "lang", "--cmd", command()))
    print("## HTML")
    for file in files:
        by = "type" if "wcxb" in file.name else "lang"
        print(score(folder, "pages", file, "--html", "--by", by, "--cmd", command("--content", "html")))
    print("\n# Clean articles\n")
    for file in files[:2]:
        print(score(folder, "harm", file, "--by", "type", "--cmd", command()))
    if excepted:
        print("\n## without the lines of gold texts that are chaff themselves")
        for file in files[:2]:
            print(score(folder, "harm", file, "--by", "type", "--except", excepted[0], "--cmd", command()))
    print("\n# On top of extractors: rules alone, then with the body finder\n")
    for flags in (("--body", "never"), ()):
        print(score(folder, "ontop", folder / "extracted.jsonl.zst", *files[:2], "--cmd", command(*flags)))
    print("\n# A second run\n")
    for name in SETS:
        once = clean(texts(folder, name))
        twice = clean(once)
        changed = sum(a != b for (_, a), (_, b) in zip(once, twice))
        print(f"{name}: {changed} of {len(once)} texts change")


main()
