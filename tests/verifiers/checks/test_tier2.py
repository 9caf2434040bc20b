"""Tier 2, case by case: see tier2_cases.md. Every witness is run again here."""

from __future__ import annotations

import json
import re
import threading
import time
from pathlib import Path

import msgspec
import pytest

from axiom_verifiers.checks.examples import ExamplesVerifier
from axiom_verifiers.checks.properties import PropertiesVerifier
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.contracts.contract import Contract, Example, Must
from axiom_verifiers.contracts.judging import Judge
from axiom_verifiers.contracts.outcomes import Call, OutOfFuel
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.contracts.values import Value, from_json
from axiom_verifiers.errors import ArtefactError
from axiom_verifiers.evidence import ClauseEvidence, Json, Verdict, Witness
from axiom_verifiers.sandbox.python import PythonSandbox
from axiom_verifiers.sandbox.watched import Repeat
from tests.verifiers.checks.cases import verify

_CASE = re.compile(
    r"## ([^\n]*)\n```intent\n(.*?)\n```\n```python\n(.*?)\n```\n((?:- [^\n]*\n)*)", re.DOTALL
)
CASES = _CASE.findall((Path(__file__).parent / "tier2_cases.md").read_text())


def contract(text: str, name: str = "f") -> Contract:
    reading = read(text)
    assert reading.sound, reading.problems
    return reading.contracts[name]


def evidence_of(subject: Subject) -> dict[str, ClauseEvidence]:
    found: dict[str, ClauseEvidence] = {}
    for verifier in (ExamplesVerifier(), PropertiesVerifier()):
        evidence, report = verify(verifier, subject)
        assert report.verdict is not Verdict.FAILED, report.detail
        refuted = any(each.verdict is Verdict.REFUTED for each in evidence)
        assert (report.verdict is Verdict.REFUTED) == refuted
        for each in evidence:
            name = each.clause.removeprefix("f/")
            # A clause is told of again only when it has a smaller witness.
            assert name not in found or each.witness is not None
            found[name] = each
    return found


def values(told: Contract, inputs: dict[str, Json]) -> dict[str, Value]:
    return {p.name: from_json(inputs[p.name], p.type) for p in told.parameters}


def replay(sandbox: PythonSandbox, subject: Subject, clause: str, witness: Witness) -> None:
    """The witness, written out and read back, fails as it says."""
    told = subject.contract
    read_back = msgspec.json.decode(msgspec.json.encode(witness), type=Witness)
    rows = [values(told, each) for each in (*read_back.sequence, read_back.inputs)]
    judge = Judge(told)
    outcome = sandbox.run(subject.code, told, rows)[-1]
    example = next((e for e in told.examples if e.id == clause), None)
    if example is not None:
        assert judge.example(example, outcome).status == "violated"
        return
    assert judge.requires(rows[-1]) is True
    if "endless" in json.dumps(witness.result):
        (watched,) = sandbox.watch(Repeat, subject.code, told, [rows[-1]])
        assert isinstance(outcome, OutOfFuel)
        assert watched.notes is not None
        return
    judged = {one.clause: one for one in judge.judge(Call(rows[-1]), outcome)}
    assert judged[clause].status == "violated"
    assert judged[clause].expected == witness.expected


def check(sandbox: PythonSandbox, text: str, code: str, expected: str) -> None:
    subject = Subject(contract(text), code)
    found = evidence_of(subject)
    owed = {
        clause.id.removeprefix("f/"): Verdict.PROVED
        if isinstance(clause, Example)
        else Verdict.TESTED
        for clause in subject.contract.clauses
        if not isinstance(clause, Must)
    }
    assert found.keys() == owed.keys()
    told: dict[str, tuple[str, str]] = {}
    for line in expected.splitlines():
        name, verdict, *rest = line.removeprefix("- ").split(" ", 2)
        told[name] = (verdict, rest[0] if rest else "")
    for name, each in found.items():
        verdict, words = told.pop(name, (owed[name], ""))
        assert each.verdict == verdict, each
        if verdict == "refuted":
            assert each.witness is not None
            assert each.witness.replayed
            assert bool(each.witness.sequence) == words.startswith("replay")
            assert words.removeprefix("replay").strip() in json.dumps(each.witness.inputs)
            replay(sandbox, subject, each.clause, each.witness)
        else:
            assert each.witness is None
        if verdict == "unknown":
            assert words in each.detail
        if verdict == "tested":
            assert each.cases > 0
    assert not told


