"""Code actions: fixes with their edits, and what can be done with a candidate."""

from __future__ import annotations

import pytest

from axiom_server.documents import Range
from axiom_server.features.actions import actions
from axiom_server.features.states import NOTHING, Known
from axiom_verifiers.evidence import Proof, Verdict
from tests.server.features.cases import CLAMP, at_cursor, changed, clause, known_of, opened

PROVED = clause("inside", Verdict.PROVED)


def check_fix(text: str, title: str, fixed: str) -> None:
    """The preferred fix at the cursor, and the text that it makes."""
    snapshot, position = at_cursor(text)
    found = actions(snapshot, {}, Range(position, position), "utf-16")
    fixes = [one for one in found if one.kind == "quickfix"]
    assert [one.title for one in fixes if one.preferred] == [title]
    (edit,) = fixes[0].edits
    start = snapshot.offset_at(edit.range.start, "utf-16")
    end = snapshot.offset_at(edit.range.end, "utf-16")
    assert snapshot.text[:start] + edit.text + snapshot.text[end:] == fixed
    assert fixes[0].code in {one.code for one in snapshot.problems(0)}


@pytest.mark.parametrize(
    ("text", "title", "fixed"),
    [
        (
            CLAMP.replace("result == x", "result == <CURSOR>hii"),
            "Change to `hi`",
            CLAMP.replace("result == x", "result == hi"),
        ),
        (
            CLAMP.replace("ensures inside", "ensu<CURSOR>re inside"),
            "Change to ensures",
            CLAMP,
        ),
        ("define k: in<CURSOR>tt = 1\n", "Change to `int`", "define k: int = 1\n"),
        (
            "define g(s: str) -> str = s + '𝄞' + s.uper<CURSOR>()\n",
            "Change to `upper`",
            "define g(s: str) -> str = s + '𝄞' + s.upper()\n",
        ),
    ],
)
def test_fixes(text: str, title: str, fixed: str) -> None:
    check_fix(text, title, fixed)


def check_actions(text: str, known: Known, *expect: str) -> None:
    """`title → command candidate` of each command at the cursor."""
    snapshot, position = at_cursor(text)
    found = actions(snapshot, {"clamp": known}, Range(position, position), "utf-16")
    shown = [f"{one.title} → {one.command} {one.candidate}".rstrip() for one in found]
    assert shown == list(expect)


AT = CLAMP.replace("ensures inside", "ensures <CURSOR>inside")


@pytest.mark.parametrize(
    ("known", "expect"),
    [
        (NOTHING, ["Generate clamp → generate"]),
        (
            known_of(opened(CLAMP), PROVED),
            [
                "Accept candidate c0ff of clamp → accept c0ffee",
                "Preview candidate c0ff of clamp → preview c0ffee",
            ],
        ),
        # Code that is no candidate cannot be accepted: another one would be in its place.
        (
            known_of(opened(CLAMP), PROVED, candidate="", subject="the given code"),
            ["Generate clamp → generate"],
        ),
        (
            known_of(opened(CLAMP), PROVED, accepted="c0ffee"),
            ["Undo the accept of clamp → undo", "Export clamp with its proof → export"],
        ),
        (
            known_of(opened(CLAMP), clause("inside", Verdict.REFUTED)),
            ["Generate clamp → generate"],
        ),
        (
            known_of(opened(CLAMP), clause("inside", Verdict.UNKNOWN)),
            ["Generate clamp → generate"],
        ),
        (Known(running="generating"), ["Cancel generating clamp → cancel"]),
        (Known(running="verifying"), ["Cancel verifying clamp → cancel"]),
    ],
)
def test_commands(known: Known, expect: list[str]) -> None:
    check_actions(AT, known, *expect)


def test_commands_of_what_is_stale() -> None:
    known = known_of(opened(CLAMP), PROVED)
    check_actions(
        changed(AT),
        known,
        "Verify c0ff of clamp again → verify c0ffee",
        "Generate clamp → generate",
    )


@pytest.mark.parametrize("text", ["<CURSOR># c\n", "define k: int = <CURSOR>1\n", "<CURSOR>"])
def test_elsewhere_there_are_none(text: str) -> None:
    check_actions(text, NOTHING)


def test_an_intent_with_errors_cannot_be_generated() -> None:
    snapshot, position = at_cursor(AT.replace("== x", "== hii"))
    found = actions(snapshot, {}, Range(position, position), "utf-16")
    assert all(one.command is None for one in found)


FOUND = Proof(
    status="valid", hints=("invariant 1 <= i", "invariant forall k in range(1, i): xs[k] <= best")
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            AT,
            "  invariant 1 <= i\n  invariant forall k in range(1, i): xs[k] <= best\n",
        ),
        (AT.removesuffix("\n"), None),
        (AT + "\n# between\n\ndefine k: int = 1\n", None),
        (AT.replace("\n", "\r\n"), None),
        (
            AT + "  invariant 1 <= i\n",
            "  invariant forall k in range(1, i): xs[k] <= best\n",
        ),
        (AT + "  invariant forall k in range(1, i): xs[k] <= best\n  invariant 1 <= i\n", ""),
    ],
)
def test_invariants_found_are_written_once(before: str, after: str | None) -> None:
    """Where they are written, and that the intent with them reads."""
    known = known_of(opened(CLAMP), clause("inside", Verdict.PROVED, proof=FOUND))
    snapshot, position = at_cursor(before)
    found = actions(snapshot, {"clamp": known}, Range(position, position), "utf-16")
    writing = [edit for one in found for edit in one.edits]
    if after == "":
        assert not writing
        return
    (edit,) = writing
    start = snapshot.offset_at(edit.range.start, "utf-16")
    text = snapshot.text[:start] + edit.text + snapshot.text[start:]
    contract = opened(text).contract("clamp")
    assert contract is not None
    assert sorted(f"{one.kind} {one.text}" for one in contract.hints) == sorted(FOUND.hints)
    assert text.count("\r\n") in (0, text.count("\n"))
    if after is not None:
        assert text.endswith(after)


def test_stale_invariants_are_not_offered() -> None:
    known = known_of(opened(CLAMP), clause("inside", Verdict.PROVED, proof=FOUND))
    snapshot, position = at_cursor(changed(AT))
    found = actions(snapshot, {"clamp": known}, Range(position, position), "utf-16")
    assert not [one for one in found if one.edits]
