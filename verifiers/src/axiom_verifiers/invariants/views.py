"""What a loop has seen: its progress as expressions over the loop's head."""

from __future__ import annotations

import msgspec

from axiom_verifiers.contracts.expressions import Binary, Call, Constant, Expr, Index, Variable
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.types import INT, ListType, StrType
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import assigned_names, expressions, statements
from axiom_verifiers.core.program import For, While
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

    `seen` is the collection, `item` the name and `target` the type that a member of it is
    bound to; `names` gives, over that member, what the loop's own names stood for in the
    iteration that took it. `whole` is the collection after the last iteration, if known.
    """

    seen: Expr
    item: str
    names: dict[str, Expr]
    progress: Expr
    whole: Expr | None = None


def views(loop: While | For, done: Effects, initial: dict[str, Expr]) -> list[View]:
    """The views of a loop, the most natural first."""
    changed = assigned_names((loop,))
    if isinstance(loop, For):
        return _of_for(loop, changed)
    return _of_while(loop, done, initial, changed)


def _stable(expr: Expr, changed: frozenset[str]) -> bool:
    return not variables(expr) & changed


def _of_for(loop: For, changed: frozenset[str]) -> list[View]:
    counter = local(f"#i{loop.loop}")
    iterable, target = loop.iterable, loop.target
    found: list[View] = []
    match iterable:
        case Call(function="range", args=args) if target.name is not None:
            low: Expr = number(0) if len(args) == 1 else args[0]
            step: Expr = args[2] if len(args) == 3 else number(1)
            if not all(_stable(arg, changed) for arg in args):
                return []
            if step == number(1):
                end = plus(low, counter)
                found.append(
                    View(
                        numbers(low, end),
                        target.name,
                        {},
                        counter,
                        numbers(low, args[-1 if len(args) == 1 else 1]),
                    )
                )
            else:
                value = plus(low, times(step, bound("step_number")))
                found.append(
                    View(numbers(number(0), counter), "step_number", {target.name: value}, counter)
                )
        case Call(function="enumerate", args=(inner, *rest)) if len(target.items) == 2:
            index, item = target.items
            first = rest[0] if rest else number(0)
            if index.name is None or item.name is None or not _stable(inner, changed):
                return []
            positions = "position"
            reads = {
                index.name: plus(bound(positions), first),
                item.name: at(inner, bound(positions)),
            }
            found.append(View(numbers(number(0), counter), positions, reads, counter))
            if isinstance(inner.type, ListType | StrType):
                found.append(View(prefix(inner, counter), item.name, {}, counter, inner))
        case Call(function="zip", args=args) if len(target.items) == len(args):
            if not all(_stable(arg, changed) for arg in args):
                return []
            reads = {
                part.name: at(arg, bound("position"))
                for part, arg in zip(target.items, args, strict=True)
                if part.name is not None
            }
            if len(reads) == len(args):
                found.append(View(numbers(number(0), counter), "position", reads, counter))
        case Call(function="reversed", args=(inner,)) if target.name is not None:
            if _stable(inner, changed) and isinstance(inner.type, ListType | StrType):
                start = minus(length(inner), counter)
                seen = msgspec.structs.replace(prefix(inner, number(0)), lower=start, upper=None)
                found.append(View(seen, target.name, {}, counter, inner))
        case _ if isinstance(iterable.type, ListType | StrType) and target.name is not None:
            if _stable(iterable, changed):
                found.append(View(prefix(iterable, counter), target.name, {}, counter, iterable))
        case _:
            pass
    return found


def _of_while(
    loop: While, done: Effects, initial: dict[str, Expr], changed: frozenset[str]
) -> list[View]:
    """A local that goes up, or down, by a constant is a counter."""
    found: list[View] = []
    for name, value in done.values.items():
        step = stride(name, value)
        start = initial.get(name)
        if step not in (1, -1) or start is None or not _stable(start, changed - {name}):
            continue
        here = local(name)
        if variables(start) & {name}:
            # The counter is a parameter that is counted itself: where it began is `old`.
            continue
        if step == 1:
            found.append(View(numbers(start, here), name, {}, here))
            for sequence in _indexed(loop, name, changed):
                low = None if start == number(0) else start
                found.append(View(prefix(sequence, here, low), "item", {}, here, sequence))
        else:
            found.append(
                View(numbers(plus(here, number(1)), plus(start, number(1))), name, {}, here)
            )
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
                        plain = msgspec.structs.replace(value)
                        if plain not in found:
                            found.append(plain)
                    case _:
                        pass
    return found
