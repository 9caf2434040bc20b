"""Tier 0, case by case: see syntax_cases.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axiom_verifiers.checks.syntax import SyntaxVerifier
from axiom_verifiers.checks.verifier import Subject
from axiom_verifiers.contracts.contract import Must
from axiom_verifiers.evidence import Verdict
from tests.verifiers.checks.cases import contract, verify

_CASE = re.compile(r"## ([^\n]*)\n([^\n]*)\n→ ([^\n]*)\n```python\n(.*?)\n?```", re.DOTALL)
CASES = _CASE.findall((Path(__file__).parent / "syntax_cases.md").read_text())


def must(rule: str) -> Must:
    words = rule.split()
    return Must(id="f/must-1", negated="not" in words, what=words[-1])


@pytest.mark.parametrize(
    ("asked", "expected", "code"),
    [pytest.param(*case, id=title) for title, *case in CASES],
)
def test_case(asked: str, expected: str, code: str) -> None:
    rules = (must(asked),) if asked.startswith("must") else ()
    evidence, report = verify(SyntaxVerifier(), Subject(contract(musts=rules), code))
    assert report.tier == 0
    if not rules:
        found = " ".join(f"{each.line}:{each.column} {each.rule}" for each in report.findings)
        assert (found or "clean") == expected
        assert report.verdict is (Verdict.REFUTED if found else Verdict.TESTED)
        return
    (one,) = evidence
    assert one.method == "structural"
    assert one.proof is not None
    verdict, _, place = expected.partition(" ")
    assert one.verdict == verdict
    if verdict == "proved":
        assert one.proof.status == "valid"
        assert not report.findings
    if place:
        assert one.proof.where is not None
        assert one.proof.where.startswith(place)
    if verdict == "refuted":
        assert [each.rule for each in report.findings] == ["must"]


def test_rules_that_are_not_structure_are_left_to_others() -> None:
    rules = (
        Must(id="f/must-1", negated=False, what="terminate"),
        Must(id="f/must-2", negated=False, what=None, prose="be kind"),
    )
    evidence, report = verify(SyntaxVerifier(), Subject(contract(musts=rules), "def f(x, y): 0"))
    assert evidence == []
    assert report.verdict is Verdict.TESTED


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200) | st.sampled_from([case[3] for case in CASES]).map(lambda c: c[:-5]))
def test_any_text_gives_a_report(code: str) -> None:
    rules = tuple(must(rule) for rule in ("not loop", "not recurse", "not print", "not import"))
    evidence, report = verify(SyntaxVerifier(), Subject(contract(musts=rules), code))
    assert len(evidence) == len(rules)
    assert report.verdict in (Verdict.TESTED, Verdict.REFUTED)
