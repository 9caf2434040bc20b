"""Questions about invariants and measures that are on trial, for `solvers.sifting`.

Everything that is asked at one place becomes one group of assertions: what is known there, with
each invariant of a head under its toggle, and each goal negated under a literal of its own. A
solver then tells for any choice of toggles which goals follow, and which toggles they needed.
Nothing is proved by this: what it finds are hints, whose obligations are asked on their own.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from axiom_verifiers.contracts.contract import Clause
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.derive import Derivation
from axiom_verifiers.obligations.execute import Machine
from axiom_verifiers.obligations.obligation import problem_of
from axiom_verifiers.obligations.state import Check, Trial, toggle

# What is asked about each measure on its own.
_APART = ("measure is bounded", "measure decreases", "no measure")

# (function, loop, number) of an invariant on trial.
Candidate = tuple[str, int, int]


class Goal(msgspec.Struct, frozen=True):
    """`literal` implies the negation of what is to be shown. `candidate` is the invariant that
    falls when it is not shown; None for what is only to be known.
    """

    key: str
    candidate: Candidate | None
    literal: Term


class Group(msgspec.Struct, frozen=True):
    problem: Problem
    toggles: tuple[tuple[Candidate, Term], ...]
    goals: tuple[Goal, ...]


class Questions:
    """The groups of one set of trials."""

    def __init__(self, derivation: Derivation, trials: tuple[Trial, ...]) -> None:
        self.derivation = derivation
        self.trials = trials
        self.machine: Machine = derivation.on_trial(trials)
        self.toggles: tuple[tuple[Candidate, Term], ...] = tuple(
            ((trial.function, trial.loop, number), toggle(trial.function, trial.loop, number))
            for trial in trials
            for number in range(1, len(trial.invariants) + 1)
        )
        self.made = 0

    def inductive(self) -> list[Group]:
        """That invariants hold at the start and are kept."""
        return self._checks(
            check for check in self.machine.checks if check.kind.startswith("invariant")
        )

    def said(self) -> set[Candidate]:
        """The candidates that could be said at their loop."""
        return {
            (check.function, check.loop, check.number)
            for check in self.machine.checks
            if check.kind.startswith("invariant")
        }

    def loops(self) -> set[tuple[str, int]]:
        """The loops that were met."""
        return set(self.machine.cut)

    def measures(self) -> list[Group]:
        """That measures are ones; the keys begin as `check_key` says."""
        return self._checks(
            check for check in self.machine.checks if check.kind.startswith("measure")
        )

    def owed(self, clause: Clause) -> list[Group] | None:
        """What the clause owes, given the invariants; None when it cannot be said. The keys
        begin with the clause's id.
        """
        derivation = self.derivation
        kept = derivation.machine, derivation.clause
        derivation.machine, derivation.clause = self.machine, clause.id
        try:
            derivation.owed(clause)
            for check in self.machine.checks:
                if check.kind == "precondition of call":
                    derivation.check(check)
        finally:
            derivation.machine, derivation.clause = kept
        found: list[Group] = []
        for obligation in derivation.found:
            if obligation.hopeless:
                return None
            problem = obligation.problem
            # Of a contract that has a value whatever the result no invariant tells.
            alone = obligation.kind == "well-definedness" and obligation.place is None
            if problem.goal is terms.TRUE or alone or obligation.kind in _APART:
                continue
            goal = self._goal(f"{clause.id}#", None)
            stated = (*problem.hypotheses, _unless(goal.literal, problem.goal))
            asked = Problem(goal=terms.FALSE, hypotheses=stated, datatypes=problem.datatypes)
            found.append(self._group(asked, [goal]))
        return found

    def _goal(self, stem: str, candidate: Candidate | None) -> Goal:
        self.made += 1
        return Goal(f"{stem}{self.made}", candidate, terms.var(f"goal.{self.made}", sorts.BOOL))

    def _checks(self, checks: Iterable[Check]) -> list[Group]:
        groups: dict[Term, list[Check]] = {}
        for check in checks:
            groups.setdefault(check.condition, []).append(check)
        found: list[Group] = []
        for condition, together in groups.items():
            stated: list[Term] = []
            goals: list[Goal] = []
            for check in together:
                candidate = (check.function, check.loop, check.number)
                falls = candidate if check.kind.startswith("invariant") else None
                goal = self._goal(check_key(check), falls)
                goals.append(goal)
                stated.append(_unless(goal.literal, check.goal))
            derivation = self.derivation
            problem = problem_of(
                derivation.folds,
                derivation.datatypes,
                (*derivation.meaning.requires, condition, *stated),
                derivation.meaning.facts,
                terms.FALSE,
            )
            found.append(self._group(problem, goals))
        return found

    def _group(self, problem: Problem, goals: list[Goal]) -> Group:
        used = frozenset[Term]().union(*(part.free for part in problem.hypotheses))
        toggles = tuple(pair for pair in self.toggles if pair[1] in used)
        want = (*(term for _, term in toggles), *(goal.literal for goal in goals))
        return Group(msgspec.structs.replace(problem, want=want), toggles, tuple(goals))


def check_key(check: Check) -> str:
    return f"{check.kind}|{check.function}|{check.loop}|{check.number}#"


def _unless(literal: Term, goal: Term) -> Term:
    return terms.implies(literal, terms.not_(goal))
