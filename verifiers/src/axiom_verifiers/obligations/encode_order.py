"""Order: `sorted`, `min` and `max`, `permutation`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from axiom_verifiers.contracts import expressions as ex
from axiom_verifiers.contracts.types import (
    BoolType,
    IntType,
    ListType,
    OptionalType,
    RecordType,
    StrType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import holds_float
from axiom_verifiers.core.deciding import may_fail
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import encode_sequences as seq
from axiom_verifiers.obligations import order_keys, sorting, totals
from axiom_verifiers.obligations.encode_comparisons import before, equal
from axiom_verifiers.obligations.ranges import constant_size
from axiom_verifiers.obligations.values import (
    ONE,
    ZERO,
    ListValue,
    Symbolic,
    choose,
    coerce,
    empty_list,
    erase,
    sort_of,
    unpack,
)
from axiom_verifiers.obligations.within import plain

if TYPE_CHECKING:
    from axiom_verifiers.obligations.encode import Encoder, Scope

# Lists of a constant length up to this are put in order by comparing all pairs.
_WRITTEN_OUT = 6

Key = Callable[[Symbolic], Symbolic]


def is_lazy(encoder: Encoder, items: ex.Expr, scope: Scope) -> bool:
    """Whether its items are computed after the other arguments: a generator's are. Its first
    iterable is not, so that is evaluated here, for its failures.
    """
    if isinstance(items, ex.Comprehension) and items.kind == "generator":
        seq.sequence(encoder, items.generators[0].iterable, scope)
        return True
    return False


def filters(expr: ex.Comprehension) -> bool:
    """Whether it yields anything but one item for each of one iterable."""
    return len(expr.generators) != 1 or bool(expr.generators[0].conditions)


# ---------------------------------------------------------------- keys


def _key(encoder: Encoder, function: ex.Expr | None, scope: Scope) -> Key:
    """What members are compared by. It notes no failure: see `_keys_fail`."""
    if function is None:
        return lambda value: value
    if not isinstance(function, ex.FunctionRef):
        raise NotModelledError("key that is no function")

    def key(value: Symbolic) -> Symbolic:
        with encoder.capturing():
            return _ranked(encoder, function, value, scope)

    return key


def _ranked(encoder: Encoder, function: ex.FunctionRef, value: Symbolic, scope: Scope) -> Symbolic:
    inner = scope.binding({function.parameter: coerce(value, function.parameter_type)})
    return encoder.encode(function.body, inner)


def _keys_fail(
    encoder: Encoder,
    function: ex.Expr | None,
    items: seq.Sequence,
    scope: Scope,
) -> None:
    """Notes the failures of computing the key of each member, in order."""
    if not isinstance(function, ex.FunctionRef) or not may_fail(function.body):
        return

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        _ranked(encoder, function, items.at(at), scope)
        return state

    encoder.fold("keys", (ZERO,), items.low, items.high, step)


def _compared(items: ex.Expr, function: ex.Expr | None) -> Type:
    """The type of what members are compared by; a collection's own type stands for its items."""
    return items.type if function is None else function.type


def _refuse_interleaving(items: ex.Expr, function: ex.Expr | None) -> None:
    """A generator's items and their keys are computed in turns: which fails first is not said."""
    if (
        isinstance(items, ex.Comprehension)
        and items.kind == "generator"
        and isinstance(function, ex.FunctionRef)
        and may_fail(function.body)
        and may_fail(items)
    ):
        raise NotModelledError("key that may fail, of items that may fail")


# ---------------------------------------------------------------- sorted


def in_order(encoder: Encoder, expr: ex.Call, scope: Scope) -> ListValue:
    """`sorted(…)`, stable as Python's."""
    (items,) = expr.args
    keywords = dict(expr.keywords)
    function, reverse = keywords.get("key"), keywords.get("reverse")
    if holds_float(_compared(items, function)):
        raise NotModelledError("sorted by floats")  # Where one is nan there is no order.
    descending = terms.FALSE
    if reverse is not None and is_lazy(encoder, items, scope):
        descending = encoder.truth(reverse, scope)
        value = _listed(encoder, items, scope)
    else:
        value = _listed(encoder, items, scope)
        if reverse is not None:
            descending = encoder.truth(reverse, scope)
    _keys_fail(encoder, function, seq.of_list(value), scope)
    if order_keys.is_negated(function):
        # By `-x`, ints stand as in the reverse order; equal ones cannot be told apart.
        function, descending = None, terms.not_(descending)
    key = _key(encoder, function, scope)

    def ahead(left: Term, right: Term) -> Term:
        one = key(unpack(left, value.item))
        other = key(unpack(right, value.item))
        with encoder.capturing():
            up = before(encoder, one, other)
            if descending is terms.FALSE:
                return up
            return terms.ite(descending, before(encoder, other, one), up)

    size = constant_size(value.offset, terms.add(value.offset, value.length))
    if encoder.ranges.bounded or (size is not None and size <= _WRITTEN_OUT):
        return _by_rank(encoder, value, ahead)
    has = encoder.ranges.folds.members_of(value.items, value.length)
    if has is not None and value.offset is ZERO and function is None and descending is terms.FALSE:
        # Keys or members, each once: in order they are the one list that `sorted` makes of the set.
        array = totals.sorted_members(encoder.ranges.folds, has, ahead)
        return ListValue(value.item, array, ZERO, value.length)
    item = sort_of(value.item)
    array = sorting.in_order(
        encoder.ranges.folds,
        value.items,
        value.offset,
        value.length,
        ahead,
        _counting(encoder, value.item, item),
        sorting.Total.YES if is_total(function, value.item) else sorting.Total.NO,
    )
    return ListValue(value.item, array, ZERO, value.length)


