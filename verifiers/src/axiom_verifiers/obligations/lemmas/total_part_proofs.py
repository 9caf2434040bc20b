"""The obligations that show the lemmas about sums over the parts of sets: each by a set that is
empty, and by one member more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import totals
from axiom_verifiers.obligations.folds import Folds
from axiom_verifiers.obligations.lemmas import total_parts
from axiom_verifiers.obligations.lemmas.induction import Proof, problem, unknown

_SET = sorts.array(sorts.INT, sorts.BOOL)
_NAME = "parts of a total"
_NOTHING = terms.const_array(_SET, terms.FALSE)
_ONE, _OTHER = terms.var("one", _SET), terms.var("other", _SET)
_NEW = terms.var("new", sorts.INT)
_MORE = terms.store(_ONE, _NEW, terms.TRUE)
_KEY = terms.var("key", sorts.INT)
_meets = unknown("meets", sorts.INT, result=sorts.BOOL)
_value = unknown("value", sorts.INT)
_second = unknown("second", sorts.INT)
_FACTOR = terms.var("factor", sorts.INT)


def of_total_parts() -> Iterator[Proof]:
    """All of them, in a fixed order."""
    yield from _of_elements()
    yield from _of_sets()


def _said(folds: Folds, application: Term) -> Term:
    return terms.and_(*total_parts.taken_apart(folds, application))


def _of(folds: Folds, claim: Term, has: Term) -> tuple[Term, tuple[Term, ...]]:
    """A claim about the one set, said of another; and what the totals in it are by definition."""
    there = terms.substitute(claim, {_ONE: has})
    known = tuple(
        terms.eq(term, meaning.of(tuple(term.args[:-1]), term.args[-1]))
        for term in terms.postorder((there,))
        for meaning in (folds.of(term),)
        if isinstance(meaning, totals.Total) and has in term.args
    )
    return there, known


def _with_each(
    folds: Folds, part: str, claim: Term, given: tuple[Term, ...] = ()
) -> Iterator[Proof]:
    """Of no member, and of one more."""
    empty, known = _of(folds, claim, _NOTHING)
    yield Proof(_NAME, f"{part}: none", problem(folds, (*given, *known), empty))
    outside = terms.not_(terms.select(_ONE, _NEW))
    then, known = _of(folds, claim, _MORE)
    yield Proof(_NAME, f"{part}: one more", problem(folds, (outside, claim, *known), then))


def _of_elements() -> Iterator[Proof]:
    folds = Folds()

    def total(element: Callable[[Term], Term]) -> Callable[[Term], Term]:
        return lambda has: totals.total(folds, has, element)

    def among(key: Term) -> Term:
        return terms.ite(terms.select(_OTHER, key), _value(key), terms.ZERO)

    def beside(key: Term) -> Term:
        return terms.ite(terms.select(_OTHER, key), terms.ZERO, _value(key))

    def unmet(key: Term) -> Term:
        return terms.ite(_meets(key), terms.ZERO, _value(key))

    def linear(key: Term) -> Term:
        return terms.sub(_value(key), terms.mul(_FACTOR, _second(key)))

    def linear_where(key: Term) -> Term:
        return terms.ite(_meets(key), terms.add(linear(key), _FACTOR), terms.ZERO)

    for part, element in (
        ("what is beside", beside),
        ("what does not meet a condition", unmet),
        ("sums", linear),
        ("sums where a condition holds", linear_where),
    ):
        yield from _with_each(folds, part, _said(folds, total(element)(_ONE)))
    one, other = total(_value)(_ONE), total(_second)(_OTHER)
    same = total_parts.alike(folds, one, total(_second)(_ONE))
    yield from _with_each(folds, "alike", same)
    whole = total_parts.alike(folds, one, other)
    yield Proof(_NAME, "alike: equal sets", problem(folds, (same,), whole))

    apart = terms.and_(terms.select(_ONE, _KEY), terms.ne(among(_KEY), terms.ZERO))
    zero = terms.or_(terms.exists((_KEY,), apart), terms.eq(total(among)(_ONE), terms.ZERO))
    yield from _with_each(folds, "zeros", zero)
    # The other set takes the place of the first, which is empty.
    none = terms.substitute(zero, {_ONE: _OTHER, _OTHER: _NOTHING})
    yield from _with_each(folds, "one among the other", _said(folds, total(among)(_ONE)), (none,))

    def inside(key: Term) -> Term:
        return terms.ite(terms.select(_ONE, key), _value(key), _second(key))

    said = total_parts.alike(folds, total(inside)(_ONE), total(_value)(_ONE))
    known = _said(folds, total(inside)(_ONE))
    yield Proof(_NAME, "members are members", problem(folds, (said,), known))


def _of_sets() -> Iterator[Proof]:
    """Of sets that are given by what is in them."""

    def kept(has: Term, key: Term) -> Term:
        return terms.and_(terms.select(has, key), _meets(key))

    def either(has: Term, key: Term) -> Term:
        return terms.or_(terms.select(_OTHER, key), terms.select(has, key))

    for part, inside in (("what is kept", kept), ("either", either)):
        folds = Folds()

        def table(has: Term, folds: Folds = folds, inside: Callable[..., Term] = inside) -> Term:
            return folds.table(_SET, lambda key: inside(has, key))

        def over(has: Term, folds: Folds = folds) -> Term:
            return totals.total(folds, has, _value)

        here, then = table(_ONE), table(_MORE)
        comes = _meets(_NEW) if part == "what is kept" else terms.not_(terms.select(_OTHER, _NEW))
        grown = terms.ite(comes, terms.store(here, _NEW, terms.TRUE), here)
        yield Proof(_NAME, f"{part}: the set", problem(folds, (), terms.eq(then, grown)))
        claim = _said(folds, over(here))
        outside = terms.not_(terms.select(_ONE, _NEW))
        more, known = _of(folds, claim, _MORE)
        hypotheses = (outside, claim, *known, terms.eq(over(then), over(grown)))
        yield Proof(_NAME, f"{part}: one more", problem(folds, hypotheses, more))
        first = terms.substitute(here, {_ONE: _NOTHING})
        least = _NOTHING if part == "what is kept" else _OTHER
        yield Proof(_NAME, f"{part}: at first", problem(folds, (), terms.eq(first, least)))
        empty, known = _of(folds, claim, _NOTHING)
        hypotheses = (*known, terms.eq(over(first), over(least)))
        yield Proof(_NAME, f"{part}: none", problem(folds, hypotheses, empty))
