"""Tier 1, case by case: see tier1_cases.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from axiom_verifiers.checks.lint import LintVerifier
from axiom_verifiers.checks.properties import PropertiesVerifier
from axiom_verifiers.checks.syntax import SyntaxVerifier
from axiom_verifiers.checks.type_checker import SERVER
from axiom_verifiers.checks.types import TypesVerifier
from axiom_verifiers.checks.verifier import Subject, Verifier
from axiom_verifiers.contracts.types import INT, RecordType
from axiom_verifiers.evidence import Verdict
from tests.verifiers.checks.cases import contract, verify

_CASE = re.compile(r"## ([^\n]*)\ntypes ([^\n]*) · lint ([^\n]*)\n```python\n(.*?)\n```", re.DOTALL)
CASES = _CASE.findall((Path(__file__).parent / "tier1_cases.md").read_text())
LINE = RecordType("Line", (("price", INT),))


@pytest.fixture(scope="module", autouse=True)
def server() -> Iterator[None]:
    """Leaves no language server behind, nor the pipe to it."""
    yield
    SERVER.close()


def check(verifier: Verifier, code: str, expected: str) -> None:
    evidence, report = verify(verifier, Subject(contract(records=(LINE,)), code))
    assert evidence == []
    assert report.tier == 1
    errors = [each for each in report.findings if each.severity == "error"]
    found = " ".join(f"{each.line}:{each.column} {each.rule}" for each in errors)
    assert (found or "clean") == expected, report
    assert report.verdict is (Verdict.REFUTED if errors else Verdict.TESTED)


@pytest.mark.parametrize(
    ("expected_types", "expected_lint", "code"),
    [pytest.param(*case, id=title) for title, *case in CASES],
)
def test_case(expected_types: str, expected_lint: str, code: str) -> None:
    check(TypesVerifier(), code, expected_types)
    check(LintVerifier(), code, expected_lint)


def test_code_that_is_no_python_is_reported_within_it() -> None:
    _, report = verify(TypesVerifier(), Subject(contract(), "def f(x, y):\n    return (x\n"))
    assert report.verdict is Verdict.REFUTED
    assert {each.line for each in report.findings} <= {1, 2}


def test_the_type_checker_comes_back_after_it_died() -> None:
    check(TypesVerifier(), "def f(x, y):\n    return x\n", "clean")
    process = SERVER._process
    assert process is not None
    process.kill()
    process.wait()
    check(TypesVerifier(), "def f(x, y):\n    return x\n", "clean")


def test_no_configuration_of_the_person_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ruff.toml").write_text('lint.select = ["ALL"]\n')
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    monkeypatch.chdir(tmp_path)
    SERVER.close()
    for verifier in (LintVerifier(), TypesVerifier()):
        check(verifier, "def f(x, y):\n    return x\n", "clean")


def test_code_that_is_too_long_is_said_so_at_once() -> None:
    told = Subject(contract(), "x = 1\n" * 800_000)
    for verifier in (LintVerifier(), TypesVerifier(), PropertiesVerifier()):
        evidence, report = verify(verifier, told)
        assert evidence == []
        assert report.verdict is Verdict.UNKNOWN
        assert "at most 300,000 are read" in report.detail
    _, report = verify(SyntaxVerifier(), told)
    assert [each.rule for each in report.findings] == ["too-long"]
