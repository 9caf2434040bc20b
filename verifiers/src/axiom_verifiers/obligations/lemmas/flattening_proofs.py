"""The obligations that show the lemmas about lists that are put one behind the other.

The lists are those of any function of the member, and of any length that is not negative: a lemma
says nothing of members beyond its range, whose lists may as well be taken to be empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import Fold, Folds, Table
from axiom_verifiers.obligations.lemmas import flattening, sums, tables
from axiom_verifiers.obligations.lemmas.induction import (
    HIGH,
    LOW,
    Proof,
    fold,
    induction,
    problem,
    unknown,
)
from axiom_verifiers.obligations.lemmas.shapes import At

_INTS = sorts.array(sorts.INT, sorts.INT)
_I, _K, _P = (terms.var(name, sorts.INT) for name in "ikp")
_length = unknown("length", sorts.INT)
_first = unknown("first", sorts.INT)
_list = unknown("list", sorts.INT, result=_INTS)
_value = unknown("value", sorts.INT)


def _counted(folds: Folds, high: Term, length: Callable[[Term], Term] = _length) -> Term:
    return fold(folds, "sum", LOW, high, lambda s, k: terms.add(s, length(k))).value


def _flat(folds: Folds, high: Term, length: Callable[[Term], Term] = _length) -> At:
    """Any lists one behind the other."""

    def step(state: Term, at: Term) -> Term:
        start = _counted(folds, at, length)

        def element(place: Term) -> Term:
            held = terms.select(_list(at), terms.add(_first(at), terms.sub(place, start)))
            return terms.ite(terms.lt(place, start), terms.select(state, place), held)

        return folds.table(_INTS, element)

    return fold(folds, "flat", LOW, high, step, terms.const_array(_INTS, terms.ZERO))


def _stepped(at: At) -> tuple[Term, ...]:
    """What the table is that one more list makes."""
    stepped = at.fold.stepped(at.arguments, at.values, HIGH)[0]
    table = at.folds.of(stepped)
    assert isinstance(table, Table)
    return tuple(table.facts(stepped))


def of_flattening() -> Iterator[Proof]:
    """All of them, in a fixed order."""
    yield from _of_places()
    yield from _of_sums()


_NATURAL = terms.forall((_K,), terms.le(terms.ZERO, _length(_K)), ((_length(_K),),))


def _of_places() -> Iterator[Proof]:
    name = "places of lists in a row"
    folds = Folds()

    # What stands before a member is counted alike whatever follows, and never gets less.
    def rising(h: Term) -> Iterator[Term]:
        earlier = terms.and_(terms.le(LOW, _K), terms.le(_K, h))
        here = _counted(folds, _K)
        less = terms.and_(terms.le(terms.ZERO, here), terms.le(here, _counted(folds, h)))
        yield terms.forall((_K,), terms.implies(earlier, less), ((here,),))

    yield from induction(name, folds, rising, given=(_NATURAL,))
    # So the places of two members have nothing in common: they name their member.
    risen = terms.instance(next(rising(HIGH)), (terms.add(_I, terms.ONE),))
    order = (terms.le(LOW, _I), terms.lt(_I, HIGH))
    ends = terms.add(_counted(folds, _I), _length(_I))
    apart = terms.le(ends, _counted(folds, HIGH))
    yield Proof(name, "places differ", problem(folds, (*order, risen), apart))
    at = _flat(folds, HIGH)

    def inside(member: Term) -> Term:
        begin = _counted(folds, member)
        end = terms.add(begin, _length(member))
        return terms.and_(terms.le(LOW, member), terms.le(begin, _P), terms.lt(_P, end))

    owner = terms.apply(flattening.owner_of(at), *at.arguments, at.low, _P)
    named = terms.forall(
        (_I, _P), terms.implies(inside(_I), terms.eq(owner, _I)), ((_counted(folds, _I), owner),)
    )
    after = terms.add(HIGH, terms.ONE)
    given = (_NATURAL, named, *rising(HIGH), *rising(after), *_stepped(at))
    yield from induction(name, folds, lambda h: flattening.places(_flat(folds, h)), given=given)
    yield from _of_even_places(name)


def _of_even_places(name: str) -> Iterator[Proof]:
    """Lists of one length, whose places are known without counting."""
    folds = Folds()
    three = terms.integer(3)

    def flat(h: Term) -> At:
        return _flat(folds, h, lambda _: three)

    at = flat(HIGH)
    owner = terms.apply(flattening.owner_of(at), *at.arguments, at.low, _P)
    member = terms.add(LOW, terms.floor_div(_P, three))
    named = terms.forall(
        (_P,), terms.implies(terms.le(terms.ZERO, _P), terms.eq(owner, member)), ((owner,),)
    )

    def counted(h: Term) -> Iterator[Term]:
        size = terms.sub(h, LOW)
        number = _counted(folds, h, lambda _: three)
        yield terms.implies(terms.le(LOW, h), terms.eq(number, terms.mul(three, size)))

    yield from induction(name, folds, counted)
    given = (named, *counted(HIGH), *_stepped(at))
    yield from induction(name, folds, lambda h: flattening.places(flat(h)), given=given)


def _of_sums() -> Iterator[Proof]:
    folds = Folds()
    name = "sum of lists in a row"

    def plain(array: Term, low: Term, high: Term) -> At:
        return fold(
            folds, "sum", low, high, lambda s, k: terms.add(s, _value(terms.select(array, k)))
        )

    at = _flat(folds, HIGH)
    after = terms.add(HIGH, terms.ONE)

    def total(h: Term) -> Iterator[Term]:
        whole = plain(_flat(folds, h).value, terms.ZERO, _counted(folds, h))
        return flattening.summed(whole)

    # One more list is one list after another, which is read from its own first place.
    stepped = at.fold.stepped(at.arguments, at.values, HIGH)[0]
    joined = tuple(tables.joined(plain(stepped, terms.ZERO, _counted(folds, after))))
    moved = tuple(
        fact
        for term in terms.postorder(joined)
        if isinstance(made := folds.of(term), Fold) and made.name == "sum"
        for fact in sums.reindexed(At(folds, made, term.args[:-2], *term.args[-2:]))
    )
    natural = (_NATURAL, terms.le(terms.ZERO, _counted(folds, HIGH)))
    yield from induction(name, folds, total, given=(*natural, *joined, *moved))
