"""What a comprehension with conditions keeps of a list from which one member was taken out."""

from __future__ import annotations

from collections.abc import Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import AT
from axiom_verifiers.obligations.lemmas.choices import either
from axiom_verifiers.obligations.lemmas.filters import filtering
from axiom_verifiers.obligations.lemmas.shapes import At, replaced
from axiom_verifiers.obligations.lemmas.sums import polynomial
from axiom_verifiers.obligations.lemmas.tables import halves


def without_one(at: At) -> Iterator[Term]:
    """Of a list without one of its members, where that member would not be kept: what is kept of
    the list with it.
    """
    shape = filtering(at)
    if shape is None:
        return
    for _, there in either(at):
        # After a branch it is one list or another: that it is equal to that one is congruence.
        yield from without_one(there)
    k = terms.var("k", sorts.INT)
    for position, argument in enumerate(at.arguments):
        parts = halves(at, position)
        if parts is None:
            continue
        first, second, middle = parts
        if first.op != "select" or second.op != "select" or first.args[0] is not second.args[0]:
            continue
        array, behind = first.args[0], polynomial(second.args[1])
        if first.args[1] is not AT or AT in array.free or behind is None or behind[1:] != (1, 0):
            continue
        there = at.given(position, array)
        other = filtering(there.over(at.low, terms.add(at.high, terms.ONE)))
        # A member counts for what it is alone, wherever it stands.
        if (
            other is None
            or other.at.start is not at.start
            or not all(
                _reads_alone(part, argument, k)
                and replaced(part, terms.select(argument, k), terms.select(array, k)) is same
                for part, same in (
                    (shape.condition(k), other.condition(k)),
                    (shape.element(k), other.element(k)),
                )
            )
        ):
            continue
        within = terms.and_(
            terms.eq(behind[0], terms.ONE), terms.le(at.low, middle), terms.le(middle, at.high)
        )
        same = terms.and_(
            terms.eq(at.value, other.at.value),
            terms.eq(shape.place(at.high), other.place(other.at.high)),
        )
        yield terms.implies(terms.and_(within, terms.not_(other.condition(middle))), same)


def _reads_alone(part: Term, array: Term, place: Term) -> bool:
    """Whether it speaks of the array, and of the place, in reading the array there alone."""
    read = terms.select(array, place)
    probe = terms.var("probe", array.sort.element)
    rest = replaced(part, read, probe)
    return place not in rest.free and array not in terms.postorder((rest,))
