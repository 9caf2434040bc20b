"""Sets and dicts in expressions: displays, comprehensions, operators, methods, iteration."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from axiom_verifiers.contracts import expressions as ex
from axiom_verifiers.contracts.source import Span
from axiom_verifiers.contracts.types import (
    DictType,
    ListType,
    OptionalType,
    RecordType,
    SetType,
    TupleType,
    Type,
)
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import encode_comparisons, encode_keys, mappings, totals
from axiom_verifiers.obligations import encode_sequences as seq
from axiom_verifiers.obligations.encode_members import (
    VIEWS,
    is_view,
    keyed,
    sequence,
    settled,
)
from axiom_verifiers.obligations.mappings import Keyed
from axiom_verifiers.obligations.ranges import Bounded
from axiom_verifiers.obligations.values import (
    NOTHING,
    DictValue,
    ListValue,
    OptionalValue,
    RecordParts,
    SetValue,
    Symbolic,
    TupleValue,
    choose,
    coerce,
    empty_dict,
    empty_set,
    erase,
    key_sort,
    pack,
    unpack,
)

if TYPE_CHECKING:
    from axiom_verifiers.obligations.encode import Encoder, Scope


def key_of(value: Symbolic, kind: Type) -> Term:
    """The term that a member or key is known by."""
    sort = key_sort(kind)
    term = pack(coerce(value, kind), kind)
    if term.sort is not sort:
        raise NotModelledError("key of another type")
    return term


# ---------------------------------------------------------------- made


def make_set(encoder: Encoder, expr: ex.MakeSet, scope: Scope) -> SetValue:
    kind = erase(expr.type)
    if not isinstance(kind, SetType):
        raise NotModelledError("set of an unknown type")
    made = empty_set(kind.item)
    for item in expr.items:
        made = mappings.add(made, key_of(encoder.encode(item, scope), kind.item), encoder.ranges)
    return made


def make_dict(encoder: Encoder, expr: ex.MakeDict, scope: Scope) -> DictValue:
    kind = erase(expr.type)
    if not isinstance(kind, DictType):
        raise NotModelledError("dict of an unknown type")
    made = empty_dict(kind.key, kind.value)
    for key, value in expr.items:
        at = key_of(encoder.encode(key, scope), kind.key)
        held = seq.packed(encoder, coerce(encoder.encode(value, scope), kind.value), kind.value)
        made = mappings.put(made, at, held)
    return made


def put(encoder: Encoder, value: DictValue, key: Symbolic, held: Symbolic) -> DictValue:
    """`value[key] = held`."""
    packed = seq.packed(encoder, coerce(held, value.value), value.value)
    return mappings.put(value, key_of(key, value.key), packed)


_Generators = tuple[ex.Generator, ...]


def _gather_set(
    encoder: Encoder,
    generators: _Generators,
    scope: Scope,
    item: Type,
    element: Callable[[Scope], Symbolic],
) -> SetValue:
    """The set of what generators yield."""
    start = empty_set(item)
    bounded = isinstance(encoder.ranges, Bounded)

    def step(state: tuple[Term, ...], inner: Scope) -> tuple[Term, ...]:
        before = SetValue(item, *state) if bounded else SetValue(item, state[0], *rest)
        after = mappings.add(before, key_of(element(inner), item), encoder.ranges)
        return (after.has, after.order, after.length) if bounded else (after.has,)

    rest = (start.order, start.length)
    parts = (start.has, *rest) if bounded else (start.has,)
    made = seq.run(encoder, generators, scope, "set", parts, step)
    return SetValue(item, *made) if bounded else SetValue(item, made[0], *rest)


def _set_of(encoder: Encoder, expr: ex.Comprehension, scope: Scope, item: Type) -> SetValue:
    """The set of what a comprehension yields."""
    gathered = _gather_set(
        encoder, expr.generators, scope, item, lambda inner: encoder.encode(expr.element, inner)
    )
    # Members of another set are in it where they meet the conditions: no order is needed.
    return encode_keys.kept_members(encoder, expr, scope, item) or gathered


def comprehension(encoder: Encoder, expr: ex.Comprehension, scope: Scope) -> Symbolic:
    """Of kind `set` or `dict`."""
    kind = erase(expr.type)
    if isinstance(kind, SetType):
        return _set_of(encoder, expr, scope, kind.item)
    value = expr.value
    if not isinstance(kind, DictType) or value is None:
        raise NotModelledError(f"{expr.kind} comprehension")
    by_key = encode_keys.by_key(encoder, expr, scope)
    if by_key is not None:
        return encode_keys.gather(encoder, expr, value, scope, kind, by_key)
    return _gather_dict(
        encoder,
        expr.generators,
        scope,
        kind,
        lambda inner: (encoder.encode(expr.element, inner), encoder.encode(value, inner)),
    )


def _gather_dict(
    encoder: Encoder,
    generators: _Generators,
    scope: Scope,
    kind: DictType,
    pair: Callable[[Scope], tuple[Symbolic, Symbolic]],
) -> DictValue:
    """The dict of the pairs that generators yield: the last value of a key counts."""
    start = empty_dict(kind.key, kind.value)
    folds = None if isinstance(encoder.ranges, Bounded) else encoder.ranges.folds

    def whole(state: tuple[Term, ...]) -> DictValue:
        if folds is None:
            return DictValue(kind.key, kind.value, *state)
        has, values, order, place = state
        length = totals.size(folds, has)
        return DictValue(kind.key, kind.value, has, values, order, length, place)

    def parts(value: DictValue) -> tuple[Term, ...]:
        if folds is None:
            return (value.has, value.values, value.order, value.length, value.place)
        return (value.has, value.values, value.order, value.place)

    def step(state: tuple[Term, ...], inner: Scope) -> tuple[Term, ...]:
        key, value = pair(inner)
        return parts(put(encoder, whole(state), key, value))

    return whole(seq.run(encoder, generators, scope, "dict", parts(start), step))


def call(encoder: Encoder, expr: ex.Call, scope: Scope) -> Symbolic | None:
    """`set(…)`, `dict(…)`, and other builtins where they are given a set or a dict; None for
    what they mean for anything else.
    """
    kind = erase(expr.type)
    match expr.function, expr.args, kind:
        case "set", (only,), SetType(item):
            if isinstance(only, ex.Comprehension) and only.kind in ("list", "generator"):
                return _set_of(encoder, only, scope, item)
            given = keyed(encoder, only, scope)
            if isinstance(given, SetValue):
                return given
            if given is not None:
                return mappings.keys(given)
            each, member = _through(only, item)
            return _gather_set(
                encoder, (each,), scope, item, lambda inner: encoder.encode(member, inner)
            )
        case "dict", (only,), DictType():
            if isinstance(erase(only.type), DictType) and not is_view(only):
                return encoder.encode(only, scope)
            pairs = TupleType((kind.key, kind.value))
            by_key = encode_keys.of_items(only, kind)
            if by_key is not None:
                return comprehension(encoder, by_key, scope)
            each, member = _through(only, pairs)

            def pair(inner: Scope) -> tuple[Symbolic, Symbolic]:
                both = encoder.encode(member, inner)
                if not isinstance(both, TupleValue) or len(both.items) != 2:
                    raise NotModelledError("dict of other than pairs")
                return both.items[0], both.items[1]

            return _gather_dict(encoder, (each,), scope, kind, pair)
        case "list", (only,), _:
            given = keyed(encoder, only, scope)
            if isinstance(given, DictValue):
                return ListValue(given.key, given.order, terms.ZERO, given.length)
            if isinstance(given, SetValue) and not isinstance(encoder.ranges, Bounded):
                settled(given.has)
                order = totals.enumeration(encoder.ranges.folds, given.has)
                size = mappings.size(given, encoder.ranges)
                return ListValue(given.item, order, terms.ZERO, size)
            return None
        case "sorted", (only,), _ if not expr.keywords:
            return _sorted(encoder, only, scope)
        case _:
            return None


def _through(expr: ex.Expr, item: Type) -> tuple[ex.Generator, ex.Expr]:
    member = ex.Variable(type=item, name="#each", role="bound")
    return ex.Generator(ex.Target("#each", item), expr, ()), member


def _sorted(encoder: Encoder, only: ex.Expr, scope: Scope) -> Symbolic | None:
    """The members of a set, or a dict's keys, in order: equal sets give one list."""
    if isinstance(encoder.ranges, Bounded):
        return None
    given = keyed(encoder, only, scope)
    if given is None:
        return None
    kind = given.item if isinstance(given, SetValue) else given.key

    def less(here: Term, there: Term) -> Term:
        return encode_comparisons.before(encoder, unpack(here, kind), unpack(there, kind))

    order = totals.sorted_members(encoder.ranges.folds, given.has, less)
    return ListValue(kind, order, terms.ZERO, mappings.size(given, encoder.ranges))


