"""What an iteration puts into a dict: at which key, where, and what."""

from __future__ import annotations

import msgspec

from axiom_verifiers.contracts.expressions import (
    Binary,
    Compare,
    Conditional,
    Constant,
    Expr,
    Index,
    MakeDict,
    MethodCall,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.traversal import rebuild, walk
from axiom_verifiers.contracts.types import BOOL
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.invariants.building import both, local, negated

# Stands for the value that a key has before the iteration.
OLD = "#old"


class Put(msgspec.Struct, frozen=True):
    """An iteration puts at `key`, where `condition` holds: `new` where there was no such key, else
    `changed`, which may read `OLD`; None for a value that is left as it is.
    """

    key: Expr
    condition: Expr | None
    new: Expr | None
    changed: Expr | None


def put_into(whole: Variable, value: Expr) -> Put | None:
    keys = list(
        dict.fromkeys(
            key
            for part in walk(value)
            if isinstance(part, Binary) and part.op == "|" and isinstance(part.right, MakeDict)
            for key, _ in part.right.items
        )
    )
    if len(keys) != 1 or whole.name in variables(keys[0]):
        return None
    (key,) = keys
    new = _Reader(whole, key, there=False).stored(value)
    old = _Reader(whole, key, there=True).stored(value)
    if new is None or old is None:
        return None
    (condition, first), (again, then) = new, old
    if first is None and then is None:
        return None
    if first is not None and then is not None and condition != again:
        return None
    for part in (condition if first is not None else again, first, then):
        if part is not None and whole.name in variables(part):
            return None
    return Put(key, condition if first is not None else again, first, then)


class _Reader:
    """Reads a dict after the iteration at one key, which it had before or not."""

    def __init__(self, whole: Variable, key: Expr, *, there: bool) -> None:
        self.whole, self.key, self.there = whole, key, there

    def stored(self, value: Expr) -> tuple[Expr | None, Expr | None] | None:
        """Under which condition something is put, and what; None where that cannot be said."""
        match value:
            case Variable() if value.name == self.whole.name:
                return None, None
            case Binary(op="|", right=MakeDict(items=((_, held),))):
                return None, self.plain(held)
            case Conditional():
                return self.split(value)
            case _:
                return None

    def split(self, value: Conditional) -> tuple[Expr | None, Expr | None] | None:
        condition = self.plain(value.condition)
        if isinstance(condition, Constant):
            return self.stored(value.then if condition.value else value.otherwise)
        one, other = self.stored(value.then), self.stored(value.otherwise)
        if one is None or other is None:
            return None
        match one, other:
            case (_, None), (_, None):
                return None, None
            case (inner, held), (_, None):
                return condition if inner is None else both(condition, inner), held
            case (_, None), (inner, held):
                no = negated(condition)
                return no if inner is None else both(no, inner), held
            case (None, first), (None, second) if first.type == second.type:
                either = Conditional(
                    type=first.type, condition=condition, then=first, otherwise=second
                )
                return None, either
            case _:
                return None

    def plain(self, expr: Expr) -> Expr:
        """The expression with what is known of the key put in."""
        expr = rebuild(expr, self.plain)
        match expr:
            case Compare(op="in" | "not in" as op, left=left, right=right) if left == self.key:
                inside = self.has(right)
                if inside is None:
                    return expr
                return Constant(type=BOOL, value=inside is (op == "in"))
            case Index(value=value, index=index) if index == self.key:
                return self.at(value, expr) or expr
            case MethodCall(method="get", value=value, args=(index, default)) if index == self.key:
                inside = self.has(value)
                if inside is None:
                    return expr
                return (self.at(value, expr) or expr) if inside else default
            case Conditional(condition=Constant(value=bool(holds))):
                return expr.then if holds else expr.otherwise
            case Unary(op="not", operand=Constant(value=bool(holds))):
                return Constant(type=BOOL, value=not holds)
            case _:
                return expr

    def has(self, value: Expr) -> bool | None:
        match value:
            case Variable() if value.name == self.whole.name:
                return self.there
            case Binary(op="|", right=MakeDict(items=((key, _),))) if key == self.key:
                return True
            case _:
                return None

    def at(self, value: Expr, read: Expr) -> Expr | None:
        match value:
            case Variable() if value.name == self.whole.name and self.there:
                return local(OLD, read.type)
            case Binary(op="|", right=MakeDict(items=((key, held),))) if key == self.key:
                return held
            case Conditional():
                condition = self.plain(value.condition)
                if isinstance(condition, Constant):
                    return self.at(value.then if condition.value else value.otherwise, read)
                return None
            case _:
                return None
