"""Semantic tokens: what each name is, in the protocol's relative encoding."""

from __future__ import annotations

import time

import msgspec

from axiom_server.documents.positions import Encoding, Position
from axiom_server.documents.snapshot import Item, Snapshot
from axiom_verifiers.contracts.declarations import CheckedItem
from axiom_verifiers.contracts.scope import Occurrence

TYPES = (
    "type",
    "struct",
    "function",
    "parameter",
    "variable",
    "property",
    "method",
    "class",
    "keyword",
    "label",
)
Rows = tuple[tuple[int, int, int, int, int], ...]
MODIFIERS = ("declaration", "defaultLibrary", "readonly")

_KIND: dict[str, int] = {
    "type": 0,
    "record": 1,
    "define": 2,
    "intent": 2,
    "builtin": 2,
    "parameter": 3,
    "keyword_argument": 3,
    "bound": 4,
    "constant": 4,
    "field": 5,
    "method": 6,
    "exception": 7,
    "result": 8,
    "it": 8,
    "label": 9,
}


def _modifiers(one: Occurrence) -> int:
    bits = 1 if one.declares else 0
    if one.kind in ("builtin", "method", "exception"):
        bits |= 2
    if one.kind == "constant":
        bits |= 4
    return bits


class Kept:
    """The tokens of a document's items from one asking to the next: an edit changes one item,
    and the rows of all others only move.
    """

    def __init__(self) -> None:
        self.rows: dict[int, tuple[CheckedItem, Rows]] = {}


def prepare(snapshot: Snapshot, encoding: Encoding, kept: Kept, seconds: float) -> bool:
    """Makes the rows of items that lack them, for about so long; whether all have theirs."""
    deadline = time.monotonic() + seconds
    for item in snapshot.items:
        checked = snapshot.checked(item.index)
        if id(checked) not in kept.rows:
            if time.monotonic() >= deadline:
                return False
            kept.rows[id(checked)] = (checked, _rows(snapshot, item, encoding))
    return True


def tokens(
    snapshot: Snapshot,
    encoding: Encoding,
    first: Position | None = None,
    last: Position | None = None,
    kept: Kept | None = None,
) -> list[int]:
    """Five integers a token: line and start relative to the token before, length, type,
    modifiers. `first` and `last` limit them to a range, both inclusive. `kept` is of this
    document and this encoding.
    """
    data: list[int] = []
    line = character = 0
    used: dict[int, tuple[CheckedItem, Rows]] = {}
    for item in snapshot.items:
        if last is not None and item.line > last.line:
            break
        if first is not None and item.line + item.chunk.lines < first.line:
            continue
        checked = snapshot.checked(item.index)
        # What is kept holds the item, so that no other can have its identity.
        known = kept.rows.get(id(checked)) if kept is not None else None
        rows = known[1] if known is not None else _rows(snapshot, item, encoding)
        used[id(checked)] = (checked, rows)
        for row, start, length, kind, modifiers in rows:
            at = item.line + row
            if (first is not None and (at, start) < (first.line, first.character)) or (
                last is not None and (at, start) > (last.line, last.character)
            ):
                continue
            data += (
                at - line,
                start - character if at == line else start,
                length,
                kind,
                modifiers,
            )
            line, character = at, start
    if kept is not None and first is None and last is None:
        kept.rows = used
    return data


def _rows(snapshot: Snapshot, item: Item, encoding: Encoding) -> Rows:
    """The tokens of an item in order: line within it, start, length, type, modifiers."""
    found: list[tuple[int, int, int, int, int]] = []
    for one in snapshot.checked(item.index).occurrences:
        place = snapshot.range_of(item.index, one.span, encoding)
        start = place.start
        length = place.end.character - start.character
        if start.line == place.end.line and length > 0:
            row = start.line - item.line
            found.append((row, start.character, length, _KIND[one.kind], _modifiers(one)))
    found.sort()
    made: list[tuple[int, int, int, int, int]] = []
    ended = (-1, -1)
    for one in found:
        if one[:2] >= ended:  # Tokens must not overlap; the first, outer one stays.
            made.append(one)
            ended = (one[0], one[1] + one[2])
    return tuple(made)


class TokensEdit(msgspec.Struct, frozen=True):
    """At `start`, `deleted` integers go, and `data` comes in their place."""

    start: int
    deleted: int
    data: list[int]


def tokens_delta(before: list[int], after: list[int]) -> tuple[TokensEdit, ...]:
    """The edit that makes the one row of integers of the other; none if they are equal."""
    if before == after:
        return ()
    shorter = min(len(before), len(after))
    start = 0
    while start < shorter and before[start] == after[start]:
        start += 1
    end = 0
    while end < shorter - start and before[-1 - end] == after[-1 - end]:
        end += 1
    deleted = len(before) - start - end
    return (TokensEdit(start, deleted, after[start : len(after) - end]),)
