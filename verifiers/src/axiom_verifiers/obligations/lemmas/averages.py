"""Lemmas about sums of members that are all at least, or at most, so much.

Where each of n numbers is at least m, their sum is at least n * m, and the sum divided by n, of
which the whole part is taken, is at least m; where each is at most m, both are at most that. What
they are all at least is their least one, or what the problem itself compares each of them with.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import AT, Fold, Folds, is_bound
from axiom_verifiers.obligations.lemmas.pairs import additive
from axiom_verifiers.obligations.lemmas.shapes import At, added, application, kept_or

# How many sums of one problem are told of, and beside how many bounds each.
_SUMS = 4
_BOUNDS = 4

_K = terms.var("k", sorts.INT)


class Bounded(msgspec.Struct, frozen=True):
    """Each member of the sum `at` is at least `bound`, or, where `above`, at most, `unless`."""

    at: At
    bound: Term
    above: bool
    unless: Term

    @property
    def size(self) -> Term:
        return terms.sub(self.at.high, self.at.low)

    def total(self) -> Term:
        """What that says of the sum."""
        return self._says(
            terms.mul(self.bound, self.size), terms.sub(self.at.value, self.at.start), self.above
        )

    def average(self, quotient: Term, named: tuple[Term, ...]) -> Iterator[Term]:
        """What it says of the sum divided by the number of members, or of the opposite; `named`
        is what the problem says that the sum is.
        """
        number, divisor = quotient.args
        if divisor is not self.size or self.at.start is not terms.ZERO:
            return
        for name in (self.at.value, *named):
            other = terms.ne(name, self.at.value)
            if number is name:
                yield terms.or_(other, self._says(self.bound, quotient, self.above))
            elif number is terms.neg(name):
                opposite = self._says(terms.neg(self.bound), quotient, not self.above)
                yield terms.or_(other, opposite)

    def _says(self, least: Term, value: Term, above: bool) -> Term:
        right = terms.le(value, least) if above else terms.le(least, value)
        return terms.or_(terms.le(self.at.high, self.at.low), self.unless, right)


def of_sums(folds: Folds, roots: tuple[Term, ...]) -> Iterator[Term]:
    """What the sums that the last root, the goal, speaks of are by bounds of their members."""
    asked = frozenset(terms.postorder(roots[-1:]))
    order = list(terms.postorder(roots))
    named = _named(order, asked)
    found = [at for at in additive(folds, roots) if _varies(at)]
    found = [at for at in found if at.value in asked or at.value in named]
    if not found:
        return
    quotients = [term for term in order if term.op == "div" and not term.args[1].is_literal]
    curved = quotients or any(term.op == "*" and not term.args[0].is_literal for term in order)
    extremes = _extremes(folds, order) if curved else []
    for at in found[:_SUMS]:
        known = [one for best in extremes for one in by_extreme(at, best)]
        bounds = [one for one in compared(at, order) if curved or one.is_literal]
        known += [one for bound in bounds[:_BOUNDS] for one in by_each(at, bound)]
        for one in known:
            yield one.total()
            for quotient in quotients:
                yield from one.average(quotient, tuple(named.get(at.value, ())))


def _named(order: list[Term], asked: frozenset[Term]) -> dict[Term, dict[Term, None]]:
    """What the problem says that its applications are, of that of which it asks something."""
    found: dict[Term, dict[Term, None]] = {}
    for term in order:
        if term.op == "=" and term.args[0].sort is sorts.INT:
            for one, other in (term.args, term.args[::-1]):
                if one.op == "apply" and other.op == "var" and other in asked:
                    found.setdefault(one, {})[other] = None
    return found


def _varies(at: At) -> bool:
    gain = added(at.fold)
    return gain is not None and AT in gain.free


def _extremes(folds: Folds, order: list[Term]) -> list[At]:
    found: dict[At, None] = {}
    for term in order:
        fold = folds.of(term)
        if isinstance(fold, Fold) and fold.name in ("max", "min") and not _speaks_of_bound(term):
            found[application(folds, fold, term)] = None
    return list(found)


def _speaks_of_bound(term: Term) -> bool:
    return any(is_bound(free) for free in term.free)


def by_extreme(at: At, best: At) -> Iterator[Bounded]:
    """No member of a sum is beyond the greatest, or the least, of just these. That goes through
    them from the second on, and starts from the first.
    """
    gain = added(at.fold)
    (state,) = best.fold.state
    change = kept_or(best.fold.step[0], state)
    if gain is None or change is None or at.high is not best.high:
        return
    condition, value = change
    first = terms.sub(best.low, terms.ONE)
    if at.low is not first or state in value.free or best.start is not best.bound(value, first):
        return
    if at.bound(gain, _K) is not best.bound(value, _K):
        return
    if condition is terms.lt(value, state):
        yield Bounded(at, best.value, above=False, unless=terms.FALSE)
    elif condition is terms.lt(state, value):
        yield Bounded(at, best.value, above=True, unless=terms.FALSE)


def by_each(at: At, bound: Term) -> Iterator[Bounded]:
    """Members that are all at least, or at most, `bound`; else one of them is not."""
    gain = added(at.fold)
    if gain is None:
        return
    one = at.bound(gain, _K)
    for above, beyond in ((False, terms.lt(one, bound)), (True, terms.lt(bound, one))):
        some = terms.exists((_K,), terms.and_(at.inside(_K), beyond))
        yield Bounded(at, bound, above=above, unless=some)


def compared(at: At, order: list[Term]) -> list[Term]:
    """What the problem compares each member of the sum with, for all of them; not 0, of which
    other lemmas speak.
    """
    gain = added(at.fold)
    found: dict[Term, None] = {}
    for term in order:
        if gain is None or term.op not in ("<", "<=") or term.args[0].sort is not sorts.INT:
            continue
        for one, other in (term.args, term.args[::-1]):
            bound = [free for free in one.free if is_bound(free)]
            if len(bound) != 1 or other is terms.ZERO or _speaks_of_bound(other):
                continue
            if bound[0].sort is sorts.INT and at.bound(gain, bound[0]) is one:
                found[other] = None
    return list(found)
