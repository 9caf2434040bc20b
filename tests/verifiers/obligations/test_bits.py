"""What solvers are told of bit operations is true, and what is written out is what CPython does."""

from __future__ import annotations

import random
from collections.abc import Callable
from operator import and_, lshift, or_, rshift, xor

import pytest

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import Binary, Constant, Expr, Variable
from axiom_verifiers.contracts.types import INT
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.evaluate import evaluate
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.encode import Encoder, Scope, integer
from axiom_verifiers.obligations.encode_bits import AND, bit_facts
from axiom_verifiers.obligations.ranges import Bounded, Unbounded
from axiom_verifiers.obligations.values import Scalar
from tests.verifiers.conftest import bare_contract

A, B = terms.var("a", sorts.INT), terms.var("b", sorts.INT)
NUMBERS = [0, 1, -1, 2, 3, -2, 7, 8, 255, 256, -256, 2**64, -(2**64) - 1]


def _pairs(seed: int) -> list[tuple[int, int]]:
    chance = random.Random(seed)
    some = NUMBERS + [chance.randint(-(2**70), 2**70) for _ in range(20)]
    return [(chance.choice(some), chance.choice(some)) for _ in range(200)]


def _value(term: Term, given: dict[Term, int]) -> object:
    """The term's value, `AND` having CPython's."""
    done: dict[Term, Term] = {}
    for part in terms.postorder((term,)):
        args = tuple(done[arg] for arg in part.args)
        made = terms.rebuild(part, args) if args else part
        if part.op == "apply" and part.payload is AND:
            one, other = (evaluate(arg, given) for arg in args)
            made = terms.integer(one & other)
        done[part] = made
    return evaluate(done[term], given)


def test_facts() -> None:
    facts = list(bit_facts((terms.apply(AND, A, B),)))
    assert facts
    for a, b in _pairs(1):
        for fact in facts:
            assert _value(fact, {A: a, B: b}) is True, f"{fact} for {a}, {b}"


def test_facts_about_apart_numbers() -> None:
    high = terms.mul(terms.integer(256), A)
    both = terms.add(high, terms.mul(terms.integer(16), B))
    for applied in (terms.apply(AND, high, B), terms.apply(AND, B, both)):
        facts = list(bit_facts((applied,)))
        assert len(facts) > len(list(bit_facts((terms.apply(AND, A, B),))))
        for a, b in _pairs(2):
            for fact in facts:
                assert _value(fact, {A: a, B: b}) is True, f"{fact} for {a}, {b}"


def _encoder(ranges: Unbounded | Bounded) -> Encoder:
    contract: Contract = bare_contract("f(a: int, b: int) -> int")
    return Encoder(contract, ranges)


def _term(op: str, right: Expr, ranges: Unbounded | Bounded) -> Term:
    left = Variable(type=INT, name="a", role="parameter")
    node = Binary(type=INT, op=op, left=left, right=right)  # type: ignore[arg-type]  # one of them
    value, _ = _encoder(ranges).top(node, Scope({"a": Scalar(A), "b": Scalar(B)}))
    return integer(value)


OPERATORS: dict[str, Callable[[int, int], int]] = {"&": and_, "|": or_, "^": xor}


@pytest.mark.parametrize("op", OPERATORS)
def test_of_two_variables(op: str) -> None:
    term = _term(op, Variable(type=INT, name="b", role="parameter"), Unbounded())
    small = _term(op, Variable(type=INT, name="b", role="parameter"), Bounded(4))
    for a, b in _pairs(2):
        assert _value(term, {A: a, B: b}) == OPERATORS[op](a, b)
        if 0 <= a < 256 and 0 <= b < 256:
            assert evaluate(small, {A: a, B: b}) == OPERATORS[op](a, b)


@pytest.mark.parametrize("mask", [0, 1, 5, 12, 13, 255, 170, 2**40 + 6, -1, -2, -8, -171])
@pytest.mark.parametrize("op", OPERATORS)
def test_of_a_mask(op: str, mask: int) -> None:
    term = _term(op, Constant(type=INT, value=mask), Unbounded())
    assert not [part for part in terms.postorder((term,)) if part.op == "apply"]
    for a, _ in _pairs(3):
        assert evaluate(term, {A: a}) == OPERATORS[op](a, mask)


@pytest.mark.parametrize("by", [0, 1, 2, 7, 64])
def test_shifts_by_a_constant(by: int) -> None:
    right = Constant(type=INT, value=by)
    for op, compute in (("<<", lshift), (">>", rshift)):
        term = _term(op, right, Unbounded())
        for a, _ in _pairs(4):
            assert evaluate(term, {A: a}) == compute(a, by)


def test_shifts_by_a_variable() -> None:
    right = Variable(type=INT, name="b", role="parameter")
    for op, compute in (("<<", lshift), (">>", rshift)):
        term = _term(op, right, Bounded(6))
        for a, _ in _pairs(5):
            for by in range(6):
                assert evaluate(term, {A: a, B: by}) == compute(a, by)
