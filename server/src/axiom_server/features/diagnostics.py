"""What is wrong in an intent file, and which clauses a run of the code breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from axiom_server.documents.positions import Encoding, Range
from axiom_server.documents.snapshot import Snapshot
from axiom_server.features.places import written_clauses
from axiom_server.features.states import Known, digests_now, freshness
from axiom_server.features.verdict_words import how
from axiom_verifiers.contracts.source import Problem, Severity
from axiom_verifiers.evidence import Verdict

DOCS = "docs/language.md"


class Related(msgspec.Struct, frozen=True):
    range: Range
    message: str


class Diagnostic(msgspec.Struct, frozen=True, kw_only=True):
    """One finding at its range; `code` is documented in docs/language.md."""

    range: Range
    severity: Severity
    code: str
    message: str
    related: tuple[Related, ...] = ()


def diagnostics(
    snapshot: Snapshot,
    known: Mapping[str, Known],
    encoding: Encoding,
    criticism: Sequence[tuple[str, str, Problem]] = (),
) -> tuple[Diagnostic, ...]:
    """The problems of all items that are checked already, the critic's, the refuted clauses.

    `criticism` holds what the critic found: the intent, the text that it had then, the
    problem. It is shown for as long as the intent's text is that.
    """
    problems = list(snapshot.known_problems())
    for intent, text, problem in criticism:
        item = snapshot.named(intent)
        if item is not None and item.text == text:
            problems.append((item.index, problem))
    found = [
        Diagnostic(
            range=snapshot.range_of(index, problem.span, encoding),
            severity=problem.severity,
            code=problem.code,
            message=problem.message,
            related=tuple(
                Related(snapshot.range_of(index, span, encoding), message)
                for span, message in problem.related
            ),
        )
        for index, problem in problems
    ]
    for name, one in known.items():
        if one.clauses:
            found += _of_clauses(snapshot, name, one, encoding)
    return tuple(found)


def _of_clauses(
    snapshot: Snapshot, name: str, known: Known, encoding: Encoding
) -> list[Diagnostic]:
    item = snapshot.named(name)
    if item is None:
        return []
    contract = snapshot.checked(item.index).contract
    if contract is None:
        return []
    today = digests_now(contract, known, snapshot)
    assert today is not None
    spans = {clause.id: clause.origin.span for clause in written_clauses(contract)}
    found: list[Diagnostic] = []
    for result in known.clauses.values():
        stale = freshness(known, result.id, today) == "stale"
        if stale or result.advisory:
            continue
        match result.verdict:
            case Verdict.REFUTED:
                severity, code, join = Severity.ERROR, "refuted", " "
            case Verdict.UNKNOWN | Verdict.FAILED:
                # That nothing could be shown is no fault of the text.
                severity, code, join = Severity.WARNING, "inconclusive", ": "
            case Verdict.PROVED | Verdict.TESTED:
                continue
        span = spans.get(result.id) or item.declaration.name_span
        found.append(
            Diagnostic(
                range=snapshot.range_of(item.index, span, encoding),
                severity=severity,
                code=code,
                message=f"{result.clause}: {known.subject or 'the code'}{join}{how(result)}",
            )
        )
    return found
