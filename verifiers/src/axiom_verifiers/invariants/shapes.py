"""Prefix generalisations: what an accumulator is, after the items seen so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Comprehension,
    Conditional,
    Constant,
    Expr,
    Generator,
    Index,
    Logical,
    MakeList,
    MethodCall,
    Slice,
    Target,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.types import (
    BOOL,
    INT,
    BoolType,
    IntType,
    ListType,
    OptionalType,
    StrType,
    Type,
)
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import target_names
from axiom_verifiers.core.program import For, While
from axiom_verifiers.core.show import show_expression
from axiom_verifiers.invariants.additions import added, as_one_addition
from axiom_verifiers.invariants.building import (
    bound,
    compare,
    conjuncts,
    forall,
    fresh,
    length,
    local,
    negated,
    number,
    plus,
    replaced,
    substituted,
    times,
)
from axiom_verifiers.invariants.effects import Effects
from axiom_verifiers.invariants.views import View


def accumulated(
    loop: While | For,
    done: Effects,
    initial: dict[str, Expr],
    seen: list[View],
    changed: frozenset[str],
    types: Mapping[str, Type],
) -> Iterator[Expr]:
    """Claims about each local that an iteration changes, over each view of the loop."""
    for reading in readings(loop, seen, changed):
        view = reading.view
        for name, value in done.values.items():
            if name in reading.targets or name not in types:
                continue
            yield from sums(name, value, initial.get(name), reading)
            yield from _lists(name, value, initial.get(name), reading)
            yield from _turned(name, value, initial.get(name), reading)
            yield from _flags(name, value, reading)
            yield from _extremes(name, value, types[name], initial.get(name), reading)
        for condition in done.exits:
            for part in conjuncts(condition):
                body = reading.of(negated(part))
                if body is not None:
                    yield forall(view.item, view.seen, body)
            body = reading.of(negated(condition))
            if body is not None:
                yield forall(view.item, view.seen, body)


def readings(loop: While | For, seen: list[View], changed: frozenset[str]) -> Iterator[Reading]:
    """How the loop reads what it has seen, over each view of it."""
    targets = set(target_names(loop.target)) if isinstance(loop, For) else set[str]()
    for view in seen:
        yield Reading(view, changed - targets, targets)


class Reading(msgspec.Struct, frozen=True):
    """Rewrites what an iteration reads as what it read when the view's member was taken."""

    view: View
    changed: frozenset[str]
    targets: set[str]

    def of(self, expr: Expr) -> Expr | None:
        """The expression over the view's member; None when it reads what changes besides."""
        names: dict[str, Expr] = dict(self.view.names)
        if self.view.item not in names:
            names[self.view.item] = bound(self.view.item, self.member_type())
        changed = expr
        if isinstance(self.view.progress, Variable) and not self.view.names:
            changed = self._indexed(expr)
        read = variables(changed)
        if (read & (self.changed | self.targets)) - set(names):
            return None
        return substituted(changed, names)

    def _indexed(self, expr: Expr) -> Expr:
        """`xs[i]` as the member itself, in a view of `xs[:i]`."""
        sequence = self.view.whole

        def change(part: Expr) -> Expr | None:
            match part:
                case Index(value=Variable() as value, index=Variable(name=name)) if (
                    sequence is not None
                    and isinstance(sequence, Variable)
                    and value.name == sequence.name
                    and isinstance(self.view.progress, Variable)
                    and name == self.view.progress.name
                ):
                    return bound(self.view.item, part.type)
                case _:
                    return None

        return replaced(expr, change)

    def member_type(self):
        kind = self.view.seen.type
        return kind.item if isinstance(kind, ListType) else kind

    def gathered(
        self, kind: Literal["list", "generator"], element: Expr, conditions: tuple[Expr, ...]
    ) -> Expr:
        """`element for member in seen if conditions`; the collection itself when that is it."""
        member = self.member_type()
        plain = isinstance(element, Variable) and element.name == self.view.item
        if plain and not conditions and isinstance(self.view.seen.type, ListType):
            return self.view.seen
        target = Target(self.view.item, member)
        return Comprehension(
            type=ListType(element.type),
            kind=kind,
            element=element,
            value=None,
            generators=(Generator(target, self.view.seen, conditions),),
        )


