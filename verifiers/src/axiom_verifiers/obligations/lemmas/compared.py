"""Lists of which a problem only says that they are as they would be in order."""

from __future__ import annotations

from axiom_verifiers.logic import terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import is_bound, member


def only_compared(roots: tuple[Term, ...]) -> frozenset[Term]:
    """The arrays of which the problem says once that their items are those of what they are made
    from, and of which it says nothing else.
    """
    found: set[Term] = set()
    for term in terms.postorder(roots[:-1]):
        if term.op == "=" and all(side.op == "select" for side in term.args):
            one, other = (side.args[0] for side in term.args)
            found |= {whole for whole, part in ((one, other), (other, one)) if part in whole.args}
    if not found:
        return frozenset()
    spoken = [term for root in roots for term in frozenset(terms.postorder((root,))) & found]
    asked = frozenset(terms.postorder(roots[-1:]))
    once = (one for one in found - asked if spoken.count(one) == 1)
    return frozenset(one for one in once if not any(is_bound(v) or member(v) for v in one.free))
