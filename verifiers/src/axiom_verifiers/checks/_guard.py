"""The type checker's process: it ends when whoever started it has gone, however that happened.

Run as a module with the number of a pipe's reading end and the checker's folder. The checker
itself is no help here: while it is busy it hears neither that its input has ended nor that its
parent is no more, and a killed parent can tidy up nothing.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading

from basedpyright.langserver import main as serve


def _watch(lifeline: int, folder: str) -> None:
    """Blocks until the other end of the pipe is closed; then ends this process's whole group."""
    while os.read(lifeline, 1):
        pass
    shutil.rmtree(folder, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    lifeline, folder = int(sys.argv[1]), sys.argv[2]
    threading.Thread(target=_watch, args=(lifeline, folder), daemon=True).start()
    sys.argv[1:] = ["--stdio"]
    serve()


if __name__ == "__main__":
    main()
