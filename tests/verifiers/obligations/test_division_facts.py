"""What solvers are told of divisibility and of squares is true of all small numbers, and enough for
Euclid's algorithm and for a search for divisors up to the root.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product

import pytest

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.evaluate import evaluate
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.division_facts import division_facts, square_facts
from axiom_verifiers.solvers.answers import Valid
from axiom_verifiers.solvers.pool import SolverPool

A, B, D = (terms.var(name, sorts.INT) for name in ("a", "b", "d"))
E = terms.var("?1.0", sorts.INT)  # As the variable of a quantifier is called.
NUMBERS = range(-6, 13)


def _mod(number: Term, divisor: Term) -> Term:
    return terms.floor_mod(number, divisor)


ROOTS: dict[str, tuple[Term, ...]] = {
    "remainder": (_mod(_mod(A, B), D),),
    "remainder, for every divisor": (_mod(_mod(A, B), E),),
    "sum": (_mod(terms.add(A, B), D), _mod(terms.add(A, terms.integer(4)), D)),
    "difference": (_mod(terms.sub(A, B), D), _mod(terms.neg(A), D)),
    "product": (_mod(terms.mul(A, B), D), _mod(terms.mul(terms.integer(3), A), D)),
    "itself": (_mod(terms.add(D, A), D), _mod(terms.mul(D, A), D)),
    "root": (_mod(A, D), terms.mul(B, B)),
    "root of every divisor": (
        _mod(A, E),
        terms.mul(terms.add(B, terms.ONE), terms.add(B, terms.ONE)),
    ),
    "squares": (terms.mul(A, A), terms.mul(B, B), terms.mul(E, E)),
}


@pytest.fixture(scope="module")
def pool() -> Iterator[SolverPool]:
    with SolverPool() as made:
        yield made


def _facts(roots: tuple[Term, ...]) -> list[Term]:
    return [*division_facts(roots), *square_facts(roots)]


def _body(fact: Term) -> Term:
    """What a fact says of one value of what it binds."""
    return fact.args[0] if fact.op == "forall" else fact


@pytest.mark.parametrize("roots", ROOTS.values(), ids=list(ROOTS))
def test_facts_are_true(roots: tuple[Term, ...]) -> None:
    facts = [_body(fact) for fact in _facts(roots)]
    assert facts
    for fact in facts:
        names = sorted(fact.free, key=lambda one: str(one.payload))
        for values in product(NUMBERS, repeat=len(names)):
            given = dict(zip(names, values, strict=True))
            if any(given.get(divisor) == 0 for divisor in (B, D, E)):
                continue  # What a division by zero gives is left open.
            assert evaluate(fact, given) is True, f"{fact} for {given}"


def _divides(divisor: Term, number: Term) -> Term:
    return terms.eq(_mod(number, divisor), terms.ZERO)


def _positive(*numbers: Term) -> Iterable[Term]:
    return (terms.lt(terms.ZERO, number) for number in numbers)


def _euclid() -> tuple[list[Term], Term]:
    known = [*_positive(B, D), _divides(D, B), _divides(D, _mod(A, B))]
    return known, _divides(D, A)


def _prime() -> tuple[list[Term], Term]:
    low = terms.le(terms.integer(2), E)
    inside = terms.and_(low, terms.lt(E, B))
    found = terms.euclid_mod(A, E)
    none = terms.forall((E,), terms.implies(inside, terms.not_(_divides(E, A))), ((found,),))
    beyond = terms.lt(A, terms.mul(B, B))
    known = [terms.le(terms.integer(2), B), *_positive(A), none, beyond]
    known += [terms.le(terms.integer(2), D), terms.lt(D, A)]
    return known, terms.not_(_divides(D, A))


def _between() -> tuple[list[Term], Term]:
    after = terms.add(B, terms.ONE)
    known = [terms.le(terms.ZERO, B), terms.le(terms.ZERO, D), terms.lt(terms.mul(B, B), A)]
    known.append(terms.lt(A, terms.mul(after, after)))
    return known, terms.not_(terms.eq(terms.mul(D, D), A))


@pytest.mark.parametrize("case", [_euclid, _prime, _between])
def test_facts_are_enough(case: Callable[[], tuple[list[Term], Term]], pool: SolverPool) -> None:
    known, goal = case()
    told = _facts((*known, goal))
    problem = Problem(goal=goal, hypotheses=(*known, *told))
    assert isinstance(pool.race(problem, seconds=30).answer, Valid)
