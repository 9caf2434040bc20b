"""Definitions one member further on, where a problem speaks of all ranges that begin or end there.

Solvers follow a definition from a range that is spoken of to the one without its last member. That
there is a part of a list with some sum is shown with a part that is one longer than one that is
known: of these the definition is told as well, beside the shorter one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import Fold, Folds, is_bound
from axiom_verifiers.obligations.lemmas.shapes import At

# Of so many ranges.
_MOST = 6


def ahead(
    folds: Folds, order: Iterable[Term], definition: Callable[[At], Iterable[Term]]
) -> Iterator[Term]:
    """Instances of the definition at ranges that go on by one."""
    spoken: dict[tuple[int, tuple[Term, ...]], list[At]] = {}
    for term in order:
        fold = folds.of(term)
        if isinstance(fold, Fold) and not any(map(_bound, term.args[:-2])):
            at = At(folds, fold, term.args[:-2], *term.args[-2:])
            spoken.setdefault((id(fold), at.arguments), []).append(at)
    for ranges in spoken.values():
        ends = list(dict.fromkeys(at.high for at in ranges if not _bound(at.high)))[:_MOST]
        if any(_bound(at.high) for at in ranges):
            # Any end may be meant, so also the one after each of these.
            plain = [at for at in ranges if at.high in ends and not _bound(at.low)]
            for at in [at for at in plain if not at.high.is_literal]:
                longer = at.over(at.low, terms.add(at.high, terms.ONE))
                if longer.high not in ends:
                    yield from definition(longer)
            ends += [terms.add(end, terms.ONE) for end in ends if not end.is_literal]
        if any(_bound(at.low) for at in ranges):
            yield from _of_all_beginnings(ranges[0], list(dict.fromkeys(ends)), definition)


def _of_all_beginnings(
    any_of: At, ends: list[Term], definition: Callable[[At], Iterable[Term]]
) -> Iterator[Term]:
    """Of ranges that end at a place and at the next one: the longer for each of the shorter that
    is spoken of, and the one of a single member.
    """
    low = terms.var("low", sorts.INT)
    for end in ends:
        before = terms.sub(end, terms.ONE)
        if before not in ends:
            continue
        shorter = any_of.over(low, before).values[0]
        told = terms.and_(*definition(any_of.over(low, end)))
        yield terms.forall((low,), told, ((shorter,),))
        yield from definition(any_of.over(before, end))


def _bound(term: Term) -> bool:
    return any(is_bound(variable) for variable in term.free)
