"""Document symbols, folding ranges, selection: the outline of an intent file."""

from __future__ import annotations

from typing import Literal

import msgspec

from axiom_server.documents.positions import Encoding, Range
from axiom_server.documents.snapshot import Item, Snapshot
from axiom_server.features.places import written_clauses
from axiom_verifiers.contracts import syntax
from axiom_verifiers.contracts.contract import Requires
from axiom_verifiers.contracts.items import LINE_END
from axiom_verifiers.contracts.source import Span
from axiom_verifiers.orchestra.merge import clause_title

SymbolKind = Literal["type", "record", "define", "constant", "intent", "clause", "use"]


class Symbol(msgspec.Struct, frozen=True, kw_only=True):
    """`range` is the whole, `selection` the name."""

    name: str
    detail: str
    kind: SymbolKind
    range: Range
    selection: Range
    children: tuple[Symbol, ...] = ()


class Fold(msgspec.Struct, frozen=True):
    """First and last line, from 0."""

    start: int
    end: int


def symbols(snapshot: Snapshot, encoding: Encoding) -> tuple[Symbol, ...]:
    """The named items and the intents in prose, in order, with the clauses of intents inside."""
    return tuple(
        _symbol(snapshot, item, encoding)
        for item in snapshot.items
        if item.name or item.declaration.kind == "prose"
    )


def _symbol(snapshot: Snapshot, item: Item, encoding: Encoding) -> Symbol:
    whole = Span(0, len(item.text.rstrip().encode()))
    checked = snapshot.checked(item.index)
    clauses: list[Symbol] = []
    if checked.draft is not None:
        for clause in sorted(written_clauses(checked.draft), key=lambda one: one.origin.span.start):
            place = snapshot.range_of(item.index, clause.origin.span, encoding)
            if isinstance(clause, Requires):
                title = f"requires {clause.label or clause.text}"
            else:
                title = clause_title(clause)
            clauses.append(
                Symbol(name=title, detail=clause.text, kind="clause", range=place, selection=place)
            )
    first = _lines(item.text)[0]
    node = item.parsed.item
    prose = node.prose.value if isinstance(node, syntax.ProseIntentItem) else ""
    return Symbol(
        name=item.name or " ".join(prose.split())[:60] or "prose",
        detail=first,
        kind=_kind(item),
        range=snapshot.range_of(item.index, whole, encoding),
        selection=snapshot.range_of(item.index, item.declaration.name_span, encoding),
        children=tuple(clauses),
    )


def _kind(item: Item) -> SymbolKind:
    match item.parsed.item:
        case syntax.TypeItem(fields=fields):
            return "type" if fields is None else "record"
        case syntax.DefineItem(parameters=parameters):
            return "constant" if parameters is None else "define"
        case syntax.UseItem():
            return "use"
        case syntax.IntentItem() | syntax.ProseIntentItem() | syntax.BrokenItem():
            return "intent"


def matching(snapshot: Snapshot, query: str, encoding: Encoding) -> tuple[Symbol, ...]:
    """The named items whose names have the letters of a query in order, whatever their case.

    Nothing is checked for it, so that many files can be asked.
    """
    found: list[Symbol] = []
    for item in snapshot.items:
        if item.name is not None and _has_in_order(item.name.casefold(), query.casefold()):
            place = snapshot.range_of(item.index, item.declaration.name_span, encoding)
            one = Symbol(name=item.name, detail="", kind=_kind(item), range=place, selection=place)
            found.append(one)
    return tuple(found)


def _has_in_order(name: str, letters: str) -> bool:
    rest = iter(name)
    return all(letter in rest for letter in letters)


def _lines(text: str) -> list[str]:
    """The lines as the protocol has them, the first always there."""
    return LINE_END.split(text)


def folds(snapshot: Snapshot) -> tuple[Fold, ...]:
    """Items of several lines, and prose inside them."""
    found: list[Fold] = []
    for item in snapshot.items:
        lines = _lines(item.text.rstrip())
        if len(lines) > 1:
            found.append(Fold(item.line, item.line + len(lines) - 1))
        opened: int | None = None
        for number, line in enumerate(lines):
            marks = line.count('"""')
            if marks == 1 and opened is None:
                opened = number
            elif marks == 1 and opened is not None:
                found.append(Fold(item.line + opened, item.line + number))
                opened = None
    return tuple(found)