@pytest.mark.parametrize(
    ("text", "code", "expected"), [pytest.param(*case, id=title) for title, *case in CASES]
)
def test_case(sandbox: PythonSandbox, text: str, code: str, expected: str) -> None:
    check(sandbox, text, code, expected)


SORTED = """
intent f(xs: list[int]) -> list[int]
  ensures permutation(result, xs)
  ensures forall i in range(len(result) - 1): result[i] <= result[i + 1]
"""
DEDUPED = "def f(xs):\n    return sorted(set(xs)) if len(xs) > 4 else sorted(xs)\n"


def test_runs_are_repeatable() -> None:
    def once() -> list[object]:
        found = evidence_of(Subject(contract(SORTED), DEDUPED)).values()
        return [msgspec.structs.replace(each, seconds=0.0) for each in found]

    assert once() == once()


def test_witnesses_are_small() -> None:
    found = evidence_of(Subject(contract(SORTED), DEDUPED))
    witness = found["ensures-1"].witness
    assert witness is not None
    assert witness.inputs == {"xs": [0, 0, 0, 0, 0]}


def test_five_hundred_cases() -> None:
    found = evidence_of(Subject(contract(SORTED), "def f(xs):\n    return sorted(xs)\n"))
    assert found["ensures-1"].cases >= 500


def test_callees_with_code_are_put_before_the_code() -> None:
    text = """
intent g(n: int) -> int
  ensures result == n + 1

intent f(n: int) -> int
  ensures result == n + 2
"""
    callee = "from __future__ import annotations\n\ndef g(n: int) -> int:\n    return n + 1\n"
    code = "from __future__ import annotations\n\ndef f(n: int) -> int:\n    return g(g(n))\n"
    found = evidence_of(Subject(contract(text), code, callees=(("g", callee),)))
    assert found["ensures-1"].verdict is Verdict.TESTED


def test_inputs_may_be_suggested() -> None:
    text = """
intent f(n: int) -> int
  requires n * n * n == 1030301
  ensures result == n
"""
    verifier = PropertiesVerifier(suggest=lambda _contract: [{"n": 101}])
    evidence, _ = verify(verifier, Subject(contract(text), "def f(n):\n    return 0\n"))
    refuted = [each.witness for each in evidence if each.verdict is Verdict.REFUTED]
    # A witness is shown as it is found, and again when it has been made small and explained.
    assert refuted
    assert all(each is not None and each.inputs == {"n": 101} for each in refuted)


def test_a_stopped_budget_ends_at_once() -> None:
    stop = threading.Event()
    stop.set()
    start = time.monotonic()
    told = Subject(contract(SORTED), "def f(xs):\n    return sorted(xs)\n")
    for verifier in (ExamplesVerifier(), PropertiesVerifier()):
        *evidence, _report = verifier.verify(told, Budget(60, stop))
        assert all(
            isinstance(each, ClauseEvidence) and each.verdict is Verdict.UNKNOWN
            for each in evidence
        )
    assert time.monotonic() - start < 5


def test_no_sandbox_is_a_failure_of_the_tool(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("AXIOM_CACHE", str(tmp_path / "file"))
    told = Subject(contract(SORTED), "def f(xs):\n    return sorted(xs)\n")
    evidence, report = verify(PropertiesVerifier(), told)
    assert evidence == []
    assert report.verdict is Verdict.FAILED
    assert "AXIOM_CACHE" in report.detail
    assert ArtefactError.__doc__
