"""A lemma: what it says of an application of a fold, and what proves it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.lemmas.shapes import At


class Lemma(msgspec.Struct, frozen=True):
    """`says` gives true facts about an application, none where the fold has another shape.

    `quantifies` are those that speak of all members: they cost a solver much, and are told only
    where the question itself has a quantifier.
    """

    name: str
    says: Callable[[At], Iterator[Term]]
    quantifies: bool = False
