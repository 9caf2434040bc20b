"""Finding what stands at a place: the item, the clause, the name."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from axiom_server.documents.positions import Encoding, Position
from axiom_server.documents.snapshot import Item, Snapshot
from axiom_verifiers.contracts.contract import Clause, Contract, Implied, Requires
from axiom_verifiers.contracts.declarations import CheckedItem
from axiom_verifiers.contracts.scope import Occurrence
from axiom_verifiers.contracts.source import NOWHERE

ShownClause = Clause | Requires


class Place(msgspec.Struct, frozen=True, eq=False):
    """A place in an item: the byte offset counts in the item's own text."""

    item: Item
    offset: int
    checked: CheckedItem


def place_at(snapshot: Snapshot, position: Position, encoding: Encoding) -> Place | None:
    """What a position points at; None before the first item."""
    found = snapshot.place_at(position, encoding)
    if found is None:
        return None
    return Place(snapshot.item(found[0]), found[1], snapshot.checked(found[0]))


def occurrence_at(place: Place) -> Occurrence | None:
    """The name at a place, the innermost if several."""
    found = [
        one for one in place.checked.occurrences if one.span.start <= place.offset <= one.span.end
    ]
    return min(found, key=lambda one: one.span.end - one.span.start, default=None)


def written_clauses(contract: Contract) -> Iterator[ShownClause]:
    """The clauses that stand in the text, in no particular order."""
    for clause in (*contract.requires, *contract.clauses):
        written = clause.origin.span != NOWHERE and clause.origin.line
        if written and not isinstance(clause, Implied):
            yield clause


def clause_at(place: Place) -> ShownClause | None:
    """The clause that a place stands in."""
    draft = place.checked.draft
    if draft is None:
        return None
    for clause in written_clauses(draft):
        if clause.origin.span.start <= place.offset <= clause.origin.span.end:
            return clause
    return None
