"""What mends a mismatch of types, and which expressions take their type from beside them."""

from __future__ import annotations

from axiom_verifiers.contracts import syntax
from axiom_verifiers.contracts.scope import replace_fix
from axiom_verifiers.contracts.source import Edit, Fix, Span
from axiom_verifiers.contracts.types import (
    BoolType,
    BytesType,
    DictType,
    FloatType,
    IntType,
    ListType,
    OptionalType,
    SetType,
    StrType,
    Type,
)


def needs_guidance(node: syntax.Syntax) -> bool:
    """Whether the type of what is written depends on what stands on the other side."""
    match node:
        case syntax.NoneLiteral():
            return True
        case syntax.ListDisplay() | syntax.SetDisplay() | syntax.TupleDisplay():
            return all(map(needs_guidance, node.items)) if node.items else True
        case syntax.DictDisplay():
            return all(needs_guidance(value) for _, value in node.items)
        case syntax.Call(function=syntax.Name(id="list" | "set"), args=()):
            return True
        case _:
            return False


def as_condition(found: Type) -> str:
    match found:
        case ListType() | SetType() | DictType() | StrType() | BytesType():
            return "; say what is meant, e.g. `len(…) > 0`"
        case IntType():
            return "; say what is meant, e.g. `… != 0`"
        case OptionalType():
            return "; say what is meant, e.g. `… is not None`"
        case _:
            return ""


def wrap_fix(function: str, span: Span) -> Fix:
    before, after = Span(span.start, span.start), Span(span.end, span.end)
    return Fix(f"Wrap in `{function}(…)`", (Edit(before, f"{function}("), Edit(after, ")")))


def number_fixes(
    left: syntax.Syntax, left_type: Type, right: syntax.Syntax, right_type: Type
) -> tuple[Fix, ...]:
    """What mends an int beside a float: the literal made a float, else `float(…)` around it."""
    for node, of, other in ((left, left_type, right_type), (right, right_type, left_type)):
        if isinstance(of, IntType) and isinstance(other, FloatType):
            if isinstance(node, syntax.IntLiteral):
                return (replace_fix(f"{node.value}.0", node.span),)
            return (wrap_fix("float", node.span),)
        if isinstance(of, BoolType) and isinstance(other, IntType):
            return (wrap_fix("int", node.span),)
    return ()
