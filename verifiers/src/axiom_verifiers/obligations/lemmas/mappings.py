"""Lemmas about folds that gather dicts: see `members`."""

from __future__ import annotations

from collections.abc import Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import totals
from axiom_verifiers.obligations.lemmas.members import Adding, additions
from axiom_verifiers.obligations.lemmas.shapes import At


def ordered(at: At) -> Iterator[Term]:
    """The order of the keys of a dict that was gathered lists each once."""
    if at.fold.name not in ("dict", "keys"):
        return
    has, order, place = at.values[0], *at.values[-2:]
    yield from totals.orders(has, order, totals.size(at.folds, has), place)


def items(at: At) -> Iterator[Term]:
    """At a key stands the value of the last place that has it."""
    fold = at.fold
    if fold.name != "dict":
        return
    has, values, _, _ = at.values
    made = Adding(at)
    put = additions(fold.step[1], fold.state[1])
    if made.found is None or put is None or len(put) != 1 or not made.empty_at_first:
        return
    (one,) = put
    if any(
        not term.free.isdisjoint(fold.state) for term in (one.condition, one.element, one.value)
    ):
        return
    key, here = terms.var("key", has.sort.index), terms.var("index", sorts.INT)
    later = terms.var("later", sorts.INT)

    def is_key(one_place: Term) -> Term:
        return terms.and_(
            at.bound(one.condition, one_place), terms.eq(at.bound(one.element, one_place), key)
        )

    last = terms.forall(
        (later,),
        terms.implies(
            terms.and_(terms.lt(here, later), terms.lt(later, at.high)), terms.not_(is_key(later))
        ),
    )
    held = terms.select(values, key)
    came = terms.exists(
        (here,),
        terms.and_(at.inside(here), is_key(here), terms.eq(held, at.bound(one.value, here)), last),
    )
    inside = terms.select(has, key)
    yield terms.forall((key,), terms.implies(inside, came), ((inside,), (held,)))
