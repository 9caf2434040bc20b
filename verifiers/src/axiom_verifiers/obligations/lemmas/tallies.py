"""What a set that was gathered from a range has, by how often each value occurs in that range.

Of a fold that puts `element(j)` in where `condition(j)` holds, and the sum over the same range of
ones where `condition(j)` holds and `element(j)` is a given value: the set has that value just when
it had it at first or the sum is not zero. So `set(xs)`, the keys of `Counter(xs)` and
`xs.count(v)` speak of one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import Fold, Folds, is_bound
from axiom_verifiers.obligations.lemmas.members import Adding
from axiom_verifiers.obligations.lemmas.shapes import At, added, application

_GATHERING = ("set", "dict", "keys")
# So many sets of one problem are told of.
_MOST = 6


def of_members(folds: Folds, roots: tuple[Term, ...], told: Iterable[Term]) -> Iterator[Term]:
    """For the sets that occur in `roots`, and the counts that occur in what is told of them."""
    sets: dict[At, None] = {}
    for term in terms.postorder(roots):
        fold = folds.of(term)
        if isinstance(fold, Fold) and fold.name in _GATHERING and not _speaks_of_bound(term):
            sets[application(folds, fold, term)] = None
    if not sets:
        return
    counts: dict[At, None] = {}
    for term in terms.postorder((*roots, *told)):
        fold = folds.of(term)
        if isinstance(fold, Fold) and added(fold) is not None:
            counts[application(folds, fold, term)] = None
    seen: set[Term] = set()
    for made in list(sets)[:_MOST]:
        for counted in counts:
            for fact in by_count(made, counted):
                if fact not in seen:
                    seen.add(fact)
                    yield fact


def _speaks_of_bound(term: Term) -> bool:
    return any(is_bound(free) for free in term.free)


def by_count(made: At, counted: At) -> Iterator[Term]:
    """The same, if the count is one of what is put in."""
    gathered = Adding(made)
    if gathered.found is None or len(gathered.found) != 1:
        return
    (one,) = gathered.found
    gain = added(counted.fold)
    if gain is None or gain.op != "ite" or counted.start is not terms.ZERO:
        return
    if (made.low, made.high) != (counted.low, counted.high):
        return
    met, *ones = gain.args
    if ones != [terms.ONE, terms.ZERO]:
        return
    key = terms.var("key", gathered.has.sort.index)
    place = terms.var("place", sorts.INT)
    condition, element = made.bound(one.condition, place), made.bound(one.element, place)
    wanted = {
        terms.and_(*parts)
        for same in (terms.eq(element, key), terms.eq(key, element))
        for parts in ((condition, same), (same, condition))
    }
    for position, parameter in enumerate(counted.fold.parameters):
        if parameter.sort is not key.sort:
            continue
        here = counted.given(position, key)
        if _speaks_of_bound_beside(here, key) or here.bound(met, place) not in wanted:
            continue
        inside, total = terms.select(gathered.has, key), here.value
        occurs = terms.lt(terms.ZERO, total)
        if not gathered.empty_at_first:
            occurs = terms.or_(terms.select(gathered.start, key), occurs)
        both = terms.and_(terms.iff(inside, occurs), terms.le(terms.ZERO, total))
        yield terms.forall((key,), both, ((inside,), (total,)))


def _speaks_of_bound_beside(at: At, key: Term) -> bool:
    parts = (*at.arguments, at.low, at.high)
    return any(is_bound(free) for part in parts if part is not key for free in part.free)
