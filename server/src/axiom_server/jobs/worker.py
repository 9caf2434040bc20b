"""A worker process seen from its parent: asyncio, with cancellation and restart."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import sys
from collections.abc import Callable
from typing import Any, assert_never

import msgspec

from axiom_server import errors
from axiom_server.jobs.frames import (
    LIMIT,
    Call,
    Cancel,
    Done,
    FromWorker,
    Notice,
    Ready,
    Refused,
    frame,
)

_TIDYING_SECONDS = 2.0


def _error(refused: Refused) -> errors.AxiomError:
    kind = getattr(errors, refused.kind, None)
    if isinstance(kind, type) and issubclass(kind, errors.AxiomError):
        return kind(refused.message)
    error = errors.WorkerError(f"a fault of AXIOM: {refused.message} (details are in the log)")
    error.exit_code = refused.code
    return error


class Worker:
    """Runs calls in a child process, several at a time. Start is lazy; a dead child is replaced
    by the next call, and the calls that were under way raise errors.WorkerError.
    """

    def __init__(self, command: tuple[str, ...] | None = None) -> None:
        self._command = command or (sys.executable, "-m", "axiom_server.jobs.child")
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._waiting: dict[int, tuple[asyncio.Future[Any], Callable[[Any], None]]] = {}
        self._ids = itertools.count(1)
        self._starting = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The child's process id while it lives."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Start the child if it does not run."""
        async with self._starting:
            if self._process is not None and self._process.returncode is None:
                return
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    limit=LIMIT,
                )
            except OSError as error:
                raise errors.WorkerError(
                    f"the worker process cannot be started: {error}"
                ) from error
            self._reader = asyncio.create_task(self._read(self._process))

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        try:
            while True:
                head = await process.stdout.readexactly(4)
                body = await process.stdout.readexactly(int.from_bytes(head, "big"))
                self._take(msgspec.msgpack.decode(body, type=FromWorker))
        except (asyncio.IncompleteReadError, ConnectionError):
            # A child that ends closes its output first, and then tidies up: killed there, it
            # would leave behind what it has started and written.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _TIDYING_SECONDS)
        except msgspec.DecodeError:
            pass
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        code = await process.wait()
        waiting, self._waiting = self._waiting, {}
        for future, _ in waiting.values():
            if not future.done():
                future.set_exception(
                    errors.WorkerError(f"the worker process ended (status {code}); try again")
                )

    def _take(self, message: FromWorker) -> None:
        match message:
            case Ready():
                pass
            case Notice(id=number, value=value):
                if number in self._waiting:
                    self._waiting[number][1](value)
            case Done(id=number, value=value):
                future, _ = self._waiting.pop(number, (None, None))
                if future is not None and not future.done():
                    future.set_result(value)
            case Refused(id=number):
                future, _ = self._waiting.pop(number, (None, None))
                if future is not None and not future.done():
                    future.set_exception(_error(message))
            case _:
                assert_never(message)

    async def call(
        self, function: str, payload: Any, notice: Callable[[Any], None] = lambda _: None
    ) -> Any:
        """Run `module:name` in the child; `notice` hears what it emits.

        Cancelling the task sets the call's stop signal and returns at once.
        Raises what the function raised (a class of `axiom_server.errors`), or errors.WorkerError.
        """
        await self.start()
        process = self._process
        assert process is not None
        assert process.stdin is not None
        number = next(self._ids)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = (future, notice)
        try:
            process.stdin.write(frame(Call(number, function, msgspec.to_builtins(payload))))
            await process.stdin.drain()
            return await future
        except ConnectionError as error:
            raise errors.WorkerError("the worker process ended; try again") from error
        except asyncio.CancelledError:
            with contextlib.suppress(ConnectionError, RuntimeError):
                process.stdin.write(frame(Cancel(number)))
            raise
        finally:
            self._waiting.pop(number, None)

    async def close(self) -> None:
        """End the child; it is given a little time to tidy up."""
        process = self._process
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _TIDYING_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
        if self._reader is not None:
            await self._reader
        self._process = None
