"""What `prove` calls proved, held against runs in the sandbox.

The oracle shares nothing with the prover but the reading of the contract: inputs come from the
generator of `properties`, run in the sandbox one after the other in one store, and are judged by
the contract's evaluator.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple, cast

from axiom_verifiers.checks._inputs import Inputs, InputSource
from axiom_verifiers.checks.prove import Prove
from axiom_verifiers.checks.syntax import SyntaxVerifier
from axiom_verifiers.checks.verifier import Subject
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.frames import Limits as EvaluationLimits
from axiom_verifiers.contracts.judging import Judge
from axiom_verifiers.contracts.outcomes import Call, Discarded, Outcome, OutOfFuel
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.contracts.records import RecordValue
from axiom_verifiers.contracts.values import Value, deep_copy
from axiom_verifiers.evidence import Verdict
from axiom_verifiers.orchestra.run import Plan, Verification
from axiom_verifiers.sandbox.python import Limits, shared

# About 0.1 s a call: far more than code that ends needs for small values.
_LIMITS = Limits(fuel=1_000_000_000)
# A clause that takes more on one input is not judged there.
_STEPS = EvaluationLimits(steps=100_000)
_SMALL = 20
_RUNS = 120
_LARGE = 6


class Violation(NamedTuple):
    """A run that broke a clause."""

    inputs: Inputs
    outcome: Outcome
    expected: str


class Found(NamedTuple):
    """`proved` are the clauses called so, `broken` those that a run violates, `ran` how many
    inputs met `requires` and were run.
    """

    proved: frozenset[str]
    broken: dict[str, Violation]
    ran: int

    @property
    def wrong(self) -> dict[str, Violation]:
        """Proved and violated: each is a fault of the prover."""
        return {name: one for name, one in self.broken.items() if name in self.proved}


def contract_of(intent: str) -> Contract:
    """The last contract of an intent file's text, which must be free of errors."""
    reading = read(intent)
    faults = [one.problem.message for one in reading.problems if one.is_error]
    assert not faults, f"{faults} in\n{intent}"
    return list(reading.contracts.values())[-1]


def proved_by(contract: Contract, code: str, seconds: float) -> frozenset[str]:
    """The clauses that `prove` calls proved, asked as the orchestra asks it."""
    subject = Subject(contract=contract, code=code)
    plan = Plan(tier=3, only=("syntax", "prove"), seconds=seconds)
    run = Verification(subject, plan, [SyntaxVerifier(), Prove()])
    for _ in run:
        pass
    for report in run.reports:
        assert report.verdict is not Verdict.FAILED or "within its time" in report.detail, (
            f"{report.detail}\n{code}"
        )
    return frozenset(
        one.clause
        for one in run.evidence
        if one.verifier == Prove.name and one.verdict is Verdict.PROVED
    )


def broken_by_runs(
    contract: Contract, code: str, runs: int = _RUNS, given: list[Inputs] | None = None
) -> tuple[dict[str, Violation], int]:
    """The clauses that some run violates, and how many inputs ran."""
    judge = Judge(contract, _STEPS)
    source = InputSource(contract, code, judge)
    rows = [row for row in given or () if judge.requires(row) is True]
    rows += list(source.cases(runs, 2.0))
    for clause in (*contract.ensures, *contract.raises):
        if clause.when is not None:
            rows += source.meeting(clause.when, 5, 0.2)
    rows += source.large(_LARGE, 0.2)
    outcomes = shared().run(
        code, contract, [deep_copy(row) for row in rows], limits=_LIMITS, seconds=20.0, patience=3
    )
    return broken_by(judge, rows, outcomes), len(rows)


def broken_by(
    judge: Judge, rows: Sequence[Inputs], outcomes: Sequence[Outcome]
) -> dict[str, Violation]:
    """The clauses of the judge's contract that one of these runs violates, each with the first."""
    broken: dict[str, Violation] = {}
    for row, outcome in zip(rows, outcomes, strict=True):
        if _endless(row, outcome):
            broken.setdefault(_ends(judge.contract), Violation(row, outcome, "the call ends"))
        for one in judge.judge(Call(row), outcome):
            if one.status == "violated":
                broken.setdefault(one.clause, Violation(row, outcome, one.expected))
    return broken


def _ends(contract: Contract) -> str:
    return next(one.id for one in contract.implied if one.obligation == "terminates")


def _endless(row: Inputs, outcome: Outcome) -> bool:
    """Whether so small an input did not end within what is enough for it."""
    if isinstance(outcome, OutOfFuel):
        return all(_small(value) for value in row.values())
    deep = isinstance(outcome, Discarded) and "recursion" in outcome.reason.lower()
    return deep and all(_small(value) for value in row.values())


def _small(value: Value) -> bool:
    match value:
        case int():
            return abs(value) <= _SMALL
        case str():
            return len(value) <= _SMALL
        case list() | tuple() | set():
            items = cast("Collection[Value]", value)
            return len(items) <= _SMALL and all(_small(item) for item in items)
        case dict():
            pairs = cast("dict[Value, Value]", value)
            return len(pairs) <= _SMALL and _small(list(pairs)) and _small(list(pairs.values()))
        case RecordValue():
            return _small(list(value.fields.values()))
        case _:
            return value is None


def examine(
    contract: Contract, code: str, seconds: float = 3.0, given: list[Inputs] | None = None
) -> Found:
    """What is proved of the code, and what runs show to be false. Runs only where it matters."""
    proved = proved_by(contract, code, seconds)
    broken, ran = broken_by_runs(contract, code, given=given) if proved else ({}, 0)
    return Found(proved, broken, ran)


def told(found: Found, code: str) -> str:
    """The violations in words."""
    lines = [
        f"{name} is proved, but on {one.inputs} the code gives {one.outcome}, not {one.expected}"
        for name, one in found.wrong.items()
    ]
    return "\n".join([*lines, code])


def sections(path: Path) -> list[tuple[str, str, str]]:
    """Title, intent and code of each `## ` section of a Markdown file."""
    found: list[tuple[str, str, str]] = []
    for section in path.read_text().split("\n## ")[1:]:
        title, _, rest = section.partition("\n")
        intent = rest.split("```intent\n")[1].split("```")[0]
        code = rest.split("```python\n")[1].split("```")[0]
        found.append((title.strip(), intent, code))
    return found


def trap_calls(path: Path) -> list[list[tuple[Value, ...]]]:
    """The inputs of each section of a file of traps; one that is no tuple is the only argument."""
    found: list[list[tuple[Value, ...]]] = []
    for section in path.read_text().split("\n## ")[1:]:
        rows = ast.literal_eval(section.split("```inputs\n")[1].split("```")[0])
        found.append([row if isinstance(row, tuple) else (row,) for row in rows])
    return found
