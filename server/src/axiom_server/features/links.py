"""Document links: the files that are used."""

from __future__ import annotations

import msgspec

from axiom_server.documents.positions import Encoding, Range
from axiom_server.documents.snapshot import Snapshot


class Link(msgspec.Struct, frozen=True):
    """`path` as written, relative to the file."""

    range: Range
    path: str


def links(snapshot: Snapshot, encoding: Encoding) -> tuple[Link, ...]:
    """The paths of all `use` items, in order."""
    return tuple(
        Link(snapshot.range_of(item.index, item.declaration.name_span, encoding), path)
        for item in snapshot.items
        if (path := item.declaration.path)
    )
