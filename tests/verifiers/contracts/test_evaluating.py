"""The evaluator on the expressions of `evaluating.txt`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.evaluator import Evaluator
from axiom_verifiers.contracts.expressions import Compare, Expr
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.contracts.values import RecordValue, show
from axiom_verifiers.errors import LimitExceededError, UndefinedError, UnevaluableError

FILE = """
type Row = { name: str, size: int }
define LIMIT: int = 10 ** 2
define neg(n: int) -> int = -n
define fact(n: int) -> int requires n >= 0 = 1 if n == 0 else n * fact(n - 1)
define depth(n: int) -> int = 0 if n == 0 else 1 + depth(n - 1)
define fib(n: int) -> int = n if n < 2 else fib(n - 1) + fib(n - 2)
define even(n: int) -> bool = True if n == 0 else odd(n - 1)
define odd(n: int) -> bool = False if n == 0 else even(n - 1)
define endless(n: int) -> int = endless(n)
define growing(n: int) -> int = growing(n + 1)
define pick(n: int) -> int = [1, 2, 3][n]
define wide(n: int) -> bool = forall k: int: k > n
intent f(n: int, x: float, s: str, xs: list[int], fs: list[float], none: int?,
         d: dict[str, int], rows: list[Row], m: set[int]) -> int
"""
VALUES: dict[str, Any] = {
    "n": 7,
    "x": 2.5,
    "s": "hello",
    "xs": [3, 1, 2],
    "fs": [float("nan"), 1.0],
    "none": None,
    "d": {"a": 1, "b": 2},
    "rows": [
        RecordValue("Row", {"name": "b", "size": 1}),
        RecordValue("Row", {"name": "a", "size": 2}),
    ],
    "m": {1, 2, 3},
}
LINES = [
    line
    for line in (Path(__file__).parent / "evaluating.txt").read_text().splitlines()
    if line and not line.startswith("#")
]


def checked(text: str) -> tuple[Contract, Expr]:
    """The expression typed in that file: a condition as it stands, another value compared."""
    for clause in (f"ensures {text}", f"ensures ({text}) == ({text})"):
        found = read(f"{FILE}  {clause}\n")
        if found.sound:
            contract = found.contracts["f"]
            condition = contract.ensures[0].condition
            if clause.count(text) == 2:
                assert isinstance(condition, Compare)
                condition = condition.left
            return contract, condition
    raise AssertionError([placed.problem.message for placed in found.problems])


def what_comes(text: str) -> str:
    contract, expr = checked(text)
    try:
        return "=> " + show(Evaluator(contract.defines).evaluate(expr, VALUES))
    except UndefinedError as error:
        return f"!! {error.kind}: {error.message}"
    except UnevaluableError as error:
        return f"!! unevaluable: {error.message}"
    except LimitExceededError as error:
        return f"!! limit: {error.message}"


@pytest.mark.parametrize("line", LINES)
def test_value(line: str) -> None:
    text, sign, wanted = line.partition(" => ") if " => " in line else line.partition(" !! ")
    found = what_comes(text)
    if sign == " => ":
        assert found == f"=> {wanted}"
        return
    kind, _, part = wanted.partition(": ")
    assert found.startswith(f"!! {kind}: ")
    assert part in found


def test_old_reads_the_state_before_with_the_bound_variables_of_now() -> None:
    text = "intent f(i: int, xs: list[int]) -> int\n  modifies xs\n"
    text += "  ensures forall i in range(2): xs[i] == old(xs[i] + i)\n"
    contract = read(text).contracts["f"]
    judge = Evaluator()
    before = {"i": 9, "xs": [1, 2]}
    after = {"i": 9, "xs": [1, 3], "result": 0}
    assert judge.evaluate(contract.ensures[0].condition, after, before) is True
    assert judge.evaluate(contract.ensures[0].condition, after, after) is False
