"""What is shown at the clauses: inlay hints, diagnostics, the critic's findings."""

from __future__ import annotations

import pytest

from axiom_server.documents import Position, Range
from axiom_server.features.diagnostics import diagnostics
from axiom_server.features.inlay import inlays
from axiom_server.features.states import Known
from axiom_verifiers.contracts.source import Problem, Severity, Span
from axiom_verifiers.evidence import Verdict
from tests.server.features.cases import CLAMP, changed, clause, known_of, opened, text_at

ALL = Range(Position(0, 0), Position(99, 0))


def check_inlays(text: str, known: Known, *expect: str, within: Range = ALL) -> None:
    """`LINE text | tooltip` of each hint."""
    found = inlays(opened(text), {"clamp": known}, "utf-16", within)
    shown = [f"{one.position.line}{one.text} | {one.tooltip}" for one in found]
    assert sorted(shown) == list(expect)


FIRST = clause("in_range", Verdict.PROVED)
WHERE = Range(Position(3, 0), Position(4, 0))


@pytest.mark.parametrize(
    ("verdict", "expect"),
    [
        (Verdict.PROVED, "3 ✓✓ proved by z3, cvc5 | why so"),
        (Verdict.TESTED, "3 ✓ held in 500 runs; not proved: timeout (line 2: the loop) | why so"),
        (
            Verdict.REFUTED,
            "3 ✗ fails for lo=5, hi=6, x=5: gives 9; expected result == x | why so",
        ),
        (Verdict.UNKNOWN, "3 ? timeout | why so"),
        (Verdict.FAILED, "3 ! the sandbox broke | why so"),
    ],
)
def test_inlay_of_each_verdict(verdict: Verdict, expect: str) -> None:
    known = known_of(opened(CLAMP), FIRST, clause("inside", verdict))
    check_inlays(CLAMP, known, "2 ✓✓ proved by z3, cvc5 | why so", expect)
    check_inlays(CLAMP, known, expect, within=WHERE)


def test_inlay_of_a_changed_clause_says_stale() -> None:
    known = known_of(opened(CLAMP), FIRST, clause("inside", Verdict.PROVED))
    check_inlays(
        changed(CLAMP),
        known,
        "2 ✓✓ proved by z3, cvc5 | why so",
        "3 stale: was proved | before: proved by z3, cvc5",
    )


def test_inlay_while_it_is_verified_again() -> None:
    known = known_of(opened(CLAMP), FIRST, running="verifying")
    check_inlays(CLAMP, known, "2 ◌ verifying; was proved | before: proved by z3, cvc5")


def test_no_inlays_of_a_text_with_errors() -> None:
    known = known_of(opened(CLAMP), FIRST)
    check_inlays(CLAMP.replace("== x", "== y"), known)
    check_inlays("", known)


def check_diagnostics(
    text: str,
    known: Known | None,
    *expect: str,
    criticism: tuple[tuple[str, str, Problem], ...] = (),
) -> None:
    """`severity code LINE:TEXT message` of each; the message may be cut."""
    snapshot = opened(text)
    assert snapshot.settle(10)
    found = diagnostics(snapshot, {"clamp": known} if known else {}, "utf-16", criticism)
    shown = [
        f"{one.severity.value} {one.code} {text_at(snapshot, one.range)} {one.message}"
        for one in found
    ]
    assert len(shown) == len(expect), shown
    for one, wanted in zip(shown, expect, strict=True):
        assert one.startswith(wanted), one


def test_problems_of_the_text() -> None:
    check_diagnostics(CLAMP, None)
    check_diagnostics(
        CLAMP.replace("== x", "== y"), None, "error unknown-name 3:y unknown name `y`"
    )


def test_a_second_declaration_points_at_nothing_else() -> None:
    twice = "define k: int = 1\ndefine k: int = 2\n"
    check_diagnostics(twice, None, "error duplicate-name 1:k `k` is declared already")


def test_a_refuted_clause_is_shown_while_it_is_as_it_was() -> None:
    known = known_of(opened(CLAMP), FIRST, clause("inside", Verdict.REFUTED))
    line = "ensures inside: result == x when lo <= x <= hi"
    message = "ensures inside: candidate c0ff fails for lo=5, hi=6, x=5: gives 9"
    check_diagnostics(CLAMP, known, f"error refuted 3:{line} {message}")
    check_diagnostics(f"\n\n{CLAMP}", known, f"error refuted 5:{line} {message}")
    check_diagnostics(changed(CLAMP), known)
    check_diagnostics(CLAMP.replace("ordered: lo <= hi", "lo < hi"), known)  # It rests on that.
    check_diagnostics(CLAMP.replace("== x", "== y"), known, "error unknown-name")
    check_diagnostics("", known)
    check_diagnostics(CLAMP.replace("clamp(x", "other(x"), known, "error")


@pytest.mark.parametrize("verdict", [Verdict.UNKNOWN, Verdict.FAILED])
def test_an_unsettled_clause_is_a_warning(verdict: Verdict) -> None:
    known = known_of(opened(CLAMP), clause("inside", verdict))
    check_diagnostics(CLAMP, known, "warning inconclusive 3:ensures inside")
    check_diagnostics(changed(CLAMP), known)


@pytest.mark.parametrize("verdict", [Verdict.PROVED, Verdict.TESTED])
def test_a_clause_that_held_is_no_problem(verdict: Verdict) -> None:
    check_diagnostics(CLAMP, known_of(opened(CLAMP), clause("inside", verdict)))


def test_advice_about_prose_is_no_problem() -> None:
    one = clause("inside", Verdict.UNKNOWN, advisory=True)
    check_diagnostics(CLAMP, known_of(opened(CLAMP), one))


def test_an_implied_clause_is_shown_at_the_name() -> None:
    contract = opened(CLAMP).contract("clamp")
    assert contract is not None
    implied = contract.implied[0]
    one = clause("inside", Verdict.REFUTED)
    one = type(one)(
        id=implied.id, clause="implied terminates", kind="implied", line=0,
        verdict=Verdict.REFUTED, method=None, detail="it runs forever",
    )  # fmt: skip
    check_diagnostics(
        CLAMP,
        known_of(opened(CLAMP), one),
        "error refuted 0:clamp implied terminates: candidate c0ff it runs forever",
    )


def test_criticism_is_shown_while_the_text_is_the_same() -> None:
    start = CLAMP.index("ensures inside")
    problem = Problem("vacuous", "it holds of any code", Span(start, start + 7), Severity.WARNING)
    criticism = (("clamp", CLAMP.rstrip("\n"), problem),)
    own = opened(CLAMP).item(0).text
    criticism = (("clamp", own, problem),)
    warning = "ensures it holds of any code"
    check_diagnostics(CLAMP, None, f"warning vacuous 3:{warning}", criticism=criticism)
    check_diagnostics(f"# c\n{CLAMP}", None, f"warning vacuous 4:{warning}", criticism=criticism)
    check_diagnostics(changed(CLAMP), None, criticism=criticism)
    check_diagnostics("", None, criticism=criticism)
