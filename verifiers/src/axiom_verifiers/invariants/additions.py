"""What an iteration adds to a text, a list or a number, where it adds something else in different
cases; and what all iterations of an inner loop add.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Comprehension,
    Conditional,
    Constant,
    Expr,
    Generator,
    MakeList,
    Target,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.traversal import bound_anywhere, without_spans
from axiom_verifiers.contracts.types import BOOL, INT, IntType, ListType
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import assigned_names
from axiom_verifiers.core.program import For
from axiom_verifiers.invariants.building import bound, negated, number, plus, substituted


def as_one_addition(name: str, value: Expr) -> Expr:
    """`out + a if c else out + b` as `out + (a if c else b)`; other values as they are."""
    if not isinstance(value, Conditional):
        return value
    then = as_one_addition(name, value.then)
    otherwise = as_one_addition(name, value.otherwise)
    match then, otherwise:
        case (
            Binary(op="+", left=Variable(name=first), right=one),
            Binary(op="+", left=Variable(name=second), right=other),
        ) if first == second == name and one.type == other.type:
            either = _either(value.condition, one, other)
            if either is not None:
                return Binary(type=value.type, op="+", left=then.left, right=either)
        case _:
            pass
    return value


def _either(condition: Expr, one: Expr, other: Expr) -> Expr | None:
    """`one if condition else other`, within a list of one item."""
    if not isinstance(one.type, ListType):
        return Conditional(type=one.type, condition=condition, then=one, otherwise=other)
    match one, other:
        case MakeList(items=(left,)), MakeList(items=(right,)) if left.type == right.type:
            item = Conditional(type=left.type, condition=condition, then=left, otherwise=right)
            return MakeList(type=one.type, items=(item,))
        case _:
            return None


def added(name: str, value: Expr) -> Expr | None:
    """What `value` adds to the int `name`."""
    match value:
        case Variable() if value.name == name:
            return number(0)
        case Binary(op="+", left=left, right=right) if value.type == INT:
            if name not in variables(right):
                part = added(name, left)
                return None if part is None else plus(part, right)
            if name not in variables(left):
                part = added(name, right)
                return None if part is None else plus(left, part)
            return None
        case Binary(op="-", left=left, right=right) if value.type == INT:
            if name in variables(right):
                return None
            part = added(name, left)
            if part is None:
                return None
            if part == number(0) and isinstance(right, Constant):
                return number(-int(right.value or 0))
            if part == number(0):
                return Unary(type=INT, op="-", operand=right)
            return Binary(type=INT, op="-", left=part, right=right)
        case Conditional() if name not in variables(value.condition):
            then, otherwise = added(name, value.then), added(name, value.otherwise)
            if then is None or otherwise is None:
                return None
            return Conditional(type=INT, condition=value.condition, then=then, otherwise=otherwise)
        case _:
            return None


def in_all_rounds(loop: For, values: Mapping[str, Expr]) -> Iterator[tuple[str, Expr]]:
    """What a loop that runs to its end makes of each local to which its rounds only add, or which
    they only set to one truth value, over what there was before it. `values` are those after one
    round.
    """
    changed = assigned_names((loop,))
    iterable = without_spans(loop.iterable)
    if variables(iterable) & changed:
        return
    names = _members(loop.target)
    for name, value in values.items():
        value = as_one_addition(name, without_spans(value))
        condition, value = _where(name, value)
        flag = isinstance(value, Constant) and isinstance(value.value, bool)
        match value:
            case Constant() if flag and condition is not None:
                element, condition = condition, None
            case Binary(op="+", left=Variable(name=left), right=MakeList(items=(item,))) if (
                left == name
            ):
                element = item
            case _ if isinstance(value.type, IntType) and name not in names:
                step = added(name, value)
                if step is None or step == number(0):
                    continue
                element = step
            case _:
                continue
        parts = [element] if condition is None else [element, condition]
        read = frozenset[str]().union(*map(variables, parts))
        taken = frozenset[str]().union(*map(bound_anywhere, parts))
        if read & (changed - set(names)) or taken & set(names):
            continue
        made = substituted(element, names)
        conditions = () if condition is None else (substituted(condition, names),)
        is_list = isinstance(value.type, ListType)
        terms = Comprehension(
            type=ListType(made.type),
            kind="list" if is_list else "generator",
            element=made,
            value=None,
            generators=(Generator(loop.target, iterable, conditions),),
        )
        before = Variable(type=value.type, name=name, role="local")
        if flag:
            some = Call(type=BOOL, function="any", args=(terms,))
            yield name, Conditional(type=BOOL, condition=some, then=value, otherwise=before)
            continue
        gathered = terms if is_list else Call(type=INT, function="sum", args=(terms,))
        yield name, Binary(type=value.type, op="+", left=before, right=gathered)


def _members(target: Target) -> dict[str, Expr]:
    """The target's names as what a comprehension binds."""
    if target.name is not None:
        return {target.name: bound(target.name, target.type)}
    return {name: value for part in target.items for name, value in _members(part).items()}


def _where(name: str, value: Expr) -> tuple[Expr | None, Expr]:
    """Under which condition something is added, and what."""
    match value:
        case Conditional(otherwise=Variable(name=kept)) if kept == name:
            return value.condition, value.then
        case Conditional(then=Variable(name=kept)) if kept == name:
            return negated(value.condition), value.otherwise
        case _:
            return None, value
