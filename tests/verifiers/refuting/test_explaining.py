"""What a witness says of why a clause fails."""

from __future__ import annotations

import pytest

from axiom_verifiers.checks.properties import PropertiesVerifier
from axiom_verifiers.checks.refute import Refute
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.evidence import ClauseEvidence, Explanation, Step

CLAMP = """\
intent clamp(x: int, lo: int, hi: int) -> int
  requires lo <= hi
  ensures bounds: lo <= result <= hi
"""
CLAMPED = """\
def clamp(x, lo, hi):
    if x < lo:
        return lo
    if x > hi:
        x = hi - 1
    return x
"""
MEAN = """\
intent mean(xs: list[int]) -> int
  ensures len(xs) == 1 implies result == xs[0]
"""
DIVIDED = "def mean(xs):\n    return sum(xs) // len(xs)\n"


def explained(intent: str, code: str, clause: str) -> Explanation:
    (contract,) = read(intent).contracts.values()
    told = [
        one.witness.explanation
        for one in PropertiesVerifier().verify(Subject(contract, code), Budget(60))
        if isinstance(one, ClauseEvidence) and one.clause == clause and one.witness is not None
    ]
    assert told[-1] is not None
    return told[-1]


def test_the_part_that_fails_and_the_lines_that_ran() -> None:
    told = explained(CLAMP, CLAMPED, "clamp/bounds")
    assert told.part == "lo <= result"
    assert told.sides == {"lo": "0", "result": "-1"}
    assert told.suspect == "code"
    call, low, high, cut, end = told.steps
    assert (call.line, call.code) == (1, "def clamp(x, lo, hi):")
    assert call.values == {"x": "1", "lo": "0", "hi": "0"}
    assert low == Step(line=2, function="clamp", code="if x < lo:", entered=False)
    assert high.entered is True
    assert (cut.code, cut.values) == ("x = hi - 1", {"x": "-1"})
    assert end.values == {"return": "-1"}


def test_a_condition_that_may_be_missing() -> None:
    told = explained(MEAN, DIVIDED, "mean/no-undeclared-exception")
    assert told.requires == "len(xs) > 0"
    assert told.suspect == "contract"
    assert told.steps[-1].values["raise"].startswith("ZeroDivisionError")


def test_a_contract_that_no_result_meets() -> None:
    head = CLAMP.replace("  requires lo <= hi\n", "")
    code = "def clamp(x, lo, hi):\n    return min(max(x, lo), hi)\n"
    told = explained(head, code, "clamp/bounds")
    assert told.suspect == "contract"
    assert told.why == "no result meets it for these arguments: is `lo <= hi` required?"


def test_a_result_that_would_be_right() -> None:
    head = "intent f(xs: list[int]) -> int\n  ensures result == sum(x for x in xs if x > 0)\n"
    told = explained(head, "def f(xs):\n    return sum(abs(x) for x in xs)\n", "f/ensures-1")
    assert told.suspect == "code"
    assert told.why.startswith("a result of 0 meets the contract here")
    assert told.part == "result == sum((x for x in xs if x > 0))"


def test_an_exception_where_the_contract_says_the_result() -> None:
    head = "intent f(d: dict[str, int], k: str) -> int\n  ensures result == d[k] when k in d\n"
    settled = head + "  ensures result == 0 when k not in d\n"
    code = "def f(d, k):\n    return d[k]\n"
    assert explained(head, code, "f/no-undeclared-exception").requires == "k in d"
    assert explained(head, code, "f/no-undeclared-exception").suspect == "contract"
    assert explained(settled, code, "f/no-undeclared-exception").suspect == "code"


@pytest.mark.parametrize(
    "body",
    [
        "    while n != 0:\n        n -= 1\n    return 0\n",
        "    return n if 0 <= n < 2 else fib(n - 1) + fib(n - 2)\n",
    ],
    ids=["a loop", "calls"],
)
def test_what_keeps_away_calls_that_never_end(body: str) -> None:
    (contract,) = read("intent fib(n: int) -> int\n  ensures result >= 0\n").contracts.values()
    found = [
        one.witness.explanation
        for one in Refute().verify(Subject(contract, f"def fib(n):\n{body}"), Budget(60))
        if isinstance(one, ClauseEvidence)
        and one.clause == "fib/terminates"
        and one.witness is not None
    ][-1]
    assert found is not None
    assert (found.suspect, found.requires) == ("contract", "n >= 0")


def test_a_generator_returns_nothing_of_the_function() -> None:
    head = "intent f(xs: list[int]) -> int\n  ensures result == len(xs)\n"
    code = "def f(xs):\n    return sum(x for x in xs)\n"
    told = explained(head, code, "f/ensures-1")
    returned = [step.function for step in told.steps if "return" in step.values]
    assert returned == ["f"]


def test_a_callee_before_the_code_does_not_move_its_lines() -> None:
    intents = read(
        "intent g(n: int) -> int\n  ensures result == n\n\n"
        "intent f(n: int) -> int\n  ensures even: result % 2 == 0\n"
    )
    subject = Subject(
        intents.contracts["f"],
        "def f(n):\n    return g(n)\n",
        callees=(("g", "def g(n):\n    return n\n"),),
    )
    found = [
        one.witness.explanation
        for one in PropertiesVerifier().verify(subject, Budget(60))
        if isinstance(one, ClauseEvidence) and one.clause == "f/even" and one.witness is not None
    ][-1]
    assert found is not None
    assert [(step.line, step.code) for step in found.steps if step.function == "f"] == [
        (1, "def f(n):"),
        (2, "return g(n)"),
    ]
