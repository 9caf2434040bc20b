"""The obligations that show the lemmas about folds that gather sets and dicts."""

from __future__ import annotations

from collections.abc import Iterator

from axiom_verifiers.contracts.types import INT
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import Fold, Folds
from axiom_verifiers.obligations.lemmas import mappings, members
from axiom_verifiers.obligations.lemmas.induction import HIGH, LOW, Proof, induction, unknown
from axiom_verifiers.obligations.lemmas.shapes import At
from axiom_verifiers.obligations.mappings import put
from axiom_verifiers.obligations.totals import size
from axiom_verifiers.obligations.values import DictValue

_SET = sorts.array(sorts.INT, sorts.BOOL)
_INTS = sorts.array(sorts.INT, sorts.INT)
_meets = unknown("meets", sorts.INT, result=sorts.BOOL)
_element = unknown("element", sorts.INT)
_value = unknown("value", sorts.INT)
_NOTHING = terms.const_array(_SET, terms.FALSE)


def _application(folds: Folds, value: Term, high: Term) -> At:
    fold = folds.of(value)
    assert isinstance(fold, Fold)
    return At(folds, fold, value.args[:-2], LOW, high)


def _set(folds: Folds, high: Term, start: Term) -> At:
    """What is put in may depend on the place in any way."""

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        after = terms.store(state[0], _element(at), terms.TRUE)
        return (terms.ite(_meets(at), after, state[0]),)

    return _application(folds, folds.apply("set", (start,), LOW, high, step)[0], high)


def _each(folds: Folds, high: Term) -> At:
    """Everything is put in."""
    (made,) = folds.apply(
        "set",
        (_NOTHING,),
        LOW,
        high,
        lambda state, at: (terms.store(state[0], _element(at), terms.TRUE),),
    )
    return _application(folds, made, high)


def _dict(folds: Folds, high: Term) -> At:
    zeros = terms.const_array(_INTS, terms.ZERO)

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        has, values, order, place = state
        before = DictValue(INT, INT, has, values, order, size(folds, has), place)
        after = put(before, _element(at), _value(at))
        parts = (after.has, after.values, after.order, after.place)
        return tuple(terms.ite(_meets(at), new, old) for new, old in zip(parts, state, strict=True))

    made = folds.apply("dict", (_NOTHING, zeros, zeros, zeros), LOW, high, step)
    return _application(folds, made[0], high)


def _sizes(at: At, after: At) -> tuple[Term, ...]:
    """The definition of a size, for what was gathered up to a place and one step later."""
    here = size(at.folds, at.values[0])
    stepped = at.fold.stepped(at.arguments, at.values, at.high)[0]
    return (
        terms.implies(terms.le(at.high, LOW), terms.eq(here, terms.ZERO)),
        terms.implies(
            terms.le(LOW, at.high),
            terms.eq(size(at.folds, after.values[0]), size(at.folds, stepped)),
        ),
        terms.le(terms.ZERO, here),
    )


def of_gathered() -> Iterator[Proof]:
    """All of them, in a fixed order."""
    after = terms.add(HIGH, terms.ONE)
    for start in (_NOTHING, terms.var("start", _SET)):
        folds = Folds()
        yield from induction(
            "members of a set", folds, lambda h, f=folds, s=start: members.members(_set(f, h, s))
        )
    folds = Folds()
    yield from induction("items of a dict", folds, lambda h: mappings.items(_dict(folds, h)))
    folds = Folds()
    yield from induction(
        "order of a dict's keys",
        folds,
        lambda h: mappings.ordered(_dict(folds, h)),
        given=_sizes(_dict(folds, HIGH), _dict(folds, after)),
    )
    folds = Folds()

    def bounded(high: Term) -> Iterator[Term]:
        at = _each(folds, high)
        yield from members.members(at)
        yield from members.sizes(at, size(folds, at.values[0]))

    yield from induction(
        "size of what is gathered",
        folds,
        bounded,
        given=_sizes(_each(folds, HIGH), _each(folds, after)),
    )
