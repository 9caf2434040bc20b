"""Asking the solvers: each different question once, answers kept for one verification."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import msgspec

from axiom_verifiers.checks.verifier import Budget
from axiom_verifiers.logic.abstraction import abstracted
from axiom_verifiers.logic.problem import Problem, Script
from axiom_verifiers.solvers.drivers import CVC5, Z3, Z3_TRIGGERS, Driver
from axiom_verifiers.solvers.pool import SolverPool, default_pool
from axiom_verifiers.solvers.race import RaceResult

# Seconds that one question may take at most, and the share of the rest of the budget.
LONGEST = 5.0
_SHARE = 0.5
# Seconds for a problem in which texts are things with a few laws.
_ABSTRACT = 0.6
_ABSTRACTLY = (Z3, Z3_TRIGGERS, CVC5)
# What solvers do not find with the laws they seldom find without: the share of time for that.
_EXACT = 0.4
# Seconds of one verification that go to second opinions at most.
_CONFIRMING = 0.6


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
            weaker = abstracted(problem)
            result = None
            if weaker is not None:
                result = self._abstractly(weaker, script, agree=agree, longest=longest)
                longest *= _EXACT
            if result is None:
                result = self._race(script, agree=agree, longest=longest)
            if agree:
                self._confirming -= time.monotonic() - started
            if not result.cancelled:
                self._known[script.digest] = (result, agree)
            return result

    def _abstractly(
        self, weaker: Problem, script: Script, *, agree: bool, longest: float
    ) -> RaceResult | None:
        """The answer where a few laws of texts are enough for it."""
        longest = min(longest, _ABSTRACT)
        result = self._race(weaker.script(), agree=agree, longest=longest, portfolio=_ABSTRACTLY)
        if not result.valid:
            return None
        return msgspec.structs.replace(result, digest=script.digest, logic=script.logic)

    def _race(
        self,
        script: Script,
        *,
        agree: bool,
        longest: float,
        portfolio: Sequence[Driver] | None = None,
    ) -> RaceResult:
        left = self.budget.remaining()
        seconds = max(0.05, min(longest, left * _SHARE))
        return self.pool.race(
            script,
            seconds=seconds,
            stop=self.budget.stop,
            agree=agree,
            portfolio=portfolio,
            queue_seconds=max(0.1, left),
        )
