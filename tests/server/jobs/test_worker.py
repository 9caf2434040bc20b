"""The worker process: results, notices, errors, cancellation, death and restart."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from axiom_server.errors import UserError, WorkerError
from axiom_server.jobs.worker import Worker

HERE = "tests.server.jobs.test_worker"


def double(payload: Any, emit: Callable[[Any], None], stop: threading.Event) -> Any:
    emit("half way")
    print("a stray print")
    return payload * 2


def refuse(payload: Any, emit: Callable[[Any], None], stop: threading.Event) -> Any:
    raise UserError(f"no such thing: {payload}")


def break_(payload: Any, emit: Callable[[Any], None], stop: threading.Event) -> Any:
    raise RuntimeError("broken")


def wait(payload: Any, emit: Callable[[Any], None], stop: threading.Event) -> Any:
    emit("waiting")
    stopped = stop.wait(30)
    emit("stopped" if stopped else "waited in vain")
    return stopped


def die(payload: Any, emit: Callable[[Any], None], stop: threading.Event) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def leave_at_exit(payload: Any, emit: Callable[[Any], None], stop: threading.Event) -> None:
    def tidy() -> None:
        time.sleep(0.2)
        Path(payload).write_text("tidied up")

    atexit.register(tidy)


@pytest_asyncio.fixture
async def worker(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Worker]:
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    found = Worker()
    yield found
    await found.close()


async def test_a_call_gives_its_value_and_its_notices(worker: Worker) -> None:
    heard: list[Any] = []
    assert await worker.call(f"{HERE}:double", [1, "a"], heard.append) == [1, "a", 1, "a"]
    assert heard == ["half way"]


async def test_our_errors_keep_their_class(worker: Worker) -> None:
    with pytest.raises(UserError, match="no such thing: x"):
        await worker.call(f"{HERE}:refuse", "x")


async def test_any_other_error_is_a_fault_of_ours(worker: Worker) -> None:
    with pytest.raises(WorkerError, match="RuntimeError: broken"):
        await worker.call(f"{HERE}:break_", None)


async def test_cancel_sets_the_stop_signal(worker: Worker) -> None:
    begun = asyncio.Event()
    task = asyncio.create_task(worker.call(f"{HERE}:wait", None, lambda _: begun.set()))
    await begun.wait()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert await worker.call(f"{HERE}:double", 2) == 4


async def test_a_death_is_told_and_the_next_call_starts_anew(worker: Worker) -> None:
    with pytest.raises(WorkerError, match="ended"):
        await worker.call(f"{HERE}:die", None)
    assert await worker.call(f"{HERE}:double", 3) == 6


async def test_the_child_ends_with_its_parent(worker: Worker) -> None:
    await worker.call(f"{HERE}:double", 1)
    pid = worker.pid
    assert pid is not None
    await worker.close()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        await asyncio.sleep(0.05)
    pytest.fail("the worker outlived its parent")


async def test_the_child_may_tidy_up(worker: Worker, tmp_path: Path) -> None:
    await worker.call(f"{HERE}:leave_at_exit", str(tmp_path / "told"))
    await worker.close()
    assert (tmp_path / "told").read_text() == "tidied up"
