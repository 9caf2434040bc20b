"""Hover: names, keywords, clauses in words with their verdict."""

from __future__ import annotations

import pytest

from axiom_server.features.hover import hover
from axiom_server.features.states import Known
from axiom_verifiers.evidence import Verdict
from tests.server.features.cases import (
    CLAMP,
    at_cursor,
    changed,
    clause,
    known_of,
    opened,
    text_at,
)


def check_hover(text: str, *expect: str, over: str = "", known: Known | None = None) -> None:
    """All of `expect` is said, of the text `over`; nothing is said if nothing is expected."""
    snapshot, position = at_cursor(text)
    found = hover(snapshot, {"clamp": known} if known else {}, position, "utf-16")
    if not expect:
        assert found is None, found
        return
    assert found is not None
    for one in expect:
        assert one in found.text, found.text
    if over:
        assert text_at(snapshot, found.range) == over


HEAD = 'use "./money.intent"\n\n'


@pytest.mark.parametrize(
    ("text", "expect", "over"),
    [
        (f"{HEAD}define k: Mo<CURSOR>ney = 3\n", ["type Money = int where it >= 0"], "2:Money"),
        (f"{HEAD}define k: int = tw<CURSOR>ice(3)\n", ["define twice(n: int) -> int"], "2:twice"),
        (
            f"{HEAD}intent f(c: Coin) -> int\n  ensures result == c.val<CURSOR>ue\n",
            ["value: int", "field of `Coin`", "**In words:**"],
            "3:value",
        ),
        (CLAMP.replace("(x:", "(<CURSOR>x:"), ["x: int", "parameter"], "0:x"),
        (CLAMP.replace("<= result", "<= res<CURSOR>ult"), ["result: int"], "2:result"),
        (CLAMP.replace("ensures in_", "ens<CURSOR>ures in_"), ["what the code owes"], "2:ensures"),
        (CLAMP.replace("requires", "requ<CURSOR>ires"), ["what the caller owes"], "1:requires"),
        (CLAMP.replace("intent", "in<CURSOR>tent"), ["what one function must do"], "0:intent"),
        ("us<CURSOR>e './money.intent'\n", ["brings in the types"], ""),
        (
            "intent f(s: str) -> bool\n  ensures result == ('𝄞' in s and l<CURSOR>en(s) > 1)\n",
            ["len", "builtin"],
            "1:len",
        ),
        ("<CURSOR># only a comment\n", [], ""),
        (CLAMP + "\n\n<CURSOR>", [], ""),
    ],
)
def test_names_and_keywords(text: str, expect: list[str], over: str) -> None:
    check_hover(text, *expect, over=over)


AT = CLAMP.replace("ensures inside", "ensu<CURSOR>res inside")


@pytest.mark.parametrize(
    ("verdict", "expect"),
    [
        (Verdict.PROVED, ["**proved** (candidate c0ff): proved by z3, cvc5", "0.97: why so"]),
        (Verdict.TESTED, ["held in 500 runs; not proved: timeout (line 2: the loop)"]),
        (Verdict.REFUTED, ["**refuted**", "fails for lo=5, hi=6, x=5: gives 9; expected"]),
        (Verdict.UNKNOWN, ["**unknown**", "timeout", "what would help: an invariant"]),
        (Verdict.FAILED, ["**failed**", "the sandbox broke"]),
    ],
)
def test_verdict_of_a_clause(verdict: Verdict, expect: list[str]) -> None:
    known = known_of(opened(CLAMP), clause("inside", verdict))
    check_hover(AT, "**In words:**", *expect, known=known)


def test_assumptions_are_told() -> None:
    one = clause("inside", Verdict.PROVED, assumptions=("nothing is aliased",))
    check_hover(AT, "assuming nothing is aliased", known=known_of(opened(CLAMP), one))


def test_a_stale_verdict_is_called_stale() -> None:
    known = known_of(opened(CLAMP), clause("inside", Verdict.PROVED))
    check_hover(changed(AT), "*stale:", "It was proved: proved by", known=known)
    snapshot, position = at_cursor(changed(AT))
    found = hover(snapshot, {"clamp": known}, position, "utf-16")
    assert found is not None
    assert "**proved**" not in found.text


def test_a_verdict_that_is_made_anew_is_not_shown_as_current() -> None:
    known = known_of(opened(CLAMP), clause("inside", Verdict.PROVED), running="verifying")
    check_hover(AT, "*verifying now.* Before, it was proved", known=known)
