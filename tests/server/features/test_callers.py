"""A verdict rests on the contracts of the intents that the code calls, and on no others."""

from __future__ import annotations

import pytest

from axiom_server.documents.snapshot import Snapshot
from axiom_server.features.lenses import lenses
from axiom_server.features.states import (
    Known,
    changed_callees,
    changed_clauses,
    digests_now,
    digests_then,
    freshness,
    stage_of,
)
from axiom_server.studio.currency import relied_on
from axiom_verifiers.evidence import Verdict
from axiom_verifiers.orchestra.results import ClauseResult

INTENTS = """\
intent double(n: int) -> int
  ensures result == 2 * n

intent triple(n: int) -> int
  ensures result == 3 * n

intent quadruple(n: int) -> int
  ensures four: result == 4 * n
"""
CODE = "def quadruple(n: int) -> int:\n    return double(double(n))\n"


def _snapshot(text: str) -> Snapshot:
    return Snapshot.open(text, 1, lambda _: None, "w.intent")


def _known() -> Known:
    snapshot = _snapshot(INTENTS)
    contract = snapshot.contract("quadruple")
    assert contract is not None
    clause = ClauseResult(
        id="quadruple/four",
        clause="ensures four",
        kind="ensures",
        line=8,
        verdict=Verdict.PROVED,
        method="deductive",
    )
    return Known(
        subject="candidate c0ff",
        candidate="c0ffee",
        verdict=Verdict.PROVED,
        confidence=1.0,
        clauses={clause.id: clause},
        digests=digests_then(contract, relied_on(contract, CODE), snapshot),
    )


@pytest.mark.parametrize(
    ("old", "new", "stale"),
    [
        ("2 * n", "n + n", True),
        ("3 * n", "n + n + n", False),
        ("intent triple(n: int) -> int\n  ensures result == 3 * n\n", "", False),
        ("intent double(n: int) -> int\n  ensures result == 2 * n\n", "", True),
        ("result == 2 * n", "twice: result == 2 * n", False),
        ("intent double", "# twice as much\nintent double", False),
        ("result == 2 *", "result == 2 * *", True),
        ("result == 2 * n\n", "result == 2 * n\n  invariant n == n\n", False),
    ],
    ids=["its callee", "another", "another gone", "its callee gone", "a label", "a comment",
         "an error in its callee", "a hint"],
)  # fmt: skip
def test_a_changed_contract_makes_its_callers_stale(old: str, new: str, stale: bool) -> None:
    known = _known()
    text = INTENTS.replace(old, new)
    assert text != INTENTS
    snapshot = _snapshot(text)
    now = digests_now(snapshot.contract("quadruple"), known, snapshot)
    assert now is not None
    assert stage_of(known, now) == ("stale" if stale else "verified")
    assert freshness(known, "quadruple/four", now) == ("stale" if stale else "current")
    assert changed_callees(known, now) == (("double",) if stale else ())
    assert changed_clauses(known, now) == (("ensures four",) if stale else ())
    shown = [one.title for one in lenses(snapshot, {"quadruple": known}, "utf-16")]
    assert any("stale: the contract of double changed" in title for title in shown) is stale
