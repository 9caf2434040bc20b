"""Asking the solvers: each different question once, answers kept for one verification."""

from __future__ import annotations

import threading
import time

from axiom_verifiers.checks.verifier import Budget
from axiom_verifiers.logic.problem import Problem, Script
from axiom_verifiers.solvers.pool import SolverPool, default_pool
from axiom_verifiers.solvers.race import RaceResult

# Seconds that one question may take at most, and the share of the rest of the budget.
LONGEST = 5.0
_SHARE = 0.5
# Seconds of one verification that go to second opinions at most.
_CONFIRMING = 1.5


class Solvers:
    """The pool, for one verification. Thread-safe; a question is never asked twice at once."""

    def __init__(self, budget: Budget, pool: SolverPool | None = None) -> None:
        self.budget = budget
        self.pool = pool or default_pool()
        # The result of each question, and whether a second solver was asked for it.
        self._known: dict[str, tuple[RaceResult, bool]] = {}
        self._confirming = _CONFIRMING
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def ask(self, problem: Problem, *, agree: bool = False, longest: float = LONGEST) -> RaceResult:
        """The race on this problem. With `agree` a second solver is asked to confirm."""
        script = problem.script()
        with self._lock:
            lock = self._locks.setdefault(script.digest, threading.Lock())
        with lock:
            known = self._known.get(script.digest)
            if known is not None and (known[1] or not agree or not known[0].valid):
                return known[0]
            agree = agree and self._confirming > 0
            if known is not None and not agree:
                return known[0]
            started = time.monotonic()
            result = self._race(script, agree=agree, longest=longest)
            if agree:
                self._confirming -= time.monotonic() - started
            if not result.cancelled:
                self._known[script.digest] = (result, agree)
            return result

    def _race(self, script: Script, *, agree: bool, longest: float) -> RaceResult:
        left = self.budget.remaining()
        seconds = max(0.05, min(longest, left * _SHARE))
        return self.pool.race(
            script,
            seconds=seconds,
            stop=self.budget.stop,
            agree=agree,
            queue_seconds=max(0.1, left),
        )
