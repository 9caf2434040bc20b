"""Inlay hints: behind each clause how it was settled, or that this is stale."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from axiom_server.documents.positions import Encoding, Position, Range
from axiom_server.documents.snapshot import Snapshot
from axiom_server.features.places import written_clauses
from axiom_server.features.states import Known, digests_now, freshness
from axiom_server.features.verdict_words import how
from axiom_verifiers.evidence import Verdict

_SIGNS = {
    Verdict.PROVED: "✓✓",
    Verdict.TESTED: "✓",
    Verdict.REFUTED: "✗",
    Verdict.UNKNOWN: "?",
    Verdict.FAILED: "!",
}


class Inlay(msgspec.Struct, frozen=True):
    position: Position
    text: str
    tooltip: str


def inlays(
    snapshot: Snapshot, known: Mapping[str, Known], encoding: Encoding, within: Range
) -> tuple[Inlay, ...]:
    """The hints of the clauses that end within a range."""
    found: list[Inlay] = []
    for name, one in known.items():
        item = snapshot.named(name) if one.clauses else None
        contract = snapshot.checked(item.index).contract if item else None
        if item is None or contract is None:
            continue
        today = digests_now(contract, one, snapshot) or {}
        for clause in written_clauses(contract):
            result = one.clauses.get(clause.id)
            place = snapshot.range_of(item.index, clause.origin.span, encoding).end
            if result is None or not within.start <= place <= within.end:
                continue
            words = how(result)
            match freshness(one, clause.id, today):
                case "stale":
                    text, tooltip = f" stale: was {result.verdict}", f"before: {words}"
                case "running":
                    text, tooltip = f" ◌ {one.running}; was {result.verdict}", f"before: {words}"
                case "current":
                    text, tooltip = f" {_SIGNS[result.verdict]} {words}", result.why
            found.append(Inlay(place, text, tooltip))
    return tuple(found)
