"""The worker process: reads one task, searches, prints what it finds. Started by `backend`.

It ends when its standard input is closed, so that it outlives neither a cancelled request nor
a parent that was killed.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
import time
from typing import BinaryIO

import msgspec

from axiom_server.errors import UnsupportedContractError
from axiom_server.synthesis.clock import Clock
from axiom_server.synthesis.drafts import LINE_LENGTH
from axiom_server.synthesis.protocol import Done, Found, Message, Progress, Task, Unsolved
from axiom_server.synthesis.search import Search
from axiom_server.synthesis.sygus_search import SygusSearch

_LENGTH = 8  # bytes of the big-endian length before the pickled task
NICENESS = 10
_REPORT_EVERY = 0.2  # seconds


def _end_with_parent(stream: BinaryIO) -> None:
    """Leave at once when the parent closes its end of the pipe."""
    while stream.read(1):
        pass
    os._exit(0)


def _formatted(code: str) -> str:
    """The code as ruff's formatter would have it; as it is when ruff cannot be run."""
    try:
        from ruff import find_ruff_bin

        done = subprocess.run(
            [find_ruff_bin(), "format", "--isolated", "--line-length", str(LINE_LENGTH), "-"],
            input=code.encode(),
            capture_output=True,
            timeout=10,
            check=True,
        )
    except (ImportError, OSError, subprocess.SubprocessError):
        return code
    return done.stdout.decode()


def main() -> None:
    """Serve the one task on standard input."""
    with contextlib.suppress(OSError):
        os.nice(NICENESS)
    stream = sys.stdin.buffer
    length = int.from_bytes(stream.read(_LENGTH), "big")
    if length == 0:
        return
    task = pickle.loads(stream.read(length))  # noqa: S301 - our own parent wrote it.
    if not isinstance(task, Task):
        return
    threading.Thread(target=_end_with_parent, args=(stream,), daemon=True).start()
    output = sys.stdout.buffer
    encoder = msgspec.json.Encoder()

    def say(message: Message) -> None:
        output.write(encoder.encode(message) + b"\n")
        output.flush()

    last = 0.0

    def report(steps: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _REPORT_EVERY:
            last = time.monotonic()
            say(Progress(steps))

    clock = Clock(task.seconds)
    sygus = SygusSearch(task.contract, task.seconds)
    try:
        search = Search(task.contract, task.seed, clock, report)
        for candidate in search.run(sygus.result)[: task.candidates]:
            say(Found(_formatted(candidate.code), candidate.origin))
    except UnsupportedContractError as error:
        say(Unsolved(str(error)))
    finally:
        sygus.close()
    say(Done())


if __name__ == "__main__":
    main()
