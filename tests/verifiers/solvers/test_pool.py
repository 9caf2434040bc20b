"""The pool: bounded, warm, thread-safe, and gone when its owner is gone."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from axiom_verifiers.logic import sorts as s
from axiom_verifiers.logic import terms as t
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.solvers import missing, versions
from axiom_verifiers.solvers.answers import Failure, Timeout
from axiom_verifiers.solvers.bench import overhead
from axiom_verifiers.solvers.drivers import CVC5, DRIVERS, SOLVERS, Z3, portfolio
from axiom_verifiers.solvers.pool import SolverPool

X, Y = t.var("x", s.INT), t.var("y", s.INT)


def gone(pid: int) -> bool:
    """Whether a process has ended (a zombie has)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait_until_gone(pids: list[int], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if all(gone(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


def test_closing_ends_every_worker() -> None:
    with SolverPool(warm=SOLVERS) as pool:
        assert pool.race(Problem(goal=t.le(X, X)), seconds=60).valid
        pids = list(pool.workers)
        assert len(pids) == 3
    assert wait_until_gone(pids, 20)
    result = pool.race(Problem(goal=t.le(X, t.add(X, Y))), seconds=60)
    assert isinstance(result.answer, Failure)


def test_a_killed_worker_is_replaced() -> None:
    with SolverPool(warm=(Z3,)) as pool:
        for _ in range(3):
            for pid in pool.workers:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)
            result = pool.race(Problem(goal=t.le(X, t.maximum(X, Y))), seconds=60, portfolio=[Z3])
            assert result.valid


def test_warm_workers_are_kept() -> None:
    # A child begins with the peak memory of its parent: a large one must not make workers look
    # worn out.
    ballast = bytearray(600 << 20)
    problem = Problem(goal=t.le(X, t.maximum(X, Y)))
    with SolverPool(warm=(Z3,)) as pool:
        seen: set[int] = set()
        for _ in range(8):
            assert pool.race(problem, seconds=60, portfolio=[Z3]).valid
            seen.update(pool.workers)
        assert len(seen) <= 3  # A loaded machine may lose one; a process each would be eight.
    assert len(ballast) == 600 << 20


def test_at_most_so_many_at_once() -> None:
    """Many threads share few cores; every one gets its answer."""
    wrong: list[object] = []
    busiest = [0]
    with SolverPool(cores=2, warm=(Z3, CVC5)) as pool:
        lock = threading.Lock()
        running = [0]
        permit, release = pool.permit, pool.release

        def counted_permit(spare: int = 0) -> bool:
            got = permit(spare)
            if got:
                with lock:
                    running[0] += 1
                    busiest[0] = max(busiest[0], running[0])
            return got

        def counted_release() -> None:
            with lock:
                running[0] -= 1
            release()

        pool.permit = counted_permit  # type: ignore[method-assign]
        pool.release = counted_release  # type: ignore[method-assign]

        def work(seed: int) -> None:
            for number in range(5):
                bound = t.integer(seed * 100 + number)
                good = Problem(goal=t.le(bound, t.maximum(bound, X)))
                bad = Problem(goal=t.lt(X, bound))
                if not pool.race(good, seconds=60, agree=True).agreed:
                    wrong.append(good)
                if pool.race(bad, seconds=60).valid:
                    wrong.append(bad)

        threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert running[0] == 0
    assert not wrong
    assert busiest[0] == 2


def test_a_race_that_leaves_cores_to_others_has_one_solver_at_work() -> None:
    hard = Problem(goal=t.ne(t.mul(X, t.mul(X, X)), t.add(t.mul(Y, t.mul(Y, Y)), t.integer(1290))))
    with SolverPool(cores=2, warm=(Z3, CVC5)) as pool:
        busiest = 0
        stop = threading.Event()
        racing = threading.Thread(
            target=pool.race, args=(hard,), kwargs={"seconds": 0.5, "stop": stop, "spare": 1}
        )
        racing.start()
        while racing.is_alive():
            busiest = max(busiest, pool.cores - pool._free)
            time.sleep(0.005)
    assert busiest == 1


def test_no_core_free_is_a_timeout() -> None:
    with SolverPool(cores=1, warm=()) as pool:
        assert pool.permit()
        result = pool.race(Problem(goal=t.lt(X, Y)), seconds=5, queue_seconds=0.1)
        assert isinstance(result.answer, Timeout)
        pool.release()
        assert not pool.race(Problem(goal=t.lt(X, Y)), seconds=60).valid


_OWNER = """
import sys, threading, time
from axiom_verifiers.logic import sorts as s, terms as t
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.solvers.drivers import SOLVERS, CVC5, Z3
from axiom_verifiers.solvers.pool import SolverPool

def busy():
    v = [t.var(n, s.INT) for n in "abc"]
    cubes = t.add(*(t.mul(x, x, x) for x in v))
    import msgspec
    drivers = [msgspec.structs.replace(d, resources=None) for d in (CVC5, Z3)]
    pool.race(Problem(goal=t.ne(cubes, t.integer(42))), seconds=60, portfolio=drivers)

pool = SolverPool(cores=2, warm=SOLVERS)
threading.Thread(target=busy, daemon=True).start()
time.sleep(1)
print(*pool.workers, flush=True)
HOW
"""


@pytest.mark.parametrize(
    "how",
    ["time.sleep(60)", "sys.exit(0)", "import os; os.fork() or time.sleep(1); time.sleep(60)"],
    ids=["killed", "exits", "killed-after-fork"],
)
def test_no_worker_outlives_its_owner(how: str) -> None:
    """Idle and busy workers end when the owner exits, and when it is killed.

    A child that it forked holds copies of nothing that keeps them alive.
    """
    owner = subprocess.Popen(
        [sys.executable, "-c", _OWNER.replace("HOW", how)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert owner.stdout is not None
        pids = [int(word) for word in owner.stdout.readline().split()]
        assert len(pids) >= 3
        if "exit" not in how:
            time.sleep(0.3)
            owner.kill()
        assert wait_until_gone(pids, 20)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(owner.pid, signal.SIGKILL)
        owner.wait()
        owner.stdout.close()


_FORKED = """
import os, sys
from axiom_verifiers.logic import sorts as s, terms as t
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.solvers.pool import default_pool

x = t.var("x", s.INT)
def ask(n):
    return default_pool().race(Problem(goal=t.lt(x, t.add(x, t.integer(n), x, x))), seconds=60)

ask(1)
child = os.fork()
if child == 0:
    mine = ask(2)
    os._exit(0 if "invalid" in mine.by_solver.values() else 9)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
again = ask(3)
sys.exit(code or (0 if "invalid" in again.by_solver.values() else 8))
"""


def test_a_forked_child_has_its_own_workers() -> None:
    done = subprocess.run([sys.executable, "-c", _FORKED], timeout=60, check=False)
    assert done.returncode == 0


def test_large_problems_and_models(pool: SolverPool) -> None:
    """Requests and replies beyond a pipe's buffer."""
    names = [t.var(f"a rather long name of the constant {number}", s.INT) for number in range(4000)]
    facts = tuple(t.eq(name, t.integer(10**30 + n)) for n, name in enumerate(names))
    problem = Problem(hypotheses=facts, goal=t.FALSE, want=tuple(names))
    for driver in (Z3, CVC5):
        result = pool.race(problem, seconds=60, portfolio=[driver])
        model = getattr(result.answer, "model", {})
        assert model[names[-1].payload] == str(10**30 + 3999)


def test_every_solver_is_installed() -> None:
    assert missing() == ()
    assert set(versions()) == {"z3", "cvc5", "bitwuzla"}


def test_each_driver_has_its_own_name() -> None:
    assert len({driver.name for driver in DRIVERS}) == len(DRIVERS)


def test_portfolios_hold_only_what_takes_the_problem() -> None:
    for goal in (t.lt(X, Y), t.fp("fp.lt", t.var("d", s.FLOAT64), t.float64(1.0))):
        features = Problem(goal=goal).script().features
        drivers = portfolio(features)
        assert len({driver.solver for driver in drivers}) >= 2
        assert all(driver.takes(features) for driver in drivers)


def test_overhead_is_measured(pool: SolverPool) -> None:
    measured = overhead(pool, rounds=3)
    assert set(measured) == {"z3", "cvc5", "bitwuzla"}
    assert all(0 < seconds < 10 for seconds in measured.values())
