"""Loops of everyday kinds are proved without any `invariant`, and the proof says what it takes."""

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


@pytest.mark.parametrize(("intent", "code"), _cases("loops.md"))
def test_proved(intent: str, code: str) -> None:
    clauses = _proved(intent, code)
    said = [line for one in clauses if one.proof is not None for line in one.proof.tried]
    assert any(line.startswith("line ") for line in said)
