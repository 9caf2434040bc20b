"""The obligations of one clause while they are gathered."""

from __future__ import annotations

from axiom_verifiers.core.program import Place
from axiom_verifiers.logic import terms
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.logic.sorts import Datatype
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import Folds
from axiom_verifiers.obligations.meaning import Meaning
from axiom_verifiers.obligations.obligation import (
    FLOATS,
    STRINGS,
    Obligation,
    ObligationKind,
    converts_to_float,
    has_strings,
    problem_of,
)


class Gathering:
    """`found` holds the obligations of `clause` so far; `counts` numbers those of a kind."""

    def __init__(self, meaning: Meaning, folds: Folds) -> None:
        self.meaning = meaning
        self.folds = folds
        self.datatypes: tuple[Datatype, ...] = ()
        self.want: tuple[Term, ...] = ()
        self.assumptions: tuple[str, ...] = ()
        self.clause = ""
        self.counts: dict[str, int] = {}
        self.found: list[Obligation] = []

    def add(
        self,
        kind: ObligationKind,
        place: Place | None,
        hypotheses: tuple[Term, ...],
        goal: Term,
        *,
        construct: str = "",
        loop: tuple[str, int, int] | None = None,
    ) -> None:
        problem = problem_of(
            self.folds,
            self.datatypes,
            (*self.meaning.requires, *hypotheses),
            self.meaning.facts,
            goal,
            self.want,
        )
        if problem.goal is terms.TRUE and kind != "nothing to show" and self.found:
            return
        assumptions = self.assumptions
        if has_strings(problem):
            assumptions = (*assumptions, STRINGS)
        if converts_to_float(problem):
            assumptions = (*assumptions, FLOATS)
        self.append(kind, place, problem, assumptions, construct=construct, loop=loop)

    def append(
        self,
        kind: ObligationKind,
        place: Place | None,
        problem: Problem,
        assumptions: tuple[str, ...],
        *,
        construct: str = "",
        hopeless: bool = False,
        loop: tuple[str, int, int] | None = None,
    ) -> None:
        stem = f"{self.clause}#{kind.replace(' ', '-')}"
        self.counts[stem] = number = self.counts.get(stem, 0) + 1
        self.found.append(
            Obligation(
                id=f"{stem}-{number}",
                clause=self.clause,
                kind=kind,
                place=place,
                problem=problem,
                assumptions=assumptions,
                construct=construct,
                hopeless=hopeless,
                loop=loop,
            )
        )

    def hopeless(self, construct: str, place: Place | None = None) -> None:
        """The clause cannot be said in logic."""
        self.append(
            "unmodelled",
            place,
            Problem(goal=terms.FALSE),
            (),
            construct=construct,
            hopeless=True,
        )
