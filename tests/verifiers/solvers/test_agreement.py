"""Our meaning of terms is the solvers': on random formulas evaluation and solvers agree."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axiom_verifiers.errors import ModelError, UndeterminedError
from axiom_verifiers.logic import sorts as s
from axiom_verifiers.logic import terms as t
from axiom_verifiers.logic.evaluate import evaluate
from axiom_verifiers.logic.models import read_model
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.logic.smtlib import show
from axiom_verifiers.logic.term import make
from axiom_verifiers.solvers.answers import Failure, Invalid, Valid
from axiom_verifiers.solvers.drivers import BITWUZLA, CVC5, SOLVERS, Z3, Driver
from axiom_verifiers.solvers.pool import SolverPool

from ..logic import raw_terms as r

_NO_STRINGS = frozenset((s.STRING, r.PAIR.sort()))
_BITS_ONLY = frozenset((s.INT, s.REAL, s.STRING, r.ARRAY, r.PAIR.sort()))
_BIT_SORTS = (s.BOOL, r.BYTE, s.FLOAT64)


def _literal(constant: t.Term, value: Any) -> t.Term:
    if constant.sort is s.FLOAT64:
        return t.float64(value)
    return t.literal(value, constant.sort)


def _check_value(driver: Driver, formula: t.Term, values: dict, pool: SolverPool) -> None:
    """With its constants fixed, a formula is valid exactly when it evaluates to true."""
    try:
        expected = evaluate(formula, values)
    except UndeterminedError:
        return
    fixed = tuple(
        t.eq(constant, _literal(constant, value))
        for constant, value in values.items()
        if constant in formula.free
    )
    problem = Problem(hypotheses=fixed, goal=formula, datatypes=(r.PAIR,))
    if not driver.takes(problem.script().features):
        return
    result = pool.race(problem, seconds=60, portfolio=[driver])
    wanted = Valid if expected else Invalid
    assert isinstance(result.answer, wanted), (show(formula), values, result.answers)


def _check_model(driver: Driver, formula: t.Term, pool: SolverPool) -> None:
    """A countermodel makes the formula false when it is read back and evaluated."""
    want = tuple(sorted(formula.free, key=lambda constant: constant.payload))
    problem = Problem(goal=formula, datatypes=(r.PAIR,), want=want)
    if not driver.takes(problem.script().features):
        return
    answer = pool.race(problem, seconds=0.2, portfolio=[driver]).answer
    assert not isinstance(answer, Failure), (show(formula), answer)
    if not isinstance(answer, Invalid):
        return
    try:
        values = read_model(answer.model, want, (r.PAIR,))
    except ModelError as error:
        assert "too long" in str(error), (show(formula), answer)  # noqa: PT017 - one of two
        return
    assert len(values) == len(want)
    environment = {constant: values[constant.payload] for constant in want}
    try:
        assert evaluate(formula, environment) is False, (show(formula), answer)
    except UndeterminedError:
        return  # Where the logic fixes no value, the solver has chosen one.


def _values(sorts: tuple[s.Sort, ...]) -> st.SearchStrategy[dict[t.Term, Any]]:
    return st.fixed_dictionaries(
        {constant: r.VALUES[sort] for sort in sorts for constant in r.CONSTANTS[sort]}
    )


@pytest.mark.parametrize("driver", SOLVERS, ids=lambda driver: driver.name)
def test_values_agree(driver: Driver, pool: SolverPool) -> None:
    bits = driver is BITWUZLA
    without = _BITS_ONLY if bits else frozenset()
    sorts = _BIT_SORTS if bits else tuple(r.VALUES)

    @settings(max_examples=40, deadline=None)
    @given(r.raw(s.BOOL, 3, without), _values(sorts))
    def check(formula: t.Term, values: dict) -> None:
        if all(constant in values for constant in formula.free):
            _check_value(driver, formula, values, pool)

    check()


def _sampled(sort: s.Sort, random: Random) -> t.Term:
    """A literal, of those that matter at the edges."""
    match sort.kind:
        case s.Kind.BOOL:
            return t.boolean(random.random() < 0.5)
        case s.Kind.INT:
            return t.integer(random.choice((-7, -3, -1, 0, 1, 2, 3, 255, 10**20)))
        case s.Kind.REAL:
            return t.real(r.Fraction(random.randint(-9, 9), random.randint(1, 4)))
        case s.Kind.STRING:
            return t.string(random.choice(("", "a", "ab", "b", "7", "07", "é\U0001f40d", "aba")))
        case s.Kind.BITVECTOR:
            return t.bits(random.choice((0, 1, 3, 7, 127, 128, 129, 200, 254, 255)), 8)
        case s.Kind.FLOAT:
            return t.float64(random.choice(r.FLOATS))
        case _:
            return t.RNE


@pytest.mark.parametrize("driver", SOLVERS, ids=lambda driver: driver.name)
def test_every_operator_agrees(driver: Driver, pool: SolverPool) -> None:
    """Each operator on literals: what is folded is what the solver computes."""
    random = Random(7)
    simple = {*r.VALUES, s.ROUNDING}
    checked = 0
    for op, sorts, result, payload in r.SHAPES:
        if not simple.issuperset((*sorts, result)):
            continue
        facts: list[t.Term] = []
        for _ in range(25):
            args = tuple(_sampled(sort, random) for sort in sorts)
            raw = make(op, args, result, payload)
            try:
                value = evaluate(raw)
            except UndeterminedError:
                continue
            facts.append(make("=", (raw, _literal(raw, value)), s.BOOL))
        problem = Problem(goal=t.and_(*facts))
        if driver.takes(problem.script().features):
            answer = pool.race(problem, seconds=60, portfolio=[driver]).answer
            assert isinstance(answer, Valid), (op, sorts, answer)
            checked += 1
    assert checked > 25


@pytest.mark.parametrize("driver", SOLVERS, ids=lambda driver: driver.name)
def test_models_are_countermodels(driver: Driver, pool: SolverPool) -> None:
    without = _BITS_ONLY if driver is BITWUZLA else frozenset()

    @settings(max_examples=40, deadline=None)
    @given(r.raw(s.BOOL, 3, without))
    def check(formula: t.Term) -> None:
        _check_model(driver, r.simplified(formula), pool)

    check()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_simplification_is_proved(pool: SolverPool, data: st.DataObject) -> None:
    """A solver finds no difference between a formula and its simplification."""
    formula = data.draw(r.raw(s.BOOL, 3, _NO_STRINGS))
    simple = r.simplified(formula)
    if simple is formula:
        return
    same = make("=", (formula, simple), s.BOOL)
    answer = pool.race(Problem(goal=same, datatypes=(r.PAIR,)), seconds=1).answer
    assert not isinstance(answer, Invalid | Failure), (show(formula), show(simple))


QUANTIFIED = t.forall(
    [t.var("k", s.INT)],
    t.implies(
        t.le(t.ZERO, t.var("k", s.INT)),
        t.le(t.ZERO, t.select(t.var("a", r.ARRAY), t.var("k", s.INT))),
    ),
)


@pytest.mark.parametrize("driver", [Z3, CVC5], ids=lambda driver: driver.name)
@pytest.mark.parametrize(
    ("want", "expected"),
    [
        (t.var("n", s.INT), -(10**30)),
        (t.var("q", s.REAL), "-1/3"),
        (t.var("text", s.STRING), 'é"\\|\U0001f40d\n'),
        (t.var("flag", s.BOOL), False),
        (t.var("byte", r.BYTE), 200),
        (t.var("f", s.FLOAT64), 0.1),
        (t.var("g", s.FLOAT64), float("-inf")),
    ],
    ids=lambda value: str(value) if isinstance(value, t.Term) else "",
)
def test_values_come_back(driver: Driver, want: t.Term, expected: Any, pool: SolverPool) -> None:
    value = r.Fraction(expected) if want.sort is s.REAL else expected
    fact = t.eq(want, _literal(want, value))
    problem = Problem(hypotheses=(fact,), goal=t.FALSE, want=(want,))
    answer = pool.race(problem, seconds=60, portfolio=[driver]).answer
    assert isinstance(answer, Invalid)
    assert read_model(answer.model, (want,)) == {want.payload: value}


@pytest.mark.parametrize("driver", [Z3, CVC5], ids=lambda driver: driver.name)
def test_arrays_and_datatypes_come_back(driver: Driver, pool: SolverPool) -> None:
    a, o = t.var("a", r.ARRAY), t.var("o", r.PAIR.sort())
    facts = (
        t.eq(t.select(a, t.integer(-2)), t.integer(-7)),
        t.eq(t.select(a, t.integer(5)), t.integer(4)),
        t.eq(o, t.construct(r.PAIR, "pair", t.integer(-1), t.string('"'))),
    )
    problem = Problem(hypotheses=facts, goal=t.FALSE, want=(a, o), datatypes=(r.PAIR,))
    answer = pool.race(problem, seconds=60, portfolio=[driver]).answer
    assert isinstance(answer, Invalid)
    values = read_model(answer.model, (a, o), (r.PAIR,))
    assert (values["a"].get(-2), values["a"].get(5)) == (-7, 4)
    assert (values["o"].constructor, values["o"].fields) == ("pair", (-1, '"'))


def test_arrays_under_quantifiers_come_back(pool: SolverPool) -> None:
    """z3 may describe such an array by a function."""
    a = t.var("a", r.ARRAY)
    facts = (QUANTIFIED, t.eq(t.select(a, t.integer(3)), t.integer(9)))
    goal = t.eq(t.select(a, t.integer(-3)), t.select(a, t.integer(7)))
    problem = Problem(hypotheses=facts, goal=goal, want=(a,))
    answer = pool.race(problem, seconds=60, portfolio=[Z3]).answer
    assert isinstance(answer, Invalid)
    value = read_model(answer.model, (a,))["a"]
    assert value.get(3) == 9
    assert value.get(-3) != value.get(7)
    assert all(value.get(index) >= 0 for index in range(20))


@pytest.mark.parametrize("fill", [t.integer(3), t.integer(-1), t.real(r.Fraction(1, 2))], ids=show)
def test_nobody_is_asked_about_arrays_that_he_refuses(fill: t.Term, pool: SolverPool) -> None:
    """cvc5 calls no negative number and no fraction a value."""
    everywhere = make("const-array", (fill,), s.array(s.INT, fill.sort))
    goal = t.lt(make("select", (everywhere, t.var("n", s.INT)), fill.sort), fill)
    script = Problem(goal=goal).script()
    asked = [driver for driver in (CVC5, Z3) if driver.takes(script.features)]
    answers = [pool.race(script, seconds=60, portfolio=[driver]).answer for driver in asked]
    assert [type(answer) for answer in answers] == [Invalid] * len(asked)
    assert (CVC5 in asked) is (fill.payload == 3)
