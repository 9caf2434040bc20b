"""Loops and forms of everyday kinds are proved without any `invariant`; a loop's proof says how."""

from __future__ import annotations

from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from axiom_verifiers.checks.prove import Prove
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.evidence import ClauseEvidence, Verdict
from tests.verifiers.fuzz.soundness import contract_of, sections


def _cases(name: str) -> list[ParameterSet]:
    return [
        pytest.param(intent, code, id=title)
        for title, intent, code in sections(Path(__file__).with_name(name))
    ]


def _proved(intent: str, code: str) -> list[ClauseEvidence]:
    found = list(Prove().verify(Subject(contract=contract_of(intent), code=code), Budget(30)))
    clauses = [one for one in found if isinstance(one, ClauseEvidence)]
    open_ = {one.clause: one.proof for one in clauses if one.verdict is not Verdict.PROVED}
    assert clauses
    assert not open_
    return clauses


@pytest.mark.parametrize(("intent", "code"), _cases("texts.md"))
def test_texts(intent: str, code: str) -> None:
    _proved(intent, code)


@pytest.mark.parametrize(("intent", "code"), _cases("moving.md"))
def test_moving(intent: str, code: str) -> None:
    _proved(intent, code)


@pytest.mark.parametrize(("intent", "code"), _cases("removing.md"))
def test_removing(intent: str, code: str) -> None:
    _proved(intent, code)


@pytest.mark.parametrize(("intent", "code"), _cases("parts.md"))
def test_parts(intent: str, code: str) -> None:
    _proved(intent, code)


@pytest.mark.parametrize(("intent", "code"), _cases("averages.md"))
def test_averages(intent: str, code: str) -> None:
    _proved(intent, code)


@pytest.mark.parametrize(("intent", "code"), _cases("forms.md"))
def test_forms(intent: str, code: str) -> None:
    _proved(intent, code)


@pytest.mark.parametrize(("intent", "code"), _cases("mappings.md"))
def test_mappings(intent: str, code: str) -> None:
    _proved(intent, code)


@pytest.mark.parametrize(("intent", "code"), _cases("loops.md"))
def test_proved(intent: str, code: str) -> None:
    clauses = _proved(intent, code)
    said = [line for one in clauses if one.proof is not None for line in one.proof.tried]
    assert any(line.startswith("line ") for line in said)


FOUND = [
    pytest.param(
        """\
    for i in range(1, len(xs)):
        if xs[i] > best:
            best = xs[i]
""",
        {
            "invariant xs[0] <= best",
            "invariant forall k in range(1, i): xs[k] <= best",
            "invariant (best == xs[0]) or (best in [xs[k] for k in range(1, i)])",
        },
        id="the counter of a for",
    ),
    pytest.param(
        """\
    for x in xs:
        if x > best:
            best = x
""",
        set[str](),  # What speaks of the rounds done cannot be said.
        id="rounds without a name",
    ),
]


@pytest.mark.parametrize(("loop", "expect"), FOUND)
def test_what_was_found_is_told_as_clauses(loop: str, expect: set[str]) -> None:
    """Written into the intent, the clauses are read, and the proof goes by them."""
    intent = """\
intent largest(xs: list[int]) -> int
  requires len(xs) > 0
  ensures forall x in xs: x <= result
  ensures result in xs
"""
    code = f"def largest(xs):\n    best = xs[0]\n{loop}    return best\n"

    def hints(text: str) -> set[str]:
        found = Prove().verify(Subject(contract=contract_of(text), code=code), Budget(30))
        clauses = [one for one in found if isinstance(one, ClauseEvidence)]
        assert all(one.verdict is Verdict.PROVED for one in clauses)
        return {hint for one in clauses if one.proof is not None for hint in one.proof.hints}

    told = hints(intent)
    assert told >= expect
    with_them = intent + "".join(f"  {hint}\n" for hint in sorted(told))
    assert not told & hints(with_them)
