"""Lists, and lists of lists, that nested loops fill in place: what is done, what is as at first.

Of a grid `m` a loop over rows has done those before its counter, and a loop over columns within
it those of the present row before its own; behind that stands still what the grid was made with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Comprehension,
    Constant,
    Expr,
    Generator,
    MakeList,
    Old,
    Quantifier,
    Slice,
    Target,
    Variable,
)
from axiom_verifiers.contracts.traversal import bound_anywhere, rebuild, without_spans
from axiom_verifiers.contracts.types import IntType, ListType, Type
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import assigned_names, enclosing, statements
from axiom_verifiers.core.program import For, Function, SetItem, While
from axiom_verifiers.invariants.bodies import Body
from axiom_verifiers.invariants.building import (
    at,
    bound,
    compare,
    forall,
    fresh,
    length,
    local,
    minus,
    number,
    numbers,
    plus,
    prefix,
    replaced,
    times,
)
from axiom_verifiers.invariants.effects import before


def stored(loop: While | For) -> list[str]:
    """Lists of which the loop assigns items."""
    names = [s.name for s in statements((loop,)) if isinstance(s, SetItem)]
    return list(dict.fromkeys(name for name in names if not name.startswith("#")))


def _around(function: Function, loop: While | For) -> list[While | For]:
    return [*enclosing(function.body, loop.loop), loop]


def _made(function: Function, loop: While | For, name: str) -> Expr | None:
    """What a list was made as before the outermost loop that changes it."""
    parameters = {p.name: p for p in function.parameters}
    for one in _around(function, loop):
        if name not in assigned_names((one,)):
            continue
        value = (before(function.body, one.loop) or {}).get(name)
        if value is not None:
            changed = assigned_names((one,))
            return None if variables(value) & changed else without_spans(value)
        if name in parameters:
            kind = parameters[name].type
            return Old(type=kind, value=Variable(type=kind, name=name, role="parameter"))
        return None
    return None


def item_of(whole: Expr, place: Expr) -> Expr:
    """The item at a place of a list as it was made."""
    match whole:
        case (
            Call(function="reversed", args=(inner,))
            | Slice(value=inner, lower=None, upper=None, step=Constant(value=-1))
        ) if isinstance(inner.type, ListType):
            return item_of(inner, minus(minus(length(inner), number(1)), place))
        case Slice(value=inner, lower=None, upper=_, step=None):
            return item_of(inner, place)
        case Slice(value=inner, lower=Constant(value=int(first)), upper=None, step=None) if (
            first >= 0
        ):
            return item_of(inner, plus(place, number(first)))
        case Binary(op="*", left=MakeList(items=(item,))):
            return item
        case Call(function="list", args=(inner,)) if isinstance(inner.type, ListType):
            return item_of(inner, place)
        case Comprehension(
            kind="list",
            element=element,
            generators=(Generator(target=Target(name=name), iterable=iterable, conditions=()),),
        ):
            if name is None:
                return element
            match iterable:
                case Call(function="range", args=(_,)):
                    return with_member(element, name, place)
                case Variable() if isinstance(iterable.type, ListType):
                    return with_member(element, name, at(iterable, place))
                case _:
                    return at(whole, place)
        case _:
            return at(whole, place)


def _size(whole: Expr) -> Expr:
    """How long a list is as it was made."""
    match whole:
        case Binary(op="*", left=MakeList(items=items), right=count):
            return times(number(len(items)), count)
        case Call(function="list", args=(inner,)) if isinstance(inner.type, ListType):
            return _size(inner)
        case Comprehension(kind="list", generators=(Generator(iterable=iterable, conditions=()),)):
            match iterable:
                case Call(function="range", args=(high,)):
                    return high
                case _ if isinstance(iterable.type, ListType):
                    return _size(iterable)
                case _:
                    return length(whole)
        case _:
            return length(whole)


def with_member(expr: Expr, name: str, value: Expr) -> Expr:
    """The expression with what it binds under that name replaced."""
    if isinstance(expr, Variable):
        return value if expr.role == "bound" and expr.name == name else expr
    return rebuild(expr, lambda part: with_member(part, name, value))


def shapes(function: Function, loop: While | For) -> Iterator[Expr]:
    """That the rows of a grid are as long as they were made."""
    types = dict(function.locals)
    for name in stored(loop):
        kind = types.get(name)
        whole = _made(function, loop, name)
        if whole is None or not isinstance(kind, ListType):
            continue
        here = local(name, kind)
        yield compare(length(here), "==", _size(whole))
        if isinstance(kind.item, ListType):
            index = fresh("k", whole, here)
            wide = _size(item_of(whole, bound(index)))
            same = compare(length(at(here, bound(index))), "==", wide)
            yield forall(index, numbers(number(0), length(here)), same)


def made_bodies(function: Function, loop: While | For) -> Iterator[Body]:
    """That the items of a plain list are as they were made."""
    types = dict(function.locals)
    for name in stored(loop):
        kind = types.get(name)
        whole = _made(function, loop, name)
        if whole is None or not isinstance(kind, ListType) or isinstance(kind.item, ListType):
            continue
        here = local(name, kind)
        place = fresh("k", whole, here)
        same = compare(at(here, bound(place)), "==", item_of(whole, bound(place)))
        yield Body(place, same, number(0), length(here))


def grids(function: Function, loop: While | For, said: Iterable[Expr]) -> Iterator[Expr]:
    """Claims about the rows of grids, and about the places of the present row, up to where the
    loops are; and that what is behind that is as it was made.
    """
    types = dict(function.locals)
    names = [name for name in stored(loop) if _is_grid(types.get(name))]
    if not names:
        return
    around = enclosing(function.body, loop.loop)
    counters = [
        local(one.target.name)
        for one in around
        if isinstance(one, For) and isinstance(one.target.type, IntType) and one.target.name
    ]
    # Where each loop is: the places before are done, and those from the second one on untouched.
    marks: list[tuple[Expr, Expr]] = []
    for one in (*around, loop):
        place = _place(one)
        if place is not None:
            marks.append((place, place if one is loop else plus(place, number(1))))
    for name in names:
        kind = types[name]
        whole = _made(function, loop, name)
        if whole is not None and isinstance(kind, ListType):
            yield from _as_made(local(name, kind), whole, counters, [high for _, high in marks])
    for claim in said:
        if variables(claim) & set(names):
            for body in _of_present(claim, counters):
                for place, _ in marks:
                    yield forall(body.name, numbers(body.low, place), body.claim)


def _is_grid(kind: Type | None) -> bool:
    return isinstance(kind, ListType) and isinstance(kind.item, ListType)


def _place(loop: While | For) -> Expr | None:
    """The place that a `for` over places is at."""
    if not isinstance(loop, For):
        return None
    counter = local(f"#i{loop.loop}")
    match without_spans(loop.iterable):
        case Call(function="range", args=(low, _)) if not variables(low) & assigned_names((loop,)):
            return plus(low, counter)
        case Call(function="range", args=(_, _, _)):
            return None
        case _:
            return counter


def _as_made(
    here: Variable, whole: Expr, counters: list[Variable], behind: list[Expr]
) -> Iterator[Expr]:
    place, column = fresh("k", whole, here), fresh("c", whole, here)

    def cell(row: Expr) -> Expr:
        made = item_of(item_of(whole, row), bound(column))
        return compare(at(at(here, row), bound(column)), "==", made)

    wide = _size(item_of(whole, bound(place)))
    row = forall(column, numbers(number(0), wide), cell(bound(place)))
    for low in behind:
        yield forall(place, numbers(low, length(here)), row)
        for counter in counters:
            yield forall(column, numbers(low, _size(item_of(whole, counter))), cell(counter))


def _of_present(claim: Expr, counters: list[Variable]) -> Iterator[Body]:
    """A claim about every row and column, of the present row or column alone; and turned round."""
    match claim:
        case Quantifier(
            kind="forall",
            target=Target(name=str(first)),
            domain=Call(function="range") as rows,
            body=Quantifier(
                kind="forall",
                target=Target(name=str(second)),
                domain=Call(function="range") as columns,
                body=body,
            ) as inner,
        ):
            pass
        case _:
            return
    yield Body(first, inner, *_ends(rows))
    for counter in counters:
        own = with_member(inner, first, counter)
        if isinstance(own, Quantifier) and isinstance(own.domain, Call):
            yield Body(second, own.body, *_ends(own.domain))
    if first in bound_anywhere(columns) or _speaks(columns, first):
        return
    for counter in counters:
        yield Body(first, with_member(body, second, counter), *_ends(rows))
    yield Body(second, msgspec.structs.replace(claim, body=body), *_ends(columns))


def _speaks(expr: Expr, name: str) -> bool:
    return with_member(expr, name, number(0)) != expr


def _ends(domain: Call) -> tuple[Expr, Expr]:
    return (number(0), domain.args[0]) if len(domain.args) == 1 else domain.args[:2]  # type: ignore[return-value]  # a range has at most three arguments


def partial_sums(function: Function, loop: While | For, said: Iterable[Expr]) -> Iterator[Expr]:
    """A claim about a place, of the present one, as far as an inner loop has come with its sum."""
    around = enclosing(function.body, loop.loop)
    if not isinstance(loop, For) or not around or not stored(loop):
        return
    counters = [
        local(one.target.name)
        for one in around
        if isinstance(one, For) and isinstance(one.target.type, IntType) and one.target.name
    ]
    counter = local(f"#i{loop.loop}")
    for claim in said:
        for own in _settled(claim, counters):
            yield _so_far(own, counter)


def _settled(claim: Expr, counters: list[Variable]) -> Iterator[Expr]:
    """The claim's innermost part at the present places, each counter for one of the places."""
    match claim:
        case Quantifier(kind="forall", target=Target(name=str(name)), body=body):
            for counter in counters:
                rest = [other for other in counters if other != counter]
                yield from _settled(with_member(body, name, counter), rest)
        case _:
            yield claim


