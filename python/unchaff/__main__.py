"""The command: `python -m unchaff`, and the script `unchaff` of the wheel. All of it is in Rust."""

from __future__ import annotations

import os
import signal
import sys

from unchaff._native import main as _main


def main() -> None:
    """Run the command with the arguments of this process, and end the process with its exit code."""
    # Python would only note that the user wants to stop; the command is to end at once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    code = _main(["unchaff", *sys.argv[1:]])
    sys.stderr.flush()
    # Nothing of Python is left to be done, and standard output may be a pipe that nobody reads any more.
    os._exit(code)


if __name__ == "__main__":
    main()
