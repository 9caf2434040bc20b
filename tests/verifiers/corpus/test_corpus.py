"""The corpus: functions with known answers, one Markdown file each, and one checker.

The front matter names the family, whether the function is `expected` or `hard`, and for each
variant what must come of it: `proved` (every clause), `refuted` (a replayed witness against one
clause at least) or `unknown` (neither, whatever single clauses are).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from axiom_verifiers.checks.prove import Prove
from axiom_verifiers.checks.refute import Refute
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.evidence import ClauseEvidence, Report, Verdict

FILES = sorted(Path(__file__).parent.glob("*.md"))


def blocks(text: str) -> tuple[dict[str, str], str, dict[str, str]]:
    """The front matter's variants, the intent, and the code of each variant."""
    _, front, body = text.split("---\n", 2)
    variants: dict[str, str] = {}
    for line in front.splitlines():
        if line.startswith("  "):
            name, _, verdict = line.strip().partition(": ")
            variants[name] = verdict
    intent = body.split("```intent\n")[1].split("```")[0]
    codes: dict[str, str] = {}
    for section in body.split("\n## ")[1:]:
        name, _, rest = section.partition("\n")
        codes[name.strip()] = rest.split("```python\n")[1].split("```")[0]
    return variants, intent, codes


def cases() -> list[object]:
    found: list[object] = []
    for path in FILES:
        variants, intent, codes = blocks(path.read_text())
        assert variants.keys() == codes.keys(), f"{path.name}: variants and sections differ"
        found += [
            pytest.param(intent, codes[name], verdict, id=f"{path.stem}/{name}")
            for name, verdict in variants.items()
        ]
    return found


@pytest.mark.parametrize(("intent", "code", "expected"), cases())
def test_corpus(intent: str, code: str, expected: str) -> None:
    reading = read(intent)
    assert not [placed for placed in reading.problems if placed.is_error]
    (contract,) = reading.contracts.values()
    subject = Subject(contract=contract, code=code)
    proved: dict[str, ClauseEvidence] = {}
    for one in Prove().verify(subject, Budget(10)):
        if isinstance(one, ClauseEvidence):
            proved[one.clause] = one
        else:
            assert one.verdict is not Verdict.FAILED, one.detail
    refuted: dict[str, ClauseEvidence] = {}
    report: Report | None = None
    for one in Refute().verify(subject, Budget(10)):
        if isinstance(one, ClauseEvidence):
            refuted[one.clause] = one
        else:
            report = one
    assert report is not None
    assert report.verdict is not Verdict.FAILED, report.detail
    clauses = [*contract.ensures, *contract.raises, *contract.implied]
    assert proved.keys() == {clause.id for clause in clauses}
    for name, evidence in refuted.items():
        assert evidence.witness is not None
        assert evidence.witness.replayed
        assert proved[name].verdict is not Verdict.PROVED, f"{name} is proved and refuted"
    open_ = {
        name: (one.proof.reason, one.proof.where, one.proof.tried)
        for name, one in proved.items()
        if one.verdict is not Verdict.PROVED and one.proof is not None
    }
    found = "refuted" if refuted else "unknown" if open_ else "proved"
    assert found == expected, f"{open_}; {report.detail}"
