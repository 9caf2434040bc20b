"""What every code owes for an intent without its being written."""

from __future__ import annotations

import msgspec

from axiom_verifiers.contracts.contract import Implied, Parameter
from axiom_verifiers.contracts.expressions import Expr, Variable
from axiom_verifiers.contracts.refinements import refinement
from axiom_verifiers.contracts.types import NoneType, Type
from axiom_verifiers.contracts.typing_rules import erase, is_mutable, may_change, show_type


class Head(msgspec.Struct, frozen=True):
    """What the clauses of one intent share while they are checked."""

    name: str
    parameters: tuple[Parameter, ...]
    result: Type
    modifies: tuple[str, ...]


def implied_clauses(head: Head, raises: bool) -> tuple[Implied, ...]:
    """What the code owes without its being written.

    `unmodified` covers parameters outside `modifies` after a return, and all of them after a
    raise, so it is owed where a parameter could be changed at the wrong time: code may define
    its own class for a record, whose fields it can assign.
    """
    name = head.name
    result = erase(head.result)
    made = [
        Implied(
            id=f"{name}/no-undeclared-exception",
            text="no undeclared exception",
            obligation="no undeclared exception",
        ),
        Implied(
            id=f"{name}/result-type",
            text=f"the result is of type {show_type(result)}",
            obligation="result type",
        ),
    ]
    variable = Variable(type=result, name="result", role="result")
    condition = refinement(variable, head.result)
    if condition is not None:
        made.append(_refined(name, "result", head.result, condition))
    for parameter in head.parameters:
        if parameter.name not in head.modifies:
            continue
        changed = Variable(type=erase(parameter.type), name=parameter.name, role="parameter")
        condition = refinement(changed, parameter.type)
        if condition is not None:
            made.append(_refined(name, parameter.name, parameter.type, condition))
    kept = [p for p in head.parameters if may_change(p.type) and p.name not in head.modifies]
    if kept or (raises and head.modifies):
        if kept:
            text = ", ".join(one.name for one in kept) + " unmodified"
        else:
            text = ", ".join(head.modifies) + " unmodified after a raise"
        made.append(Implied(id=f"{name}/unmodified", text=text, obligation="unmodified"))
    if head.modifies and is_mutable(result) and not isinstance(result, NoneType):
        made.append(
            Implied(
                id=f"{name}/unshared",
                text=f"the result shares nothing with {', '.join(head.modifies)}",
                obligation="unshared",
            )
        )
    made.append(Implied(id=f"{name}/terminates", text="terminates", obligation="terminates"))
    return tuple(made)


def _refined(name: str, subject: str, of: Type, condition: Expr) -> Implied:
    return Implied(
        id=f"{name}/{subject}-refinement",
        text=f"{subject} is of type {show_type(of)}",
        obligation="refinement",
        subject=subject,
        condition=condition,
    )
