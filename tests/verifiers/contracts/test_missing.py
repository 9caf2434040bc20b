"""By how much a condition misses, and which part of it does: cases, and what must hold of all."""

from __future__ import annotations

import pytest

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.judging import Judge
from axiom_verifiers.contracts.missing import Missed, Scope
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.contracts.values import Value
from axiom_verifiers.core.show import show_expression

HEAD = """\
define rising(xs: list[int]) -> bool = forall i in range(len(xs) - 1): xs[i] <= xs[i + 1]

intent f(a: int, b: int, s: str, xs: list[int]) -> int
  ensures result == 0
  requires """
ROW: dict[str, Value] = {"a": 3, "b": 5, "s": "ab", "xs": [1, 4, 2]}


def reading(condition: str) -> tuple[Contract, Missed]:
    told = read(HEAD + condition + "\n")
    assert told.sound, told.problems
    contract = told.contracts["f"]
    return contract, Missed(Judge(contract).evaluator, contract.defines)


@pytest.mark.parametrize(
    ("condition", "part", "bound"),
    [
        ("a == 3 and b == 4", "b == 4", {}),
        ("a == 2 and b == 4", "a == 2", {}),
        ("a == 3 implies b == 4", "b == 4", {}),
        ("not (a == 3 or b == 4)", "a == 3", {}),
        ("a == 1 or b == 4", "(a == 1) or (b == 4)", {}),
        ("forall x in xs: x < 4", "x < 4", {"x": 4}),
        ("not (exists x in xs: x == 2)", "x == 2", {"x": 2}),
        ("rising(xs)", "xs[i] <= xs[i + 1]", {"i": 1}),
        ("all(x < 4 for x in xs)", "x < 4", {"x": 4}),
        ("(a > b) iff (s == 'ab')", "(a > b) iff (s == 'ab')", {}),
        ("a == 3 if b == 4 else a == 1", "a == 1", {}),
    ],
)
def test_the_part_that_fails(condition: str, part: str, bound: dict[str, Value]) -> None:
    contract, missed = reading(condition)
    found = missed.part(contract.requires[0].condition, Scope(ROW))
    assert (show_expression(found.part), found.scope.bound) == (part, bound)


@pytest.mark.parametrize(
    ("condition", "near", "far"),
    [
        ("a == b", {"a": 4, "b": 5}, {"a": -90, "b": 5}),
        ("forall x in xs: x > 0", {"xs": [0, 1, 2]}, {"xs": [0, -1, -2]}),
        ("rising(xs)", {"xs": [1, 3, 2]}, {"xs": [9, 3, 1]}),
        ("len(xs) == 4", {"xs": [1, 2, 3]}, {"xs": []}),
        ("s == 'axe'", {"s": "axd"}, {"s": ""}),
        ("a > 0 and b > 0", {"a": 1, "b": 0}, {"a": 0, "b": 0}),
        ("xs[5] == 1 or a == b", {"a": 4, "b": 5}, {"a": -90, "b": 5}),
        ("a in xs", {"a": 3}, {"a": 50}),
    ],
)
def test_nearer_is_less(condition: str, near: dict[str, Value], far: dict[str, Value]) -> None:
    contract, missed = reading(condition)
    expr = contract.requires[0].condition
    assert 0 < missed.distance(expr, Scope(ROW | near)) < missed.distance(expr, Scope(ROW | far))


@pytest.mark.parametrize(
    "condition",
    ["a < b", "rising(xs)", "a == 3 or s == 'x'", "exists x in xs: x == a", "a != 3", "a in xs"],
)
def test_nothing_is_missed_where_it_holds(condition: str) -> None:
    contract, missed = reading(condition)
    expr = contract.requires[0].condition
    judge = Judge(contract)
    for a in range(-2, 6):
        for xs in ([], [1, 4, 2], [1, 2, 4], [a, a]):
            row: dict[str, Value] = {**ROW, "a": a, "xs": xs}
            assert (missed.distance(expr, Scope(row)) == 0.0) is (
                judge.condition(expr, row) is True
            )
