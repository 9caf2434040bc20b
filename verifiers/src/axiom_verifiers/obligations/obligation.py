"""What is handed to solvers: one question for one clause at one place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from axiom_verifiers.core.program import Place
from axiom_verifiers.logic import terms
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.logic.sorts import Datatype, Kind
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import encode_floats
from axiom_verifiers.obligations.choices import with_choices_named
from axiom_verifiers.obligations.division_facts import division_facts, square_facts
from axiom_verifiers.obligations.encode_bits import bit_facts
from axiom_verifiers.obligations.float_facts import float_facts
from axiom_verifiers.obligations.folds import Folds
from axiom_verifiers.obligations.idle import without_idle_orders
from axiom_verifiers.obligations.lemmas import instances
from axiom_verifiers.obligations.neighbours import neighbour_facts
from axiom_verifiers.obligations.text_facts import text_facts

ObligationKind = Literal[
    "postcondition",
    "raises",
    "no undeclared exception",
    "result type",
    "unmodified",
    "unmodelled",
    "well-definedness",
    "precondition of call",
    "invariant holds at start",
    "invariant is kept",
    "measure is bounded",
    "measure decreases",
    "no measure",
    "nothing to show",
]

STRINGS = "no character is above U+2FFFF"
FLOATS = "no int that becomes a float is too large for one"
COPIES = "parameters that are deep-copied hold no object twice"


class Obligation(msgspec.Struct, frozen=True, kw_only=True):
    """`problem` asks whether what is owed follows. `id` is unique among those of one contract.

    For `unmodelled`, `construct` names what is not modelled: the problem asks whether the
    place is out of reach; where `hopeless` is true the clause itself cannot be said and no
    solver need be asked. `place` is None for what depends on the contract alone.
    `loop` is (function, loop, number of the invariant) of what loops owe.
    """

    id: str
    clause: str
    kind: ObligationKind
    place: Place | None
    problem: Problem
    assumptions: tuple[str, ...] = ()
    construct: str = ""
    hopeless: bool = False
    loop: tuple[str, int, int] | None = None

    @property
    def digest(self) -> str:
        """Of the canonical text: what answers are cached by."""
        return self.problem.digest


def conjuncts(term: Term) -> Iterator[Term]:
    """The parts of a conjunction, however nested, in order."""
    stack = [term]
    while stack:
        top = stack.pop()
        if top.op == "and":
            stack.extend(reversed(top.args))
        elif top is not terms.TRUE:
            yield top


def problem_of(
    folds: Folds,
    datatypes: tuple[Datatype, ...],
    hypotheses: tuple[Term, ...],
    facts: tuple[Term, ...],
    goal: Term,
    want: tuple[Term, ...] = (),
    without: frozenset[str] = frozenset(),
) -> Problem:
    """A problem of the hypotheses, those facts that speak of the same constants, and what the
    folds and recursive defines in them mean, but for the defines in `without`.
    """
    if goal is terms.TRUE:
        # Nothing is left to show, so nothing else belongs to the question.
        return Problem(goal=goal)
    stated = list(dict.fromkeys(part for term in hypotheses for part in conjuncts(term)))
    if any(part is terms.FALSE for part in stated):
        return Problem(goal=goal, hypotheses=(terms.FALSE,))
    used = goal.free.union(*(part.free for part in stated))
    stated += [fact for fact in facts if not fact.free.isdisjoint(used)]
    stated = without_idle_orders(stated, goal)
    roots = (*stated, goal)
    known = dict.fromkeys(instances(folds, roots, without))
    for more in (neighbour_facts, text_facts, float_facts, bit_facts, division_facts, square_facts):
        known |= dict.fromkeys(fact for fact in more((*roots, *known)) if fact is not terms.TRUE)
    told, asked = with_choices_named((*stated, *known), goal)
    return Problem(goal=asked, hypotheses=told, datatypes=datatypes, want=want)


def converts_to_float(problem: Problem) -> bool:
    """Whether the problem speaks of floats that come from integers."""
    return any(
        term.op == "apply" and term.payload in (encode_floats.OF_INT, encode_floats.QUOTIENT)
        for term in terms.postorder((*problem.hypotheses, problem.goal))
    )


def has_strings(problem: Problem) -> bool:
    """Whether the problem speaks of strings, whose theory ends at U+2FFFF."""
    return any(
        term.sort.kind is Kind.STRING
        for term in terms.postorder((*problem.hypotheses, problem.goal))
    )
