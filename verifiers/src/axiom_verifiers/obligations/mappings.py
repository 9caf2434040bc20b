"""Sets and dicts as values: made, asked, changed, compared.

In a proof a set is what it has and nothing more. In a bounded search a set and a dict both list
their members in `order`, so that going through all of them needs no quantifier.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from axiom_verifiers.logic import terms
from axiom_verifiers.logic.terms import ONE, ZERO, Term
from axiom_verifiers.obligations import totals
from axiom_verifiers.obligations.ranges import Bounded, Ranges, Unbounded
from axiom_verifiers.obligations.values import DictValue, SetValue, empty_set

Keyed = SetValue | DictValue
# A display of so many members is gone through one by one in proofs too.
_WRITTEN_OUT = 16


def size(value: Keyed, ranges: Ranges) -> Term:
    """`len` of it."""
    if isinstance(value, DictValue) or isinstance(ranges, Bounded):
        return value.length
    return totals.size(ranges.folds, value.has)


def has(value: Keyed, key: Term) -> Term:
    return terms.select(value.has, key)


def shown(value: Term) -> list[Term] | None:
    """The members that were put into an empty set, when the text of `has` is just that."""
    found: list[Term] = []
    while value.op == "store" and value.args[2] is terms.TRUE and len(found) < _WRITTEN_OUT:
        found.append(value.args[1])
        value = value.args[0]
    if value.op == "const-array" and value.args[0] is terms.FALSE:
        return list(reversed(found))
    return None


def each(value: Keyed, ranges: Ranges, body: Callable[[Term], Term]) -> Term:
    """That `body` holds of every member or key."""
    if isinstance(ranges, Bounded):
        return ranges.forall(ZERO, value.length, lambda at: body(terms.select(value.order, at)))
    known = shown(value.has)
    if known is not None:
        return terms.and_(*(body(key) for key in known))
    key = ranges.variable(value.has.sort.index)
    return terms.forall((key,), terms.implies(has(value, key), body(key)))


def fits_together(value: Keyed, ranges: Ranges) -> Term:
    """What holds of the parts of every set and every dict."""
    if isinstance(ranges, Bounded):
        return _listed(value, ranges)
    if isinstance(value, SetValue):
        return terms.TRUE
    counted = totals.size(ranges.folds, value.has)
    ranges.folds.note_listing(value.has, value.order, value.length)
    facts = totals.orders(value.has, value.order, value.length, value.place)
    return terms.and_(terms.le(ZERO, value.length), terms.eq(value.length, counted), *facts)


def _listed(value: Keyed, ranges: Bounded) -> Term:
    """`order` lists what it has, each once; so it has nothing else."""

    def at(position: Term) -> Term:
        return terms.select(value.order, position)

    (made,) = ranges.fold(
        "members",
        (terms.const_array(value.has.sort, terms.FALSE),),
        ZERO,
        value.length,
        lambda state, j: (terms.store(state[0], at(j), terms.TRUE),),
    )

    def placed(position: Term) -> Term:
        earlier = ranges.forall(ZERO, position, lambda j: terms.ne(at(j), at(position)))
        if isinstance(value, SetValue):
            return earlier
        return terms.and_(earlier, terms.eq(terms.select(value.place, at(position)), position))

    return terms.and_(
        terms.le(ZERO, value.length),
        terms.eq(value.has, made),
        ranges.forall(ZERO, value.length, placed),
    )


# ---------------------------------------------------------------- changes


def add(value: SetValue, key: Term, ranges: Ranges) -> SetValue:
    """The set with one more member."""
    grown = terms.store(value.has, key, terms.TRUE)
    if not isinstance(ranges, Bounded):
        return replace(value, has=grown)
    there = has(value, key)
    order = terms.ite(there, value.order, terms.store(value.order, value.length, key))
    length = terms.ite(there, value.length, terms.add(value.length, ONE))
    return SetValue(value.item, grown, order, length)


def put(value: DictValue, key: Term, held: Term) -> DictValue:
    """The dict with the value at a key, which comes last when it is new."""
    there = has(value, key)
    place = terms.ite(there, terms.select(value.place, key), value.length)
    return replace(
        value,
        has=terms.store(value.has, key, terms.TRUE),
        values=terms.store(value.values, key, held),
        order=terms.store(value.order, place, key),
        length=terms.ite(there, value.length, terms.add(value.length, ONE)),
        place=terms.store(value.place, key, place),
    )


def discard(value: SetValue, key: Term, ranges: Ranges) -> SetValue:
    """The set without one member."""
    left = terms.store(value.has, key, terms.FALSE)
    if not isinstance(ranges, Bounded):
        return replace(value, has=left)
    return filtered(value, ranges, lambda one: terms.ne(one, key))


def without(value: DictValue, key: Term, ranges: Ranges) -> DictValue:
    """The dict without a key that it has: those behind it move up by one."""
    gone = terms.select(value.place, key)
    one_up = terms.ite(has(value, key), ONE, ZERO)
    length = terms.sub(value.length, one_up)

    def order(at: Term) -> Term:
        behind = terms.select(value.order, terms.add(at, ONE))
        return terms.ite(terms.lt(at, gone), terms.select(value.order, at), behind)

    def place(one: Term) -> Term:
        before = terms.select(value.place, one)
        return terms.ite(terms.lt(gone, before), terms.sub(before, ONE), before)

    if isinstance(ranges, Bounded):
        (ordered,) = ranges.fold(
            "order",
            (value.order,),
            ZERO,
            value.length,
            lambda state, at: (terms.store(state[0], at, order(at)),),
        )
        (placed,) = ranges.fold(
            "place",
            (value.place,),
            ZERO,
            length,
            lambda state, at: (terms.store(state[0], order(at), at),),
        )
    else:
        ordered = ranges.folds.table(value.order.sort, order)
        placed = ranges.folds.table(value.place.sort, place)
    return replace(
        value,
        has=terms.store(value.has, key, terms.FALSE),
        order=ordered,
        length=length,
        place=placed,
    )


# ---------------------------------------------------------------- sets as wholes


def joined(left: SetValue, right: SetValue, ranges: Ranges) -> SetValue:
    """The union."""
    known = shown(right.has)
    if known is not None:
        for key in known:
            left = add(left, key, ranges)
        return left
    if isinstance(ranges, Bounded):
        return _gathered(left, right, ranges, lambda _: terms.TRUE)
    return _table(left, ranges, lambda key: terms.or_(has(left, key), has(right, key)))


def filtered(value: SetValue, ranges: Ranges, keep: Callable[[Term], Term]) -> SetValue:
    """The members for which `keep` holds."""
    if isinstance(ranges, Bounded):
        return _gathered(empty_set(value.item), value, ranges, keep)
    return _table(value, ranges, lambda key: terms.and_(has(value, key), keep(key)))


def kept(value: Keyed, ranges: Unbounded, keep: Callable[[Term], Term]) -> Term:
    """What has the members, or keys, for which `keep` holds."""
    return ranges.folds.table(value.has.sort, lambda key: terms.and_(has(value, key), keep(key)))


def _table(like: SetValue, ranges: Ranges, inside: Callable[[Term], Term]) -> SetValue:
    return replace(like, has=ranges.folds.table(like.has.sort, inside))


def _gathered(
    start: SetValue, more: Keyed, ranges: Bounded, keep: Callable[[Term], Term]
) -> SetValue:
    """A set and those members of another that are to be kept."""

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        before = SetValue(start.item, *state)
        key = terms.select(more.order, at)
        after = add(before, key, ranges)
        kept = keep(key)
        pairs = zip((after.has, after.order, after.length), state, strict=True)
        return tuple(terms.ite(kept, new, old) for new, old in pairs)

    state = (start.has, start.order, start.length)
    return SetValue(start.item, *ranges.fold("gathered", state, ZERO, more.length, step))


def without_members(left: SetValue, right: SetValue, ranges: Ranges) -> SetValue:
    """The difference."""
    known = shown(right.has)
    if known is not None and not isinstance(ranges, Bounded):
        for key in known:
            left = discard(left, key, ranges)
        return left
    return filtered(left, ranges, lambda key: terms.not_(has(right, key)))


def keys(value: DictValue) -> SetValue:
    """The keys as a set."""
    return SetValue(value.key, value.has, value.order, value.length)


def includes(larger: Keyed, smaller: Keyed, ranges: Ranges) -> Term:
    """That the members of one are members of the other."""
    return each(smaller, ranges, lambda key: has(larger, key))


def same_keys(left: Keyed, right: Keyed, ranges: Ranges) -> Term:
    """That both have the same members."""
    if not isinstance(ranges, Bounded):
        return terms.eq(left.has, right.has)
    return terms.and_(
        terms.eq(left.length, right.length),
        includes(right, left, ranges),
    )


def merged(left: DictValue, right: DictValue, ranges: Ranges) -> DictValue:
    """`left | right`: the values of the right one count, new keys come behind."""

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        key = terms.select(right.order, at)
        before = DictValue(left.key, left.value, *state)
        after = put(before, key, terms.select(right.values, key))
        return (after.has, after.values, after.order, after.length, after.place)

    start = (left.has, left.values, left.order, left.length, left.place)
    if isinstance(ranges, Bounded):
        parts = ranges.fold("merged", start, ZERO, right.length, step)
        return DictValue(left.key, left.value, *parts)
    folds = ranges.folds
    known = shown(right.has)
    if known is not None:
        for key in known:
            left = put(left, key, terms.select(right.values, key))
        return left

    def value(key: Term) -> Term:
        of_right = terms.select(right.values, key)
        return terms.ite(has(right, key), of_right, terms.select(left.values, key))

    inside = folds.table(left.has.sort, lambda key: terms.or_(has(left, key), has(right, key)))
    values = folds.table(left.values.sort, value)
    # The order is that of some dict with these keys: the old ones first, as far as is said here.
    order = totals.enumeration(folds, inside)
    place = totals.place_in(folds, order)
    length = totals.size(folds, inside)
    return DictValue(left.key, left.value, inside, values, order, length, place)
