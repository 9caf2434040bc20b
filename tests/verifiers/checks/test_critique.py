"""The contract critic: each case is a contract and what must be said of it."""

from __future__ import annotations

from typing import Any

import pytest

from axiom_verifiers.checks.critique import critique
from axiom_verifiers.checks.verifier import Budget
from axiom_verifiers.contracts.judging import Judge
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.logic.problem import Problem, Script
from axiom_verifiers.solvers.pool import SolverPool
from axiom_verifiers.solvers.race import RaceResult

# The head and clauses of an intent; the code and the text at which it is said; words of it.
CASES = {
    "no input by two clauses": (
        "f(n: int) -> int\n  requires n > 5\n  requires n * n < 9\n  ensures result == 1",
        ("contradiction", "requires n * n < 9", "together with `n > 5`"),
    ),
    "no result where two clauses meet": (
        "f(n: int) -> int\n  ensures result < n\n  ensures result > n when n > 3",
        ("contradiction", "ensures result > n when n > 3", "no result meets"),
    ),
    "no result where two cases meet in one value": (
        "f(n: int) -> int\n  ensures n >= 90 implies result == 1\n"
        "  ensures 70 <= n <= 90 implies result == 2\n  ensures n < 70 implies result == 3",
        (
            "contradiction",
            "ensures 70 <= n <= 90 implies result == 2",
            "for n = 90 no result meets `n >= 90 implies result == 1` and `70 <= n",
        ),
    ),
    "no result where a flag meets a bound": (
        "f(n: int, free: bool) -> int\n  requires n >= 0\n  ensures result == 0 when free\n"
        "  ensures result == n // 10 when n > 100\n"
        "  ensures not free and n <= 100 implies result == 1",
        ("contradiction", "ensures result == n // 10 when n > 100", "no result meets"),
    ),
    "an ordering that cannot be": (
        "f(xs: list[int]) -> list[int]\n  requires len(xs) > 1\n"
        "  ensures len(result) == len(xs)\n  ensures len(result) < 2",
        ("contradiction", "ensures len(result) < 2", "no result meets"),
    ),
    "a bound without a value": (
        "f(x: int, lo: int, hi: int) -> int\n  requires lo <= hi\n  ensures lo <= result <= hi",
        ("free-result", "ensures lo <= result <= hi", "are allowed as the result"),
    ),
    "an index that may be any": (
        "f(xs: list[int]) -> int\n  requires len(xs) > 0\n  ensures result in xs",
        ("free-result", "ensures result in xs", "are allowed as the result"),
    ),
    "the other case is left open": (
        "f(x: int) -> int\n  ensures result == x when x >= 0",
        ("free-result", "ensures result == x when x >= 0", "are allowed as the result"),
    ),
    "holds of every list": (
        "f(xs: list[int]) -> int\n  ensures len(xs) >= 0\n  ensures result == len(xs)",
        ("vacuous-clause", "ensures len(xs) >= 0", "asks for nothing"),
    ),
    "a when that never is": (
        "f(x: int) -> int\n  requires x > 0\n  ensures result == x\n"
        "  ensures result == 0 when x < 0",
        ("vacuous-clause", "ensures result == 0 when x < 0", "never true"),
    ),
    "an exception that requires excludes": (
        "f(x: int) -> int\n  requires x > 0\n  raises ValueError when x == 0\n"
        "  ensures result == x",
        ("vacuous-clause", "raises ValueError when x == 0", "nothing is ever raised"),
    ),
    "implied by the other": (
        "f(x: int) -> int\n  ensures result == abs(x)\n  ensures result >= 0",
        ("redundant-clause", "ensures result >= 0", "imply this one"),
    ),
    "prose alone": (
        'f(x: int) -> int\n  """Be nice to x."""',
        ("prose-alone", "f", "nothing formalises"),
    ),
}
# Of these nothing is said.
SOUND = {
    "an equation": "f(x: int) -> int\n  ensures result == x * 2",
    "cases that are complete": (
        "f(x: int) -> int\n  ensures result == 1 when x > 0\n  ensures result == 0 when x == 0\n"
        "  ensures result == -1 when x < 0"
    ),
    "cases by implication that are complete": (
        "f(x: int) -> int\n  ensures x > 0 implies result == 1\n"
        "  ensures x == 0 implies result == 0\n  ensures x < 0 implies result == -1"
    ),
    "one result of each list": (
        "f(xs: list[int]) -> int\n  requires len(xs) > 0\n  ensures result in xs\n"
        "  ensures forall x in xs: x <= result"
    ),
    "a text": 'f(name: str) -> str\n  ensures result == "Hello, " + name + "!"',
    "an exception": (
        "f(a: int, b: int) -> int\n  raises ValueError when b == 0\n  ensures result == a // b"
    ),
    "what is changed": "f(xs: list[int]) -> None\n  modifies xs\n  ensures xs == sorted(old(xs))",
    "a sum of floats": ("f(x: float) -> float\n  requires x >= 0.0\n  ensures result == x + 1.0"),
}


def _criticised(head: str) -> list[tuple[str, str, str]]:
    text = f"intent {head}\n"
    reading = read(text)
    assert not [one for one in reading.problems if one.is_error]
    (contract,) = reading.contracts.values()
    data = text.encode()
    return [
        (one.code, data[one.span.start : one.span.end].decode().strip(), one.message)
        for one in critique(contract, Budget(20))
    ]


@pytest.mark.parametrize(("head", "wanted"), CASES.values(), ids=CASES.keys())
def test_said(head: str, wanted: tuple[str, str, str]) -> None:
    found = _criticised(head)
    code, place, words = wanted
    assert [one for one in found if one[:2] == (code, place) and words in one[2]], found


@pytest.mark.parametrize("head", SOUND.values(), ids=SOUND.keys())
def test_nothing_said(head: str) -> None:
    assert _criticised(head) == []


def test_the_question_names_an_input_that_the_contract_speaks_of() -> None:
    """What is called allowed the evaluator has judged so, for arguments that meet `requires`."""
    head = "f(n: int, m: int) -> int\n  requires 10 < n < m\n  ensures n <= result <= m"
    ((_, _, message),) = [one for one in _criticised(head) if one[0] == "free-result"]
    given = message.split("for ")[1].split(" both ")[0]
    values = {part.split(" = ")[0]: int(part.split(" = ")[1]) for part in given.split(", ")}
    (contract,) = read(f"intent {head}\n").contracts.values()
    assert Judge(contract).requires(values) is True


class _Counting(SolverPool):
    """A pool that counts what it is asked."""

    asked = 0

    def race(self, problem: Problem | Script, **limits: Any) -> RaceResult:
        self.asked += 1
        return super().race(problem, **limits)


@pytest.mark.parametrize("case", ["an equation", "cases that are complete", "a text"])
def test_what_results_at_hand_show_no_solver_is_asked(case: str) -> None:
    (contract,) = read(f"intent {SOUND[case]}\n").contracts.values()
    with _Counting() as pool:
        assert critique(contract, Budget(20), pool) == ()
        assert pool.asked <= 1, "that cases are complete is all that a solver has to say"
