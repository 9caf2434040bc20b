"""Whatever a solver does, nothing comes out `proved` through the whole orchestra but by `unsat`;
and no proof stands against a run.
"""

from __future__ import annotations

from typing import Any

import pytest

from axiom_verifiers.checks.properties import PropertiesVerifier
from axiom_verifiers.checks.prove import Prove
from axiom_verifiers.checks.verifier import Subject
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.evidence import Verdict
from axiom_verifiers.orchestra import Plan, Result, Verification
from axiom_verifiers.solvers.drivers import Driver
from axiom_verifiers.solvers.pool import SolverPool
from axiom_verifiers.solvers.race import RaceResult
from tests.verifiers.solvers.test_faults import scripted

INTENT = """\
intent largest(a: int, b: int) -> int
  ensures upper: result >= a and result >= b
  ensures one: result == a or result == b
"""
RIGHT = "def largest(a, b):\n    if a * a >= 0 and a > b:\n        return a\n    return b\n"
WRONG = "def largest(a, b):\n    if a * a >= 0 and a > b + 1:\n        return a\n    return b\n"
FAULTS = (
    "dies-at-once",
    "missing",
    "not-ready-but-unsat",
    "says-invalid",
    "garbled-model",
    "says-unknown",
    "says-error-and-unsat",
    "says-nonsense",
    "says-a-list",
    "answers-another-question",
    "prints-garbage",
    "half-an-answer",
    "crashes",
    "exits",
    "closes-its-output",
    "exhausts-memory",
)


class Faulty(SolverPool):
    """A pool that asks these drivers only, whoever is wanted."""

    def __init__(self, *drivers: Driver) -> None:
        super().__init__(warm=())
        self._drivers = drivers

    def race(self, *args: Any, **options: Any) -> RaceResult:
        return super().race(*args, **{**options, "portfolio": self._drivers})


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AXIOM_STATE", str(tmp_path / "state"))


def verified(code: str, *drivers: Driver) -> Result:
    subject = Subject(read(INTENT).contracts["largest"], code)
    with Faulty(*drivers) as pool:
        run = Verification(subject, Plan(seconds=30), [PropertiesVerifier(), Prove(pool)])
        for _ in run:
            pass
    return run.result


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_proves_nothing(fault: str) -> None:
    result = verified(RIGHT, scripted(fault))
    told = {clause.id: clause for clause in result.clauses}
    for name in ("largest/upper", "largest/one"):
        assert told[name].verdict is Verdict.TESTED, told[name]
        assert "valid" not in told[name].answers.values()
    assert result.verdict is not Verdict.PROVED


def test_a_solver_that_lies_does_not_outweigh_a_run() -> None:
    result = verified(WRONG, scripted("says-valid"))
    told = {clause.id: clause for clause in result.clauses}
    assert told["largest/upper"].verdict is Verdict.REFUTED
    assert told["largest/upper"].witness is not None
    assert result.verdict is Verdict.REFUTED
