"""What a loop has seen: its progress as expressions over the loop's head."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Constant,
    Expr,
    Index,
    MethodCall,
    Old,
    Slice,
    Target,
    Variable,
)
from axiom_verifiers.contracts.traversal import walk, without_spans
from axiom_verifiers.contracts.types import INT, DictType, IntType, ListType, SetType, StrType
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import assigned_names, expressions, statements
from axiom_verifiers.core.program import For, Function, While
from axiom_verifiers.invariants.building import (
    at,
    bound,
    length,
    local,
    minus,
    number,
    numbers,
    plus,
    prefix,
    times,
)
from axiom_verifiers.invariants.effects import Effects


class View(msgspec.Struct, frozen=True):
    """One way to write the iterations done so far as a collection.

    `seen` is the collection, whose members are bound to the name `item`; `names` gives, over
    such a member, what the loop's own names stood for in the iteration that took it.
    `progress` is where the next member would be, `count` how many were taken, `whole` the
    collection after the last iteration, if known.
    """

    seen: Expr
    item: str
    names: dict[str, Expr]
    progress: Expr
    count: Expr
    whole: Expr | None = None


def views(
    function: Function, loop: While | For, done: Effects, initial: dict[str, Expr]
) -> list[View]:
    """The views of a loop, the most natural first."""
    changed = assigned_names((loop,))
    taken = {p.name for p in function.parameters} | {name for name, _ in function.locals}
    if isinstance(loop, For):
        return _of_for(loop, changed, _free("k", taken))
    entry = {
        parameter.name: Old(
            type=INT, value=Variable(type=INT, name=parameter.name, role="parameter")
        )
        for parameter in function.parameters
        if parameter.name in changed and isinstance(parameter.type, IntType)
    }
    return _of_while(loop, done, {**entry, **initial}, changed, taken)


def _free(stem: str, taken: set[str]) -> str:
    """A name like `stem` that the function does not use."""
    letters = (stem, "k", "m", "p", "t")
    numbered = (f"{stem}{number_}" for number_ in range(1, len(taken) + 2))
    return next(name for name in (*letters, *numbered) if name not in taken)


def _stable(expr: Expr, changed: frozenset[str]) -> bool:
    return isinstance(expr, Old) or not variables(expr) & changed


def _of_for(loop: For, changed: frozenset[str], member: str) -> list[View]:
    counter = local(f"#i{loop.loop}")
    positions = numbers(number(0), counter)
    iterable, target = without_spans(loop.iterable), loop.target
    found: list[View] = []
    match iterable:
        case Call(function="range", args=args) if target.name is not None:
            low: Expr = number(0) if len(args) == 1 else args[0]
            step: Expr = args[2] if len(args) == 3 else number(1)
            if not _stable(low, changed) or not _stable(step, changed):
                return []
            if step == number(1):
                end = plus(low, counter)
                high = args[min(1, len(args) - 1)]
                whole = numbers(low, high) if _stable(high, changed) else None
                found.append(View(numbers(low, end), target.name, {}, end, counter, whole))
            else:
                value = plus(low, times(step, bound(member)))
                following = plus(low, times(step, counter))
                reads = {target.name: value}
                found.append(View(positions, member, reads, following, counter))
        case Call(function="enumerate", args=(inner, *rest)) if len(target.items) == 2:
            index, item = target.items
            first = rest[0] if rest else number(0)
            if index.name is None or item.name is None or not _stable(inner, changed):
                return []
            if isinstance(inner.type, ListType | StrType):
                reads = {
                    index.name: plus(bound(member), first),
                    item.name: at(inner, bound(member)),
                }
                found.append(View(positions, member, reads, counter, counter))
                seen = prefix(inner, counter)
                found.append(View(seen, item.name, {}, counter, counter, inner))
        case Call(function="zip", args=args) if len(target.items) == len(args):
            plain = all(isinstance(arg.type, ListType | StrType) for arg in args)
            if not plain or not all(_stable(arg, changed) for arg in args):
                return []
            reads = {
                part.name: at(arg, bound(member))
                for part, arg in zip(target.items, args, strict=True)
                if part.name is not None
            }
            if len(reads) == len(args):
                found.append(View(positions, member, reads, counter, counter))
        case Call(function="reversed", args=(inner,)) if target.name is not None:
            if _stable(inner, changed) and isinstance(inner.type, ListType | StrType):
                start = minus(length(inner), counter)
                seen = msgspec.structs.replace(prefix(inner, number(0)), lower=start, upper=None)
                found.append(View(seen, target.name, {}, counter, counter, inner))
        case Slice(value=inner, lower=Constant(value=int(start)), upper=None, step=None) if (
            target.name is not None and start >= 0
        ):
            if _stable(inner, changed):
                end = plus(number(start), counter)
                seen = prefix(inner, end, number(start))
                found.append(View(seen, target.name, {}, end, counter, iterable))
        case MethodCall(value=keyed) if isinstance(keyed.type, DictType):
            found += _of_keyed(iterable, target, counter, changed, member, loop.loop)
        case _ if isinstance(iterable.type, DictType | SetType):
            found += _of_keyed(iterable, target, counter, changed, member, loop.loop)
        case _ if isinstance(iterable.type, ListType | StrType) and target.items:
            reads = _taken_apart(target, bound(member, target.type))
            if _stable(iterable, changed) and reads is not None:
                seen = prefix(iterable, counter)
                found.append(View(seen, member, reads, counter, counter, iterable))
        case _ if isinstance(iterable.type, ListType | StrType) and target.name is not None:
            if _stable(iterable, changed):
                seen = prefix(iterable, counter)
                found.append(View(seen, target.name, {}, counter, counter, iterable))
        case _:
            pass
    return found


def _of_keyed(
    iterable: Expr,
    target: Target,
    counter: Expr,
    changed: frozenset[str],
    member: str,
    loop: int,
) -> Iterator[View]:
    """The keys of a dict, or the members of a set, that were gone through."""
    match iterable:
        case MethodCall(value=whole, method="keys" | "values" | "items" as what, args=()):
            pass
        case _:
            whole, what = iterable, "keys"
    kind = whole.type
    if not isinstance(whole, Variable) or not _stable(whole, changed):
        return
    if isinstance(kind, SetType):
        if target.name is not None:
            through = local(f"#s{loop}", ListType(kind.item))
            seen = prefix(through, counter)
            yield View(seen, target.name, {}, counter, counter, whole)
        return
    if not isinstance(kind, DictType):
        return
    keys = Call(type=ListType(kind.key), function="list", args=(whole,))
    seen = prefix(keys, counter)
    key = bound(member, kind.key)
    held = Index(type=kind.value, value=whole, index=key)
    reads: dict[str, Expr] = {}
    match what, target:
        case "keys", Target(name=str(name)):
            yield View(seen, name, {}, counter, counter, whole)
            return
        case "values", Target(name=str(name)):
            reads[name] = held
        case "items", Target(items=(Target() as first, Target() as second)):
            if first.name is not None:
                reads[first.name] = key
            reads |= _taken_apart(second, held) or {}
            if second.name is not None:
                reads[second.name] = held
        case _:
            return
    yield View(seen, member, reads, counter, counter, whole)


def _taken_apart(target: Target, value: Expr) -> dict[str, Expr] | None:
    """What the names of a target stand for in one member; None when one stands for nothing."""
    found: dict[str, Expr] = {}
    for position, part in enumerate(target.items):
        item = Index(type=part.type, value=value, index=number(position))
        if part.items:
            inner = _taken_apart(part, item)
            if inner is None:
                return None
            found |= inner
        elif part.name is not None:
            found[part.name] = item
    return found


def _of_while(
    loop: While,
    done: Effects,
    initial: dict[str, Expr],
    changed: frozenset[str],
    taken: set[str],
) -> list[View]:
    """A local that goes up, or down, by one is a counter.

    A parameter that is counted itself began at its old value.
    """
    found: list[View] = []
    member = _free("k", taken)
    for name, value in done.values.items():
        step = stride(name, value)
        start = initial.get(name)
        if step not in (1, -1) or start is None or not _stable(start, changed):
            continue
        here = local(name)
        reads: dict[str, Expr] = {name: bound(member)}
        if step == 1:
            count = minus(here, start)
            found.append(View(numbers(start, here), member, reads, here, count))
            for sequence in _indexed(loop, name, changed):
                low = None if start == number(0) else start
                seen = prefix(sequence, here, low)
                found.append(View(seen, _free("item", taken), {}, here, count, sequence))
        else:
            one = number(1)
            seen = numbers(plus(here, one), plus(start, one))
            found.append(View(seen, member, reads, here, minus(start, here)))
            for sequence in _indexed(loop, name, changed):
                if start == minus(length(sequence), one):
                    rest = msgspec.structs.replace(
                        prefix(sequence, here), lower=plus(here, one), upper=None
                    )
                    item = _free("item", taken)
                    found.append(View(rest, item, {}, here, minus(start, here), sequence))
    return found


def stride(name: str, value: Expr) -> int | None:
    """By how much `value` exceeds the variable `name`, when that is a constant."""
    match value:
        case Binary(op="+" | "-", left=Variable(name=left), right=Constant(value=int(by))) if (
            left == name and value.type == INT
        ):
            return by if value.op == "+" else -by
        case Binary(op="+", left=Constant(value=int(by)), right=Variable(name=right)) if (
            right == name and value.type == INT
        ):
            return by
        case _:
            return None


def _indexed(loop: While, counter: str, changed: frozenset[str]) -> list[Expr]:
    """Sequences that the body reads at the counter and does not change."""
    found: list[Expr] = []
    for statement in statements((loop,)):
        for expr in expressions(statement):
            for part in walk(expr):
                match part:
                    case Index(value=Variable() as value, index=Variable(name=name)) if (
                        name == counter and value.name not in changed
                    ):
                        plain = without_spans(value)
                        if plain not in found:
                            found.append(plain)
                    case _:
                        pass
    return found
