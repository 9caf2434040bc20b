"""What locals remember of the iterations before: which constants they may be, an earlier item, the
last item of a list that is being built, the item that is the best so far, and the two best.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Comprehension,
    Conditional,
    Constant,
    Expr,
    Generator,
    Logical,
    MakeList,
    Old,
    Quantifier,
    Slice,
    Target,
    Variable,
)
from axiom_verifiers.contracts.traversal import bound_anywhere, walk, without_spans
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
from axiom_verifiers.contracts.typing_rules import erase
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import assigned_names, statements, target_names
from axiom_verifiers.core.program import Assign, For, Function, While
from axiom_verifiers.invariants.additions import as_one_addition
from axiom_verifiers.invariants.building import (
    at,
    bound,
    compare,
    forall,
    fresh,
    implies,
    length,
    local,
    minus,
    negated,
    number,
    plus,
    replaced,
    substituted,
)
from axiom_verifiers.invariants.effects import Effects
from axiom_verifiers.invariants.shapes import Reading, added, branches, reads_bound
from axiom_verifiers.invariants.views import View

# More constants than these make no small set of states.
_STATES = 6
# How many locals are looked at in pairs.
_PAIRED = 4


def remembered(
    function: Function,
    loop: While | For,
    done: Effects,
    initial: Mapping[str, Expr],
    seen: Sequence[View],
) -> Iterator[Expr]:
    """Claims about what the loop's locals keep, over each view of the loop."""
    changed = assigned_names((loop,))
    targets = set(target_names(loop.target)) if isinstance(loop, For) else set[str]()
    types = {name: kind for name, kind in function.locals if name not in targets}
    yield from _states(function, loop, types, initial)
    values = {n: v for n, v in done.values.items() if n in types and n in changed}
    yield from _last_built(values, types)
    said = set[str]()
    for view in seen:
        reading = Reading(view, changed - targets, targets)
        last = _last(view)
        kept: dict[str, Expr] = {}
        if last is not None:
            for name, value in values.items():
                before = None if name in variables(value) else _earlier(value, reading, last)
                if before is None:
                    continue
                kept[name] = value
                if name in said:
                    continue
                said.add(name)
                yield from _previous(local(name, types[name]), before, view, initial.get(name))
            yield from _last_added(values, types, view, reading, last)
        yield from _with_earlier(values, kept, types, initial, reading)
        yield from _best(values, types, reading)


# ---------------------------------------------------------------- states


def _states(
    function: Function,
    loop: While | For,
    types: Mapping[str, Type],
    initial: Mapping[str, Expr],
) -> Iterator[Expr]:
    """A local that is given nothing but constants is one of them."""
    given: dict[str, list[Expr]] = {}
    inside = [s for s in statements((loop,)) if isinstance(s, Assign)]
    for statement in (*statements(function.body), *inside):
        if isinstance(statement, Assign):
            given.setdefault(statement.name, []).append(without_spans(statement.value))
    for name in dict.fromkeys(statement.name for statement in inside):
        kind = types.get(name)
        if not isinstance(kind, IntType | StrType) or name.startswith("#"):
            continue
        leaves = [leaf for value in given[name] for leaf in branches(value)[1]]
        values = dict.fromkeys(leaf for leaf in leaves if leaf != local(name, kind))
        if name in initial and not all(isinstance(value, Constant) for value in values):
            continue
        if not 1 < len(values) <= _STATES:
            continue
        if all(isinstance(value, Constant) and value.type == kind for value in values):
            options = [compare(local(name, kind), "==", value) for value in values]
            whole: Expr = options[0]
            for option in options[1:]:
                whole = _or(whole, option)
            yield whole


# ---------------------------------------------------------------- earlier items


def _last(view: View) -> Expr | None:
    """The member that the iteration before took, as long as there was one."""
    match view.seen:
        case Slice(value=inner, upper=upper, step=None) if upper is not None:
            if upper == view.progress:
                return at(inner, minus(upper, number(1)))
            return None
        case Slice(value=inner, lower=lower, upper=None, step=None) if lower is not None:
            return at(inner, lower)
        case Call(function="range", args=args):
            low, high = (number(0), args[0]) if len(args) == 1 else (args[0], args[1])
            if view.progress == high or view.names:
                return minus(high, number(1)) if low != plus(view.progress, number(1)) else low
            return None
        case _:
            return None


