"""Synthesis: function bodies come back as trees; what goes wrong is said, never raised."""

from __future__ import annotations

import threading
import time

import pytest

from axiom_verifiers.logic import terms as t
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.logic.reading import Scope, read_term
from axiom_verifiers.logic.sorts import INT
from axiom_verifiers.solvers.pool import SolverPool
from axiom_verifiers.solvers.sygus import (
    Infeasible,
    NoSolution,
    Solution,
    SygusResult,
    read_solution,
    synthesise,
)

MAXIMUM = """(set-logic LIA)
(synth-fun largest ((a Int) (b Int)) Int)
(declare-var x Int)
(declare-var y Int)
(constraint (>= (largest x y) x))
(constraint (>= (largest x y) y))
(constraint (or (= (largest x y) x) (= (largest x y) y)))
(check-synth)
"""
ENDLESS = """(set-logic NIA)
(synth-fun f ((x Int)) Int)
(declare-var x Int)
(constraint (= (* (f x) (f x) (f x)) (+ (* x x x) 33 (f (+ x 1)))))
(check-synth)
"""


def test_a_solution_is_proved_afterwards(pool: SolverPool) -> None:
    found = synthesise(MAXIMUM, seconds=60, pool=pool)
    assert isinstance(found, Solution)
    (function,) = found.functions
    assert function.name == "largest"
    assert [name for name, _ in function.parameters] == ["a", "b"]
    scope = Scope()
    a, b = (t.var(name, INT) for name in "ab")
    scope.constants |= {"a": a, "b": b}
    body = read_term(function.body, scope)
    assert pool.race(Problem(goal=t.eq(body, t.maximum(a, b))), seconds=60, agree=True).agreed


def test_what_no_function_does(pool: SolverPool) -> None:
    text = MAXIMUM.replace("(check-synth)", "(constraint (> x (largest x x)))\n(check-synth)")
    assert isinstance(synthesise(text, seconds=60, pool=pool), Infeasible)


def test_time_runs_out(pool: SolverPool) -> None:
    started = time.monotonic()
    assert synthesise(ENDLESS, seconds=0.4, pool=pool) == NoSolution("timeout")
    assert time.monotonic() - started < 20


def test_the_stop_signal(pool: SolverPool) -> None:
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    started = time.monotonic()
    assert synthesise(ENDLESS, seconds=60, stop=stop, pool=pool) == NoSolution("cancelled")
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("text", ["(foo)", "(", "(set-logic LIA)\n(synth-fun f (", "\0"])
def test_broken_text(text: str, pool: SolverPool) -> None:
    found = synthesise(text, seconds=60, pool=pool)
    assert isinstance(found, NoSolution)
    assert found.reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("infeasible", Infeasible()),
        ("fail", NoSolution("gave up")),
        ("", NoSolution("gave up")),
        ("(", NoSolution("the solution cannot be read: 1 ) missing at the end")),
        ("((define-fun f))", NoSolution("the solution cannot be read")),
        ("((define-fun f (x) Int x))", NoSolution("the solution cannot be read")),
        ("()", NoSolution("the solution cannot be read")),
    ],
)
def test_solutions_are_read(text: str, expected: SygusResult) -> None:
    assert read_solution(text) == expected
