"""Dict comprehensions whose keys say what their values are: `{k: … for k in xs}`.

Which of those that come with a key counts is no matter then: the values are a function of the
key, and only the keys are gathered. Where these are the members of a set or the keys of a dict,
in whatever order, they are those that meet the conditions: nothing is gathered at all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from axiom_verifiers.contracts import expressions as ex
from axiom_verifiers.contracts.types import DictType, SetType, TupleType, Type
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import encode_comparisons, encode_members, mappings, totals
from axiom_verifiers.obligations import encode_sequences as seq
from axiom_verifiers.obligations.mappings import Keyed
from axiom_verifiers.obligations.ranges import Bounded
from axiom_verifiers.obligations.values import (
    DictValue,
    SetValue,
    coerce,
    empty_dict,
    empty_set,
    erase,
    key_sort,
    unpack,
)

if TYPE_CHECKING:
    from axiom_verifiers.obligations.encode import Encoder, Scope

# From the term of a key to what the comprehension's names stand for there.
_AtKey = Callable[[Term], "Scope"]


class _Keys(msgspec.Struct, frozen=True):
    """The keys of a dict, in the order in which they stand."""

    has: Term
    order: Term
    place: Term
    length: Term


def by_key(encoder: Encoder, expr: ex.Comprehension, scope: Scope) -> _AtKey | None:
    """What a dict comprehension's names stand for at one key, where the key says that: `{k: … for
    k in xs}` and `{k: … for k, v in d.items()}`. None for others, and in a bounded search.
    """
    if isinstance(encoder.ranges, Bounded) or len(expr.generators) != 1:
        return None
    (only,) = expr.generators
    kind, key = erase(expr.type), expr.element
    if not isinstance(kind, DictType) or not isinstance(key, ex.Variable) or key.role != "bound":
        return None
    target = only.target
    if target.name == key.name and erase(target.type) == erase(kind.key):
        return lambda at: scope.binding(seq.bind(target, unpack(at, kind.key)))
    names = [part.name for part in target.items]
    # `for k, k in …` leaves the second one under that name.
    # Of `.items()` alone a pair's first part is the key: values and keys may be pairs as well.
    whole, _ = _collection(only.iterable)
    if _gives_items(whole) and len(names) == 2 and names[0] == key.name != names[1]:
        through = encode_members.unordered(encoder, whole, scope)
        if through is not None and not target.items[1].items:
            return lambda at: scope.binding(seq.bind(target, through[1](at)))
    return None


def _gives_items(expr: ex.Expr) -> bool:
    view = isinstance(expr, ex.MethodCall) and expr.method == "items"
    return view and encode_members.is_view(expr)


def of_items(expr: ex.Expr, kind: DictType) -> ex.Comprehension | None:
    """`dict(sorted(d.items()))` and its like as `{k: v for k, v in sorted(d.items())}`."""
    whole, _ = _collection(expr)
    if not _gives_items(whole):
        return None
    target = ex.Target("#key", kind.key), ex.Target("#value", kind.value)
    key, value = (ex.Variable(type=part.type, name=str(part.name), role="bound") for part in target)
    both = ex.Target(None, TupleType((kind.key, kind.value)), target)
    generators = (ex.Generator(both, expr, ()),)
    return ex.Comprehension(type=kind, kind="dict", element=key, value=value, generators=generators)


def _collection(expr: ex.Expr) -> tuple[ex.Expr, str]:
    """What is gone through, beside the order in which it is: as it stands, sorted, or another."""
    match expr:
        case ex.Call(function="list" | "tuple", args=(inner,), keywords=()):
            return _collection(inner)
        case ex.Call(function="sorted", args=(inner,), keywords=keywords):
            whole, _ = _collection(inner)
            return whole, "other" if keywords else "sorted"
        case ex.Call(function="reversed", args=(inner,)):
            return _collection(inner)[0], "other"
        case _:
            return expr, "own"


def gather(
    encoder: Encoder,
    expr: ex.Comprehension,
    value: ex.Expr,
    scope: Scope,
    kind: DictType,
    at_key: _AtKey,
) -> DictValue:
    """The dict, by what its names stand for at one key."""
    start = empty_dict(kind.key, kind.value)
    assert not isinstance(encoder.ranges, Bounded)
    folds = encoder.ranges.folds
    (only,) = expr.generators

    def whole(state: tuple[Term, ...], values: Term) -> DictValue:
        has, order, place = state
        length = totals.size(folds, has)
        return DictValue(kind.key, kind.value, has, values, order, length, place)

    def step(state: tuple[Term, ...], inner: Scope) -> tuple[Term, ...]:
        key = seq.packed(encoder, coerce(encoder.encode(expr.element, inner), kind.key), kind.key)
        coerce(encoder.encode(value, inner), kind.value)
        after = mappings.put(whole(state, start.values), key, terms.select(start.values, key))
        return (after.has, after.order, after.place)

    def held(key: Term) -> Term:
        with encoder.capturing():
            one = coerce(encoder.encode(value, at_key(key)), kind.value)
            return seq.packed(encoder, one, kind.value)

    values = folds.table(start.values.sort, held)
    parts = (start.has, start.order, start.place)
    # Going through them in order notes what may fail.
    gathered = seq.run(encoder, expr.generators, scope, "keys", parts, step)
    kept = _kept(encoder, only, scope, kind.key, at_key)
    if kept is None:
        return whole(gathered, values)
    return DictValue(kind.key, kind.value, kept.has, values, kept.order, kept.length, kept.place)


def _kept(
    encoder: Encoder, only: ex.Generator, scope: Scope, key: Type, at_key: _AtKey
) -> _Keys | None:
    """The keys, where a set or dict is gone through; None for others."""
    assert not isinstance(encoder.ranges, Bounded)
    folds = encoder.ranges.folds
    expr, order = _collection(only.iterable)
    source = _gone_through(encoder, expr, scope, key)
    if source is None:
        return None

    def meets(at: Term) -> Term:
        with encoder.capturing():
            return seq.met(encoder, only, at_key(at))

    has = source.has
    if only.conditions:
        has = mappings.kept(source, encoder.ranges, meets)
    length = totals.size(folds, has)
    if order == "own" and isinstance(source, DictValue):
        if not only.conditions:
            return _Keys(has, source.order, source.place, source.length)
        listing = totals.kept_order(folds, has, source.order)
    elif order == "sorted":

        def less(here: Term, there: Term) -> Term:
            return encode_comparisons.before(encoder, unpack(here, key), unpack(there, key))

        listing = totals.sorted_members(folds, has, less)
    else:
        try:
            encode_members.settled(has)
        except NotModelledError:
            return None
        listing = totals.enumeration(folds, has)
    return _Keys(has, listing, totals.place_in(folds, listing), length)


def _gone_through(encoder: Encoder, expr: ex.Expr, scope: Scope, key: Type) -> Keyed | None:
    """The set or dict whose members or keys an iterable gives, or the set of what two such give
    one after the other; None for others.
    """
    assert not isinstance(encoder.ranges, Bounded)
    match expr:
        case ex.Binary(op="+", left=left, right=right):
            sides = [
                _gone_through(encoder, _collection(side)[0], scope, key) for side in (left, right)
            ]
            one, other = sides
            if one is None or other is None:
                return None
            whole, more = (
                msgspec.structs.replace(empty_set(key), has=side.has) for side in (one, other)
            )
            return mappings.joined(whole, more, encoder.ranges)
        case ex.MethodCall() if encode_members.is_view(expr) and expr.method == "values":
            return None
        case _ if not encode_members.is_view(expr) and not isinstance(
            erase(expr.type), SetType | DictType
        ):
            return None
        case _:
            with encoder.capturing():
                through = encode_members.unordered(encoder, expr, scope)
            if through is None or through[0].has.sort.index is not key_sort(key):
                return None
            return through[0]


def kept_members(
    encoder: Encoder, expr: ex.Comprehension, scope: Scope, item: Type
) -> SetValue | None:
    """`{x for x in s if …}`, of a set or of a dict's keys; None for other comprehensions."""
    if isinstance(encoder.ranges, Bounded) or len(expr.generators) != 1:
        return None
    (only,) = expr.generators
    as_dict = msgspec.structs.replace(expr, type=DictType(item, item), kind="dict")
    at_key = by_key(encoder, as_dict, scope)
    source = _gone_through(encoder, _collection(only.iterable)[0], scope, item)
    if at_key is None or source is None:
        return None

    def meets(at: Term) -> Term:
        with encoder.capturing():
            return seq.met(encoder, only, at_key(at))

    has = source.has
    if only.conditions:
        has = mappings.kept(source, encoder.ranges, meets)
    return msgspec.structs.replace(empty_set(item), has=has)
