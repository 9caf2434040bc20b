"""Definition, references and highlights of the names of an intent file."""

from __future__ import annotations

import msgspec

from axiom_server.documents.positions import Encoding, Position, Range
from axiom_server.documents.snapshot import Snapshot
from axiom_server.features.bindings import GLOBAL, meaning
from axiom_server.features.places import occurrence_at, place_at


class Location(msgspec.Struct, frozen=True):
    """`path` is that of a used file, as written in its `use`; None in the file itself. The
    range is None when only the file is known.
    """

    path: str | None
    range: Range | None


class Highlight(msgspec.Struct, frozen=True):
    """`declares` marks where the name is introduced."""

    range: Range
    declares: bool


def definition(snapshot: Snapshot, position: Position, encoding: Encoding) -> Location | None:
    """Where the name at a position is introduced; of a `use`, the file."""
    place = place_at(snapshot, position, encoding)
    if place is None:
        return None
    written = place.item.declaration
    if written.path is not None:
        span = written.name_span
        return Location(written.path, None) if span.start <= place.offset <= span.end else None
    one = occurrence_at(place)
    if one is None:
        return None
    if one.kind in GLOBAL or (one.kind == "field" and one.of):
        owner = one.of if one.kind == "field" else one.name
        field = one.name if one.kind == "field" else None
        found = _in_file(snapshot, owner, field, encoding)
        if found is not None:
            return Location(None, found)
        for path, used in snapshot.environment.imports.items():
            if owner in used.own:
                file = snapshot.used(path)
                return Location(path, _in_file(file, owner, field, encoding) if file else None)
        return None
    sought = meaning(place.item, one)
    for other in place.checked.occurrences:
        if other.declares and other.name == one.name and meaning(place.item, other) == sought:
            return Location(None, snapshot.range_of(place.item.index, other.span, encoding))
    return None


def _in_file(snapshot: Snapshot, owner: str, field: str | None, encoding: Encoding) -> Range | None:
    """Where a file declares an item, or a field of it."""
    item = snapshot.named(owner)
    if item is None:
        return None
    span = item.declaration.name_span
    if field is not None:
        for one in snapshot.checked(item.index).occurrences:
            if one.declares and one.kind == "field" and one.name == field:
                span = one.span
    return snapshot.range_of(item.index, span, encoding)


def highlights(snapshot: Snapshot, position: Position, encoding: Encoding) -> tuple[Highlight, ...]:
    """All places of the name at a position in this file, in order."""
    place = place_at(snapshot, position, encoding)
    one = occurrence_at(place) if place else None
    if place is None or one is None:
        return ()
    sought = meaning(place.item, one)
    everywhere = one.kind in GLOBAL or one.kind in ("field", "builtin", "method", "exception")
    found: list[tuple[int, int, Highlight]] = []
    for item in snapshot.items if everywhere else (place.item,):
        for other in snapshot.checked(item.index).occurrences:
            if other.name == one.name and meaning(item, other) == sought:
                where = snapshot.range_of(item.index, other.span, encoding)
                found.append((item.index, other.span.start, Highlight(where, other.declares)))
    return tuple(highlight for *_, highlight in sorted(found, key=lambda each: each[:2]))


def references(
    snapshot: Snapshot, position: Position, encoding: Encoding, declaration: bool = True
) -> tuple[Range, ...]:
    """All places of the name at a position in this file."""
    found = highlights(snapshot, position, encoding)
    return tuple(one.range for one in found if declaration or not one.declares)
