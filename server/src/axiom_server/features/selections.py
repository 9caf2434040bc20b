"""Selection ranges: what stands around a place, ever wider."""

from __future__ import annotations

from tree_sitter import Node

from axiom_server.documents.positions import Encoding, Position, Range
from axiom_server.documents.snapshot import Snapshot
from axiom_verifiers.contracts.source import Span


def selections(snapshot: Snapshot, position: Position, encoding: Encoding) -> tuple[Range, ...]:
    """The ranges around a position, the narrowest first: the syntax that holds it, its item, the
    file. Each is wider than the one before.
    """
    whole = Range(Position(0, 0), snapshot.position_at(len(snapshot.text), encoding))
    found: list[Range] = []
    place = snapshot.place_at(position, encoding)
    if place is not None:
        index, offset = place
        item = snapshot.item(index)
        spans: list[Span] = []
        node = item.tree.root_node if item.tree is not None else None
        while node is not None:
            spans.append(Span(node.start_byte, node.end_byte))
            node = _child(node, offset)
        if offset <= len(item.text.encode()):
            spans.insert(0, Span(0, len(item.text.rstrip().encode())))
        found = [snapshot.range_of(index, span, encoding) for span in reversed(spans)]
    chain: list[Range] = []
    for one in (*found, whole):
        inner = chain[-1] if chain else Range(position, position)
        holds = one.start <= inner.start and inner.end <= one.end
        if holds and (not chain or one != inner):
            chain.append(one)
    return tuple(chain) or (whole,)


def _child(node: Node, offset: int) -> Node | None:
    """The first child that an offset stands in or at the end of."""
    children: list[Node] = node.children
    for one in children:
        if one.start_byte <= offset <= one.end_byte:
            return one
    return None
