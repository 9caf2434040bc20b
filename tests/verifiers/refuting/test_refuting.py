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
    assert bool(witnesses(case)) is (case.name not in MISSED)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES if case.right])
def test_right(case: Case) -> None:
    assert witnesses(case) == []


def test_what_is_missed_is_there() -> None:
    assert {case.name for case in CASES} >= MISSED.keys()
