"""Wrong programs, of every kind that people write, are refuted; right ones never are.

What nothing finds yet stands in `MISSED`, each with its reason.
"""

from __future__ import annotations

import pytest

from axiom_verifiers.checks.properties import PropertiesVerifier
from axiom_verifiers.checks.refute import Refute
from axiom_verifiers.checks.verifier import Budget
from axiom_verifiers.evidence import ClauseEvidence, Verdict
from tests.verifiers.refuting.yardstick import Case, cases

MISSED = {
    "dates/fibonacci/no base case for zero": "its calls go on to new arguments for ever",
    "dates/halving/a dict that comes back": "a counter in the same dict never comes back",
}
CASES = list(cases())
# The share of the wrong programs that may be missed in one run, and those that were.
_LOST = 0.05
_missed: list[str] = []


def witnesses(case: Case) -> list[ClauseEvidence]:
    found: list[ClauseEvidence] = []
    for verifier in (PropertiesVerifier(), Refute()):
        for one in verifier.verify(case.subject, Budget(60)):
            if isinstance(one, ClauseEvidence) and one.verdict is Verdict.REFUTED:
                assert one.witness is not None
                assert one.witness.replayed
                found.append(one)
        if found and not case.right:
            break
    return found


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case.name) for case in CASES if not case.right]
)
def test_wrong(case: Case) -> None:
    """What is found must replay; what is not found is judged together below."""
    if not witnesses(case):
        _missed.append(case.name)


def test_nearly_all_that_is_wrong_is_refuted() -> None:
    """But for a few: on a busy machine a search runs out of time here and there."""
    wrong = [case for case in CASES if not case.right]
    lost = sorted(set(_missed) - MISSED.keys())
    assert len(lost) <= _LOST * len(wrong), lost


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES if case.right])
def test_right(case: Case) -> None:
    assert witnesses(case) == []


def test_what_is_missed_is_there() -> None:
    assert {case.name for case in CASES} >= MISSED.keys()
