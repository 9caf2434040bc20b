"""Terms: simplification keeps the meaning, substitution and quantifiers keep the bindings."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axiom_verifiers.errors import UndeterminedError
from axiom_verifiers.logic import sorts as s
from axiom_verifiers.logic import terms as t
from axiom_verifiers.logic.evaluate import evaluate
from axiom_verifiers.logic.semantics import euclidean
from axiom_verifiers.logic.smtlib import show
from axiom_verifiers.logic.values import ArrayValue, DatatypeValue

from . import raw_terms as r

X, Y, Z = (t.var(name, s.INT) for name in "xyz")
P, Q = (t.var(name, s.BOOL) for name in "pq")
F = t.Function("f", (s.INT,), s.INT)


def environments() -> st.SearchStrategy[dict[t.Term, object]]:
    values = {
        constant: r.VALUES[sort]
        for sort, constants in r.CONSTANTS.items()
        if sort in r.VALUES
        for constant in constants
    }
    ints = r.VALUES[s.INT]
    for constant in r.CONSTANTS[r.ARRAY]:
        values[constant] = st.builds(ArrayValue, ints, st.dictionaries(ints, ints, max_size=3))
    for constant in r.CONSTANTS[r.PAIR.sort()]:
        values[constant] = st.just(DatatypeValue("none")) | st.builds(
            lambda left, right: DatatypeValue("pair", (left, right)), ints, r.VALUES[s.STRING]
        )
    return st.fixed_dictionaries(values)


SORTS = [s.BOOL, s.INT, s.REAL, s.STRING, r.BYTE, s.FLOAT64, r.ARRAY, r.PAIR.sort()]


@settings(max_examples=100, deadline=None)
@given(st.data(), environments())
def test_simplification_keeps_the_value(data: st.DataObject, environment: dict) -> None:
    term = data.draw(r.raw(data.draw(st.sampled_from(SORTS)), depth=4))
    try:
        value = evaluate(term, environment)
    except UndeterminedError:
        return  # What has no value may get one by simplification.
    simple = r.simplified(term)
    assert repr(evaluate(simple, environment)) == repr(value), (show(term), show(simple))


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_simplification_is_settled_at_once(data: st.DataObject) -> None:
    term = r.simplified(data.draw(r.raw(s.BOOL, depth=4)))
    assert r.simplified(term) is term


@settings(max_examples=100, deadline=None)
@given(st.data(), environments(), environments())
def test_substitution_is_evaluation_elsewhere(
    data: st.DataObject, environment: dict, other: dict
) -> None:
    term = data.draw(r.raw(s.INT, depth=3))
    new = data.draw(r.raw(s.INT, depth=2))
    old = r.CONSTANTS[s.INT][0]
    try:
        inside = evaluate(new, environment)
        value = evaluate(term, {**environment, old: inside})
        assert evaluate(t.substitute(term, {old: new}), environment) == value
    except UndeterminedError:
        return


@settings(deadline=None)
@given(st.integers(), st.integers().filter(bool))
def test_python_division(a: int, b: int) -> None:
    left, right = t.integer(a), t.integer(b)
    assert t.floor_div(left, right) is t.integer(a // b)
    assert t.floor_mod(left, right) is t.integer(a % b)
    environment = {X: a, Y: b}
    assert evaluate(t.floor_div(X, Y), environment) == a // b
    assert evaluate(t.floor_mod(X, Y), environment) == a % b
    q, remainder = euclidean(a, b)
    assert a == b * q + remainder
    assert 0 <= remainder < abs(b)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (t.and_(), t.TRUE),
        (t.or_(P, t.not_(P)), t.TRUE),
        (t.and_(P, t.and_(Q, P)), t.and_(P, Q)),
        (t.implies(P, P), t.TRUE),
        (t.ite(t.not_(P), X, Y), t.ite(P, Y, X)),
        (t.eq(X, X), t.TRUE),
        (t.eq(t.string("a"), t.string("b")), t.FALSE),
        (t.add(t.add(X, t.ONE), t.integer(2)), t.add(X, t.integer(3))),
        (t.sub(t.add(X, t.ONE), t.ONE), X),
        (t.mul(X, t.ZERO), t.ZERO),
        (t.euclid_div(X, t.ZERO), t.euclid_div(X, t.ZERO)),
        (t.concat(t.string("a"), t.concat(t.string("b"), t.EMPTY)), t.string("ab")),
    ],
)
def test_simplifies(term: t.Term, expected: t.Term) -> None:
    assert term is expected


def test_division_by_zero_is_left_open() -> None:
    assert t.euclid_div(t.ONE, t.ZERO).op == "div"
    with pytest.raises(UndeterminedError, match="mod has no value"):
        evaluate(t.euclid_mod(t.ONE, t.ZERO))


def test_reading_over_writing() -> None:
    array = t.var("a", r.ARRAY)
    assert t.select(t.store(array, X, Y), X) is Y
    written = t.store(t.store(array, t.ONE, Y), t.ZERO, X)
    assert t.select(written, t.ONE) is Y
    # What is not known to be another place is not skipped.
    assert t.select(t.store(array, X, Y), Z).op == "select"


def test_quantifiers_that_differ_in_names_are_one_term() -> None:
    assert t.forall([X], t.lt(X, Z)) is t.forall([Y], t.lt(Y, Z))
    assert t.forall([X], t.lt(X, Z)) is not t.forall([Z], t.lt(X, Z))
    inner = t.exists([Y], t.lt(X, Y))
    assert t.forall([X], inner) is t.forall([Z], t.exists([X], t.lt(Z, X)))
    assert t.forall([X], P) is P


def test_substitution_does_not_capture() -> None:
    formula = t.forall([X], t.lt(X, Y))
    assert t.substitute(formula, {Y: X}) is t.forall([Z], t.lt(Z, X))
    # The replacement holds a quantifier: the heights, and so the names, move.
    nested = t.forall([X], t.exists([Y], t.and_(t.lt(X, Y), P)))
    moved = t.substitute(nested, {P: t.forall([Z], t.lt(Z, X))})
    outside = t.forall([Z], t.lt(Z, X))
    by_hand = t.forall([Z], t.exists([Y], t.and_(t.lt(Z, Y), outside)))
    assert moved is by_hand
    assert moved.free == {X}


def test_an_instance_opens_a_quantifier() -> None:
    formula = t.forall([X, Y], t.lt(X, Y))
    assert t.instance(formula, (t.ONE, Z)) is t.lt(t.ONE, Z)


def test_triggers_bind_every_variable() -> None:
    fx, fy = t.apply(F, X), t.apply(F, Y)
    kept = t.forall([X, Y], t.lt(fx, fy), [[fx, fy], [fx]])
    assert len(t.groups_of(kept)) == 1
    assert show(kept).count(":pattern") == 1


def test_deep_terms_need_no_stack() -> None:
    term = X
    for number in range(10_000):
        term = t.ite(t.lt(term, t.integer(number)), t.add(term, Y), term)
    assert evaluate(term, {X: 0, Y: 0}) == 0
    assert t.substitute(term, {X: Z}).free == {Y, Z}
    del term  # Nor does being forgotten.


def test_threads_make_the_same_terms() -> None:
    made: list[list[t.Term]] = [[] for _ in range(4)]

    def work(into: list[t.Term]) -> None:
        into.extend(
            t.add(t.var(f"shared{number}", s.INT), t.integer(number + 7)) for number in range(3000)
        )

    threads = [threading.Thread(target=work, args=(into,)) for into in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(one is other for one, other in zip(made[0], made[3], strict=True))


@pytest.mark.parametrize(
    "build",
    [
        lambda: t.add(X, t.real(1)),
        lambda: t.and_(X),
        lambda: t.eq(X, P),
        lambda: t.apply(F, P),
        lambda: t.select(X, X),
        lambda: t.bv("bvadd", t.bits(1, 8), t.bits(1, 4)),
        lambda: t.construct(r.PAIR, "pair", X),
    ],
)
def test_wrong_sorts_are_refused(build: object) -> None:
    with pytest.raises(TypeError):
        build()  # type: ignore[operator]


def test_characters_beyond_the_theory_are_refused() -> None:
    with pytest.raises(ValueError, match="U\\+2FFFF"):
        t.string("\U00030000")
