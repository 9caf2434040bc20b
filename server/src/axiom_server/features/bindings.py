"""Which uses of a name mean the same thing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import msgspec

from axiom_server.documents.snapshot import Item
from axiom_verifiers.contracts import syntax
from axiom_verifiers.contracts.scope import Occurrence
from axiom_verifiers.contracts.source import Span

GLOBAL = ("type", "record", "define", "constant", "intent")
_ANYWHERE = ("builtin", "method", "exception")

# Equal exactly for the occurrences of one thing within one file.
Meaning = tuple[str | int, ...]


def meaning(item: Item, one: Occurrence) -> Meaning:
    """What an occurrence in an item stands for.

    Names of items and fields mean the same in the whole file, parameters in their item, a bound
    variable within the quantifier or comprehension that binds it.
    """
    if one.kind in GLOBAL:
        return ("item", one.name)
    if one.kind == "field":
        return ("field", one.of, one.name)
    if one.kind in _ANYWHERE:
        return (one.kind, one.of, one.name)
    if one.kind == "bound":
        return ("bound", item.index, _binder(item, one), one.name)
    return (one.kind, item.index, one.name)


class _Scope(msgspec.Struct, frozen=True):
    """Where the names of one `for` or quantifier are in sight: `within`, but for `outside`."""

    names: tuple[syntax.Target, ...]
    within: Span
    outside: tuple[Span, ...]

    def sees(self, span: Span) -> bool:
        return _inside(span, self.within) and not any(_inside(span, one) for one in self.outside)


def _inside(span: Span, other: Span) -> bool:
    return other.start <= span.start and span.end <= other.end


def _binder(item: Item, one: Occurrence) -> int:
    """Where the binder of a bound variable begins; -1 when the item's text has none."""
    best: tuple[int, int] | None = None
    for scope in _scopes(item.parsed.item):
        for target in scope.names:
            if target.name != one.name:
                continue
            if target.span == one.span:
                return target.span.start
            if scope.sees(one.span):
                # The innermost counts; of the `for`s of one comprehension, the last.
                rank = (scope.within.end - scope.within.start, -target.span.start)
                if best is None or rank < best:
                    best = rank
    return -best[1] if best is not None else -1


def _scopes(node: object) -> Iterator[_Scope]:
    for each in nodes(node):
        if isinstance(each, syntax.Quantifier):
            outside = (each.domain.span,) if each.domain is not None else ()
            yield _Scope(tuple(_named(each.target)), each.span, outside)
        elif isinstance(each, syntax.Comprehension):
            for number, one in enumerate(each.generators):
                before = each.generators[: number + 1]
                # What stands before a `for` in the row of them does not see its names.
                hidden = tuple(other.iterable.span for other in before) + tuple(
                    condition.span
                    for other in each.generators[:number]
                    for condition in other.conditions
                )
                yield _Scope(tuple(_named(one.target)), each.span, hidden)


def _named(target: syntax.Target) -> Iterator[syntax.Target]:
    if target.name is not None:
        yield target
    for one in target.items:
        yield from _named(one)


def nodes(tree: object) -> Iterator[syntax.Node]:
    """All nodes of a syntax tree, parents first."""
    stack: list[Any] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, syntax.Node):
            yield node
            fields = [getattr(node, name) for name in node.__struct_fields__]
            stack.extend(reversed(fields))
        elif isinstance(node, tuple):
            stack.extend(reversed(cast("tuple[Any, ...]", node)))
