"""Claims about two places of a list: about those that were seen, and about the pairs that end where
the loop is.

Kadane's algorithm keeps the best sum of all parts seen, which is a claim about pairs of places, and
beside it the best sum of the parts that end here: the same claim with one of the places settled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from axiom_verifiers.contracts.expressions import Call, Expr, Quantifier, Target, Variable
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.types import ListType, StrType
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import assigned_names
from axiom_verifiers.core.program import For, While
from axiom_verifiers.invariants.building import (
    bound,
    compare,
    folded,
    implies,
    minus,
    number,
    numbers,
    plus,
    replaced,
)
from axiom_verifiers.invariants.grids import with_member
from axiom_verifiers.invariants.views import View

# Over so many ways to see a loop.
_VIEWS = 2


def pairs(loop: While | For, said: Iterable[Expr], seen: Sequence[View]) -> Iterator[Expr]:
    """What is claimed of every pair of places, or of some pair, for those seen so far."""
    changed = assigned_names((loop,))
    progresses = list(dict.fromkeys(view.progress for view in seen[:_VIEWS]))
    counts = {view.progress: view.count for view in seen[:_VIEWS]}
    for claim in said:
        if not variables(claim) & changed:
            continue
        for progress in progresses:
            for one in _of_claim(claim, progress):
                yield one
                if isinstance(one, Quantifier) and one.kind == "exists":
                    yield implies(compare(counts[progress], ">", number(0)), one)


def _of_claim(claim: Expr, progress: Expr) -> Iterator[Expr]:
    match claim:
        case Quantifier(
            target=Target(name=str(first)),
            domain=Call(function="range") as outer,
            body=Quantifier(
                target=Target(name=str(second)), domain=Call(function="range") as inner
            ) as rest,
        ) if claim.kind == rest.kind:
            pass
        case _:
            return
    low, high = _ends(outer, progress)
    least, most = _ends(inner, progress)
    within = replace(rest, domain=numbers(least, most))
    yield replace(claim, domain=numbers(low, high), body=within)
    body = rest.body
    if not _speaks(most, first):
        # The second place is the last one, as far as that leaves room for the first.
        last = folded(minus(most, number(1)))
        if not _speaks(least, first):
            ends = high
        elif least == bound(first):
            ends = most
        elif least == plus(bound(first), number(1)):
            ends = last
        else:
            return
        settled = with_member(body, second, last)
        yield replace(claim, domain=numbers(low, ends), body=settled)
    else:
        last = folded(minus(high, number(1)))
        domain = numbers(with_member(least, first, last), folded(with_member(most, first, last)))
        yield replace(rest, domain=domain, body=with_member(body, first, last))


def _ends(domain: Call, progress: Expr) -> tuple[Expr, Expr]:
    """The ends of a range, with what was seen of a list in the place of all of it."""

    def seen(part: Expr) -> Expr | None:
        match part:
            case Call(function="len", args=(Variable(role="parameter" | "local") as whole,)) if (
                isinstance(whole.type, ListType | StrType)
            ):
                return progress
            case _:
                return None

    args = domain.args if len(domain.args) > 1 else (number(0), *domain.args)
    return folded(replaced(args[0], seen)), folded(replaced(args[1], seen))


def _speaks(expr: Expr, name: str) -> bool:
    return any(
        isinstance(part, Variable) and part.role == "bound" and part.name == name
        for part in walk(expr)
    )
