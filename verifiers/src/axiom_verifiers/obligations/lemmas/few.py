"""Folds over a range whose end is at most a small number: the months before this one.

Such a fold is what its definition makes of the range for each number that the end may be; told
of each, a solver tries them one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import Fold, Folds, is_bound
from axiom_verifiers.obligations.lemmas.shapes import At, application

# So many members a range may have at most, and so many folds are written out.
_FEW = 12
_FOLDS = 2


def of_few(
    folds: Folds, roots: tuple[Term, ...], definition: Callable[[At], Iterator[Term]]
) -> Iterator[Term]:
    """The definitions, for the folds of these terms whose range a hypothesis limits. The last
    root is the goal.
    """
    limits: dict[Term, int] = {}
    for root in roots[:-1]:
        for part in root.args if root.op == "and" else (root,):
            found = _limit(part)
            if found is not None:
                limits[found[0]] = min(found[1], limits.get(found[0], found[1]))
    if not limits:
        return
    told = 0
    for term in terms.postorder(roots):
        fold = folds.of(term)
        if not isinstance(fold, Fold) or any(is_bound(variable) for variable in term.free):
            continue
        at = application(folds, fold, term)
        limit = limits.get(at.high)
        if limit is None or not at.low.is_literal or limit - at.low.payload > _FEW:
            continue
        for end in range(at.low.payload, limit + 1):
            here = at.over(at.low, terms.integer(end))
            yield from definition(here)
            for one, other in zip(at.values, here.values, strict=True):
                yield terms.implies(terms.eq(at.high, terms.integer(end)), terms.eq(one, other))
        told += 1
        if told == _FOLDS:
            return


def _limit(part: Term) -> tuple[Term, int] | None:
    """What a condition says a number to be at most."""
    negated = part.op == "not"
    inner = part.args[0] if negated else part
    if inner.op not in ("<", "<=") or inner.args[0].sort is not sorts.INT:
        return None
    less, more = reversed(inner.args) if negated else inner.args
    if not more.is_literal or less.is_literal:
        return None
    # `not limit < x` allows the limit itself, as `x <= limit` does.
    return less, more.payload - int((inner.op == "<") is not negated)
