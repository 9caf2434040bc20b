"""Checking `key=`: a define of one parameter, or a field, written `Record.field` or `field`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axiom_verifiers.contracts import syntax
from axiom_verifiers.contracts.expressions import (
    Call,
    DefineCall,
    Expr,
    FieldOf,
    FunctionRef,
    Variable,
)
from axiom_verifiers.contracts.scope import Occurrence
from axiom_verifiers.contracts.source import Span
from axiom_verifiers.contracts.types import (
    INT,
    UNKNOWN,
    BytesType,
    DictType,
    FloatType,
    IntType,
    ListType,
    RecordType,
    SetType,
    StrType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import erase, fits, show_type

if TYPE_CHECKING:
    from axiom_verifiers.contracts.checker_expressions import Checker

_PARAMETER = "item"


def key_function(checker: Checker, node: syntax.Syntax, of: Type) -> Expr:
    """The function that gives what items of type `of` are compared by; its type is the key's."""
    variable = Variable(type=of, name=_PARAMETER, role="bound")
    body: Expr | None = None
    match node:
        case syntax.Name(id="len" | "abs"):
            body = _builtin(node.id, variable, of)
            checker.notes.occur(Occurrence(node.span, node.id, "builtin"))
        case syntax.Name() if _is_field(checker, node.id, of):
            body = _field_of(checker, node.id, node.span, variable, of)
        case syntax.Name():
            body = _define(checker, node, variable, of)
        case syntax.Attribute(value=syntax.Name()):
            body = _field(checker, node, variable, of)
        case _:
            pass
    if body is None:
        if checker.notes.sound:
            found = f"`{node.id}`" if isinstance(node, syntax.Name) else "another expression"
            checker.notes.problem(
                "bad-key",
                f"`key=`: found {found}, expected a define of one parameter, or a field written "
                f"`FIELD` or `{show_type(of)}.FIELD`",
                node.span,
            )
        body = checker.poison(node.span)
    return FunctionRef(
        type=body.type, parameter=_PARAMETER, parameter_type=of, body=body, span=node.span
    )


def _builtin(name: str, variable: Variable, of: Type) -> Expr | None:
    if name == "len" and isinstance(of, ListType | StrType | SetType | DictType | BytesType):
        return Call(type=INT, function="len", args=(variable,))
    if name == "abs" and isinstance(of, IntType | FloatType):
        return Call(type=of, function="abs", args=(variable,))
    return None


def _define(checker: Checker, node: syntax.Name, variable: Variable, of: Type) -> Expr | None:
    define = checker.names.find_define(node.id)
    if define is None or define.parameters is None or len(define.parameters) != 1:
        if define is None:
            candidates = checker.names.all_names("define")
            more = "expected a define of one parameter"
            checker.notes.unknown("unknown-name", "name", node.id, node.span, candidates, more=more)
        return None
    checker.notes.occur(Occurrence(node.span, node.id, "define", define.result))
    expected = erase(define.parameters[0].type)
    if not fits(of, expected):
        checker.notes.problem(
            "type-mismatch",
            f"`key={node.id}`: found items of type `{show_type(of)}`, expected "
            f"`{show_type(expected)}`",
            node.span,
        )
        return checker.poison(node.span)
    return DefineCall(type=erase(define.result), name=node.id, args=(variable,))


def _field(checker: Checker, node: syntax.Attribute, variable: Variable, of: Type) -> Expr | None:
    if not isinstance(of, RecordType):
        return None
    if isinstance(node.value, syntax.Name) and node.value.id != of.name:
        checker.notes.problem(
            "type-mismatch",
            f"`key=`: found `{node.value.id}.{node.name}`, expected a field of `{of.name}`",
            node.value.span,
        )
        return checker.poison(node.span)
    return _field_of(checker, node.name, node.name_span, variable, of)


def _is_field(checker: Checker, name: str, of: Type) -> bool:
    """Whether a bare name is a field of the items: a define of that name comes first."""
    return (
        isinstance(of, RecordType)
        and name in dict(of.fields)
        and checker.names.find_define(name) is None
    )


def _field_of(checker: Checker, name: str, span: Span, variable: Variable, of: Type) -> Expr:
    assert isinstance(of, RecordType)
    fields = dict(of.fields)
    if name not in fields:
        checker.notes.unknown("unknown-field", f"field of `{of.name}`", name, span, fields)
        return checker.poison(span)
    kind = fields.get(name, UNKNOWN)
    checker.notes.occur(Occurrence(span, name, "field", kind, of=of.name))
    return FieldOf(type=kind, value=variable, name=name)
