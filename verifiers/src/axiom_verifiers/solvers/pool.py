"""Pre-warmed worker processes, shared by everything in this process that asks solvers."""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from axiom_verifiers.errors import WorkerError
from axiom_verifiers.logic.problem import Problem, Script
from axiom_verifiers.solvers.drivers import CVC5, Z3, Driver
from axiom_verifiers.solvers.process import Message, WorkerProcess
from axiom_verifiers.solvers.stopping import Stop

if TYPE_CHECKING:
    import select

    from axiom_verifiers.solvers.answers import Answer
    from axiom_verifiers.solvers.cache import AnswerCache
    from axiom_verifiers.solvers.race import RaceResult

_SERVES = 500  # Requests that a worker answers before it is replaced.
_FAT = 512 * 1024  # Kilobytes of resident memory above which it is replaced.
_AVOID_SECONDS = 30.0  # How long a solver that is missing is not tried again.
_SEND_SECONDS = 10.0  # A worker that has not taken its question by then never will.
_START_SECONDS = 30.0  # A worker that is not ready by then never will be.


def _cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Task:
    """One request to one worker. The pool hands it out; `receive` until it has a reply."""

    def __init__(self, pool: SolverPool, worker: WorkerProcess, request: Message) -> None:
        self._pool = pool
        self._worker = worker
        self._request = request
        self._asked = False
        self._asked_at = 0.0
        self.created = time.monotonic()
        self.began: float | None = None
        self.version = worker.version
        if worker.ready:
            self._ask()

    def register(self, poll: select.poll) -> None:
        self._worker.register(poll)

    def receive(self) -> Message | None:
        """The reply, if it is there; after that the task is over.

        Raises WorkerError, and is over too, when the worker died, is missing or prints what
        is no reply to this request.
        """
        try:
            return self._advance()
        except WorkerError:
            self._pool.discard(self._worker)
            raise

    def _advance(self) -> Message | None:
        worker = self._worker
        if not worker.ready:
            message = worker.receive()
            if message is None:
                if time.monotonic() - worker.started > _START_SECONDS:
                    raise WorkerError("the worker did not start in time")
                return None
            if message.get("ready") is not True:
                reason = str(message.get("reason", "the worker is not ready"))
                self._pool.avoid(worker.command, reason)
                raise WorkerError(reason)
            worker.ready = True
            worker.version = str(message.get("version", ""))
        self.version = worker.version
        if not self._asked:
            self._ask()
        if self.began is None:
            if worker.sent:
                self.began = time.monotonic()
            elif time.monotonic() - self._asked_at > _SEND_SECONDS:
                raise WorkerError("the worker does not read its question")
        message = worker.receive()
        if message is None:
            return None
        if message.get("id") != self._request["id"]:
            raise WorkerError("the worker answered another question")
        self._pool.give_back(worker, message)
        return message

    def _ask(self) -> None:
        self._asked = True
        self._asked_at = time.monotonic()
        self._worker.send(self._request)
        if self._worker.sent:
            self.began = time.monotonic()

    def cancel(self) -> None:
        """Ends the task: a worker that has the question is killed and replaced, one that is
        still starting is kept.
        """
        if self._asked:
            self._pool.discard(self._worker)
        else:
            self._pool.keep(self._worker)