def _so_far(claim: Expr, count: Expr) -> Expr:
    """What is gathered over a range, over as much of it as was gone through."""

    def change(part: Expr) -> Expr | None:
        match part:
            case Comprehension(generators=(Generator(iterable=iterable) as only,)):
                match iterable:
                    case Call(function="range", args=(_,)):
                        seen: Expr = numbers(number(0), count)
                    case _ if isinstance(iterable.type, ListType):
                        seen = prefix(iterable, count)
                    case _:
                        return None
                cut = Generator(only.target, seen, only.conditions)
                return Comprehension(
                    type=part.type,
                    kind=part.kind,
                    element=part.element,
                    value=part.value,
                    generators=(cut,),
                )
            case _:
                return None

    return replaced(claim, change)


def sums_so_far(function: Function, loop: While | For, said: Iterable[Expr]) -> Iterator[Expr]:
    """Claims about sums over what an outer loop goes through: with what it has gone through, and
    that and the present item.
    """
    types = dict(function.locals)
    if not any(not _is_grid(types.get(name)) for name in stored(loop)):
        return
    claims = list(said)
    for one in _around(function, loop):
        if isinstance(one, For):
            done = local(f"#i{one.loop}")
            for claim in claims:
                yield _so_far(claim, done)
                if one is not loop:
                    yield _so_far(claim, Binary(type=done.type, op="+", left=done, right=number(1)))
