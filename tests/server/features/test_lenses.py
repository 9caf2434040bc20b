"""Lenses: the text matrix of all states, each with what can be done from there."""

from __future__ import annotations

from typing import Any

import pytest

from axiom_server.features.lenses import lenses
from axiom_server.features.states import NOTHING, Known
from axiom_verifiers.evidence import Verdict
from tests.server.features.cases import CLAMP, OTHER_CLAUSE, changed, clause, known_of, opened


def check_lenses(text: str, known: Known, expect: str, *, trusted: bool = True) -> None:
    """`title → command candidate`, one lens a line."""
    found = lenses(opened(text), {"clamp": known}, "utf-16", trusted=trusted)
    shown = [
        f"{one.title} → {one.command or '-'} {one.candidate}".rstrip()
        for one in found
        if one.intent == "clamp"
    ]
    wanted = [line.strip() for line in expect.strip().splitlines()]
    assert shown == wanted, "\n".join(shown)
    for one in found:
        assert one.title.strip() == one.title
        assert not (one.command in ("preview", "accept") and not one.candidate)


PROVED = (clause("in_range", Verdict.PROVED), clause("inside", Verdict.PROVED))
TESTED = (clause("in_range", Verdict.PROVED), clause("inside", Verdict.TESTED))
REFUTED = (clause("in_range", Verdict.PROVED), clause("inside", Verdict.REFUTED))
UNKNOWN = (clause("in_range", Verdict.PROVED), clause("inside", Verdict.UNKNOWN))
FAILED = (clause("in_range", Verdict.TESTED), clause("inside", Verdict.FAILED))
GIVEN: dict[str, Any] = {"subject": "the given code", "candidate": "", "candidates": 0}


def of(*clauses: Any, **more: Any) -> Known:
    return known_of(opened(CLAMP), *clauses, **more)


