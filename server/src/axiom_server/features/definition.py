"""Definition and references of the names of an intent file."""

from __future__ import annotations

import msgspec

from axiom_server.documents.positions import Encoding, Position, Range
from axiom_server.documents.snapshot import Item, Snapshot
from axiom_server.features.places import occurrence_at, place_at
from axiom_verifiers.contracts.scope import Occurrence

GLOBAL = ("type", "record", "define", "constant", "intent")


class Location(msgspec.Struct, frozen=True):
    """`path` is that of a used file, as written in its `use`; None in the file itself. The
    range is None when only the file is known.
    """

    path: str | None
    range: Range | None


def definition(snapshot: Snapshot, position: Position, encoding: Encoding) -> Location | None:
    """Where the name at a position is introduced."""
    place = place_at(snapshot, position, encoding)
    one = occurrence_at(place) if place else None
    if place is None or one is None:
        return None
    if one.kind in GLOBAL or (one.kind == "field" and one.of):
        name = one.of if one.kind == "field" else one.name
        item = snapshot.named(name)
        if item is not None:
            found = _declared(snapshot, item, one) if one.kind == "field" else None
            span = found.span if found else item.declaration.name_span
            return Location(None, snapshot.range_of(item.index, span, encoding))
        for path, used in snapshot.environment.imports.items():
            if name in used.own:
                return Location(path, None)
        return None
    found = _declared(snapshot, place.item, one)
    if found is None:
        return None
    return Location(None, snapshot.range_of(place.item.index, found.span, encoding))


def _declared(snapshot: Snapshot, item: Item, one: Occurrence) -> Occurrence | None:
    """The nearest declaration of a local name before its use, in the same item."""
    found = [
        other
        for other in snapshot.checked(item.index).occurrences
        if other.declares and other.name == one.name and other.kind == one.kind
    ]
    before = [other for other in found if other.span.start <= one.span.start]
    return (before or found or [None])[-1]


def references(
    snapshot: Snapshot, position: Position, encoding: Encoding, declaration: bool = True
) -> tuple[Range, ...]:
    """All places of the name at a position in this file."""
    place = place_at(snapshot, position, encoding)
    one = occurrence_at(place) if place else None
    if place is None or one is None:
        return ()
    everywhere = one.kind in GLOBAL or one.kind == "field"
    items = snapshot.items if everywhere else (place.item,)
    return tuple(
        snapshot.range_of(item.index, other.span, encoding)
        for item in items
        for other in snapshot.checked(item.index).occurrences
        if other.name == one.name
        and (other.kind == one.kind or (everywhere and {other.kind, one.kind} <= set(GLOBAL)))
        and (declaration or not other.declares)
    )
