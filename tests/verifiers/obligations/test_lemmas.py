"""Every lemma that problems are told follows from definitions: solvers show base and step."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, product

import pytest

from axiom_verifiers.logic import sorts
from axiom_verifiers.logic import terms as t
from axiom_verifiers.logic.evaluate import evaluate
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.lemmas import LEMMAS, REWRITES
from axiom_verifiers.obligations.lemmas.proofs import Proof, proofs
from axiom_verifiers.obligations.lemmas.shapes import bounds
from axiom_verifiers.solvers.answers import Valid
from axiom_verifiers.solvers.drivers import Z3
from axiom_verifiers.solvers.pool import SolverPool

ALL = tuple(proofs())
PAIRS = {
    "split",
    "longer",
    "alike",
    "together",
    "every one",
    "permutation",
    "size of what is gathered",
    "members and counts",
    "keys as they are met",
    "parts of a total",
    "front of a text",
    "part of a text",
    "greatest without the first",
    "texts alike",
    "text of what a filter keeps",
    "replaced",
    "contained",
    "count by parts",
    "count by repeats",
    "around the first",
    "powers",
    "averages",
    "as it is",
    "filters alike",
    "a filter that keeps all",
    "sum over what is listed",
}


@pytest.fixture(scope="module")
def pool() -> Iterator[SolverPool]:
    with SolverPool() as made:
        yield made


def _named() -> list[object]:
    numbered = [
        (f"{name}/{one.part}/{number}", one)
        for name, group in groupby(ALL, key=lambda one: one.name)
        for number, one in enumerate(group, start=1)
    ]
    return [pytest.param(one, id=name) for name, one in numbered]


@pytest.mark.parametrize("proof", _named())
def test_a_lemma_is_proved(proof: Proof, pool: SolverPool) -> None:
    assert proof.problem.goal is not t.TRUE, "the lemma says nothing of this fold"
    result = pool.race(proof.problem, seconds=60)
    assert isinstance(result.answer, Valid), proof.problem.script(canonical=False).full


@pytest.mark.parametrize("proof", _named())
def test_what_it_rests_on_is_no_contradiction(proof: Proof, pool: SolverPool) -> None:
    nothing = Problem(goal=t.FALSE, hypotheses=proof.problem.hypotheses)
    result = pool.race(nothing, seconds=0.5, portfolio=[Z3])
    assert not isinstance(result.answer, Valid)


def test_every_lemma_has_a_proof() -> None:
    told = {lemma.name for lemma in (*LEMMAS, *REWRITES)} | PAIRS | {"order of neighbours"}
    assert told == {one.name for one in ALL}


_X, _Y = t.var("x", sorts.INT), t.var("y", sorts.INT)
_GAINS = (
    t.absolute(t.sub(_X, _Y)),
    t.maximum(t.ZERO, t.sub(_X, _Y)),
    t.ite(t.lt(_Y, _X), t.sub(_X, _Y), t.ZERO),
    t.ite(t.le(_Y, _X), t.sub(_X, _Y), t.integer(2)),
    t.ite(t.and_(t.lt(_X, _Y), t.lt(t.ZERO, _X)), t.sub(_Y, _X), t.ONE),
    t.ite(t.lt(_Y, _X), t.ZERO, t.sub(_Y, _X)),
    t.ite(t.le(_Y, _X), t.sub(_Y, _X), t.ZERO),
)


@pytest.mark.parametrize("gain", _GAINS, ids=range(len(_GAINS)))
def test_bounds_of_choices(gain: Term) -> None:
    low, high = bounds(gain)
    values = [evaluate(gain, {_X: x, _Y: y}) for x, y in product(range(-5, 6), repeat=2)]
    assert high is None
    if low is None:
        assert any(isinstance(value, int) and value < 0 for value in values)
    else:
        assert all(isinstance(value, int) and value >= low for value in values)
