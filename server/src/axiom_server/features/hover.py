"""Hover: a name's meaning; a clause in words beside its formal form, with its verdict."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from axiom_server.documents.positions import Encoding, Position, Range
from axiom_server.documents.snapshot import Snapshot
from axiom_server.features.keywords import CLAUSES, ITEMS
from axiom_server.features.places import (
    Place,
    ShownClause,
    clause_at,
    occurrence_at,
    place_at,
)
from axiom_server.features.states import NOTHING, Known, digests_now, freshness
from axiom_server.features.verdict_words import explanation_lines, how
from axiom_verifiers.contracts.contract import Requires
from axiom_verifiers.contracts.scope import Occurrence
from axiom_verifiers.contracts.source import Span
from axiom_verifiers.contracts.typing_rules import show_type
from axiom_verifiers.contracts.words import in_words
from axiom_verifiers.evidence import Verdict


class Hover(msgspec.Struct, frozen=True):
    """Markdown, and the range that it speaks of."""

    range: Range
    text: str


def hover(
    snapshot: Snapshot, known: Mapping[str, Known], position: Position, encoding: Encoding
) -> Hover | None:
    """What stands at a position: the name first, else the keyword or the clause."""
    place = place_at(snapshot, position, encoding)
    if place is None:
        return None
    clause = clause_at(place)
    occurrence = occurrence_at(place)
    parts: list[str] = []
    span: Span | None = None
    if occurrence is not None:
        parts.append(_name(snapshot, occurrence))
        span = occurrence.span
    else:
        word, word_span = _word(place)
        if word in CLAUSES or (word in ITEMS and place.offset <= len(word)):
            parts.append(f"**`{word}`** — {(CLAUSES | ITEMS)[word]}")
            span = word_span
    if clause is not None:
        name = place.item.name or ""
        parts.append(_clause(snapshot, place, clause, known.get(name, NOTHING)))
        span = span or clause.origin.span
    if not parts or span is None:
        return None
    return Hover(snapshot.range_of(place.item.index, span, encoding), "\n\n---\n\n".join(parts))


def _name(snapshot: Snapshot, one: Occurrence) -> str:
    kind = one.kind.replace("_", " ")
    shown = f"{one.name}: {show_type(one.type)}" if one.type is not None else one.name
    text = f"```intent\n{shown}\n```\n{kind}" + (f" of `{one.of}`" if one.of else "")
    owner = snapshot.environment.owner(one.name)
    if one.kind in ("type", "record", "define", "constant", "intent") and owner is not None:
        text = f"```intent\n{owner[1].text.strip()}\n```"
    return text


def _clause(snapshot: Snapshot, place: Place, clause: ShownClause, known: Known) -> str:
    text = f"**In words:** {in_words(clause)}"
    result = known.clauses.get(clause.id)
    if isinstance(clause, Requires) or result is None or place.checked.contract is None:
        return text
    match freshness(known, clause.id, digests_now(place.checked.contract, known, snapshot) or {}):
        case "stale":
            since = "*stale: the clause, or what it rests on, changed since.*"
            return text + f"\n\n{since} It was {result.verdict}: {how(result)}"
        case "running":
            return (
                text + f"\n\n*{known.running} now.* Before, it was {result.verdict}: {how(result)}"
            )
        case "current":
            pass
    text += f"\n\n**{result.verdict}** ({known.subject}): {how(result)}"
    if result.witness is not None:
        lines = explanation_lines(result.witness)
        if lines:
            # Indented, so that no text of the code is read as Markdown.
            text += "\n\n" + "\n".join(f"    {line}" for line in lines)
    if result.assumptions:
        text += "\n\nassuming " + "; ".join(result.assumptions)
    if result.proof is not None and len(result.proof.tried) > 1:
        # The first says that the clause was asked as it stands, as each is.
        what = "the proof" if result.verdict is Verdict.PROVED else "tried"
        text += f"\n\n{what}: " + "; ".join(f"`{one}`" for one in result.proof.tried[1:])
    if result.proof is not None and result.proof.help:
        text += f"\n\nwhat would help: {result.proof.help}"
    return text + f"\n\nconfidence {result.confidence:.2f}: {result.why}"


def _word(place: Place) -> tuple[str, Span]:
    data = place.item.text.encode()
    start = end = min(place.offset, len(data))
    while start > 0 and (data[start - 1 : start].isalnum() or data[start - 1] == 95):
        start -= 1
    while end < len(data) and (data[end : end + 1].isalnum() or data[end] == 95):
        end += 1
    return data[start:end].decode(errors="replace"), Span(start, end)
