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
    Comprehension,
    Conditional,
    Expr,
    Generator,
    Index,
    Logical,
    MakeList,
    MethodCall,
    Quantifier,
    Target,
    Variable,
)
from axiom_verifiers.contracts.traversal import rebuild, without_spans
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
    number,
    plus,
    substituted,
    times,
)
from axiom_verifiers.invariants.effects import Effects
from axiom_verifiers.invariants.puts import OLD, Put, put_into
from axiom_verifiers.invariants.shapes import Reading, reads_bound
from axiom_verifiers.invariants.views import View


def entries(
    loop: While | For,
    done: Effects,
    initial: Mapping[str, Expr],
    seen: list[View],
    changed: frozenset[str],
    types: Mapping[str, Type],
) -> Iterator[Expr]:
    """Claims about each dict that an iteration puts something into, over each view."""
    for one, put in _every(loop, done, initial, seen, changed, types):
        yield from _keys(one)
        match _element(put, one.reading):
            case ("sum", step):
                yield from _sums(one, step)
            case ("list", step):
                yield from _lists(one, step)
            case ("value", step):
                yield from _values(one, step)
            case _:
                pass


def comprehensions(
    loop: While | For,
    done: Effects,
    initial: Mapping[str, Expr],
    seen: list[View],
    changed: frozenset[str],
    types: Mapping[str, Type],
) -> Iterator[Expr]:
    """Of dicts that begin empty: that each is what a comprehension makes of what was seen."""
    for one, put in _every(loop, done, initial, seen, changed, types):
        element = _element(put, one.reading)
        if element is None or element[0] != "value" or one.start is not None:
            continue
        # Of a key that comes twice the last value counts.
        if put.new == put.changed or one.distinct:
            yield _so_far(one, element[1])


def _every(
    loop: While | For,
    done: Effects,
    initial: Mapping[str, Expr],
    seen: list[View],
    changed: frozenset[str],
    types: Mapping[str, Type],
) -> Iterator[tuple[_Seen, Put]]:
    """Each dict that an iteration puts something into, over each view."""
    targets = set(target_names(loop.target)) if isinstance(loop, For) else set[str]()
    for name, value in done.values.items():
        kind = types.get(name)
        if not isinstance(kind, DictType):
            continue
        whole = local(name, kind)
        put = put_into(whole, without_spans(value))
        if put is None:
            continue
        start = _start(initial.get(name), changed)
        for view in seen:
            reading = Reading(view, changed - targets, targets)
            key = reading.of(put.key)
            condition = None if put.condition is None else reading.of(put.condition)
            if key is not None and (condition is None) == (put.condition is None):
                yield _Seen(whole, kind, start, reading, key, condition), put


def _start(value: Expr | None, changed: frozenset[str]) -> Expr | None:
    """The dict that the loop begins with; None for an empty one, or one that is not known."""
    match value:
        case Call(function="dict", args=(inner,)) if isinstance(inner.type, DictType):
            return _start(inner, changed)
        case Variable() if not variables(value) & changed:
            return value
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


def _element(put: Put, reading: Reading) -> tuple[str, Expr] | None:
    """How a key's value comes about: as a sum, a list, or one of the values that came; and what
    each member gives to it.
    """
    new, changed = put.new, put.changed
    if new is None or changed is None:
        one = new if changed is None else changed
        assert one is not None
        if OLD in variables(one):
            return None
        made = reading.of(one)
        return None if made is None else ("value", made)
    if OLD not in variables(changed):
        made = reading.of(changed)
        return ("value", made) if made is not None and new == changed else None
    if isinstance(changed.type, IntType):
        step = added(OLD, changed)
        made = None if step is None else reading.of(step)
        if step is None or made is None:
            return None
        if new not in (step, substituted(changed, {OLD: number(0)})):
            return None
        return "sum", made
    match changed, new:
        case (
            Binary(op="+", left=Variable(name=left), right=MakeList(items=(item,))),
            MakeList(items=(first,))
            | Binary(op="+", left=MakeList(items=()), right=MakeList(items=(first,))),
        ) if left == OLD and item == first:
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
    yield _in_all(seen, step)


def _in_all(seen: _Seen, step: Expr) -> Expr:
    """What all values add up to."""

    def values(whole: Expr) -> Expr:
        held = MethodCall(type=ListType(seen.kind.value), value=whole, method="values", args=())
        return Call(type=INT, function="sum", args=(held,))

    conditions = () if seen.condition is None else (seen.condition,)
    terms = seen.reading.gathered("generator", step, conditions)
    gained: Expr = Call(type=INT, function="sum", args=(terms,))
    if not reads_bound(step, seen.item) and not conditions:
        gained = times(step, seen.reading.view.count)
    start = number(0) if seen.start is None else values(seen.start)
    return compare(values(seen.whole), "==", plus(start, gained))


def _so_far(seen: _Seen, step: Expr) -> Expr:
    """The dict that a comprehension makes of what was seen."""
    conditions = () if seen.condition is None else (seen.condition,)
    view = seen.reading.view
    target = Target(view.item, seen.reading.member_type())
    made = Comprehension(
        type=seen.kind,
        kind="dict",
        element=seen.key,
        value=step,
        generators=(Generator(target, view.seen, conditions),),
    )
    return Compare(type=BOOL, op="==", left=seen.whole, right=made)


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
