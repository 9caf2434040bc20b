"""Typing an `invariant` or `decreases` hint against the locals of the code at hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from axiom_verifiers.contracts.checker_expressions import Checker
from axiom_verifiers.contracts.checker_items import check_measure, check_settled
from axiom_verifiers.contracts.contract import Contract, Hint
from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.contracts.parser import parse_expression
from axiom_verifiers.contracts.scope import (
    Context,
    DefineParameter,
    Local,
    Notes,
    Scope,
    Signature,
)
from axiom_verifiers.contracts.source import Problem
from axiom_verifiers.contracts.types import Type
from axiom_verifiers.contracts.typing_rules import erase


class ContractNames:
    """The names that a checked contract has with it: its defines and records."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._defines = {define.name: define for define in contract.defines}
        self._records = {record.name: record for record in contract.records}

    def find_type(self, name: str) -> Type | None:
        return self._records.get(name)

    def find_define(self, name: str) -> Signature | None:
        define = self._defines.get(name)
        if define is None:
            return None
        parameters: tuple[DefineParameter, ...] | None = None
        if define.parameters is not None:
            parameters = tuple(DefineParameter(one.name, one.type) for one in define.parameters)
        return Signature(name, parameters, define.result)

    def find_intent(self, name: str) -> bool:
        callees = (callee.name for callee in self._contract.callees)
        return name == self._contract.name or name in callees

    def evaluable(self, name: str) -> bool:
        define = self._defines.get(name)
        return define is None or define.evaluable

    def all_names(self, kind: Literal["type", "define"]) -> list[str]:
        return list(self._defines if kind == "define" else self._records)


def type_hint(
    hint: Hint, contract: Contract, local_types: Mapping[str, Type]
) -> Expr | tuple[Problem, ...]:
    """The hint as an expression over the contract's parameters and the code's locals.

    A local hides a parameter of its name: a name in an `invariant` is the local's current
    value. Where the hint does not fit the code at hand, the problems that say why; their spans
    count in the hint's own text.
    """
    parsed, problems = parse_expression(hint.text)
    if problems:
        return problems
    variables = {
        one.name: Local(type=erase(one.type), role="parameter") for one in contract.parameters
    }
    variables |= {name: Local(type=erase(of), role="local") for name, of in local_types.items()}
    notes = Notes()
    context = Context(place=f"`{hint.kind}`", old=hint.kind == "invariant", unbounded=True)
    checker = Checker(ContractNames(contract), notes, context)
    if hint.kind == "invariant":
        made = checker.condition(parsed, Scope(variables), "an `invariant`")
    else:
        made = checker.expr(parsed, Scope(variables))
        check_measure(made, parsed.span, notes)
    check_settled(made, notes)
    return made if notes.sound else tuple(notes.problems)
