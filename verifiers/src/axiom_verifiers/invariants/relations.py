"""Bounds and relations between integers, read off the recorded states.

Only relations that hold in every state are made, so the grammar never grows large: differences
(`x == y + c`, `x <= y`, `x < y`), constant sums (`x + y == z + c`), lines (`x == k * y + c`),
triangles and squares (`2 * x == y * (y + c)`), residues, and the order and bounds of list items.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

import msgspec

from axiom_verifiers.contracts.expressions import Binary, Constant, Expr, Old, Variable
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.types import INT, IntType, ListType, StrType
from axiom_verifiers.core.flow import assigned_names, enclosing, expressions, statements
from axiom_verifiers.core.program import For, Function, While
from axiom_verifiers.invariants.building import (
    Comparison,
    at,
    bound,
    compare,
    forall,
    length,
    local,
    minus,
    number,
    numbers,
    plus,
    times,
)
from axiom_verifiers.invariants.filtering import Head

_LARGE = 3


class Term(msgspec.Struct, frozen=True):
    """An int-valued expression with its value in each state; `moves` when the loop changes it."""

    expr: Expr
    values: tuple[int, ...]
    moves: bool


def terms(function: Function, loop: While | For, states: Sequence[Head]) -> list[Term]:
    """Ints and lengths that are known at every head: changed locals, then what is fixed."""
    changed = assigned_names((loop,))
    types = {**{p.name: p.type for p in function.parameters}, **dict(function.locals)}
    rebound = {name for name, _ in function.locals}
    found: list[Term] = []
    if isinstance(loop, For):
        counter = f"#i{loop.loop}"
        found.append(_term(local(counter), counter, states, moves=True))
    for outer in enclosing(function.body, loop.loop):
        counter = f"#i{outer.loop}"
        if isinstance(outer, For) and all(counter in head.state for head in states):
            found.append(_term(local(counter), counter, states, moves=False))
    for name, type_ in sorted(types.items()):
        if name.startswith("#") or any(name not in head.state for head in states):
            continue
        moves = name in changed
        is_local = name in rebound
        here = Variable(type=type_, name=name, role="local" if is_local else "parameter")
        if isinstance(type_, IntType):
            found.append(_term(here, name, states, moves=moves))
        elif isinstance(type_, ListType | StrType):
            values = tuple(len(head.state[name]) for head in states)
            found.append(Term(length(here), values, moves))
    for parameter in function.parameters:
        name = parameter.name
        known = all(name in head.before for head in states)
        if name in changed and isinstance(parameter.type, IntType) and known:
            entry = Variable(type=INT, name=name, role="parameter")
            values = tuple(head.before[name] for head in states)
            found.append(Term(Old(type=INT, value=entry), values, moves=False))
    return sorted(found, key=lambda term: not term.moves)


def _term(expr: Expr, name: str, states: Sequence[Head], *, moves: bool) -> Term:
    return Term(expr, tuple(head.state[name] for head in states), moves)


def constants(function: Function) -> frozenset[int]:
    """Small ints that the code names, with their neighbours."""
    found = {0, 1, -1}
    for statement in statements(function.body):
        for expr in expressions(statement):
            for part in walk(expr):
                if isinstance(part, Constant) and isinstance(part.type, IntType):
                    value = int(part.value or 0)
                    found |= {value, -value, value - 1, value + 1}
    return frozenset(found)


def relations(function: Function, loop: While | For, states: Sequence[Head]) -> Iterator[Expr]:
    """Every relation of the grammar that holds in all states."""
    known = terms(function, loop, states)
    small = constants(function)
    moving = [term for term in known if term.moves]
    for term in moving:
        yield from _bounds(term, small)
    for one, other in combinations(known, 2):
        if one.moves or other.moves:
            yield from _pair(one, other, small)
    for one, other in combinations(moving, 2):
        yield from _sums(one, other, [term for term in known if not term.moves], small)
    yield from _items(function, loop, states)


def _bounds(term: Term, small: frozenset[int]) -> Iterator[Expr]:
    low, high = min(term.values), max(term.values)
    for value in sorted({low, 0, 1} & small, reverse=True):
        if value <= low:
            yield compare(number(value), "<=", term.expr)
            break
    if high in small and high != low:
        yield compare(term.expr, "<=", number(high))
    if low == high:
        yield compare(term.expr, "==", number(low))
    for divisor in sorted(value for value in small if 2 <= value <= 10):
        rests = {value % divisor for value in term.values}
        if len(rests) == 1 and low != high:
            remainder = Binary(type=INT, op="%", left=term.expr, right=number(divisor))
            yield compare(remainder, "==", number(rests.pop()))


def _pair(one: Term, other: Term, small: frozenset[int]) -> Iterator[Expr]:
    differences = {a - b for a, b in zip(one.values, other.values, strict=True)}
    low, high = min(differences), max(differences)
    if low == high:
        if low in small or abs(low) <= _LARGE:
            yield compare(one.expr, "==", plus(other.expr, number(low)))
        return
    if low >= 0:
        yield compare(other.expr, "<=", one.expr)
        if low == 1:
            yield compare(other.expr, "<", one.expr)
    if high <= 0:
        yield compare(one.expr, "<=", other.expr)
        if high == -1:
            yield compare(one.expr, "<", other.expr)
    if low < 0 and -low in small:
        yield compare(other.expr, "<=", plus(one.expr, number(-low)))
    if high > 0 and high in small:
        yield compare(one.expr, "<=", plus(other.expr, number(high)))
    yield from _line(one, other)
    yield from _line(other, one)
    yield from _curve(one, other)
    yield from _curve(other, one)


def _line(one: Term, other: Term) -> Iterator[Expr]:
    """`one == k * other + c`."""
    points = sorted(set(zip(other.values, one.values, strict=True)))
    if len({x for x, _ in points}) < _LARGE:
        return
    (x0, y0), (x1, y1) = points[0], points[-1]
    if x0 == x1 or (y1 - y0) % (x1 - x0) != 0:
        return
    slope = (y1 - y0) // (x1 - x0)
    offset = y0 - slope * x0
    if slope in (0, 1) or not all(y == slope * x + offset for x, y in points):
        return
    yield compare(one.expr, "==", plus(times(number(slope), other.expr), number(offset)))


def _curve(one: Term, other: Term) -> Iterator[Expr]:
    """`2 * one == other * (other + c)` and `one == other * other`."""
    points = set(zip(other.values, one.values, strict=True))
    if len({x for x, _ in points}) < _LARGE:
        return
    for shift in (-1, 0, 1):
        if all(2 * y == x * (x + shift) for x, y in points):
            product = times(other.expr, plus(other.expr, number(shift)))
            yield compare(times(number(2), one.expr), "==", product)
    if all(y == x * x for x, y in points):
        yield compare(one.expr, "==", times(other.expr, other.expr))


def _sums(one: Term, other: Term, fixed: list[Term], small: frozenset[int]) -> Iterator[Expr]:
    total = [a + b for a, b in zip(one.values, other.values, strict=True)]
    both = plus(one.expr, other.expr)
    if len(set(total)) == 1:
        yield compare(both, "==", number(total[0]))
    for term in fixed:
        rest = {a - b for a, b in zip(total, term.values, strict=True)}
        if len(rest) == 1 and len(set(term.values)) > 1:
            yield compare(both, "==", plus(term.expr, number(min(rest))))
        elif rest and max(rest) <= 0:
            yield compare(both, "<=", term.expr)
        elif rest and max(rest) in small:
            yield compare(both, "<=", plus(term.expr, number(max(rest))))


def _items(function: Function, loop: While | For, states: Sequence[Head]) -> Iterator[Expr]:
    """Order and bounds of the items of int lists that the loop changes."""
    changed = assigned_names((loop,))
    known = terms(function, loop, states)
    for name, type_ in function.locals:
        if type_ != ListType(INT) or name not in changed:
            continue
        if any(name not in head.state for head in states):
            continue
        lists = [head.state[name] for head in states]
        if not any(lists):
            continue
        here = local(name, type_)
        neighbours = [pair for values in lists for pair in pairwise(values)]
        index = bound("j")
        following = at(here, plus(index, number(1)))
        pairs = numbers(number(0), minus(length(here), number(1)))
        orders: tuple[tuple[Comparison, bool], ...] = (
            ("<=", all(a <= b for a, b in neighbours)),
            ("<", all(a < b for a, b in neighbours)),
            (">=", all(a >= b for a, b in neighbours)),
        )
        for op, holds in orders:
            if neighbours and holds:
                yield forall("j", pairs, compare(at(here, index), op, following))
        member = bound("item")
        least = min(value for values in lists for value in values)
        if least >= 0:
            yield forall("item", here, compare(number(min(least, 1)), "<=", member))
        for term in known:
            both = list(zip(lists, term.values, strict=True))
            if all(value <= limit for values, limit in both for value in values):
                yield forall("item", here, compare(member, "<=", term.expr))
            if all(value >= limit for values, limit in both for value in values):
                yield forall("item", here, compare(term.expr, "<=", member))
