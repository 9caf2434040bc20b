"""The type checker's process does not outlive whoever started it, however that one ended."""

# pyright: reportPrivateUsage=false
# A process is seen from outside, by its number.

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from axiom_verifiers.checks._language_server import LanguageServer

PARENT = """\
import sys, time
from axiom_verifiers.checks._language_server import LanguageServer
server = LanguageServer()
assert server.diagnose("x: int = ''\\n", 30.0)
print(server._process.pid, server._folder.name, flush=True)
time.sleep(60)
"""


def members(group: int) -> list[int]:
    """The processes of a group that still run."""
    found: list[int] = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] not in "ZX":
            found.append(int(stat.parent.name))
    return found


def gone(group: int, folder: Path, seconds: float = 5.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not members(group) and not folder.exists():
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_parent_leaves_nothing(how: signal.Signals, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ) as parent:
        assert parent.stdout is not None
        group, folder = parent.stdout.readline().split()
        running = members(int(group))
        assert len(running) >= 2
        for each in running:
            if each != int(group):
                # A server that is busy hears nothing; one that is stopped hears even less.
                os.kill(each, signal.SIGSTOP)
        parent.send_signal(how)
    assert Path(folder).parent == tmp_path
    assert gone(int(group), Path(folder))
    assert list(tmp_path.iterdir()) == []


def test_closing_ends_a_busy_server() -> None:
    server = LanguageServer()
    server.diagnose("x = 1\n", 30.0)
    process, folder = server._process, server._folder
    assert process is not None
    assert folder is not None
    for each in members(process.pid):
        if each != process.pid:
            os.kill(each, signal.SIGSTOP)
    server.close()
    assert gone(process.pid, Path(folder.name))


def test_closing_while_it_starts_leaves_nothing() -> None:
    server = LanguageServer()
    server.warm()
    deadline = time.monotonic() + 30
    while server._process is None and time.monotonic() < deadline:
        time.sleep(0.001)
    process, folder = server._process, server._folder
    assert process is not None
    assert folder is not None
    server.close()
    assert gone(process.pid, Path(folder.name))
    assert server.diagnose("x: int = ''\n", 30.0)
    server.close()


def test_what_is_warm_answers() -> None:
    server = LanguageServer()
    server.warm()
    assert server.diagnose("x: int = ''\n", 30.0)
    server.close()


def test_what_was_closed_before_it_began_to_start_does_not_start() -> None:
    server = LanguageServer()
    with server._lock:
        server.warm()
        server.close()
    for one in threading.enumerate():
        if one.name == "axiom-types-warm":
            one.join(30)
    assert server._process is None
