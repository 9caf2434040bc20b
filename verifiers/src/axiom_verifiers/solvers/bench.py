"""What a question costs before any solving: for the bench and the doctor."""

from __future__ import annotations

import statistics
import time

from axiom_verifiers.logic.bits import bits, bv
from axiom_verifiers.logic.booleans import not_
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.logic.sorts import bitvector
from axiom_verifiers.logic.term import var
from axiom_verifiers.solvers.drivers import SOLVERS
from axiom_verifiers.solvers.pool import SolverPool
from axiom_verifiers.solvers.race import race


def overhead(pool: SolverPool, rounds: int = 20) -> dict[str, float]:
    """The median seconds that a trivial question takes in a warm worker, by solver.

    A solver that does not answer `valid` is left out. The pool's answer cache must be off.
    """
    found: dict[str, float] = {}
    for driver in SOLVERS:
        seconds: list[float] = []
        for number in range(rounds + 1):
            byte = var("v", bitvector(16))
            less = bv("bvult", byte, bits(number, 16))
            problem = Problem(hypotheses=(less,), goal=not_(bv("bvult", bits(number, 16), byte)))
            script = problem.script()
            started = time.monotonic()
            result = race(pool, script, seconds=10.0, drivers=(driver,))
            if result.valid and number > 0:  # The first one warms the worker.
                seconds.append(time.monotonic() - started)
        if seconds:
            found[driver.solver] = statistics.median(seconds)
    return found
