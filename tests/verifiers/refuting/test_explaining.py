"""What a witness says of why a clause fails."""

from __future__ import annotations

from axiom_verifiers.checks.properties import PropertiesVerifier
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
