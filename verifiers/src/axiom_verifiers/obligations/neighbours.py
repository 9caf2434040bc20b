"""Order between neighbours is order between all: what solvers do not find, as it takes induction.

People write `forall i in range(len(xs) - 1): xs[i] <= xs[i + 1]`, code jumps about in the list.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.term import Binder
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import is_bound

# So many different statements about neighbours are looked at.
_MOST = 6
_READS = ("select", "apply")
_ORDER = {"<": terms.lt, "<=": terms.le}


def neighbour_facts(roots: tuple[Term, ...]) -> Iterator[Term]:
    """For each statement in the roots that the values of an int term at neighbouring places are in
    order: that then they are so at any two places of that range.

    Transitivity and induction over the distance: `lemmas.neighbour_proofs`.
    """
    found = (one for one in terms.postorder(roots) if one.op == "forall")
    closed = (one for one in found if not any(map(is_bound, one.free)))
    for statement in itertools.islice(closed, _MOST):
        pairwise = pairs(statement)
        if pairwise is not None:
            yield terms.implies(statement, pairwise)


def pairs(statement: Term) -> Term | None:
    """What the statement says of neighbours, said of any two places; None for any other one."""
    binder, body = statement.payload, statement.args[0]
    if not isinstance(binder, Binder) or len(binder.variables) != 1 or body.op != "=>":
        return None
    (place,) = binder.variables
    within, compared = body.args
    if not _is_interval(within, place):
        return None
    # Of ints, `not b < a` is `a <= b`.
    turned = compared.op == "not"
    order = compared.args[0] if turned else compared
    if order.op not in ("<", "<=") or order.args[0].sort is not sorts.INT:
        return None
    one, other = order.args
    following = {place: terms.add(place, terms.ONE)}
    if place in one.free and terms.substitute(one, following) is other:
        value, forward = one, True
    elif place in other.free and terms.substitute(other, following) is one:
        value, forward = other, False
    else:
        return None
    reads = [t for t in terms.postorder((value,)) if t.op in _READS and place in t.free]
    if reads:
        # Solvers find a place by what is read at it, not at one before or after it.
        at = reads[0].args[-1]
        shift = next((one for one in at.args if one.is_literal), None)
        if shift is not None and at is terms.add(place, shift):
            back = {place: terms.sub(place, shift)}
            value, within, read = (terms.substitute(one, back) for one in (value, within, reads[0]))
            reads = [read]
    later = terms.var(f"{place.payload}.later", sorts.INT)
    here, there = value, terms.substitute(value, {place: later})
    said = _ORDER[order.op](*((here, there) if forward else (there, here)))
    if turned:
        said = terms.not_(said)
    last = terms.substitute(within, {place: terms.sub(later, terms.ONE)})
    apart = terms.and_(within, terms.lt(place, later), last)
    triggers = [(read, terms.substitute(read, {place: later})) for read in reads[:1]]
    return terms.forall((place, later), terms.implies(apart, said), triggers)


def _is_interval(within: Term, place: Term) -> bool:
    """Whether these are bounds of the place, so that what is between two places within is, too."""
    parts = within.args if within.op == "and" else (within,)
    return all(
        part.op in ("<", "<=")
        and (
            (part.args[0] is place and place not in part.args[1].free)
            or (part.args[1] is place and place not in part.args[0].free)
        )
        for part in parts
    )
