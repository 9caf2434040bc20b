"""What a dict that a loop fills holds of what the loop has seen.

An iteration puts one value at one key. What the value is when the key is new, and what it is made
of when it is not, tells what a key's value is in the end: a count or a sum, a list of what came
with that key, the first or the last of it, the greatest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

import msgspec

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Conditional,
    Constant,
    Expr,
    Index,
    Logical,
    MakeDict,
    MakeList,
    MethodCall,
    Quantifier,
    Target,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.traversal import rebuild, walk, without_spans
from axiom_verifiers.contracts.types import BOOL, INT, DictType, IntType, ListType, SetType, Type
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import target_names
from axiom_verifiers.core.program import For, While
from axiom_verifiers.invariants.additions import added
from axiom_verifiers.invariants.building import (
    both,
    bound,
    compare,
    forall,
    fresh,
    implies,
    local,
    negated,
    number,
    plus,
    substituted,
)
from axiom_verifiers.invariants.effects import Effects
from axiom_verifiers.invariants.shapes import Reading
from axiom_verifiers.invariants.views import View

# Stands for the value that a key has before the iteration.
_OLD = "#old"


class _Put(msgspec.Struct, frozen=True):
    """An iteration puts at `key`, where `condition` holds: `new` where there was no such key, else
    `changed`, which may read `_OLD`; None for a value that is left as it is.
    """

    key: Expr
    condition: Expr | None
    new: Expr | None
    changed: Expr | None


def entries(
    loop: While | For,
    done: Effects,
    initial: Mapping[str, Expr],
    seen: list[View],
    changed: frozenset[str],
    types: Mapping[str, Type],
) -> Iterator[Expr]:
    """Claims about each dict that an iteration puts something into, over each view."""
    targets = set(target_names(loop.target)) if isinstance(loop, For) else set[str]()
    for name, value in done.values.items():
        kind = types.get(name)
        if not isinstance(kind, DictType):
            continue
        put = _put(local(name, kind), without_spans(value))
        if put is None:
            continue
        start = _start(initial.get(name), changed)
        for view in seen:
            reading = Reading(view, changed - targets, targets)
            yield from _of_view(local(name, kind), kind, put, start, reading)


def _start(value: Expr | None, changed: frozenset[str]) -> Expr | None:
    """The dict that the loop begins with; None for an empty one, or one that is not known."""
    match value:
        case Call(function="dict", args=(inner,)) if isinstance(inner.type, DictType):
            return _start(inner, changed)
        case Variable() if not variables(value) & changed:
            return value
        case _:
            return None


# ---------------------------------------------------------------- what an iteration puts


def _put(whole: Variable, value: Expr) -> _Put | None:
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
    return _Put(key, condition if first is not None else again, first, then)


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
                return local(_OLD, read.type)
            case Binary(op="|", right=MakeDict(items=((key, held),))) if key == self.key:
                return held
            case Conditional():
                condition = self.plain(value.condition)
                if isinstance(condition, Constant):
                    return self.at(value.then if condition.value else value.otherwise, read)
                return None
            case _:
                return None


# ---------------------------------------------------------------- what is there then


class _Seen(msgspec.Struct, frozen=True):
    """What an iteration puts, over the view's member, with the dict and what it was at first."""

    whole: Variable
    kind: DictType
    start: Expr | None
    reading: Reading
    key: Expr
    condition: Expr | None

    @property
    def item(self) -> str:
        return self.reading.view.item

    @property
    def distinct(self) -> bool:
        """Whether each member is a key of its own: those of a set, or of another dict."""
        whole = self.reading.view.whole
        return (
            whole is not None
            and isinstance(whole.type, DictType | SetType)
            and isinstance(self.key, Variable)
            and self.key.name == self.item
        )

    def each(self, domain: Expr, body: Expr) -> Expr:
        """For each member of the view, or of all that is gone through."""
        return forall(self.item, domain, body)

    def each_seen(self, body: Expr) -> Expr:
        if self.condition is not None:
            body = implies(self.condition, body)
        return self.each(self.reading.view.seen, body)

    def every_key(self, held: str, body: Expr) -> Expr:
        return _each(held, self.kind.key, self.whole, body)

    def taken(self, key: Expr, element: Expr, kind: Literal["list", "generator"]) -> Expr:
        """`element` of the members seen that have this key."""
        same = compare(self.key, "==", key)
        conditions = (same,) if self.condition is None else (same, self.condition)
        return self.reading.gathered(kind, element, conditions)

    def of_start(self, key: Expr, nothing: Expr) -> Expr:
        if self.start is None:
            return nothing
        return MethodCall(type=self.kind.value, value=self.start, method="get", args=(key, nothing))

    def now(self, key: Expr, nothing: Expr | None = None) -> Expr:
        """The value at a key; where it may be missing, with what is meant then."""
        if nothing is None:
            return Index(type=self.kind.value, value=self.whole, index=key)
        return MethodCall(type=self.kind.value, value=self.whole, method="get", args=(key, nothing))