# ---------------------------------------------------------------- sums and counts


def sums(name: str, value: Expr, start: Expr | None, reading: Reading) -> Iterator[Expr]:
    """What an int is that each round adds to."""
    if not isinstance(value.type, IntType):
        return
    for gain in _gains(name, value, reading):
        begun = number(0) if start is None else start
        match gain:
            case Call(args=(Comprehension(element=Unary(op="-", operand=element)) as terms,)):
                # What is taken away adds up to what is missing.
                taken = msgspec.structs.replace(terms, element=element)
                yield compare(
                    plus(local(name), msgspec.structs.replace(gain, args=(_whole(taken),))),
                    "==",
                    begun,
                )
            case _:
                yield compare(local(name), "==", plus(begun, gain))


def _whole(terms: Comprehension) -> Expr:
    """The collection itself, where every member of it is taken as it is."""
    match terms:
        case Comprehension(
            element=Variable(name=name),
            generators=(Generator(target=Target(name=of), iterable=whole, conditions=()),),
        ) if name == of:
            return whole
        case _:
            return terms


def _gains(name: str, value: Expr, reading: Reading) -> Iterator[Expr]:
    """What the iterations seen so far have added to an int, in the ways to say it."""
    step = added(name, value)
    if step is None or step == number(0):
        return
    condition: Expr | None = None
    if isinstance(step, Conditional) and step.otherwise == number(0):
        condition, step = step.condition, step.then
    elif isinstance(step, Conditional) and step.then == number(0):
        condition, step = negated(step.condition), step.otherwise
    element = reading.of(step)
    test = None if condition is None else reading.of(condition)
    if element is None or (condition is not None and test is None):
        return
    conditions = () if test is None else (test,)
    if not conditions and not reads_bound(element, reading.view.item):
        yield times(element, reading.view.count)
        return
    terms = reading.gathered("generator", element, conditions)
    yield Call(type=INT, function="sum", args=(terms,))
    if isinstance(step, Constant) and step.value == 1 and conditions:
        member = bound(reading.view.item, reading.member_type())
        yield length(reading.gathered("list", member, conditions))


def gains(
    loop: While | For, done: Effects, view: View, changed: frozenset[str]
) -> Iterator[tuple[str, Expr]]:
    """What the loop has added so far to each int that it only adds to."""
    targets = set(target_names(loop.target)) if isinstance(loop, For) else set[str]()
    reading = Reading(view, changed - targets, targets)
    for name, value in done.values.items():
        if name not in targets and isinstance(value.type, IntType):
            for gain in _gains(name, value, reading):
                yield name, gain


# ---------------------------------------------------------------- lists


class _Taken(msgspec.Struct, frozen=True):
    """What the iterations seen so far have put behind a list, None where that cannot be said;
    `each` where each of them has put one item there or, `several`, some items.
    """

    items: Expr | None
    each: bool
    several: bool


def _taken(name: str, value: Expr, reading: Reading) -> _Taken | None:
    value = as_one_addition(name, value)
    condition: Expr | None = None
    if isinstance(value, Conditional):
        if isinstance(value.otherwise, Variable) and value.otherwise.name == name:
            condition, value = value.condition, value.then
        elif isinstance(value.then, Variable) and value.then.name == name:
            condition, value = negated(value.condition), value.otherwise
    match value:
        case Binary(op="+", left=Variable(name=left), right=part) if (
            left == name and isinstance(part.type, ListType) and value.type == part.type
        ):
            pass
        case _:
            return None
    several, always = not isinstance(part, MakeList), condition is None
    if isinstance(part, MakeList):
        if len(part.items) != 1:
            return None
        (part,) = part.items
    made = reading.of(part)
    test = None if condition is None else reading.of(condition)
    if made is None or always != (test is None):
        return _Taken(None, always, several)
    conditions = () if test is None else (test,)
    if several:
        return _Taken(_in_a_row(made, conditions, reading), always, several)
    return _Taken(reading.gathered("list", made, conditions), always, several)


