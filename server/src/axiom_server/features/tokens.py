"""Semantic tokens: what each name is, in the protocol's relative encoding."""

from __future__ import annotations

import msgspec

from axiom_server.documents.positions import Encoding, Position
from axiom_server.documents.snapshot import Snapshot
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


def tokens(
    snapshot: Snapshot,
    encoding: Encoding,
    first: Position | None = None,
    last: Position | None = None,
) -> list[int]:
    """Five integers a token: line and start relative to the token before, length, type,
    modifiers. `first` and `last` limit them to a range, both inclusive.
    """
    found: list[tuple[int, int, int, int, int]] = []
    for item in snapshot.items:
        if last is not None and item.line > last.line:
            break
        if first is not None and item.line + item.chunk.lines < first.line:
            continue
        for one in snapshot.checked(item.index).occurrences:
            place = snapshot.range_of(item.index, one.span, encoding)
            length = place.end.character - place.start.character
            if place.start.line != place.end.line or length <= 0:
                continue
            if (first is not None and place.start < first) or (
                last is not None and place.start > last
            ):
                continue
            start = place.start
            found.append((start.line, start.character, length, _KIND[one.kind], _modifiers(one)))
    found.sort()
    data: list[int] = []
    line = character = 0
    ended = (-1, -1)
    for at, start, length, kind, modifiers in found:
        if (at, start) < ended:
            continue  # Tokens must not overlap; the first, outer one stays.
        data += (at - line, start - character if at == line else start, length, kind, modifiers)
        line, character = at, start
        ended = (at, start + length)
    return data


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
