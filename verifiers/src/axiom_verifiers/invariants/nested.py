"""What an outer loop claims of what it has seen, within a loop inside it.

An inner loop goes through the present member of the outer one. Of an accumulator that both change
the outer claim holds then of the members before and of as much of the present one as was gone
through: `forall row in rows[:i]: P(row)` with `P(row[:j])` beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec.structs import replace

from axiom_verifiers.contracts.expressions import (
    Call,
    Compare,
    Comprehension,
    Expr,
    Index,
    Logical,
    Quantifier,
    Slice,
)
from axiom_verifiers.contracts.traversal import apart
from axiom_verifiers.contracts.types import BOOL, IntType
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.program import For, While
from axiom_verifiers.invariants.building import both, local, number, numbers, plus, replaced
from axiom_verifiers.invariants.grids import with_member
from axiom_verifiers.invariants.views import View


def within(
    outer: While | For, around: Iterable[View], said: Iterable[Expr], inside: Iterable[View]
) -> Iterator[Expr]:
    """The outer loop's claims over its views, with what an inner loop has seen since."""
    claims = list(said)
    for view in around:
        member = _member(outer, view)
        for inner in inside:
            for claim in claims:
                extended = _Extension(view, member, inner).of(claim)
                if extended != claim:
                    yield extended


def _member(outer: While | For, view: View) -> Expr:
    """The member that the outer loop is at."""
    if isinstance(outer, For) and outer.target.name == view.item:
        return local(view.item, outer.target.type)
    return view.progress


class _Extension:
    """Puts the present member, as far as it was gone through, to those that were seen."""

    def __init__(self, view: View, member: Expr, inner: View) -> None:
        self.view, self.member, self.inner = view, member, inner

    def of(self, claim: Expr) -> Expr:
        return replaced(replaced(claim, self.whole), self.change)

    def whole(self, part: Expr) -> Expr | None:
        """Of a list that is cut where the outer loop is: its length and its items."""
        match part:
            case Call(function="range", args=(Call(function="len", args=(inner,)),)) if self.is_cut(
                inner
            ):
                return numbers(number(0), self.view.progress)
            case Index(value=Slice(value=inner) as cut) if self.is_cut(cut):
                return replace(part, value=inner, index=replaced(part.index, self.whole))
            case _:
                return None

    def is_cut(self, part: Expr) -> bool:
        match part:
            case Slice(lower=None, upper=upper, step=None):
                return upper == self.view.progress
            case _:
                return False

    def change(self, part: Expr) -> Expr | None:
        match part:
            case Quantifier() if self.is_seen(part.domain) and part.target.name is not None:
                here = self.present(part.body, part.target.name)
                if part.kind == "forall":
                    return both(part, here)
                return Logical(type=BOOL, op="or", left=part, right=here)
            case Compare(op="in", left=left, right=right) if self.is_seen(right):
                same = Compare(type=BOOL, op="==", left=left, right=self.member)
                return Logical(type=BOOL, op="or", left=part, right=same)
            case Call(function="any" | "all" as function, args=(Comprehension() as terms,)):
                rest = self.rest(terms)
                if rest is None or len(terms.generators) > 1:
                    return None
                op: Literal["or", "and"] = "or" if function == "any" else "and"
                return Logical(type=BOOL, op=op, left=part, right=rest)
            case Call(function="sum", args=(Comprehension() as terms,)):
                rest = self.rest(terms)
                if rest is None or not isinstance(part.type, IntType):
                    return None
                if isinstance(rest, Comprehension):
                    return plus(part, replace(part, args=(rest,)))
                return plus(part, rest)
            case _:
                return None

    def is_seen(self, domain: Expr | None) -> bool:
        return domain == self.view.seen

    def rest(self, terms: Comprehension) -> Expr | None:
        """What the present member gives: a comprehension over what else is gone through, or the
        one element where that is nothing.
        """
        first, *others = terms.generators
        name = first.target.name
        if not self.is_seen(first.iterable) or name is None or first.conditions:
            return None
        if not others:
            return self.present(terms.element, name)
        return self.present(replace(terms, generators=tuple(others)), name)

    def present(self, expr: Expr, name: str) -> Expr:
        """The expression for the present member, as far as it was gone through."""
        inner = apart(expr, variables(self.member) - {name})
        return replaced(with_member(inner, name, self.member), self.cut)

    def cut(self, part: Expr) -> Expr | None:
        whole, seen = self.inner.whole, self.inner.seen
        if whole is not None and part == whole:
            return seen
        match part, seen:
            case (
                Call(function="range", args=args),
                Call(function="range", args=known),
            ) if self.low(args) == self.low(known):
                return seen
            case _:
                return None

    def low(self, args: tuple[Expr, ...]) -> Expr:
        return number(0) if len(args) == 1 else args[0]