def _each(name: str, kind: Type, domain: Expr, body: Expr) -> Expr:
    return Quantifier(
        type=BOOL, kind="forall", target=Target(name, kind), domain=domain, over=None, body=body
    )


def _inside(member: Expr, whole: Expr) -> Expr:
    return Compare(type=BOOL, op="in", left=member, right=whole)


def _of_view(
    whole: Variable, kind: DictType, put: _Put, start: Expr | None, reading: Reading
) -> Iterator[Expr]:
    key = reading.of(put.key)
    condition = None if put.condition is None else reading.of(put.condition)
    if key is None or (condition is None) != (put.condition is None):
        return
    seen = _Seen(whole, kind, start, reading, key, condition)
    yield from _keys(seen)
    one = put.changed if put.changed is not None else put.new
    assert one is not None
    element = _element(put, reading)
    match element:
        case ("sum", step):
            yield from _sums(seen, step)
        case ("list", step):
            yield from _lists(seen, step)
        case ("value", step):
            yield from _values(seen, step)
        case _:
            pass


def _element(put: _Put, reading: Reading) -> tuple[str, Expr] | None:
    """How a key's value comes about: as a sum, a list, or one of the values that came; and what
    each member gives to it.
    """
    new, changed = put.new, put.changed
    if new is None or changed is None:
        one = new if changed is None else changed
        assert one is not None
        if _OLD in variables(one):
            return None
        made = reading.of(one)
        return None if made is None else ("value", made)
    if _OLD not in variables(changed):
        made = reading.of(changed)
        return ("value", made) if made is not None and new == changed else None
    if isinstance(changed.type, IntType):
        step = added(_OLD, changed)
        made = None if step is None else reading.of(step)
        if step is None or made is None:
            return None
        if new not in (step, substituted(changed, {_OLD: number(0)})):
            return None
        return "sum", made
    match changed, new:
        case (
            Binary(op="+", left=Variable(name=left), right=MakeList(items=(item,))),
            MakeList(items=(first,))
            | Binary(op="+", left=MakeList(items=()), right=MakeList(items=(first,))),
        ) if left == _OLD and item == first:
            made = reading.of(item)
            return None if made is None else ("list", made)
        case _:
            return None


def _keys(seen: _Seen) -> Iterator[Expr]:
    """What was seen is there, and nothing else."""
    yield seen.each_seen(_inside(seen.key, seen.whole))
    conditions = () if seen.condition is None else (seen.condition,)
    keys = seen.reading.gathered("list", seen.key, conditions)
    held = fresh("v", keys, seen.whole)
    member = bound(held, seen.kind.key)
    came = _inside(member, keys)
    if seen.start is not None:
        yield _each(held, seen.kind.key, seen.start, _inside(member, seen.whole))
        came = Logical(type=BOOL, op="or", left=_inside(member, seen.start), right=came)
    yield seen.every_key(held, came)


def _sums(seen: _Seen, step: Expr) -> Iterator[Expr]:
    zero = number(0)

    def total(key: Expr) -> Expr:
        if seen.distinct:
            own = substituted_bound(step, seen.item, key)
            inside = _inside(key, seen.reading.view.seen)
            if seen.condition is not None:
                inside = both(inside, substituted_bound(seen.condition, seen.item, key))
            gained: Expr = Conditional(type=INT, condition=inside, then=own, otherwise=zero)
        elif step == number(1) and _is_counted(seen):
            gained = MethodCall(type=INT, value=seen.reading.view.seen, method="count", args=(key,))
        else:
            terms = seen.taken(key, step, "generator")
            gained = Call(type=INT, function="sum", args=(terms,))
        return gained if seen.start is None else plus(seen.of_start(key, zero), gained)

    yield from _everywhere(seen, total, zero)