def _in_a_row(made: Expr, conditions: tuple[Expr, ...], reading: Reading) -> Expr:
    """The lists `made` of the members seen, one behind the other."""
    outer = Generator(
        Target(reading.view.item, reading.member_type()), reading.view.seen, conditions
    )
    match made:
        case Comprehension(kind="list", element=element, generators=inner):
            pass
        case _:
            assert isinstance(made.type, ListType)
            item = fresh("x", made, reading.view.seen, *conditions)
            element = bound(item, made.type.item)
            inner = (Generator(Target(item, made.type.item), made, ()),)
    return Comprehension(
        type=ListType(element.type),
        kind="list",
        element=element,
        value=None,
        generators=(outer, *inner),
    )


def taken(
    loop: While | For, done: Effects, view: View, changed: frozenset[str]
) -> Iterator[tuple[str, Expr]]:
    """What the loop has put so far behind each list that it only adds to."""
    targets = set(target_names(loop.target)) if isinstance(loop, For) else set[str]()
    reading = Reading(view, changed - targets, targets)
    for name, value in done.values.items():
        if name not in targets and isinstance(value.type, ListType):
            found = _taken(name, value, reading)
            if found is not None and found.items is not None:
                yield name, found.items


def _lists(name: str, value: Expr, start: Expr | None, reading: Reading) -> Iterator[Expr]:
    found = _taken(name, value, reading)
    if found is None:
        return
    here = local(name, value.type)
    if found.items is not None:
        whole = found.items
        if start is not None and not (isinstance(start, MakeList) and not start.items):
            whole = Binary(type=value.type, op="+", left=start, right=whole)
        yield compare(here, "==", whole)
    if not found.several:
        first = number(0) if start is None else length(start)
        if isinstance(start, MakeList):
            first = number(len(start.items))
        op: Literal["==", "<="] = "==" if found.each else "<="
        yield compare(length(here), op, plus(first, reading.view.count))


# ---------------------------------------------------------------- strings and turned lists


def _turned(name: str, value: Expr, start: Expr | None, reading: Reading) -> Iterator[Expr]:
    """`out = out + c`, `out = c + out` over characters, `out = [x] + out` over items."""
    value = as_one_addition(name, value)
    condition: Expr | None = None
    if isinstance(value, Conditional):
        if isinstance(value.otherwise, Variable) and value.otherwise.name == name:
            condition, value = value.condition, value.then
        elif isinstance(value.then, Variable) and value.then.name == name:
            condition, value = negated(value.condition), value.otherwise
    empty = start is None or show_expression(start) in ("''", "[]")
    if not isinstance(value, Binary) or value.op != "+" or not empty:
        return
    left = isinstance(value.left, Variable) and value.left.name == name
    part = value.right if left else value.left
    other = value.left if left else value.right
    if not isinstance(other, Variable) or other.name != name:
        return
    if isinstance(part, MakeList) and len(part.items) == 1:
        part = part.items[0]
    elif isinstance(value.type, ListType):
        return
    element = reading.of(part)
    test = None if condition is None else reading.of(condition)
    if element is None or (condition is not None and test is None):
        return
    conditions = () if test is None else (test,)
    here = local(name, value.type)
    plain = isinstance(element, Variable) and element.name == reading.view.item
    if plain and not conditions and reading.view.seen.type == value.type:
        whole: Expr = reading.view.seen
    elif isinstance(value.type, StrType) and left:
        pieces = reading.gathered("generator", element, conditions)
        empty_text = Constant(type=value.type, value="")
        whole = MethodCall(type=value.type, value=empty_text, method="join", args=(pieces,))
    elif isinstance(value.type, ListType):
        whole = reading.gathered("list", element, conditions)
    else:
        return
    if not left:
        whole = Slice(type=value.type, value=whole, lower=None, upper=None, step=number(-1))
    yield compare(here, "==", whole)
    if not conditions and isinstance(part.type, StrType):
        yield compare(length(here), ">=", number(0))


# ---------------------------------------------------------------- flags


