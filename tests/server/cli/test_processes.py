"""The command as a process: interrupted, killed, its output cut off; what it leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.server.cli.conftest import CLAMP, GOOD

# Where the tests run in the background, SIGINT is ignored, and what is started ignores it, too.
# It says when it is Python's no longer but ours, which on a busy machine may take a while.
PROGRAM = """\
import os, pathlib, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from axiom_server.cli import main
pathlib.Path(os.environ["AXIOM_TRACE"], "begun").touch()
sys.exit(main())
"""
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(folder: Path) -> Start:
    """Start `axiom` in the workspace, its temporary files in a folder of its own."""
    (folder / "tmp").mkdir()
    (folder / "f.intent").write_text(CLAMP)
    (folder / "f.code").write_text(GOOD)

    def run(*arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "TMPDIR": str(folder / "tmp"), "AXIOM_TRACE": str(folder)},
        )

    return run


def of(folder: Path) -> list[str]:
    """The processes that carry this test's mark in their environment."""
    mark = f"AXIOM_TRACE={folder}".encode()
    found: list[str] = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in environ.read_bytes().split(b"\0"):
                found.append((environ.parent / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def nothing_left(folder: Path) -> None:
    until = time.monotonic() + 5
    while (left := of(folder)) and time.monotonic() < until:
        time.sleep(0.05)
    assert left == []
    assert list((folder / "tmp").iterdir()) == []


@pytest.mark.parametrize("seconds", [0.1, 0.6, 1.4])
def test_interrupted(seconds: float, folder: Path, start: Start) -> None:
    """Whether it loads, starts its tools or verifies: no traceback, nothing half written."""
    process = start("generate", "f.intent", "--budget", "60", "--candidates", "5", "--accept")
    until = time.monotonic() + 20
    while not (folder / "begun").exists() and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err.decode().strip().endswith("interrupted")
    assert b"Traceback" not in err
    assert not (folder / "f.py").exists()
    nothing_left(folder)


def test_killed(folder: Path, start: Start) -> None:
    process = start("generate", "f.intent", "--candidates", "5", "--accept")
    until = time.monotonic() + 10
    while not any("_guard" in each for each in of(folder)) and time.monotonic() < until:
        time.sleep(0.02)
    process.kill()
    process.communicate()
    assert not (folder / "f.py").exists()
    nothing_left(folder)
    again = start("history", "--check")
    out, err = again.communicate(timeout=20)
    assert again.returncode == 0, err
    assert b"every chain is whole" in out


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_output_that_nobody_reads_to_its_end(form: tuple[str, ...], start: Start) -> None:
    process = start("verify", "f.intent", "--code", "f.code", "--tier", "0", *form)
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=20)
    assert process.returncode == 1  # Not verified enough for the gate, as it would say.
    assert err == b""


def test_two_at_a_time(folder: Path, start: Start) -> None:
    both = [start("generate", "f.intent", "--json", "--seed", seed) for seed in ("1", "2")]
    for process in both:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert json.loads(out)["candidates"]
    accept = start("accept", "f.intent")
    _, err = accept.communicate(timeout=20)
    assert accept.returncode == 0, err
    assert (folder / "f.py").read_text().count("def clamp") == 1
    check = start("history", "--check")
    out, err = check.communicate(timeout=20)
    assert check.returncode == 0, err
    nothing_left(folder)
