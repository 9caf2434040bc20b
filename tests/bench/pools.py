"""Solver pools that ask other solvers than the portfolio has, or in another way."""

from __future__ import annotations

import abc
import threading
from collections.abc import Callable, Sequence

from axiom_verifiers.logic.problem import Problem, Script
from axiom_verifiers.solvers import drivers
from axiom_verifiers.solvers.answers import Answer
from axiom_verifiers.solvers.drivers import Driver
from axiom_verifiers.solvers.pool import SolverPool
from axiom_verifiers.solvers.race import RaceResult


class Changed(SolverPool, abc.ABC):
    """`changed` says whom it asks; `confirms` whether a second one may be asked to agree."""

    confirms = True

    @abc.abstractmethod
    def changed(self, every: Sequence[Driver]) -> list[Driver]:
        """The drivers to ask in the place of these."""

    def race(
        self,
        problem: Problem | Script,
        *,
        seconds: float,
        stop: threading.Event | None = None,
        agree: bool = False,
        portfolio: Sequence[Driver] | None = None,
        queue_seconds: float = 60.0,
        earlier: RaceResult | None = None,
        spare: int = 0,
        on_answer: Callable[[Answer], None] | None = None,
    ) -> RaceResult:
        script = problem if isinstance(problem, Script) else problem.script()
        every = drivers.portfolio(script.features) if portfolio is None else portfolio
        return super().race(
            script,
            seconds=seconds,
            stop=stop,
            agree=agree and self.confirms,
            portfolio=self.changed(every),
            queue_seconds=queue_seconds,
            earlier=earlier,
            spare=spare,
            on_answer=on_answer,
        )