def _flags(name: str, value: Expr, reading: Reading) -> Iterator[Expr]:
    if not isinstance(value.type, BoolType):
        return
    becomes: tuple[Expr, bool] | None = None
    match value:
        case Conditional(then=Constant(value=bool(set_to)), otherwise=Variable(name=kept)) if (
            kept == name
        ):
            becomes = value.condition, set_to
        case Logical(op="or", left=Variable(name=kept), right=condition) if kept == name:
            becomes = condition, True
        case Logical(op="and", left=Variable(name=kept), right=condition) if kept == name:
            becomes = negated(condition), False
        case _:
            return
    condition = reading.of(becomes[0])
    if condition is None:
        return
    element = condition if becomes[1] else negated(condition)
    member = Target(reading.view.item, reading.member_type())
    values = Comprehension(
        type=ListType(BOOL),
        kind="generator",
        element=element,
        value=None,
        generators=(Generator(member, reading.view.seen, ()),),
    )
    folded = Call(type=BOOL, function="any" if becomes[1] else "all", args=(values,))
    yield compare(local(name, BOOL), "==", folded)


# ---------------------------------------------------------------- greatest and least


def _extremes(
    name: str, value: Expr, kind: Type, start: Expr | None, reading: Reading
) -> Iterator[Expr]:
    """`m = x if x > m else m`, `m = max(m, x)`: a bound that is reached."""
    candidate: Expr | None = None
    match value:
        case Conditional():
            tests, leaves = branches(value)
            taken = [leaf for leaf in leaves if not _is(leaf, name)]
            compared = any(name in variables(part) for test in tests for part in comparisons(test))
            if taken and len(taken) < len(leaves) and len(set(taken)) == 1 and compared:
                candidate = taken[0]
        case Call(function="max" | "min", args=(one, other)):
            candidate = other if isinstance(one, Variable) and one.name == name else one
        case _:
            return
    if candidate is None or name in variables(candidate):
        return
    member = reading.of(candidate)
    if member is None or not isinstance(member.type, IntType | StrType):
        return
    seen, item = reading.view.seen, reading.view.item
    values = reading.gathered("list", member, ())
    begun = compare(reading.view.count, ">", number(0))
    if isinstance(kind, OptionalType):
        nothing = Constant(type=kind, value=None)
        missing = Compare(type=BOOL, op="is", left=local(name, kind), right=nothing)
        yield Logical(type=BOOL, op="iff", left=missing, right=negated(begun))
        guard: Expr = missing
        here = local(name, kind.item)
    else:
        guard = negated(begun)
        here = local(name, kind)
    for op in ("<=", ">="):
        every = forall(item, seen, compare(member, op, here))
        if not isinstance(kind, OptionalType):
            yield every
        yield _or(guard, every)
        if start is not None and not isinstance(kind, OptionalType):
            yield compare(start, op, here)
    reached = Compare(type=BOOL, op="in", left=here, right=values)
    yield _or(guard, reached)
    if start is not None and not isinstance(kind, OptionalType):
        yield _or(compare(here, "==", start), reached)
    for function in ("max", "min"):
        best = Call(type=here.type, function=function, args=(values,))
        yield _or(guard, compare(here, "==", best))


def _is(expr: Expr, name: str) -> bool:
    return isinstance(expr, Variable) and expr.name == name


def branches(value: Expr) -> tuple[list[Expr], list[Expr]]:
    """The conditions of a conditional, however nested, and what it may come to."""
    if not isinstance(value, Conditional):
        return [], [value]
    tests, leaves = branches(value.then)
    more_tests, more_leaves = branches(value.otherwise)
    return [value.condition, *tests, *more_tests], [*leaves, *more_leaves]


def _or(left: Expr, right: Expr) -> Expr:
    return Logical(type=BOOL, op="or", left=left, right=right)


def reads_bound(expr: Expr, name: str) -> bool:
    """Whether the expression speaks of the view's member."""
    return any(isinstance(part, Variable) and part.name == name for part in walk(expr))


def comparisons(expr: Expr) -> list[Expr]:
    """Every comparison under `and` and `or`."""
    return [part for part in walk(expr) if isinstance(part, Compare)]
