"""Claims about lists of which several counters say how much was gone through.

A merge takes items of two lists, now of the one and now of the other; a loop over parts of a list
goes on by more than one. What a clause says of the whole lists holds then of each of them up to
its own counter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from axiom_verifiers.contracts.expressions import Compare, Expr, Index, Old, Slice, Variable
from axiom_verifiers.contracts.traversal import bound_anywhere, walk, without_spans
from axiom_verifiers.contracts.types import IntType, ListType, StrType
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import assigned_names, expressions, statements
from axiom_verifiers.core.program import For, While
from axiom_verifiers.invariants.building import compare, local, number, prefix, replaced
from axiom_verifiers.invariants.views import View


def counted(
    loop: While | For, said: Iterable[Expr], initial: Mapping[str, Expr], seen: Iterable[View]
) -> Iterator[Expr]:
    """Each claim with every list that a counter goes through cut at its counter."""
    taken = _taken(loop, initial)
    known = {view.whole for view in seen}
    if not taken or (len(taken) == 1 and taken.keys() <= known):
        return
    for claim in said:
        if not bound_anywhere(claim) & frozenset().union(*map(variables, taken.values())):
            cut = replaced(claim, lambda part: _cut(part, taken))
            if cut != claim:
                yield cut


def side_by_side(loop: While | For, seen: Iterable[View]) -> Iterator[Expr]:
    """Where items at one place of two sequences are compared: that both are the same so far."""
    changed = assigned_names((loop,))
    progress = {view.item: view.progress for view in seen}
    for statement in statements((loop,)):
        for expr in expressions(statement):
            for part in walk(expr):
                match part:
                    case Compare(
                        op="==" | "!=",
                        left=Index(value=Variable() as one, index=Variable(name=name)),
                        right=Index(value=Variable() as other, index=Variable(name=same)),
                    ) if name == same and not {one.name, other.name} & changed:
                        end = progress.get(name, local(name))
                        if one.type == other.type and isinstance(one.type, ListType | StrType):
                            first, second = without_spans(one), without_spans(other)
                            yield compare(prefix(first, end), "==", prefix(second, end))
                    case _:
                        pass


def _cut(part: Expr, taken: Mapping[Expr, Expr]) -> Expr | None:
    return part if isinstance(part, Old) else taken.get(part)


def _taken(loop: While | For, initial: Mapping[str, Expr]) -> dict[Expr, Expr]:
    """Lists that the loop leaves alone and reads at a local that goes on from 0: each with as
    much of it as was gone through.
    """
    changed = assigned_names((loop,))
    from_nought = {name for name in changed if initial.get(name) == number(0)}
    found: dict[Expr, Expr] = {}
    for statement in statements((loop,)):
        for expr in expressions(statement):
            for part in walk(expr):
                match part:
                    case (
                        Index(
                            value=Variable(role="parameter" | "local") as whole,
                            index=Variable(name=name, type=IntType()),
                        )
                        | Slice(
                            value=Variable(role="parameter" | "local") as whole,
                            lower=Variable(name=name, type=IntType()),
                            step=None,
                        )
                    ) if (
                        name in from_nought
                        and whole.name not in changed
                        and isinstance(whole.type, ListType | StrType)
                    ):
                        plain = without_spans(whole)
                        found.setdefault(plain, prefix(plain, local(name)))
                    case _:
                        pass
    return found
