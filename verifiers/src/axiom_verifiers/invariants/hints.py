"""The intent's `invariant` and `decreases` clauses, read against the code's own names.

A hint that names what this code lacks, or that has no meaning over it, is left out: hints help,
they oblige nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from axiom_verifiers.contracts.checker_expressions import Checker
from axiom_verifiers.contracts.contract import Contract, Hint
from axiom_verifiers.contracts.expressions import Binary, Call, Expr
from axiom_verifiers.contracts.normal import expression_form
from axiom_verifiers.contracts.parser import parse_expression
from axiom_verifiers.contracts.scope import (
    Context,
    DefineParameter,
    Local,
    Notes,
    Scope,
    Signature,
)
from axiom_verifiers.contracts.traversal import (
    bound_anywhere,
    rename_bound,
    without_spans,
)
from axiom_verifiers.contracts.types import INT, Type
from axiom_verifiers.contracts.typing_rules import erase, is_known
from axiom_verifiers.core.program import For, Function, While
from axiom_verifiers.core.show import show_expression
from axiom_verifiers.invariants.building import (
    fresh,
    local,
    minus,
    number,
    plus,
    replaced,
    substituted,
    times,
)


class Ignored(msgspec.Struct, frozen=True):
    """A hint that does not fit the code, and why."""

    hint: Hint
    reason: str


class _Names:
    """The types and defines that the contract brings with it."""

    def __init__(self, contract: Contract) -> None:
        self._records = {record.name: record for record in contract.records}
        self._defines = {define.name: define for define in contract.defines}
        self._intents = {callee.name for callee in contract.callees} | {contract.name}

    def find_type(self, name: str) -> Type | None:
        return self._records.get(name)

    def find_define(self, name: str) -> Signature | None:
        define = self._defines.get(name)
        if define is None:
            return None
        parameters = (
            None
            if define.parameters is None
            else tuple(DefineParameter(p.name, p.type) for p in define.parameters)
        )
        return Signature(name=name, parameters=parameters, result=define.result)

    def find_intent(self, name: str) -> bool:
        return name in self._intents

    def evaluable(self, name: str) -> bool:
        return self._defines[name].evaluable

    def all_names(self, kind: Literal["type", "define"]) -> Iterable[str]:
        return self._records if kind == "type" else self._defines


def typed(text: str, contract: Contract, function: Function, want: Type | None) -> Expr | str:
    """The hint over the function's parameters and locals; else why it does not fit.

    `want` None asks for a condition.
    """
    parsed, problems = parse_expression(text)
    if problems:
        return problems[0].message
    variables = {p.name: Local(type=erase(p.type), role="parameter") for p in function.parameters}
    for name, type_ in function.locals:
        if not name.startswith("#") and is_known(type_):
            variables[name] = Local(type=type_, role="local")
    notes = Notes()
    context = Context(place="`invariant`", old=True, unbounded=True)
    checker = Checker(_Names(contract), notes, context)
    scope = Scope(variables)
    made = (
        checker.condition(parsed, scope, "an invariant")
        if want is None
        else checker.wanted(parsed, scope, want, "a measure")
    )
    if not notes.sound:
        return notes.problems[0].message
    return made


def hinted(
    contract: Contract,
    function: Function,
    loop: While | For,
    kind: Literal["invariant", "decreases"],
) -> tuple[list[Expr], list[Ignored]]:
    """The hints that fit, in their order, and those that do not.

    In a hint on a `for` over a range, the counter's name is tried as the next number as well as
    the last one: people mean the one that is about to be used.
    """
    found: list[Expr] = []
    ignored: list[Ignored] = []
    for hint in contract.hints:
        if hint.kind != kind:
            continue
        made = typed(hint.text, contract, function, None if kind == "invariant" else INT)
        if isinstance(made, str):
            ignored.append(Ignored(hint, made))
        else:
            found.extend(_readings(made, loop))
    return found, ignored


def _readings(expr: Expr, loop: While | For) -> Iterator[Expr]:
    if isinstance(loop, For) and loop.target.name is not None:
        iterable = loop.iterable
        if isinstance(iterable, Call) and iterable.function == "range":
            args = iterable.args
            low: Expr = args[0] if len(args) > 1 else number(0)
            step: Expr = args[2] if len(args) > 2 else number(1)
            following = plus(low, times(step, local(f"#i{loop.loop}")))
            changed = substituted(expr, {loop.target.name: following})
            if changed != expr:
                yield changed
    yield expr


def written(expr: Expr, contract: Contract, function: Function, loop: While | For) -> str | None:
    """What is known of a loop as an `invariant` clause, which `hinted` reads as the same again.

    None when it speaks of what has no name in the code, as the rounds done of a `for` over a
    list have none.
    """
    shown = expr
    if isinstance(loop, For) and loop.target.name is not None:
        name = loop.target.name
        if name in bound_anywhere(expr):
            shown = rename_bound(expr, {name: fresh("k", expr)})
        match loop.iterable:
            case Call(function="range", args=(_,)):
                shown = substituted(shown, {f"#i{loop.loop}": local(name)})
            case Call(function="range", args=(low, _)):
                shown = _tidied(substituted(shown, {f"#i{loop.loop}": minus(local(name), low)}))
            case _:
                pass
    text = show_expression(shown)
    if "#" in text:
        return None
    read = typed(text, contract, function, None)
    if isinstance(read, str):
        return None
    wanted = expression_form(_tidied(expr))
    same = any(expression_form(_tidied(one)) == wanted for one in _readings(read, loop))
    return f"invariant {text}" if same else None


def _tidied(expr: Expr) -> Expr:
    """Without what is added and taken away again, or taken away and added."""

    def change(part: Expr) -> Expr | None:
        match part:
            case Binary(op="+", left=left, right=Binary(op="-", left=rest, right=other)) if (
                left == other
            ):
                return rest
            case Binary(op="-", left=Binary(op="+", left=left, right=rest), right=other) if (
                left == other
            ):
                return rest
            case _:
                return None

    return replaced(without_spans(expr), change)
