"""Wrong programs beside a right one each: how many are refuted, and how soon.

Run as a module for a table: `python -m tests.verifiers.refuting.yardstick [WORD …]`.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from axiom_verifiers.checks.verifier import Subject
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.evidence import ClauseEvidence, Verdict
from axiom_verifiers.orchestra import Plan, Result, Verification

FOLDER = Path(__file__).parent / "wrong"


class Case(msgspec.Struct, frozen=True):
    """One code for one intent; `name` is FILE/INTENT'S TITLE/VARIANT, `right` is what it is."""

    name: str
    right: bool
    subject: Subject


class Told(msgspec.Struct, frozen=True):
    """What came of a case: seconds until the first witness, if any, and until the end."""

    case: Case
    result: Result
    first: float | None
    seconds: float

    @property
    def refuted(self) -> bool:
        return self.result.verdict is Verdict.REFUTED


def cases() -> Iterator[Case]:
    """All of them, in the order of the files."""
    for path in sorted(FOLDER.glob("*.md")):
        for section in path.read_text().split("\n## ")[1:]:
            title, _, body = section.partition("\n")
            reading = read(body.split("```intent\n")[1].split("```")[0])
            assert reading.sound, (path.name, title, reading.problems)
            (contract,) = reading.contracts.values()
            for variant in body.split("\n### ")[1:]:
                name, _, rest = variant.partition("\n")
                code = rest.split("```python\n")[1].split("```")[0]
                subject = Subject(contract=contract, code=code)
                yield Case(f"{path.stem}/{title}/{name}", name == "right", subject)


def tell(case: Case, plan: Plan) -> Told:
    """Verify one case."""
    start = time.monotonic()
    first = None
    run = Verification(case.subject, plan)
    for one in run:
        if first is None and isinstance(one, ClauseEvidence) and one.witness is not None:
            first = time.monotonic() - start
    return Told(case, run.result, first, time.monotonic() - start)


def main(words: list[str]) -> None:
    plan = Plan(only=("examples", "properties", "prove", "refute"), seconds=10)
    told: list[Told] = []
    for case in cases():
        if words and not any(word in case.name for word in words):
            continue
        one = tell(case, plan)
        told.append(one)
        fits = one.refuted is not case.right
        witness = [c.witness.inputs for c in one.result.clauses if c.witness is not None]
        shown = f"{one.first:6.2f}" if one.first is not None else "     –"
        print(
            f"{'  ' if fits else '! '}{shown} {one.seconds:6.2f}  {case.name}  {str(witness)[:99]}",
            flush=True,
        )
    wrong = [one for one in told if not one.case.right]
    found = [one for one in wrong if one.refuted]
    firsts = sorted(one.first for one in found if one.first is not None)
    print(f"refuted {len(found)} of {len(wrong)} wrong programs")
    print(f"right programs refuted: {sum(one.refuted for one in told if one.case.right)}")
    if firsts:
        print(
            f"first witness: median {statistics.median(firsts):.2f} s, "
            f"p95 {firsts[len(firsts) * 95 // 100]:.2f} s"
        )
        ends = sorted(one.seconds for one in found)
        late = ends[len(ends) * 95 // 100]
        print(f"whole: median {statistics.median(ends):.2f} s, p95 {late:.2f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
