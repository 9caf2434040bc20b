"""Recursion by the function's own contract: what is proved of it, and what each clause rests on."""

from __future__ import annotations

import pytest

from axiom_verifiers.checks.prove import Prove
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.evidence import ClauseEvidence, Verdict


def proved(intent: str, code: str) -> dict[str, bool]:
    """Whether each clause is proved."""
    reading = read(intent)
    assert not [placed for placed in reading.problems if placed.is_error]
    (contract,) = reading.contracts.values()
    found = Prove().verify(Subject(contract=contract, code=code), Budget(20))
    return {
        one.clause: one.verdict is Verdict.PROVED
        for one in found
        if isinstance(one, ClauseEvidence)
    }


FACTORIAL = """define factorial(n: int) -> int
  requires n >= 0
  decreases n
  = 1 if n == 0 else n * factorial(n - 1)

intent fact(n: int) -> int
  requires n >= 0
  ensures result == factorial(n)
  ensures result >= 1
"""
GCD = """define g(a: int, b: int) -> int
  requires a >= 0 and b >= 0
  decreases b
  = a if b == 0 else g(b, a % b)

intent gcd(a: int, b: int) -> int
  requires a >= 0 and b >= 0
  ensures result == g(a, b)
"""
POWER = """intent power(b: int, n: int) -> int
  requires n >= 0
  ensures result == b ** n
"""
LARGEST = """intent largest(xs: list[int]) -> int
  requires len(xs) > 0
  ensures result in xs
  ensures all(x <= result for x in xs)
"""
TOTAL = """intent total(xs: list[int]) -> int
  ensures result == sum(xs)
"""


@pytest.mark.parametrize(
    ("intent", "code"),
    [
        (FACTORIAL, "def fact(n):\n    return 1 if n <= 1 else n * fact(n - 1)\n"),
        (
            POWER,
            "def power(b, n):\n    if n == 0:\n        return 1\n    if n % 2:\n"
            "        return b * power(b, n - 1)\n    return power(b * b, n // 2)\n",
        ),
        (GCD, "def gcd(a, b):\n    return gcd(b, a % b) if b else a\n"),
        (
            LARGEST,
            "def largest(xs):\n    if len(xs) == 1:\n        return xs[0]\n"
            "    rest = largest(xs[1:])\n    return xs[0] if xs[0] > rest else rest\n",
        ),
        (TOTAL, "def total(xs):\n    return xs[0] + total(xs[1:]) if xs else 0\n"),
    ],
    ids=["factorial", "power by squaring", "gcd", "largest", "total"],
)
def test_recursion_is_proved(intent: str, code: str) -> None:
    found = proved(intent, code)
    assert found
    assert all(found.values()), found


def test_a_false_clause_takes_the_others_with_it() -> None:
    """At the inner call all are assumed, so none is shown alone."""
    intent = (
        "intent f(n: int) -> int\n  requires n >= 0\n  ensures result >= 0\n  ensures result < 9\n"
    )
    code = "def f(n):\n    return 0 if n == 0 else f(n - 1) + 1\n"
    assert not any(proved(intent, code).values())


def test_what_does_not_end_breaks_that_clause_alone() -> None:
    intent = "intent f(n: int) -> int\n  ensures result == 1\n"
    found = proved(intent, "def f(n):\n    return 1 if n == 0 else f(n - 1)\n")
    assert found["f/ensures-1"]
    assert not found["f/terminates"]
