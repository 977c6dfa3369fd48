"""Runs all scripts of this folder, one after the other, and counts.

    python tests/clients/run.py target/release/unchaff [SCRIPT]...

A script takes the program's path, says what failed, and ends with another exit code than 0 if something did.
"""

import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
NO_SCRIPTS = {"run.py", "support.py"}


def reads_parquet(program):
    """Whether the program was built with that feature."""
    asked = subprocess.run([program, "--format", "parquet"], input=b"", capture_output=True)
    return b"does not read Parquet" not in asked.stderr


def main(program, *names):
    names = names or sorted(path.name for path in HERE.glob("*.py") if path.name not in NO_SCRIPTS)
    passed, failed, skipped = [], [], []
    for name in names:
        if name == "parquet.py" and not reads_parquet(program):
            print(f"{name}: skipped, the program is built without the feature `parquet`")
            skipped.append(name)
            continue
        began = time.monotonic()
        done = subprocess.run([sys.executable, HERE / name, program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        (failed if done.returncode else passed).append(name)
        *lines, last = done.stdout.splitlines() or [""]
        if done.returncode:
            print(done.stdout, end="")
        else:
            [print(line) for line in lines if line.startswith("skipped")]
        print(f"{name}: {'failed' if done.returncode else last if re.match('[0-9]+ passed', last) else 'passed'}, "
              f"{time.monotonic() - began:.1f} s", flush=True)
    print(f"scripts: {len(passed)} passed, {len(failed)} failed, {len(skipped)} skipped")
    sys.exit(bool(failed))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(str(pathlib.Path(sys.argv[1]).resolve()), *sys.argv[2:])
