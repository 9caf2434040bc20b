"""One request to one solver, waited for: what needs no race."""

from __future__ import annotations

import select
import time

from axiom_verifiers.errors import WorkerError
from axiom_verifiers.solvers.drivers import Driver
from axiom_verifiers.solvers.pool import SolverPool, Task
from axiom_verifiers.solvers.process import Message
from axiom_verifiers.solvers.stopping import Stop

_POLL = 0.02
_GRACE = 0.25


def ask_once(
    pool: SolverPool,
    driver: Driver,
    request: Message,
    *,
    seconds: float,
    stop: Stop | None = None,
    queue_seconds: float = 60.0,
) -> Message:
    """The worker's reply; a reply of our own making with status `timeout`, `cancelled` or
    `error` when there is none. `seconds` count from when the worker has the request.
    """
    started = time.monotonic()
    while not pool.permit():
        if stop is not None and stop.is_set():
            return {"status": "cancelled"}
        if time.monotonic() - started > queue_seconds:
            return {"status": "timeout"}
        time.sleep(_POLL / 4)
    try:
        asked: Message = {"options": [], "rlimit": 0, "want": [], **request, "seconds": seconds}
        return _wait(pool.ask(driver, asked), seconds, stop)
    except WorkerError as error:
        return {"status": "error", "reason": str(error)}
    finally:
        pool.release()


def _wait(task: Task, seconds: float, stop: Stop | None) -> Message:
    over = False
    try:
        while True:
            poll = select.poll()
            task.register(poll)
            poll.poll(1000 * _POLL)
            reply = task.receive()
            if reply is not None:
                over = True
                return reply
            if stop is not None and stop.is_set():
                return {"status": "cancelled"}
            if task.began is not None and time.monotonic() > task.began + seconds + _GRACE:
                return {"status": "timeout"}
    except WorkerError:
        over = True
        raise
    finally:
        if not over:
            task.cancel()
