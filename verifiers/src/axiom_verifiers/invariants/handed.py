"""Invariants of loops whose contract hands a state on, as a recursive define does that takes the
state so far and what is still to come: `run(state, events)` is `run(step(state, events[0]),
events[1:])`. What it gives for the present state and for what is left is what it gave at first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product

import msgspec

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import (
    Constant,
    DefineCall,
    Expr,
    Old,
    Slice,
    Variable,
)
from axiom_verifiers.contracts.traversal import walk, without_spans
from axiom_verifiers.contracts.types import IntType, ListType, StrType
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import assigned_names
from axiom_verifiers.core.program import For, Function, While
from axiom_verifiers.invariants.building import compare, conjuncts, local, minus, replaced
from axiom_verifiers.invariants.claims import clauses
from axiom_verifiers.invariants.views import View

# So many ways to say what was handed on are tried for one call.
_WAYS = 12


def handed(
    contract: Contract,
    function: Function,
    loop: While | For,
    starts: Mapping[str, Expr],
    seen: Sequence[View],
) -> Iterator[Expr]:
    """For each call of a recursive define in the contract: the same of the present values."""
    changed = assigned_names((loop,))
    recursive = {one.name for one in contract.defines if one.recursive}
    begun = [
        (start, local(name, type_))
        for name, type_ in function.locals
        if name in changed and name in starts
        for start in (_plain(starts[name]),)
    ]
    calls = {
        part: None
        for clause in clauses(contract, function)
        for part in walk(clause)
        if isinstance(part, DefineCall)
        and part.name in recursive
        and not any(
            isinstance(one, Variable) and one.role in ("result", "bound") for one in walk(part)
        )
    }
    for call in calls:
        options = [tuple(dict.fromkeys(_now(arg, changed, begun, seen))) for arg in call.args]
        for args in islice(product(*options), _WAYS):
            if args != call.args:
                yield compare(msgspec.structs.replace(call, args=args), "==", call)


def still_required(contract: Contract, loop: While | For) -> Iterator[Expr]:
    """What the contract requires of a parameter, of the values that the loop gives it."""
    changed = assigned_names((loop,))
    for clause in contract.requires:
        for part in conjuncts(without_spans(clause.condition)):
            if variables(part) & changed:
                yield replaced(part, lambda one: _given_anew(one, changed))


def _given_anew(part: Expr, changed: frozenset[str]) -> Expr | None:
    match part:
        case Variable(name=name, role="parameter") if name in changed:
            return local(name, part.type)
        case _:
            return None


def _plain(start: Expr) -> Expr:
    return start.value if isinstance(start, Old) else start


def _now(
    arg: Expr,
    changed: frozenset[str],
    begun: Sequence[tuple[Expr, Variable]],
    seen: Sequence[View],
) -> Iterator[Expr]:
    """What an argument may have become."""
    plain = _plain(arg)
    if isinstance(plain, Variable) and plain.name in changed:
        yield local(plain.name, plain.type)
        return
    for start, name in begun:
        if name.type == arg.type and _same(start, plain):
            yield name
    for view in seen[:1]:
        match arg.type:
            case IntType() if isinstance(plain, Constant):
                yield view.progress
            case IntType() if not variables(plain) & changed:
                yield minus(arg, view.progress)
            case ListType() | StrType() if isinstance(plain, Variable) and _is_of(view, plain):
                rest = Slice(type=arg.type, value=arg, lower=view.progress, upper=None, step=None)
                yield rest
            case _:
                pass
    yield arg


def _same(start: Expr, plain: Expr) -> bool:
    if isinstance(start, Variable) and isinstance(plain, Variable):
        return start.name == plain.name
    return start == plain


def _is_of(view: View, name: Variable) -> bool:
    """Whether the loop goes through this list, or through positions."""
    whole = view.whole
    return not isinstance(whole, Variable) or whole.name == name.name
