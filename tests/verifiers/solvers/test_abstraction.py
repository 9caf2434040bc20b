"""The laws by which texts are replaced hold of texts, and no more follows from them."""

from __future__ import annotations

import pytest

from axiom_verifiers.logic import sorts
from axiom_verifiers.logic import terms as t
from axiom_verifiers.logic.abstraction import LAWS, Law, abstracted
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.solvers.answers import Valid
from axiom_verifiers.solvers.drivers import CVC5, Z3
from axiom_verifiers.solvers.pool import SolverPool

_S = t.var("s", sorts.STRING)
_R = t.var("r", sorts.STRING)
_I = t.var("i", sorts.INT)
_N = t.var("n", sorts.INT)
_PREDICATE = t.Function("p", (sorts.STRING,), sorts.BOOL)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_a_law_holds_of_texts(law: Law, pool: SolverPool) -> None:
    answer = pool.race(Problem(goal=law.formula), seconds=30, portfolio=[CVC5, Z3]).answer
    assert isinstance(answer, Valid), answer


def every(body: t.Term) -> t.Term:
    inside = t.and_(t.le(t.ZERO, _I), t.lt(_I, t.length(_S)))
    return t.forall((_I,), t.implies(inside, body))


_CHAR = t.at(_S, _I)
_PASSED = t.apply(_PREDICATE, _CHAR)
_LONGER = t.concat(_S, t.string("ab"))
VALID = [
    ((every(_PASSED), t.lt(t.ZERO, t.length(_S))), t.apply(_PREDICATE, t.at(_S, t.ZERO))),
    ((every(t.less(_CHAR, t.string("b"))), t.eq(t.at(_S, t.ZERO), t.string("c"))), t.FALSE),
    (
        (every(_PASSED), t.le(t.ZERO, _N), t.lt(_N, t.length(_S))),
        t.apply(_PREDICATE, t.at(t.substring(_S, _N, t.ONE), t.ZERO)),
    ),
    ((every(t.ne(_CHAR, t.string("x"))),), t.not_(t.eq(_S, t.string("axb")))),
]
INVALID = [
    ((every(_PASSED),), t.apply(_PREDICATE, t.at(_S, t.ZERO))),
    ((every(_PASSED),), t.apply(_PREDICATE, _S)),
    ((every(t.eq(_CHAR, t.at(_R, _I))),), t.eq(_S, _R)),
    ((every(_PASSED),), t.eq(t.length(_LONGER), t.length(_S))),
    ((every(t.ne(_CHAR, t.string("a"))),), t.ne(_S, t.string("b"))),
    ((every(_PASSED), t.contains(_S, _R)), t.apply(_PREDICATE, _R)),
    ((every(_PASSED),), t.less(_LONGER, _S)),
    ((every(_PASSED),), t.in_regex(_S, t.re_star(t.re_range("a", "z")))),
    ((every(t.lt(t.to_code(_CHAR), t.integer(5))),), t.less(_S, t.string("z"))),
    ((every(_PASSED), t.eq(_N, t.length(_S))), t.eq(t.at(_S, _N), t.string("a"))),
]


@pytest.mark.parametrize(("hypotheses", "goal"), VALID)
def test_what_the_laws_are_enough_for(
    hypotheses: tuple[t.Term, ...], goal: t.Term, pool: SolverPool
) -> None:
    weaker = abstracted(Problem(hypotheses=hypotheses, goal=goal))
    assert weaker is not None
    assert isinstance(pool.race(weaker, seconds=10).answer, Valid)


@pytest.mark.parametrize(("hypotheses", "goal"), INVALID)
def test_what_does_not_follow(
    hypotheses: tuple[t.Term, ...], goal: t.Term, pool: SolverPool
) -> None:
    weaker = abstracted(Problem(hypotheses=hypotheses, goal=goal))
    assert weaker is not None
    assert not isinstance(pool.race(weaker, seconds=2).answer, Valid)


def test_only_texts_under_quantifiers_are_abstracted() -> None:
    assert abstracted(Problem(goal=t.eq(_S, _R))) is None
    assert abstracted(Problem(goal=t.forall((_I,), t.lt(_I, _N)))) is None


PERSON = sorts.datatype("Person", {"person": {"name": sorts.STRING, "age": sorts.INT}})
_PEOPLE = t.var("people", sorts.array(sorts.INT, PERSON.sort()))
_NAME = t.field(PERSON, "name", t.select(_PEOPLE, _I))
_NAMED = t.forall((_I,), t.implies(t.le(t.ZERO, _I), t.lt(t.ZERO, t.length(_NAME))))
_FIRST = t.field(PERSON, "name", t.select(_PEOPLE, t.ZERO))
_MADE = t.construct(PERSON, "person", _S, _N)


@pytest.mark.parametrize(
    ("hypotheses", "goal", "follows"),
    [
        ((_NAMED,), t.ne(_FIRST, t.string("")), True),
        ((_NAMED, t.eq(t.select(_PEOPLE, t.ZERO), _MADE)), t.lt(t.ZERO, t.length(_S)), True),
        ((_NAMED,), t.ne(_FIRST, t.string("a")), False),
        ((_NAMED, t.eq(t.select(_PEOPLE, _N), _MADE)), t.lt(t.ZERO, t.length(_S)), False),
    ],
)
def test_texts_in_records(
    hypotheses: tuple[t.Term, ...], goal: t.Term, follows: bool, pool: SolverPool
) -> None:
    weaker = abstracted(Problem(hypotheses=hypotheses, goal=goal, datatypes=(PERSON,)))
    assert weaker is not None
    assert isinstance(pool.race(weaker, seconds=5).answer, Valid) is follows


def test_the_text_is_canonical() -> None:
    problem = Problem(hypotheses=VALID[1][0], goal=VALID[1][1])
    one, other = abstracted(problem), abstracted(problem)
    assert one is not None
    assert other is not None
    assert one.script().text == other.script().text
