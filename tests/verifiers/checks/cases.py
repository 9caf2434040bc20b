"""Contracts by hand, for tests of verifiers that need no text of an intent."""

from __future__ import annotations

from collections.abc import Iterable

from axiom_verifiers.checks.verifier import Budget, Subject, Verifier
from axiom_verifiers.contracts.contract import Contract, Must, Parameter
from axiom_verifiers.contracts.types import INT, RecordType, Type
from axiom_verifiers.evidence import ClauseEvidence, Report


def contract(
    parameters: Iterable[tuple[str, Type]] = (("x", INT), ("y", INT)),
    result: Type = INT,
    *,
    name: str = "f",
    musts: tuple[Must, ...] = (),
    records: tuple[RecordType, ...] = (),
) -> Contract:
    return Contract(
        name=name,
        parameters=tuple(Parameter(*each) for each in parameters),
        result=result,
        requires=(),
        ensures=(),
        raises=(),
        examples=(),
        musts=musts,
        implied=(),
        modifies=(),
        hints=(),
        prose="",
        settings=(),
        records=records,
        defines=(),
    )


def verify(
    verifier: Verifier, subject: Subject, seconds: float = 60.0
) -> tuple[list[ClauseEvidence], Report]:
    """All evidence about clauses, and the one report that must end the stream."""
    *evidence, report = verifier.verify(subject, Budget(seconds))
    assert isinstance(report, Report)
    assert all(isinstance(each, ClauseEvidence) for each in evidence)
    return evidence, report
