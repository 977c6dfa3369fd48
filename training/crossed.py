"""A command for score.py: cleans each record with the model that has not seen its site.

    score.py pages wcxb.jsonl.zst --cmd 'python training/crossed.py [FLAGS OF unchaff]'
    score.py pages wcxb.jsonl.zst --html --cmd 'python training/crossed.py --content html'
"""
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
WORK = HERE / "work"
PROGRAM = HERE.parent / "target/release/unchaff"


def main():
    folds = json.loads((WORK / "folds.json").read_text())
    records = [(json.loads(line)["id"], line) for line in sys.stdin.buffer]
    for fold in sorted(set(folds.values())):
        own = b"".join(line for id, line in records if folds[id] == fold)
        models = [f"body-model={WORK / f'{fold}.model'}", f"body-model-html={WORK / f'html/{fold}.model'}"]
        command = [PROGRAM, "--no-config", "--format", "jsonl", "--set", models[0], "--set", models[1], *sys.argv[1:]]
        done = subprocess.run(command, input=own, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if done.returncode not in (0, 3):
            sys.exit(f"fold {fold}: {done.returncode}")
        sys.stdout.buffer.write(done.stdout)


main()
