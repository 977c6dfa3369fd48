"""The audit against its schema, with a validator that is not ours; and replayed by a program that knows nothing but the audit.

    python tests/clients/audit.py target/release/unchaff
"""

import gzip
import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema

ROOT = pathlib.Path(__file__).parent.parent.parent
PAGES = sorted(ROOT.glob("tests/pages/*/source.txt"))


def replay(text, edits):
    """The text that edits make of another, by characters."""
    out, at = [], 0
    for edit in edits:
        start, end = edit["chars"]
        assert text[start:end] == edit["removed"], edit
        out += [text[at:start], edit["replacement"]]
        at = end
    return "".join(out) + text[at:]


def main(program):
    validator = jsonschema.Draft202012Validator(json.loads((ROOT / "docs/audit.schema.json").read_text()))
    with tempfile.TemporaryDirectory(prefix="unchaff-audit-") as folder:
        print(f"{checked(program, validator, pathlib.Path(folder))} passed, 0 failed")


def checked(program, validator, folder):
    """Audits of pages under several settings; how many lines were checked."""
    texts = [path.read_bytes().decode("utf-8", "replace") for path in PAGES]
    rows = [{"text": text, "url": f"https://www.example.org/{i}"} for i, text in enumerate(texts)]
    rows += [{"text": "<!doctype html><title>A</title><p>" + text} for text in texts] + [{"text": ""}]
    (folder / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "latin.txt").write_bytes("Der Fluß führt Hochwasser. Die Brücke ist gesperrt.\n".encode("latin-1"))
    count = 0
    for args in ([], ["--confidence", "maybe"], ["--body", "always"], ["--skip", "share"], ["--set", "drop=empty"]):
        command = [program, "--no-config", *args, "in.jsonl", "latin.txt", "-o", "out", "--audit", "audit.gz"]
        subprocess.run(command, cwd=folder, check=True, stderr=subprocess.DEVNULL)
        with gzip.open(folder / "audit.gz", "rt", encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        clean = [json.loads(line) for line in (folder / "out/in.jsonl").read_text().splitlines()]
        for record in records:
            validator.validate(record)
            count += 1
        of_rows = {r["record"]: r for r in records if r["path"].endswith("in.jsonl")}
        assert len(of_rows) == len(rows), (len(of_rows), len(rows))
        kept = [n for n in sorted(of_rows) if "dropped" not in of_rows[n]]
        assert len(kept) == len(clean)
        for n, row in zip(kept, clean):
            if not of_rows[n].get("html"):
                assert replay(rows[n - 1]["text"], of_rows[n]["edits"]) == row["text"], n
        latin = next(r for r in records if r["path"].endswith("latin.txt"))
        assert latin["encoding"]["found"] == "detected" and latin["encoding"]["name"] == "windows-1252", latin
    return count


if __name__ == "__main__":
    main(str(pathlib.Path(sys.argv[1]).resolve()))
