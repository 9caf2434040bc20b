"""The obligations that show the lemmas about lists that are given by their elements."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import Fold, Folds
from axiom_verifiers.obligations.lemmas import tables
from axiom_verifiers.obligations.lemmas.induction import LOW, Proof, induction, unknown
from axiom_verifiers.obligations.lemmas.shapes import At

_INTS = sorts.array(sorts.INT, sorts.INT)
_A, _B = terms.var("a", _INTS), terms.var("b", _INTS)
_MIDDLE, _I, _V = (terms.var(name, sorts.INT) for name in ("m", "i", "v"))

_gain = unknown("gain", sorts.INT, sorts.INT)
_value = unknown("value", sorts.INT)
_other = unknown("other", sorts.INT, sorts.INT)


def of_tables() -> Iterator[Proof]:
    def ahead(k: Term) -> Term:
        return terms.select(_A, terms.add(_V, k))

    def behind(k: Term) -> Term:
        return terms.select(_B, terms.sub(terms.add(_I, k), _MIDDLE))

    def read(folds: Folds, h: Term) -> At:
        return _plain(folds, _A, terms.add(LOW, _V), terms.add(h, _V))

    # Two lists, read in order.
    yield from _joined(ahead, behind, _plain, read)

    def made(folds: Folds, h: Term) -> At:
        return _sum(folds, lambda k: _gain(_other(_V, k), k), LOW, h)

    # Elements of any kind, and sums that depend on the place too.
    yield from _joined(lambda k: _other(_V, k), lambda k: _other(_I, k), _placed, made)
    folds = Folds()
    table = folds.table(_INTS, lambda k: _other(terms.select(_A, k), k))
    yield from induction(
        "a list given by its elements",
        folds,
        lambda h: tables.mapped(_placed(folds, table, LOW, h)),
    )


def _joined(
    first: Callable[[Term], Term],
    second: Callable[[Term], Term],
    total: Callable[[Folds, Term, Term, Term], At],
    part: Callable[[Folds, Term], At],
) -> Iterator[Proof]:
    """`part` is the sum over the first list alone, up to a place."""
    name = "one list after another"
    folds = Folds()
    table = folds.table(_INTS, lambda k: terms.ite(terms.lt(k, _MIDDLE), first(k), second(k)))

    # Over the first list alone; then over both, from there on.
    def alone(h: Term) -> Iterator[Term]:
        whole = total(folds, table, LOW, h).value
        yield terms.implies(terms.le(h, _MIDDLE), terms.eq(whole, part(folds, h).value))

    yield from induction(name, folds, alone)

    def both(h: Term) -> Iterator[Term]:
        return tables.joined(total(folds, table, LOW, h))

    yield from induction(name, folds, both, given=tuple(alone(_MIDDLE)))


def _plain(folds: Folds, array: Term, low: Term, high: Term) -> At:
    """Any sum over members whose places do not matter."""
    return _sum(folds, lambda k: _value(terms.select(array, k)), low, high)


def _placed(folds: Folds, array: Term, low: Term, high: Term) -> At:
    """Any sum: what is added may depend on the member and on its place."""
    return _sum(folds, lambda k: _gain(terms.select(array, k), k), low, high)


def _sum(folds: Folds, gain: Callable[[Term], Term], low: Term, high: Term) -> At:
    (value,) = folds.apply(
        "sum", (terms.ZERO,), low, high, lambda state, at: (terms.add(state[0], gain(at)),)
    )
    fold = folds.of(value)
    assert isinstance(fold, Fold)
    return At(folds, fold, value.args[:-2], low, high)