def _listed(encoder: Encoder, expr: ex.Expr, scope: Scope) -> ListValue:
    """A collection as the list of what going through it yields."""
    if isinstance(erase(expr.type), ListType):
        value = encoder.encode(expr, scope)
        if isinstance(value, ListValue):
            return value
    return seq.materialize(encoder, seq.sequence(encoder, expr, scope))


def _by_rank(encoder: Encoder, value: ListValue, ahead: Callable[[Term, Term], Term]) -> ListValue:
    """Each member is put where as many stand before it as must."""
    items = seq.of_list(value)
    members: list[tuple[Term, Term]] = []

    def note(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        members.append((at, terms.select(value.items, at)))
        return state

    encoder.fold("members", (ZERO,), items.low, items.high, note)
    array = empty_list(value.item).items
    for number, (at, one) in enumerate(members):
        rank = ZERO
        for earlier, (place, other) in enumerate(members):
            if earlier == number:
                continue
            first = ahead(other, one)
            if earlier < number:
                first = terms.or_(first, terms.not_(ahead(one, other)))
            there = terms.and_(terms.lt(place, items.high), first)
            rank = terms.add(rank, terms.ite(there, ONE, ZERO))
        array = terms.ite(terms.lt(at, items.high), terms.store(array, rank, one), array)
    return ListValue(value.item, array, ZERO, value.length)


# ---------------------------------------------------------------- min and max


def beyond(encoder: Encoder, kind: str, value: Symbolic, best: Symbolic) -> Term:
    """Whether `value` takes the place of `best`, which came before it."""
    if kind == "max":
        return before(encoder, best, value)
    return before(encoder, value, best)


def best_of(encoder: Encoder, expr: ex.Call, scope: Scope) -> Symbolic:
    """`min` or `max` of several arguments: the first of the best."""
    function = dict(expr.keywords).get("key")
    values = [coerce(encoder.encode(arg, scope), expr.type) for arg in expr.args]
    if isinstance(function, ex.FunctionRef):
        ranks = [_ranked(encoder, function, value, scope) for value in values]
    else:
        ranks = values
    best, rank = values[0], ranks[0]
    for value, own in zip(values[1:], ranks[1:], strict=True):
        better = beyond(encoder, expr.function, own, rank)
        best, rank = choose(better, value, best), choose(better, own, rank)
    return best


def extreme(encoder: Encoder, expr: ex.Call, scope: Scope) -> Symbolic:
    """`min` or `max` of a collection; ValueError when it is empty and no default is given."""
    (items,) = expr.args
    keywords = dict(expr.keywords)
    default, function = keywords.get("default"), keywords.get("key")
    _refuse_interleaving(items, function)
    otherwise: Symbolic | None = None
    if default is not None and is_lazy(encoder, items, scope):
        otherwise = coerce(encoder.encode(default, scope), expr.type)
    if isinstance(items, ex.Comprehension) and filters(items):
        through = seq.of_value(encoder.encode(items, scope), items.type)
    else:
        through = seq.sequence(encoder, items, scope)
    if default is not None and otherwise is None:
        otherwise = coerce(encoder.encode(default, scope), expr.type)
    empty = terms.le(through.high, through.low)
    if default is None:
        encoder.fail("ValueError", empty, expr.span)
    with encoder.guarded(terms.not_(empty)):
        if function is None:
            result = _extreme(encoder, expr.function, through)
        else:
            if holds_float(function.type):
                raise NotModelledError(f"{expr.function} by floats")
            _keys_fail(encoder, function, through, scope)
            result = _first_best(encoder, expr.function, through, _key(encoder, function, scope))
    if otherwise is None:
        return result
    return choose(empty, otherwise, coerce(result, expr.type))


def _extreme(encoder: Encoder, name: str, through: seq.Sequence) -> Symbolic:
    kind = through.item
    first = seq.packed(encoder, through.at(through.low), kind)

    def step(state: tuple[Term, ...], position: Term) -> tuple[Term, ...]:
        value = through.at(position)
        better = beyond(encoder, name, value, unpack(state[0], kind))
        return (terms.ite(better, seq.packed(encoder, value, kind), state[0]),)

    low = terms.add(through.low, ONE)
    # No lemma speaks of floats: where one is nan there is no order.
    fold = f"{name} of floats" if holds_float(kind) else name
    (best,) = encoder.fold(fold, (first,), low, through.high, step)
    return unpack(best, kind)


def _first_best(encoder: Encoder, name: str, through: seq.Sequence, key: Key) -> Symbolic:
    """The member at the first place whose key is the best."""

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        better = beyond(encoder, name, key(through.at(at)), key(through.at(state[0])))
        return (terms.ite(better, at, state[0]),)

    low = terms.add(through.low, ONE)
    (place,) = encoder.fold("best", (through.low,), low, through.high, step)
    return through.at(place)


# ---------------------------------------------------------------- counting, permutation


def added(total: Term, value: Term) -> Term:
    """The sum; of what is nothing in one case, the total itself in that case. So counting by a
    condition is one fold with adding up bools, and with the number of items that pass a filter.
    """
    if value.op == "ite" and value.args[2] is ZERO:
        return terms.ite(value.args[0], terms.add(total, value.args[1]), total)
    if value.op == "ite" and value.args[1] is ZERO:
        return terms.ite(value.args[0], total, terms.add(total, value.args[2]))
    return terms.add(total, value)


def count(encoder: Encoder, items: seq.Sequence, wanted: Symbolic) -> Term:
    """How many members equal `wanted`."""

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        same = equal(encoder, items.at(at), wanted)
        return (added(state[0], terms.ite(same, ONE, ZERO)),)

    return encoder.fold("sum", (ZERO,), items.low, items.high, step)[0]


def _counting(encoder: Encoder, kind: Type, item: sorts.Sort) -> sorting.Counting:
    def occurrences(array: Term, low: Term, high: Term, value: Term) -> Term:
        items = seq.Sequence(kind, low, high, lambda at: unpack(terms.select(array, at), kind))
        return count(encoder, items, unpack(value, kind))

    return sorting.counting(item, occurrences)


def is_plain(kind: Type) -> bool:
    """Whether equal values of the type are one packed term."""
    match erase(kind):
        case IntType() | BoolType() | StrType():
            return True
        case TupleType(items):
            return all(is_plain(item) for item in items)
        case RecordType(_, fields):
            return all(is_plain(field) for _, field in fields)
        case ListType() | OptionalType():
            return False
        case _:
            return False


def is_total(function: ex.Expr | None, kind: Type) -> bool:
    """Whether members that are compared by this key are equal where neither stands first."""
    return is_plain(kind) and (function is None or order_keys.separates(function, kind))


def permutation(encoder: Encoder, left: ex.Expr, right: ex.Expr, scope: Scope) -> Term:
    """Both hold each value equally often."""
    sides = [_ranged(encoder, side, scope) for side in (left, right)]
    (one, kind), (other, other_kind) = sides
    sizes = [constant_size(low, high) for _, low, high in (one, other)]
    if encoder.ranges.bounded or all(size is not None and size <= 4 for size in sizes):
        return _balanced(encoder, *(_sequence(*side) for side in sides))
    if holds_float(kind):
        raise NotModelledError("permutation of floats")
    if erase(kind) != erase(other_kind):
        raise NotModelledError("permutation of lists of different types")
    item = sort_of(kind)

    def same(a: Term, b: Term) -> Term:
        return equal(encoder, unpack(a, kind), unpack(b, kind))

    return sorting.permuted(encoder.ranges.folds, one, other, same, _counting(encoder, kind, item))


def _ranged(encoder: Encoder, expr: ex.Expr, scope: Scope) -> tuple[tuple[Term, Term, Term], Type]:
    value = _listed(encoder, expr, scope)
    return (value.items, value.offset, plain(terms.add(value.offset, value.length))), value.item


def _sequence(through: tuple[Term, Term, Term], kind: Type) -> seq.Sequence:
    array, low, high = through
    return seq.ListSequence(kind, low, high, lambda at: unpack(terms.select(array, at), kind))


def _balanced(encoder: Encoder, one: seq.Sequence, other: seq.Sequence) -> Term:
    def balanced(at: Term) -> Term:
        wanted = one.at(at)
        return terms.eq(count(encoder, one, wanted), count(encoder, other, wanted))

    same = encoder.ranges.forall(one.low, one.high, balanced)
    return terms.and_(terms.eq(one.length, other.length), same)
