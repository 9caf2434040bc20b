"""What solvers are told of floats is true: each fact, on edges and on random values."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from axiom_verifiers.contracts.numbers import float_sum
from axiom_verifiers.errors import UndeterminedError
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.evaluate import evaluate
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.logic.values import ArrayValue
from axiom_verifiers.obligations import encode_floats
from axiom_verifiers.obligations.float_facts import float_facts

X, Y = terms.var("x", sorts.FLOAT64), terms.var("y", sorts.FLOAT64)
M, N = terms.var("m", sorts.INT), terms.var("n", sorts.INT)
ITEMS = terms.var("items", sorts.array(sorts.INT, sorts.FLOAT64))
MARKS = tuple(terms.float64(value) for value in (0.0, 1.0, -1.0, 100.0, 2.0**53, -(2.0**53)))

EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, 5e-324, -5e-324, 2.2250738585072014e-308]
EDGES += [1.7976931348623157e308, -1.7976931348623157e308, math.inf, -math.inf, math.nan]
EDGES += [1 - 2**-53, 1 + 2**-52, 2.0**53, 2.0**53 + 2, 99.99999999999999, 100.00000000000001]
INTS = [0, 1, -1, 2, 3, 99, 100, 101, 2**53, 2**53 + 1, 2**53 - 1, -(2**53), -(2**53) - 1]
INTS += [2**63, 10**22 + 1, 10**300, 2**1024 - 2**970 - 1, 2**1024 - 2**970, -(2**1024)]


def _floats(seed: int, count: int) -> Iterator[tuple[float, float]]:
    chance = random.Random(seed)
    for _ in range(count):
        pair = [
            chance.choice(EDGES)
            if chance.random() < 0.4
            else math.ldexp(chance.uniform(-1, 1), chance.choice((-1074, -60, 0, 1, 7, 60, 1024)))
            for _ in range(2)
        ]
        yield pair[0], pair[1] if chance.random() < 0.9 else pair[0]


def _ints(seed: int, count: int) -> Iterator[tuple[int, int]]:
    chance = random.Random(seed)

    def one() -> int:
        if chance.random() < 0.5:
            return chance.choice(INTS)
        return chance.randint(-1, 1) + chance.getrandbits(chance.choice((3, 8, 53, 60, 1100)))

    for _ in range(count):
        first = one()
        yield first, one() if chance.random() < 0.8 else first + chance.randint(-2, 2)


def _real(function: str, *args: Any) -> Any:
    """What CPython computes; None where it computes nothing."""
    compute: dict[str, Callable[..., Any]] = {
        "float.of_int": float,
        "float.quotient": lambda a, b: a / b,
        "float.mod": lambda a, b: a % b,
        "float.round": round,
        "float.to_int.RTZ": int,
        "float.to_int.RNE": round,
        "float.to_int.RTN": math.floor,
        "float.to_int.RTP": math.ceil,
    }
    try:
        return compute[function](*args)
    except (OverflowError, ValueError, ZeroDivisionError):
        return None


def _holds(fact: Term, given: dict[Term, Any]) -> bool:
    """Whether the fact is true, with every function of ours having CPython's value."""
    environment = dict(given)
    replaced: dict[Term, Term] = {}
    while True:
        applied = [
            term
            for term in terms.postorder((fact,))
            if term.op == "apply" and all(arg.op != "apply" for arg in term.args)
        ]
        if not applied:
            break
        for number, term in enumerate(applied):
            value = _real(term.payload.name, *(evaluate(arg, environment) for arg in term.args))
            stand_in = terms.var(f"v{len(replaced)}.{number}", term.sort)
            if value is None:
                # Where it has no value it may have any: try some.
                value = given[N] if term.sort is sorts.INT else given[Y]
            environment[stand_in] = value
            replaced[term] = stand_in
        fact = _with(fact, replaced)
    return evaluate(fact, environment) is True


def _with(root: Term, replaced: dict[Term, Term]) -> Term:
    """The term with whole subterms replaced."""
    done: dict[Term, Term] = {}
    for term in terms.postorder((root,)):
        args = tuple(done[arg] for arg in term.args)
        done[term] = replaced.get(term) or (terms.rebuild(term, args) if args else term)
    return done[root]


def _roots() -> list[Term]:
    apply = terms.apply
    of_int, to_int = encode_floats.OF_INT, encode_floats.TO_INT
    roots = [terms.fp(op, terms.RNE, X, Y) for op in ("fp.add", "fp.sub", "fp.mul", "fp.div")]
    roots += [apply(of_int, M), apply(of_int, N), apply(encode_floats.QUOTIENT, M, N)]
    roots += [apply(function, X) for function in to_int.values()]
    roots += [apply(encode_floats.REMAINDER, X, Y)]
    roots += [apply(encode_floats.ROUNDED, X, terms.integer(digits)) for digits in (0, 1, 2, 17)]
    return roots


@pytest.mark.parametrize("root", _roots(), ids=lambda root: f"{root.op} {root.payload or ''}")
def test_facts(root: Term) -> None:
    facts = list(float_facts((root, *MARKS, terms.apply(encode_floats.OF_INT, N))))
    assert facts
    for (x, y), (m, n) in zip(_floats(1, 80), _ints(2, 80), strict=True):
        given = {X: x, Y: y, M: m, N: n}
        for fact in facts:
            assert _holds(fact, given), f"{fact} for {given}"


def test_facts_of_sums() -> None:
    total = encode_floats.total(
        encode_floats.ListValue(item=encode_floats.KIND, items=ITEMS, offset=M, length=N)
    )
    facts = [f for f in float_facts((total,)) if not _quantified(f)]
    stand_in = terms.var("total", sorts.FLOAT64)
    chance = random.Random(3)
    for _ in range(300):
        values = [chance.choice(EDGES) for _ in range(chance.randint(0, 3))]
        items = ArrayValue(0.0, dict(enumerate(values)))
        given = {ITEMS: items, M: 0, N: len(values), stand_in: float_sum(values, None)}
        for fact in facts:
            said = _with(fact, {total: stand_in})
            try:
                assert evaluate(said, given) is True, f"{fact} for {values}"
            except UndeterminedError:
                pytest.fail(f"{fact} has no value for {values}")
        if all(value >= 0 for value in values):
            assert not math.isnan(float_sum(values, None))


def _quantified(fact: Term) -> bool:
    return any(term.op == "forall" for term in terms.postorder((fact,)))