def _earlier(value: Expr, reading: Reading, last: Expr) -> Expr | None:
    """What a local holds that every iteration gives something of its own item."""
    over = reading.of(value)
    if over is None or not reads_bound(over, reading.view.item):
        return None
    return _bound_as(over, reading.view.item, last)


def _previous(here: Variable, before: Expr, view: View, start: Expr | None) -> Iterator[Expr]:
    begun = compare(view.count, ">", number(0))
    if isinstance(here.type, OptionalType):
        if isinstance(start, Constant) and start.value is None:
            missing = _missing(here)
            yield Logical(type=BOOL, op="iff", left=missing, right=negated(begun))
            plain = local(here.name, here.type.item)
            yield _or(missing, _same(plain, before))
        return
    if start is not None and (isinstance(start, Old) or here.name not in variables(start)):
        yield implies(negated(begun), _same(here, start))
    yield implies(begun, _same(here, before))


def _bound_as(expr: Expr, name: str, value: Expr) -> Expr:
    def change(part: Expr) -> Expr | None:
        if isinstance(part, Variable) and part.name == name and part.role == "bound":
            return value
        return None

    return replaced(expr, change)


def _with_earlier(
    values: Mapping[str, Expr],
    kept: Mapping[str, Expr],
    types: Mapping[str, Type],
    initial: Mapping[str, Expr],
    reading: Reading,
) -> Iterator[Expr]:
    """Sums of what reads the item before: `far += abs(x - last)`."""
    view = reading.view
    if not kept or not isinstance(view.seen, Slice) or view.seen.lower is not None:
        return
    whole = view.seen.value
    position = bound(fresh("i", whole, bound(view.item)))
    domain = Call(type=ListType(INT), function="range", args=(view.count,))
    for name, value in values.items():
        if name in kept or not isinstance(types[name], IntType):
            continue
        step = added(name, value)
        read = set[str]() if step is None else variables(step) & set(kept)
        if step is None or not read or any(r not in initial for r in read):
            continue
        earlier: dict[str, Expr] = {}
        for other in read:
            over = reading.of(kept[other])
            if over is None:
                break
            before = _bound_as(over, view.item, at(whole, minus(position, number(1))))
            earlier[other] = Conditional(
                type=before.type,
                condition=compare(position, "==", number(0)),
                then=initial[other],
                otherwise=before,
            )
        if len(earlier) < len(read):
            continue
        # The step over the member, with what was before it as a function of the position.
        marks = {other: bound(f"{other}'", types[other]) for other in read}
        over = reading.of(substituted(step, marks))
        if over is None:
            continue
        element = _bound_as(over, view.item, at(whole, position))
        for other, mark in marks.items():
            element = _bound_as(element, mark.name, earlier[other])
        terms = Comprehension(
            type=ListType(INT),
            kind="generator",
            element=element,
            value=None,
            generators=(Generator(Target(position.name, INT), domain, ()),),
        )
        total = Call(type=INT, function="sum", args=(terms,))
        start = initial.get(name, number(0))
        yield compare(local(name), "==", plus(start, total))


# ---------------------------------------------------------------- lists that are built


def _appended(name: str, value: Expr) -> list[Expr]:
    """What an iteration may add to the list, as the last of its items."""
    found: list[Expr] = []
    for leaf in branches(as_one_addition(name, value))[1]:
        match leaf:
            case Binary(op="+", right=MakeList(items=items)) if items:
                found.append(items[-1])
            case _:
                pass
    return found


def _end(name: str, kind: ListType) -> Expr:
    here = local(name, kind)
    return at(here, minus(length(here), number(1)))


def _last_built(values: Mapping[str, Expr], types: Mapping[str, Type]) -> Iterator[Expr]:
    """A local that is what was added last."""
    for name, value in values.items():
        kind = types[name]
        if not isinstance(kind, ListType):
            continue
        added_ = set(_appended(name, value))
        if not added_:
            continue
        for other, new in values.items():
            if other == name or types[other] != kind.item:
                continue
            if added_ & {*branches(new)[1], new}:
                empty = compare(length(local(name, kind)), "==", number(0))
                yield _or(empty, _same(local(other, kind.item), _end(name, kind)))