class SolverPool:
    """Worker processes, at most `cores` of them at work at once.

    `megabytes` bounds the memory of each. `spares` is how many idle workers of one kind are
    kept. Thread-safe. A pool that was inherited through `fork` starts workers of its own.
    """

    def __init__(
        self,
        *,
        cores: int | None = None,
        megabytes: int = 3072,
        spares: int = 1,
        warm: Sequence[Driver] = (Z3, CVC5),
        cache: AnswerCache | None = None,
    ) -> None:
        self.cores = cores or _cores()
        self.megabytes = megabytes
        self.spares = spares
        self.cache = cache
        self.warm = tuple(warm)
        self._forget_all()
        _pools.add(self)
        self.prepare(self.warm)

    def _forget_all(self) -> None:
        """A state without workers, locks included: a lock may be held by no one after fork."""
        self._lock = threading.Lock()
        self._free = self.cores
        self._idle: dict[tuple[str, ...], list[WorkerProcess]] = {}
        self._all: set[WorkerProcess] = set()
        self._dying: list[WorkerProcess] = []
        self._numbers = 0
        self._broken: dict[tuple[str, ...], tuple[float, str]] = {}
        self._closed = False

    def after_fork(self) -> None:
        """In a forked child: the workers are the parent's."""
        for worker in self._all:
            worker.forget()
            worker.disown()
        closed = self._closed
        self._forget_all()
        self._closed = closed

    # Use

    def race(
        self,
        problem: Problem | Script,
        *,
        seconds: float,
        stop: Stop | None = None,
        agree: bool = False,
        portfolio: Sequence[Driver] | None = None,
        queue_seconds: float = 60.0,
        earlier: RaceResult | None = None,
        spare: int = 0,
        on_answer: Callable[[Answer], None] | None = None,
    ) -> RaceResult:
        """Asks the solvers; see `race.race`."""
        from axiom_verifiers.solvers.race import race

        return race(
            self,
            problem,
            seconds=seconds,
            stop=stop,
            agree=agree,
            drivers=portfolio,
            queue_seconds=queue_seconds,
            earlier=earlier,
            spare=spare,
            on_answer=on_answer,
        )

    def prepare(self, drivers: Sequence[Driver]) -> None:
        """Starts workers for these drivers ahead of need, without waiting for them."""
        for driver in drivers:
            with self._lock:
                idle = self._idle.setdefault(driver.command, [])
                missing = self.spares - len(idle)
            for _ in range(missing):
                with contextlib.suppress(WorkerError):
                    worker = self._start(driver.command)
                    with self._lock:
                        self._idle[driver.command].append(worker)

    def permit(self, spare: int = 0) -> bool:
        """Takes the right to keep one core busy, if there is one, and more than `spare` are free;
        `release` gives it back.
        """
        with self._lock:
            free = self._free > spare
            if free:
                self._free -= 1
            return free

    def release(self) -> None:
        with self._lock:
            assert self._free < self.cores, "more permits come back than were taken"
            self._free += 1

    def ask(self, driver: Driver, request: Message) -> Task:
        """Sends a request to a worker of this driver. WorkerError when none can be started."""
        with self._lock:
            if self._closed:
                raise WorkerError("the pool of solvers is closed")
            until, reason = self._broken.get(driver.command, (0.0, ""))
            if time.monotonic() < until:
                raise WorkerError(reason)
            self._numbers += 1
            number = self._numbers
            idle = self._idle.setdefault(driver.command, [])
            ready = next((worker for worker in idle if worker.ready), None)
            worker = ready or (idle[0] if idle else None)
            if worker is not None:
                idle.remove(worker)
        if worker is not None and not worker.alive():
            self.discard(worker)
            worker = None
        if worker is None:
            worker = self._start(driver.command)
        try:
            return Task(self, worker, {**request, "id": number})
        except WorkerError:
            self.discard(worker)
            raise

    # Workers

    def _start(self, command: tuple[str, ...]) -> WorkerProcess:
        worker = WorkerProcess(command, self.megabytes)
        with self._lock:
            self._all.add(worker)
            closed = self._closed
        if closed:
            self.discard(worker)
            raise WorkerError("the pool of solvers is closed")
        return worker

    def avoid(self, command: tuple[str, ...], reason: str) -> None:
        """Remembers for a while that a solver cannot be started, so as not to try each time."""
        with self._lock:
            self._broken[command] = (time.monotonic() + _AVOID_SECONDS, reason)

    def give_back(self, worker: WorkerProcess, reply: Message) -> None:
        """Takes a worker that has answered back among the idle ones, unless it is worn out."""
        worker.served += 1
        size = reply.get("kilobytes", 0)
        worn = worker.served >= _SERVES or (isinstance(size, int) and size > _FAT)
        if worn:
            self.discard(worker)
        else:
            self.keep(worker)

    def keep(self, worker: WorkerProcess) -> None:
        """Puts a worker among the idle ones, unless there are enough."""
        with self._lock:
            idle = self._idle.setdefault(worker.command, [])
            keep = not self._closed and len(idle) < max(self.spares, self.cores)
            if keep:
                idle.append(worker)
        if not keep:
            self.discard(worker)

    def discard(self, worker: WorkerProcess) -> None:
        """Ends a worker and starts a spare if its kind has run out of them."""
        worker.kill()
        with self._lock:
            self._all.discard(worker)
            self._dying.append(worker)
            self._dying = [dying for dying in self._dying if not dying.reap()]
            idle = self._idle.setdefault(worker.command, [])
            # One that never became ready would not do so the next time either.
            refill = not self._closed and worker.ready and len(idle) < self.spares
        if refill:
            with contextlib.suppress(WorkerError):
                spare = self._start(worker.command)
                with self._lock:
                    self._idle[worker.command].append(spare)

    def close(self) -> None:
        """Ends every worker; what is running fails. Nothing can be asked afterwards."""
        with self._lock:
            self._closed = True
            workers = [*self._all, *self._dying]
            self._all.clear()
            self._dying = []
            self._idle.clear()
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.reap(2.0)

    @property
    def workers(self) -> tuple[int, ...]:
        """The process ids of the living workers."""
        with self._lock:
            return tuple(worker.pid for worker in self._all)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


_pools: weakref.WeakSet[SolverPool] = weakref.WeakSet()
_default: SolverPool | None = None
_default_lock = threading.Lock()


def default_pool() -> SolverPool:
    """This process's own pool, made when first asked for, with the person's answer cache."""
    global _default  # noqa: PLW0603 - one pool per process is its purpose
    with _default_lock:
        if _default is None:
            from axiom_verifiers.solvers.cache import AnswerCache

            _default = SolverPool(cache=AnswerCache.personal())
        return _default


def _close_all() -> None:
    for pool in list(_pools):
        pool.close()


def _after_fork() -> None:
    global _default_lock  # noqa: PLW0603 - the parent may have held it when it forked
    _default_lock = threading.Lock()
    for pool in list(_pools):
        pool.after_fork()


atexit.register(_close_all)
os.register_at_fork(after_in_child=_after_fork)
