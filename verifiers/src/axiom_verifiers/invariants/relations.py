"""Bounds and relations between integers, read off the recorded states.

Only relations that hold in every state are made, so the grammar never grows large: differences
(`x == y + c`, `x <= y`, `x < y`), constant sums (`x + y == z + c`), lines (`x == k * y + c`),
triangles and squares (`2 * x == y * (y + c)`), residues, and the order and bounds of list items.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

import msgspec

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.evaluator import Evaluator
from axiom_verifiers.contracts.expressions import Binary, Call, Constant, Expr, Index, Old, Variable
from axiom_verifiers.contracts.traversal import bound_anywhere, walk
from axiom_verifiers.contracts.types import INT, IntType, ListType, StrType
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import assigned_names, enclosing, expressions, statements
from axiom_verifiers.core.program import For, Function, While
from axiom_verifiers.errors import ContractError
from axiom_verifiers.invariants.building import (
    Comparison,
    at,
    bound,
    compare,
    forall,
    implies,
    length,
    local,
    minus,
    number,
    numbers,
    plus,
    times,
)
from axiom_verifiers.invariants.claims import claims
from axiom_verifiers.invariants.equations import Column, equations
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
        if name not in changed or not known:
            continue
        entry = Old(
            type=parameter.type, value=Variable(type=parameter.type, name=name, role="parameter")
        )
        if isinstance(parameter.type, IntType):
            values = tuple(head.before[name] for head in states)
            found.append(Term(entry, values, moves=False))
        elif isinstance(parameter.type, ListType):
            values = tuple(len(head.before[name]) for head in states)
            found.append(Term(length(entry), values, moves=False))
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


def observed(
    contract: Contract, function: Function, loop: While | For, states: Sequence[Head]
) -> list[Term]:
    """Int-valued parts of what the contract claims of the loop's lists: `sum(out)`, `len(out)`."""
    evaluator = Evaluator(contract.defines)
    changed = assigned_names((loop,))
    found: dict[Expr, Term] = {}
    for claim in claims(contract, function, loop):
        bound_names = bound_anywhere(claim)
        for part in walk(claim):
            if (
                isinstance(part, Call)
                and part.function in ("sum", "len")
                and part.type == INT
                and variables(part) & changed
                and not any(isinstance(v, Variable) and v.name in bound_names for v in walk(part))
                and part not in found
            ):
                values = [_evaluated(evaluator, part, head) for head in states]
                ints = tuple(value for value in values if value is not None)
                if len(ints) == len(states):
                    found[part] = Term(part, ints, moves=True)
    return list(found.values())


def _evaluated(evaluator: Evaluator, part: Expr, head: Head) -> int | None:
    try:
        value = evaluator.evaluate(part, head.state, head.before)
    except ContractError:
        return None
    return value if isinstance(value, int) else None


def _columns(loop: While | For, known: list[Term], states: Sequence[Head]) -> list[Column]:
    """The ints that equations are looked for among: a local of two values is taken together
    with whether the count of iterations is odd.
    """
    columns = [Column((term.expr,), term.values, term.moves) for term in known]
    counter = f"#i{loop.loop}"
    two = any(term.moves and len(set(term.values)) == 2 for term in known)
    if isinstance(loop, For) and two:
        odd = Binary(type=INT, op="%", left=local(counter), right=number(2))
        values = tuple(head.state[counter] % 2 for head in states)
        columns.append(Column((odd,), values, moves=False))
    return columns


def _different(known: list[Term]) -> list[Term]:
    """Without those that equal an earlier one in all states; `equations` says that they do."""
    found: dict[tuple[int, ...], Term] = {}
    for term in sorted(known, key=lambda term: term.moves):
        found.setdefault(term.values, term)
    return [term for term in known if found[term.values] is term]


def relations(
    function: Function, loop: While | For, states: Sequence[Head], watched: Sequence[Term] = ()
) -> Iterator[Expr]:
    """Every relation of the grammar that holds in all states; `watched` are more ints."""
    every = terms(function, loop, states)
    plain = {term.expr for term in every}
    more = [term for term in watched if term.expr not in plain]
    yield from equations(_columns(loop, [*more, *every], states))
    known = _different(every)
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
    if low > 1 and low in small:
        yield compare(plus(other.expr, number(low)), "<=", one.expr)
    if high < -1 and -high in small:
        yield compare(plus(one.expr, number(-high)), "<=", other.expr)
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
        yield from _pointed(loop, here, states)
        for term in known:
            both = list(zip(lists, term.values, strict=True))
            if all(value <= limit for values, limit in both for value in values):
                yield forall("item", here, compare(member, "<=", term.expr))
            if all(value >= limit for values, limit in both for value in values):
                yield forall("item", here, compare(term.expr, "<=", member))


def _pointed(loop: While | For, items: Variable, states: Sequence[Head]) -> Iterator[Expr]:
    """Items against the one that a counter points at in another list, as long as it does."""
    changed = assigned_names((loop,))
    known: set[tuple[str, str]] = set()
    for statement in statements((loop,)):
        for expr in expressions(statement):
            for part in walk(expr):
                match part:
                    case Index(value=Variable() as other, index=Variable() as counter) if (
                        other.type == ListType(INT)
                        and other.name not in changed
                        and counter.name in changed
                        and (other.name, counter.name) not in known
                        and all({other.name, counter.name} <= h.state.keys() for h in states)
                    ):
                        known.add((other.name, counter.name))
                        yield from _against(items, other, counter)
                    case _:
                        pass


def _against(items: Variable, other: Variable, counter: Variable) -> Iterator[Expr]:
    member = bound("item")
    pointed = at(other, local(counter.name))
    here = Variable(type=other.type, name=other.name, role=other.role)
    inside = compare(local(counter.name), "<", length(here))
    yield implies(inside, forall("item", items, compare(member, "<=", pointed)))
    yield implies(inside, forall("item", items, compare(pointed, "<=", member)))