def _last_added(
    values: Mapping[str, Expr],
    types: Mapping[str, Type],
    view: View,
    reading: Reading,
    last: Expr,
) -> Iterator[Expr]:
    """A list that is added to now and then, but so that its last item fits the last one seen."""
    for name, value in values.items():
        kind = types[name]
        if not isinstance(kind, ListType) or not isinstance(value, Conditional):
            continue
        for item in dict.fromkeys(_appended(name, value)):
            over = reading.of(item)
            if over is not None and reads_bound(over, view.item):
                none = compare(view.count, "==", number(0))
                yield _or(none, _same(_end(name, kind), _bound_as(over, view.item, last)))


# ---------------------------------------------------------------- the best so far


def _best(
    values: Mapping[str, Expr], types: Mapping[str, Type], reading: Reading
) -> Iterator[Expr]:
    """An item that is kept as long as none is better by a key, and locals kept along with it."""
    choices = {
        name: value
        for name, value in values.items()
        if isinstance(value, Conditional) and not isinstance(erase(types[name]), BoolType)
    }
    taken: dict[str, tuple[list[Expr], Expr]] = {}
    for name, value in list(choices.items())[:_PAIRED]:
        tests, leaves = branches(value)
        new = [leaf for leaf in dict.fromkeys(leaves) if not _is(leaf, name)]
        if len(new) == 1 and any(_is(leaf, name) for leaf in leaves):
            member = reading.of(new[0])
            if member is not None and reads_bound(member, reading.view.item):
                taken[name] = tests, member
    for name, (tests, member) in taken.items():
        kind = types[name]
        compared = [part for test in tests for part in walk(test) if isinstance(part, Compare)]
        keyed = False
        for part in compared:
            for mine, other in ((part.left, part.right), (part.right, part.left)):
                if name not in variables(mine) or _is(mine, name) or name in variables(other):
                    continue
                key = reading.of(other)
                if key is None or not isinstance(key.type, IntType | StrType):
                    continue
                keyed = True
                for op in ("<=", ">="):
                    every = forall(reading.view.item, reading.view.seen, compare(key, op, mine))
                    yield _unless_missing(name, kind, reading, every)
        if keyed:
            if isinstance(kind, OptionalType):
                begun = compare(reading.view.count, ">", number(0))
                missing = _missing(local(name, kind))
                yield Logical(type=BOOL, op="iff", left=missing, right=negated(begun))
            values_ = reading.gathered("list", member, ())
            here = local(name, kind.item if isinstance(kind, OptionalType) else kind)
            inside = Compare(type=BOOL, op="in", left=here, right=values_)
            yield _unless_missing(name, kind, reading, inside)
    yield from _together(taken, types, reading)


def _together(
    taken: Mapping[str, tuple[list[Expr], Expr]], types: Mapping[str, Type], reading: Reading
) -> Iterator[Expr]:
    """Two locals that are taken from the same item."""
    names = list(taken)
    for number_, one in enumerate(names):
        for other in names[number_ + 1 :]:
            if taken[one][0] != taken[other][0]:
                continue
            kinds = types[one], types[other]
            plain = [k.item if isinstance(k, OptionalType) else k for k in kinds]
            item = reading.view.item
            same = Logical(
                type=BOOL,
                op="and",
                left=_same(taken[one][1], local(one, plain[0])),
                right=_same(taken[other][1], local(other, plain[1])),
            )
            if item in bound_anywhere(same):
                continue
            domain = reading.view.seen
            found = Quantifier(
                type=BOOL,
                kind="exists",
                target=Target(item, reading.member_type()),
                domain=domain,
                over=None,
                body=same,
            )
            which, kind = (one, kinds[0]) if isinstance(kinds[0], OptionalType) else (
                other, kinds[1])  # fmt: skip
            yield _unless_missing(which, kind, reading, found)


def _unless_missing(name: str, kind: Type, reading: Reading, claim: Expr) -> Expr:
    """The claim where something was kept."""
    if isinstance(kind, OptionalType):
        return _or(_missing(local(name, kind)), claim)
    return _or(compare(reading.view.count, "<=", number(0)), claim)


def _missing(here: Variable) -> Compare:
    nothing = Constant(type=here.type, value=None)
    return Compare(type=BOOL, op="is", left=here, right=nothing)


def _same(left: Expr, right: Expr) -> Compare:
    return Compare(type=BOOL, op="==", left=left, right=right)


def _is(expr: Expr, name: str) -> bool:
    return isinstance(expr, Variable) and expr.name == name


def _or(left: Expr, right: Expr) -> Expr:
    return Logical(type=BOOL, op="or", left=left, right=right)


__all__ = ["remembered"]