# ---------------------------------------------------------------- asked


def lookup(encoder: Encoder, value: DictValue, key: Symbolic, span: Span) -> Symbolic:
    """`value[key]`."""
    at = key_of(key, value.key)
    encoder.fail("KeyError", terms.not_(mappings.has(value, at)), span)
    return unpack(terms.select(value.values, at), value.value)


def contains(value: Keyed, wanted: Symbolic) -> Term:
    """`wanted in value`."""
    kind = value.item if isinstance(value, SetValue) else value.key
    return mappings.has(value, key_of(wanted, kind))


def method(encoder: Encoder, expr: ex.MethodCall, scope: Scope) -> Symbolic:
    """Of a dict."""
    if expr.method in VIEWS:
        through = sequence(encoder, expr, scope)
        assert through is not None
        return seq.materialize(encoder, through)
    value = encoder.encode(expr.value, scope)
    if not isinstance(value, DictValue):
        raise NotModelledError(f"dict.{expr.method}")
    at = key_of(encoder.encode(expr.args[0], scope), value.key)
    there = mappings.has(value, at)
    held = unpack(terms.select(value.values, at), value.value)
    match expr.method, expr.args:
        case "get", (_,):
            if isinstance(held, OptionalValue):
                return choose(there, held, coerce(NOTHING, value.value))
            return OptionalValue(value.value, there, held)
        case "get", (_, default):
            otherwise = coerce(encoder.encode(default, scope), expr.type)
            return choose(there, coerce(held, expr.type), otherwise)
        case "without", (_,):
            less = mappings.without(value, at, encoder.ranges)
            return choose(there, less, value)
        case name, _:
            raise NotModelledError(f"dict.{name}")