def _is_counted(seen: _Seen) -> bool:
    plain = isinstance(seen.key, Variable) and seen.key.name == seen.item
    return plain and seen.condition is None and isinstance(seen.reading.view.seen.type, ListType)


def _lists(seen: _Seen, step: Expr) -> Iterator[Expr]:
    nothing = MakeList(type=seen.kind.value, items=())

    def gathered(key: Expr) -> Expr:
        taken = seen.taken(key, step, "list")
        if seen.start is None:
            return taken
        return Binary(type=seen.kind.value, op="+", left=seen.of_start(key, nothing), right=taken)

    yield from _everywhere(seen, gathered, nothing)


def _everywhere(seen: _Seen, value: Callable[[Expr], Expr], nothing: Expr) -> Iterator[Expr]:
    """That each key has this value, said of the keys there are and of those to come."""
    view = seen.reading.view
    held, own = (fresh(stem, seen.key, seen.whole, view.seen) for stem in ("v", "one"))
    member = bound(held, seen.kind.key)
    kind = seen.reading.member_type()
    if view.whole is not None and not variables(view.whole) & seen.reading.changed:
        key = substituted_bound(seen.key, seen.item, bound(own, kind))
        body = Compare(type=BOOL, op="==", left=seen.now(key, nothing), right=value(key))
        yield _each(own, kind, view.whole, body)
    body = Compare(type=BOOL, op="==", left=seen.now(member), right=value(member))
    yield seen.every_key(held, body)


def _values(seen: _Seen, step: Expr) -> Iterator[Expr]:
    """One of the values that came with the key."""
    key = seen.key
    yield seen.each_seen(Compare(type=BOOL, op="==", left=seen.now(key), right=step))
    held = fresh("v", key, step, seen.whole, seen.reading.view.seen)
    member = bound(held, seen.kind.key)
    if isinstance(step, Variable) and step.name == seen.item and seen.start is None:
        # A position: the value itself says where the key came from.
        here = seen.now(member)
        parts = [_within(here, seen.reading.view.seen)]
        if parts[0] is None:
            return
        own = compare(substituted_bound(key, seen.item, here), "==", member)
        body = both(parts[0], own)
        if seen.condition is not None:
            body = both(body, substituted_bound(seen.condition, seen.item, here))
        yield seen.every_key(held, body)
        for op in ("<=", ">="):
            yield seen.each_seen(compare(seen.now(key), op, step))
        return
    same = both(
        compare(key, "==", member),
        Compare(type=BOOL, op="==", left=seen.now(member), right=step),
    )
    if seen.condition is not None:
        same = both(seen.condition, same)
    view = seen.reading.view
    came: Expr = Quantifier(
        type=BOOL,
        kind="exists",
        target=Target(view.item, seen.reading.member_type()),
        domain=view.seen,
        over=None,
        body=same,
    )
    if seen.start is not None:
        kept = both(
            _inside(member, seen.start),
            Compare(
                type=BOOL,
                op="==",
                left=seen.now(member),
                right=Index(type=seen.kind.value, value=seen.start, index=member),
            ),
        )
        came = Logical(type=BOOL, op="or", left=kept, right=came)
    yield seen.every_key(held, came)


def _within(value: Expr, domain: Expr) -> Expr | None:
    """That a number is one of a range."""
    match domain:
        case Call(function="range", args=args):
            low = number(0) if len(args) == 1 else args[0]
            return both(compare(low, "<=", value), compare(value, "<", args[-1]))
        case _:
            return None


def substituted_bound(expr: Expr, name: str, value: Expr) -> Expr:
    """The expression with the view's member replaced."""
    if isinstance(expr, Variable):
        return value if expr.role == "bound" and expr.name == name else expr
    return rebuild(expr, lambda part: substituted_bound(part, name, value))
