"""Asking the solvers: each different question once, answers kept for one verification."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Sequence
from typing import NamedTuple

import msgspec

from axiom_verifiers.checks.verifier import Budget
from axiom_verifiers.logic.abstraction import abstracted
from axiom_verifiers.logic.problem import Problem, Script
from axiom_verifiers.solvers.drivers import CVC5, Z3, Z3_TRIGGERS, Driver
from axiom_verifiers.solvers.pool import SolverPool, default_pool
from axiom_verifiers.solvers.race import RaceResult
from axiom_verifiers.solvers.stopping import Stop

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


class _Known(NamedTuple):
    """What a question was answered: the race that was run, on it or on a weaker one; the same as
    an answer to the question; and whether a second solver was asked for it.
    """

    told: RaceResult
    result: RaceResult
    agree: bool


class Moot:
    """A stop signal for the solvers that are asked for these clauses alone: also given when runs
    have broken all of them.
    """

    def __init__(self, budget: Budget, clauses: Collection[str]) -> None:
        self._budget = budget
        self._clauses = frozenset(clauses)

    def is_set(self) -> bool:
        return self._budget.stop.is_set() or self._budget.is_moot(self._clauses)


class Solvers:
    """The pool, for one verification. Thread-safe; a question is never asked twice at once."""

    def __init__(self, budget: Budget, pool: SolverPool | None = None, *, spare: int = 0) -> None:
        """`spare` cores are left to others by all but the first solver of a race."""
        self.budget = budget
        self.spare = spare
        self.pool = pool or default_pool()
        self._known: dict[str, _Known] = {}
        self._confirming = _CONFIRMING
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def ask(
        self,
        problem: Problem,
        *,
        agree: bool = False,
        longest: float = LONGEST,
        stop: Stop | None = None,
    ) -> RaceResult:
        """The race on this problem. With `agree` a second solver is asked to confirm. `stop`
        cancels it; if none is given, the budget's.
        """
        script = problem.script()
        with self._lock:
            lock = self._locks.setdefault(script.digest, threading.Lock())
        with lock:
            known = self._known.get(script.digest)
            if known is not None and (known.agree or not agree or not known.result.valid):
                return known.result
            agree = agree and self._confirming > 0
            if known is not None and not agree:
                return known.result
            started = time.monotonic()
            earlier = None if known is None else known.told
            told = self._asked(
                problem,
                script,
                agree=agree,
                longest=longest,
                earlier=earlier,
                stop=stop or self.budget.stop,
            )
            if agree:
                self._confirming -= time.monotonic() - started
            result = msgspec.structs.replace(told, digest=script.digest, logic=script.logic)
            if not result.cancelled:
                self._known[script.digest] = _Known(told, result, agree)
            return result

    def _asked(
        self,
        problem: Problem,
        script: Script,
        *,
        agree: bool,
        longest: float,
        earlier: RaceResult | None,
        stop: Stop,
    ) -> RaceResult:
        """The race on it, or on a weaker problem in which texts are things with a few laws, where
        those are enough.
        """
        weaker = abstracted(problem)
        if weaker is not None:
            short = min(longest, _ABSTRACT)
            lighter = weaker.script()
            told = self._race(
                lighter,
                agree=agree,
                longest=short,
                earlier=earlier,
                stop=stop,
                portfolio=_ABSTRACTLY,
            )
            if told.valid:
                return told
            longest *= _EXACT
        return self._race(script, agree=agree, longest=longest, earlier=earlier, stop=stop)

    def _race(
        self,
        script: Script,
        *,
        agree: bool,
        longest: float,
        earlier: RaceResult | None,
        stop: Stop,
        portfolio: Sequence[Driver] | None = None,
    ) -> RaceResult:
        left = self.budget.remaining()
        seconds = max(0.05, min(longest, left * _SHARE))
        return self.pool.race(
            script,
            seconds=seconds,
            stop=stop,
            agree=agree,
            portfolio=portfolio,
            queue_seconds=max(0.1, left),
            spare=self.spare,
            earlier=earlier if earlier is not None and earlier.digest == script.digest else None,
        )