def equal_keyed(encoder: Encoder, left: Symbolic, right: Symbolic) -> Term:
    """`==` of two sets or two dicts: a dict's order does not count."""
    match left, right:
        case SetValue(), SetValue():
            return mappings.same_keys(left, right, encoder.ranges)
        case DictValue(), DictValue():
            if left == right:
                return terms.TRUE

            def alike(key: Term) -> Term:
                one = unpack(terms.select(left.values, key), left.value)
                return encode_comparisons.equal(
                    encoder, one, unpack(terms.select(right.values, key), right.value)
                )

            return terms.and_(
                mappings.same_keys(left, right, encoder.ranges),
                mappings.each(left, encoder.ranges, alike),
            )
        case _:
            return terms.FALSE


def binary(encoder: Encoder, op: str, left: Symbolic, right: Symbolic) -> Symbolic | None:
    """An operator of two sets or two dicts; None where either is something else."""
    ranges = encoder.ranges
    match left, right:
        case SetValue(), SetValue():
            match op:
                case "|":
                    return mappings.joined(left, right, ranges)
                case "&":
                    return mappings.filtered(left, ranges, lambda key: mappings.has(right, key))
                case "-":
                    return mappings.without_members(left, right, ranges)
                case "^":
                    one = mappings.without_members(left, right, ranges)
                    other = mappings.without_members(right, left, ranges)
                    return mappings.joined(one, other, ranges)
                case _:
                    return None
        case DictValue(), DictValue() if op == "|":
            if not isinstance(ranges, Bounded):
                settled(left.has, right.has)
            return mappings.merged(left, right, ranges)
        case _:
            return None


def inclusion(encoder: Encoder, op: str, left: SetValue, right: SetValue) -> Term:
    """`<=` and its like of two sets."""
    if op in (">", ">="):
        left, right = right, left
    inside = mappings.includes(right, left, encoder.ranges)
    if op in ("<=", ">="):
        return inside
    return terms.and_(inside, terms.not_(mappings.same_keys(left, right, encoder.ranges)))


# ---------------------------------------------------------------- unmodified


def unchanged(encoder: Encoder, left: Symbolic, right: Symbolic) -> Term:
    """That nothing tells two values of one type apart: the order of a dict does."""
    alike = encode_comparisons.equal(encoder, left, right)
    return terms.and_(alike, _ordered_alike(encoder, left, right))


def _ordered_alike(encoder: Encoder, left: Symbolic, right: Symbolic) -> Term:
    """Of equal values: that their dicts have one order."""
    ranges = encoder.ranges
    match left, right:
        case DictValue(), DictValue() if left != right:

            def same_key(at: Term) -> Term:
                return terms.eq(terms.select(left.order, at), terms.select(right.order, at))

            def inside(key: Term) -> Term:
                one = unpack(terms.select(left.values, key), left.value)
                other = unpack(terms.select(right.values, key), right.value)
                return _ordered_alike(encoder, one, other)

            order = ranges.forall(terms.ZERO, left.length, same_key)
            if not _holds_dict(left.value):
                return order
            return terms.and_(order, mappings.each(left, ranges, inside))
        case ListValue(), ListValue() if left != right and _holds_dict(left.item):
            one, other = seq.of_list(left), seq.of_list(right)
            shift = terms.sub(other.low, one.low)
            return ranges.forall(
                one.low,
                one.high,
                lambda at: _ordered_alike(encoder, one.at(at), other.at(terms.add(at, shift))),
            )
        case TupleValue(a), TupleValue(b):
            return terms.and_(*(_ordered_alike(encoder, x, y) for x, y in zip(a, b, strict=True)))
        case RecordParts(_, a), RecordParts(_, b):
            return terms.and_(*(_ordered_alike(encoder, x, y) for x, y in zip(a, b, strict=True)))
        case OptionalValue(), OptionalValue():
            return terms.implies(left.present, _ordered_alike(encoder, left.value, right.value))
        case _:
            return terms.TRUE


def _holds_dict(kind: Type) -> bool:
    match erase(kind):
        case DictType():
            return True
        case ListType(item) | OptionalType(item):
            return _holds_dict(item)
        case TupleType(items):
            return any(_holds_dict(item) for item in items)
        case RecordType(_, fields):
            return any(_holds_dict(field) for _, field in fields)
        case _:
            return False
