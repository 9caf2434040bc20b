"""Hypotheses that no goal can need: the order of a dict about which nothing else is said.

That some order lists the keys of a dict is a true fact about every dict, so a problem that does
not ask for the order, nor for the place of a key, means the same without it; and solvers do not
spend their time on keys' places.
"""

from __future__ import annotations

from collections.abc import Iterator

from axiom_verifiers.logic.sorts import Kind
from axiom_verifiers.logic.terms import Term

_ORDER, _PLACE = ".order", ".place"


def without_idle_orders(stated: list[Term], goal: Term) -> list[Term]:
    """The hypotheses without those that only say that a dict's keys have an order."""
    parts = [one for term in stated for one in (_conjuncts(term) if _stems(term) else (term,))]
    speaking: dict[str, list[Term]] = {}
    for part in parts:
        for stem in _stems(part):
            speaking.setdefault(stem, []).append(part)
    needed = _stems(goal)
    idle = {
        part
        for stem, own in speaking.items()
        if stem not in needed and all(_only_orders(part, stem) for part in own)
        for part in own
    }
    return [part for part in parts if part not in idle] if idle else stated


def _conjuncts(term: Term) -> Iterator[Term]:
    if term.op == "and":
        for part in term.args:
            yield from _conjuncts(part)
    else:
        yield term


def _stems(term: Term) -> frozenset[str]:
    """The dicts of whose order the term speaks."""
    names = (str(free.payload) for free in term.free if free.sort.kind is Kind.ARRAY)
    return frozenset(name[: -len(_ORDER)] for name in names if name.endswith((_ORDER, _PLACE)))


def _only_orders(part: Term, stem: str) -> bool:
    """Whether it is of the facts that `orders` gives for this dict, and speaks of nothing else."""
    own = {f"{stem}{name}" for name in (_ORDER, _PLACE, ".has", ".length")}
    return part.op == "forall" and {str(free.payload) for free in part.free} <= own
