"""In which sense a problem speaks of a condition: as what may be relied on, or as what is owed.

What follows from a condition helps only where it may be relied on; what it follows from, only
where it is owed.
"""

from __future__ import annotations

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term


class Senses:
    """`relied` and `owed` have the conditions, however deep, that occur in either sense."""

    def __init__(self, hypotheses: tuple[Term, ...], goal: Term) -> None:
        self.relied: set[Term] = set()
        self.owed: set[Term] = set()
        waiting = [(term, True) for term in hypotheses] + [(goal, False)]
        while waiting:
            term, relied = waiting.pop()
            seen = self.relied if relied else self.owed
            if term in seen:
                continue
            seen.add(term)
            waiting += _inside(term, relied)


def _inside(term: Term, relied: bool) -> list[tuple[Term, bool]]:
    match term.op:
        case "and" | "or":
            return [(arg, relied) for arg in term.args]
        case "not":
            return [(arg, not relied) for arg in term.args]
        case "=>":
            *conditions, then = term.args
            return [*((one, not relied) for one in conditions), (then, relied)]
        case "forall" | "exists":
            return [(term.args[0], relied)]
        case "ite" if term.sort is sorts.BOOL:
            condition, *branches = term.args
            either = [(condition, True), (condition, False)]
            return [*either, *((branch, relied) for branch in branches)]
        case _:
            # Whatever it is inside of may turn on it.
            inner = [part for part in terms.postorder((term,)) if part.sort is sorts.BOOL]
            return [(part, sense) for part in inner if part is not term for sense in (True, False)]