MATRIX: dict[str, tuple[str, Known, str]] = {
    "typing": (
        CLAMP,
        NOTHING,
        """
        ○ 3 clauses · 1 example → -
        generate → generate
        verify a function → verifyExisting
        """,
    ),
    "typing, one clause": (
        "intent clamp() -> int\n  ensures result == 1\n",
        NOTHING,
        """
        ○ 1 clause · 0 examples → -
        generate → generate
        verify a function → verifyExisting
        """,
    ),
    "errors": (CLAMP.replace("== x", "== y"), NOTHING, "○ 1 error to mend first → -"),
    "two errors": (
        CLAMP.replace("== x", "== y").replace("result <= hi", "result <= z"),
        of(*PROVED),
        "○ 2 errors to mend first → -",
    ),
    "failure": (
        CLAMP,
        Known(failure="none passed the gate"),
        """
        ○ 3 clauses · 1 example → -
        no candidate: none passed the gate → -
        generate → generate
        verify a function → verifyExisting
        """,
    ),
    "generating": (
        CLAMP,
        Known(running="generating", progress="2/4 candidates"),
        """
        ◌ 2/4 candidates → -
        cancel → cancel
        """,
    ),
    "generating, just begun, after a failure": (
        CLAMP,
        Known(running="generating", failure="an old one"),
        """
        ◌ generating → -
        cancel → cancel
        """,
    ),
    "verifying": (
        CLAMP,
        of(*PROVED, running="verifying", progress="types ✓ lint ✓"),
        """
        ◐ types ✓ lint ✓ → -
        cancel → cancel
        """,
    ),
    "verified": (
        CLAMP,
        of(*PROVED),
        """
        ✓✓ 2 proved · 0.97 → showCandidates c0ffee
        preview c0ff → preview c0ffee
        accept c0ff → accept c0ffee
        generate again → generate
        """,
    ),
    "verified, in part by tests": (
        CLAMP,
        of(*TESTED),
        """
        ✓ 1 proved, 1 tested · 0.97 → showCandidates c0ffee
        preview c0ff → preview c0ffee
        accept c0ff → accept c0ffee
        generate again → generate
        """,
    ),
    "verified, and a later generation failed": (
        CLAMP,
        of(*PROVED, failure="none passed the gate"),
        """
        ✓✓ 2 proved · 0.97 → showCandidates c0ffee
        no candidate: none passed the gate → -
        preview c0ff → preview c0ffee
        accept c0ff → accept c0ffee
        generate again → generate
        """,
    ),
    "verified, a code that is no candidate": (
        CLAMP,
        of(*PROVED, **GIVEN),
        """
        ✓✓ the given code: 2 proved · 0.97 → -
        generate → generate
        """,
    ),
    "refuted": (
        CLAMP,
        of(*REFUTED),
        "✗ ensures inside: fails for lo=5, hi=6, x=5: gives 9; expected result == x (replayed)"
        """ → showCandidates c0ffee
        generate → generate
        """,
    ),
    "refuted, a code that is no candidate": (
        CLAMP,
        of(*REFUTED, **GIVEN),
        "✗ ensures inside: fails for lo=5, hi=6, x=5: gives 9; expected result == x (replayed)"
        """ → -
        generate → generate
        """,
    ),
    "refuted without a witness": (
        CLAMP,
        of(clause("inside", Verdict.REFUTED, witness=None, detail="a loop is there")),
        """
        ✗ ensures inside: a loop is there → showCandidates c0ffee
        generate → generate
        """,
    ),
    "accepted": (
        CLAMP,
        of(*TESTED, accepted="c0ffee"),
        """
        ● c0ff accepted · 1 proved, 1 tested → showCandidates c0ffee
        undo → undo
        export proof → export
        history → showHistory
        """,
    ),
    "accepted, and refuted since": (
        CLAMP,
        of(*REFUTED, accepted="c0ffee"),
        "✗ ensures inside: fails for lo=5, hi=6, x=5: gives 9; expected result == x (replayed)"
        """ → showCandidates c0ffee
        generate → generate
        """,
    ),
    "stale": (
        changed(CLAMP),
        of(*PROVED),
        """
        stale: ensures inside changed since c0ff was verified → -
        verify again → verify c0ffee
        generate again → generate
        """,
    ),
    "stale, all of it": (
        CLAMP.replace("lo <= hi\n", "lo < hi\n"),
        of(*PROVED),
        """
        stale: the contract changed since c0ff was verified → -
        verify again → verify c0ffee
        generate again → generate
        """,
    ),
    "stale, some of it": (
        changed(CLAMP).replace("example clamp(5, 0, 10) == 5", "example clamp(6, 0, 10) == 6"),
        of(*PROVED, clause("example-1", Verdict.TESTED)),
        """
        stale: 2 of 3 clauses changed since c0ff was verified → -
        verify again → verify c0ffee
        generate again → generate
        """,
    ),
    "stale, a clause more": (
        CLAMP + "  ensures result >= lo\n",
        of(*PROVED),
        """
        stale: the contract changed since c0ff was verified → -
        verify again → verify c0ffee
        generate again → generate
        """,
    ),
    "stale, and was refuted": (
        changed(CLAMP),
        of(*REFUTED),
        """
        stale: ensures inside changed since c0ff was verified → -
        verify again → verify c0ffee
        generate again → generate
        """,
    ),
    "stale, accepted": (
        changed(CLAMP),
        of(*PROVED, accepted="c0ffee"),
        """
        stale: ensures inside changed since c0ff was verified → -
        verify again → verify
        generate again → generate
        """,
    ),
    "stale, a code that is no candidate": (
        changed(CLAMP),
        of(*PROVED, **GIVEN),
        """
        stale: ensures inside changed since the given code was verified → -
        generate again → generate
        """,
    ),
    "stale, of a contract that is only remembered": (
        CLAMP,
        of(*PROVED, digests={"": "of another contract"}),
        """
        stale: the contract changed since c0ff was verified → -
        verify again → verify c0ffee
        generate again → generate
        """,
    ),
    "inconclusive": (
        CLAMP,
        of(*UNKNOWN),
        """
        ? 1 proved, 1 unknown → showCandidates c0ffee
        generate → generate
        """,
    ),
    "inconclusive, a tool failed": (
        CLAMP,
        of(*FAILED),
        """
        ? 1 tested, 1 failed → showCandidates c0ffee
        generate → generate
        """,
    ),
    "back as it was": (
        changed(CLAMP).replace(*reversed(OTHER_CLAUSE)),
        of(*PROVED, accepted="c0ffee"),
        """
        ● c0ff accepted · 2 proved → showCandidates c0ffee
        undo → undo
        export proof → export
        history → showHistory
        """,
    ),
}


@pytest.mark.parametrize("state", MATRIX)
def test_matrix(state: str) -> None:
    check_lenses(*MATRIX[state])


@pytest.mark.parametrize("state", MATRIX)
def test_an_untrusted_workspace_offers_nothing_that_runs(state: str) -> None:
    text, known, _ = MATRIX[state]
    found = lenses(opened(text), {"clamp": known}, "utf-16", trusted=False)
    assert found
    assert all(one.command is None for one in found)
    assert "not trusted" in found[-1].title or "error" in found[0].title


def test_comments_and_layout_make_nothing_stale() -> None:
    text = f"# before\n\n{CLAMP}".replace("ensures inside:", "# within\n  ensures  inside:")
    check_lenses(text, of(*PROVED), MATRIX["verified"][2])


def test_each_intent_has_its_own() -> None:
    other = CLAMP.replace("clamp", "other")
    found = lenses(opened(f"{CLAMP}\n{other}"), {"clamp": of(*PROVED)}, "utf-16")
    assert [(one.intent, one.title[0], one.range.start.line) for one in found[::4]] == [
        ("clamp", "✓", 0),
        ("other", "○", 6),
    ]
