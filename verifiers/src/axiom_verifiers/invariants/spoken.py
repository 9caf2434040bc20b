"""That a local is what a clause speaks of, as far as the loop has come.

`forall n in range(len(s) + 1): depth(s, n) >= 0` speaks of `depth(s, n)` at every place: of the
code's own counter that is what it holds at the place where the loop is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    DefineCall,
    Expr,
    MethodCall,
    Variable,
)
from axiom_verifiers.contracts.traversal import bound_anywhere, children, walk
from axiom_verifiers.contracts.types import IntType, ListType, StrType
from axiom_verifiers.core.flow import assigned_names
from axiom_verifiers.core.program import For, Function, While
from axiom_verifiers.invariants.building import compare, local, replaced
from axiom_verifiers.invariants.grids import with_member
from axiom_verifiers.invariants.views import View

# Over so many ways to see a loop, and of so many expressions.
_VIEWS = 2
_SPOKEN = 8


def spoken(
    function: Function, loop: While | For, said: Iterable[Expr], seen: Sequence[View]
) -> Iterator[Expr]:
    """Equations between the locals that the loop changes and what the clauses speak of."""
    changed = assigned_names((loop,))
    locals_ = [
        local(name, type_)
        for name, type_ in function.locals
        if name in changed and not name.startswith("#")
    ]
    found: dict[Expr, None] = {}
    for clause in said:
        for part in _parts(clause):
            for view in seen[:_VIEWS]:
                here = _here(part, view)
                if here is not None:
                    found[here] = None
    for part in list(found)[:_SPOKEN]:
        for one in locals_:
            if one.type == part.type:
                yield compare(one, "==", part)


def _parts(expr: Expr) -> Iterator[Expr]:
    """The largest parts that compute a number, a text or a list by a call."""
    if (
        isinstance(expr.type, IntType | StrType | ListType)
        and _computes(expr)
        and not any(isinstance(part, Variable) and part.role == "result" for part in walk(expr))
    ):
        yield expr
    for child in children(expr):
        yield from _parts(child)


def _computes(expr: Expr) -> bool:
    match expr:
        case DefineCall() | MethodCall(method="count") | Call(function="sum" | "max" | "min"):
            return True
        case Binary(op="+" | "-" | "*", left=left, right=right):
            return _computes(left) or _computes(right)
        case _:
            return False


def _here(part: Expr, view: View) -> Expr | None:
    """The part for where the loop is: at its place, or of as much as was seen."""
    names = {
        one.name for one in walk(part) if isinstance(one, Variable) and one.role == "bound"
    } - bound_anywhere(part)
    if len(names) > 1:
        return None
    if names:
        return with_member(part, names.pop(), view.progress)

    def seen(one: Expr) -> Expr | None:
        match one:
            case Call(function="len", args=(Variable(role="parameter" | "local") as whole,)) if (
                view.whole is None or view.whole == whole
            ):
                return view.progress
            case _:
                return None

    here = replaced(part, seen)
    return None if here == part else here
