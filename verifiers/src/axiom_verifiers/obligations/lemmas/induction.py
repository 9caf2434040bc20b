"""What a proof by induction is made of: for each lemma a base and a step."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.logic.terms import Function, Term
from axiom_verifiers.obligations.folds import Fold, Folds, Table, is_bound
from axiom_verifiers.obligations.lemmas import definition
from axiom_verifiers.obligations.lemmas.shapes import At

LOW, HIGH = terms.var("l", sorts.INT), terms.var("h", sorts.INT)
Facts = Callable[[Term], Iterator[Term]]


class Proof(msgspec.Struct, frozen=True):
    """The obligations of a lemma. `name` is the lemma's."""

    name: str
    part: str
    problem: Problem


def unknown(name: str, *kinds: sorts.Sort, result: sorts.Sort = sorts.INT) -> Callable[..., Term]:
    function = Function(name, kinds, result)
    return lambda *args: terms.apply(function, *args)


def definitions(folds: Folds, facts: tuple[Term, ...]) -> Iterator[Term]:
    for term in terms.postorder(facts):
        meaning = folds.of(term)
        if isinstance(meaning, Fold) and not any(is_bound(v) for v in term.free):
            at = At(folds, meaning, term.args[:-2], term.args[-2], term.args[-1])
            yield from definition(at)
        elif isinstance(meaning, Table):
            yield from meaning.facts(term)


def problem(folds: Folds, hypotheses: tuple[Term, ...], goal: Term) -> Problem:
    stated = (*hypotheses, goal)
    told = dict.fromkeys((*definitions(folds, stated), *hypotheses))
    return Problem(goal=goal, hypotheses=tuple(told))


def induction(
    name: str, folds: Folds, facts: Facts, low: Term = LOW, given: tuple[Term, ...] = ()
) -> Iterator[Proof]:
    """Over the end of the range, `HIGH`, from `low` on; `given` are lemmas shown before."""
    after = terms.add(HIGH, terms.ONE)
    here, then = tuple(facts(HIGH)), tuple(facts(after))
    empty = terms.le(HIGH, low)
    yield Proof(name, "base", problem(folds, (*given, empty), terms.and_(*here)))
    hypotheses = (*given, terms.le(low, HIGH), *here)
    yield Proof(name, "step", problem(folds, hypotheses, terms.and_(*then)))


def fold(
    folds: Folds,
    name: str,
    low: Term,
    high: Term,
    step: Callable[[Term, Term], Term],
    start: Term = terms.ZERO,
) -> At:
    """The fold whose `step` takes the accumulator and the place."""
    (value,) = folds.apply(name, (start,), low, high, lambda state, at: (step(state[0], at),))
    fold = folds.of(value)
    assert isinstance(fold, Fold)
    return At(folds, fold, value.args[:-2], low, high)
