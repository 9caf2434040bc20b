"""What a local keeps of the iteration before: `previous = x`, `first = False`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from axiom_verifiers.contracts.expressions import (
    Call,
    Conditional,
    Constant,
    Expr,
    Index,
    Slice,
    Variable,
)
from axiom_verifiers.contracts.types import BoolType, FloatType, IntType, ListType, StrType, Type
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.invariants.building import (
    compare,
    implies,
    local,
    minus,
    number,
    plus,
    replaced,
)
from axiom_verifiers.invariants.shapes import Reading, reads_bound
from axiom_verifiers.invariants.views import View


def latest(
    values: Mapping[str, Expr],
    initial: Mapping[str, Expr],
    seen: list[View],
    changed: frozenset[str],
    targets: set[str],
    types: Mapping[str, Type],
) -> Iterator[Expr]:
    """For each local that every iteration gives a value that depends on its member alone: the
    value that it has after some iterations, and before any.
    """
    for view in seen[:1]:
        reading = Reading(view, changed - targets, targets)
        begun = compare(view.count, ">", number(0))
        for name, value in values.items():
            if name in targets or name not in types or isinstance(value, Conditional):
                continue
            start = initial.get(name)
            kind = types[name]
            if isinstance(value, Constant):
                if start is not None and isinstance(kind, BoolType | IntType | StrType):
                    yield from _switched(local(name, kind), start, value, view)
                continue
            said = None if name in variables(value) else reading.of(value)
            last = None if said is None else _of_last(said, view)
            if last is None or isinstance(kind, FloatType) or last.type != kind:
                continue
            yield implies(begun, compare(local(name, kind), "==", last))


def _switched(here: Expr, start: Expr, value: Constant, view: View) -> Iterator[Expr]:
    """A local that has one value before the first iteration and another one from then on."""
    if not isinstance(start, Constant) or start.value == value.value:
        return
    untouched = compare(view.count, "==", number(0))
    if isinstance(here.type, BoolType):
        same = untouched if start.value else compare(view.count, ">", number(0))
        yield compare(here, "==", same)
        return
    either = Conditional(type=here.type, condition=untouched, then=start, otherwise=value)
    yield compare(here, "==", either)


def _of_last(said: Expr, view: View) -> Expr | None:
    """The expression over the view's member for the last one that was taken."""
    if not reads_bound(said, view.item):
        return None
    member = _last(view)
    if member is None:
        return None
    return replaced(said, lambda part: member if _is_member(part, view) else None)


def _is_member(part: Expr, view: View) -> bool:
    return isinstance(part, Variable) and part.name == view.item and part.role == "bound"


def _last(view: View) -> Expr | None:
    """The last member taken: of a range that goes up by one, or of a list or text from its start
    or some place on.
    """
    match view.seen:
        case Call(function="range", args=args):
            low = number(0) if len(args) == 1 else args[0]
            return plus(low, minus(view.count, number(1)))
        case Slice(value=whole, lower=lower, upper=upper, step=None) if upper is not None:
            item: Type = whole.type.item if isinstance(whole.type, ListType) else whole.type
            start = number(0) if lower is None else lower
            return Index(type=item, value=whole, index=plus(start, minus(view.count, number(1))))
        case _:
            return None
