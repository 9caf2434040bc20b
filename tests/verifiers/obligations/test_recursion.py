"""Recursive defines over a list are told to be folds where their text shows it, with a proof."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from axiom_verifiers.contracts.reading import read
from axiom_verifiers.frontends.python import translate
from axiom_verifiers.obligations import Obligation, derive
from axiom_verifiers.solvers.answers import Valid
from axiom_verifiers.solvers.pool import SolverPool

FOLDS = {
    "sum": ("int", "0 if len(xs) == 0 else xs[0] + d(xs[1:], v)"),
    "sum, other way round": ("int", "xs[0] + d(xs[1:], v) if len(xs) > 0 else 0"),
    "sum from a parameter": ("int", "v if len(xs) < 1 else d(xs[1:], v) - xs[0] * v"),
    "count": ("int", "0 if len(xs) == 0 else (1 if xs[0] == v else 0) + d(xs[1:], v)"),
    "count, by cases": (
        "int",
        "0 if not len(xs) > 0 else 1 + d(xs[1:], v) if xs[0] > v else d(xs[1:], v)",
    ),
    "all": ("bool", "True if len(xs) == 0 else xs[0] > v and d(xs[1:], v)"),
    "all, joined": ("bool", "len(xs) == 0 or (xs[0] > v and d(xs[1:], v))"),
    "any": ("bool", "False if len(xs) == 0 else xs[0] == v or d(xs[1:], v)"),
    "in order": ("bool", "True if len(xs) <= 1 else xs[0] <= xs[1] and d(xs[1:], v)"),
}

OTHERS = {
    "alternating": ("int", "0 if len(xs) == 0 else xs[0] - d(xs[1:], v)"),
    "by length": ("int", "0 if len(xs) == 0 else len(xs) + d(xs[1:], v)"),
    "stops early": ("int", "0 if len(xs) < 2 else xs[0] + d(xs[1:], v)"),
    "two at a time": ("int", "0 if len(xs) == 0 else xs[0] + d(xs[2:], v)"),
    "another value": ("int", "0 if len(xs) == 0 else xs[0] + d(xs[1:], v + 1)"),
    "from the end": ("int", "0 if len(xs) == 0 else xs[-1] + d(xs[1:], v)"),
    "twice": ("int", "0 if len(xs) == 0 else d(xs[1:], v) + d(xs[1:], v)"),
    "implies": ("bool", "True if len(xs) == 0 else (xs[0] > v implies d(xs[1:], v))"),
    "not": ("bool", "True if len(xs) == 0 else not (xs[0] > v and d(xs[1:], v))"),
}


@pytest.fixture(scope="module")
def pool() -> Iterator[SolverPool]:
    with SolverPool() as made:
        yield made


def _obligations(result: str, body: str) -> list[Obligation]:
    intent = (
        f"define d(xs: list[int], v: int) -> {result}\n  decreases len(xs)\n  = {body}\n\n"
        f"intent f(xs: list[int], v: int) -> {result}\n  ensures result == d(xs, v)\n"
    )
    reading = read(intent)
    assert reading.sound, [placed.problem.message for placed in reading.problems]
    (contract,) = reading.contracts.values()
    # Any code will do: what a clause rests on is asked of each that is not true by itself.
    code = f"def f(xs, v):\n    return {'v' if result == 'int' else 'v > 0'}\n"
    found = derive(translate(code, contract), contract)
    return [one for one in found if one.construct == "define d as a fold"]


@pytest.mark.parametrize(("result", "body"), FOLDS.values(), ids=FOLDS)
def test_a_fold_is_found_and_proved(result: str, body: str, pool: SolverPool) -> None:
    found = _obligations(result, body)
    assert found
    for one in found:
        assert isinstance(pool.race(one.problem, seconds=60).answer, Valid)


@pytest.mark.parametrize(("result", "body"), OTHERS.values(), ids=OTHERS)
def test_nothing_else_is_taken_for_one(result: str, body: str) -> None:
    assert not _obligations(result, body)
