"""What a refined type says of a value, as an expression."""

from __future__ import annotations

from msgspec.structs import replace

from axiom_verifiers.contracts.expressions import (
    Compare,
    Constant,
    Expr,
    FieldOf,
    Index,
    Logical,
    MethodCall,
    Quantifier,
    Target,
    Variable,
)
from axiom_verifiers.contracts.traversal import substitute_it, variables_in
from axiom_verifiers.contracts.types import (
    BOOL,
    INT,
    NONE,
    DictType,
    ListType,
    OptionalType,
    RecordType,
    RefinedType,
    SetType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import erase, has_refinement


def refinement(value: Expr, of: Type) -> Expr | None:
    """The condition under which `value`, of the base type, is of the type; None if always.

    Inner refinements come first, so that an outer predicate may rely on them. A narrowed
    optional keeps its expression and takes the type of what is there.
    """
    parts = _parts(value, of)
    if not parts:
        return None
    whole = parts[0]
    for part in parts[1:]:
        whole = Logical(type=BOOL, op="and", left=whole, right=part)
    return whole


def _parts(value: Expr, of: Type) -> list[Expr]:
    if not has_refinement(of):
        return []
    match of:
        case RefinedType():
            return [*_parts(value, of.base), substitute_it(of.predicate, value)]
        case OptionalType():
            inside = refinement(_retyped(value, erase(of.item)), of.item)
            if inside is None:
                return []
            missing = Compare(type=BOOL, op="is", left=value, right=Constant(type=NONE, value=None))
            return [Logical(type=BOOL, op="or", left=missing, right=inside)]
        case ListType() | SetType():
            return _for_each(value, of.item)
        case DictType():
            values = MethodCall(
                type=ListType(erase(of.value)), value=value, method="values", args=()
            )
            return [*_for_each(value, of.key), *_for_each(values, of.value)]
        case TupleType():
            return [
                part
                for position, item in enumerate(of.items)
                for part in _parts(
                    Index(type=erase(item), value=value, index=Constant(type=INT, value=position)),
                    item,
                )
            ]
        case RecordType():
            return [
                part
                for name, field in of.fields
                for part in _parts(FieldOf(type=erase(field), value=value, name=name), field)
            ]
        case _:
            return []


def _for_each(values: Expr, item: Type) -> list[Expr]:
    taken = variables_in(values)
    name, number = "item", 1
    while name in taken:
        number += 1
        name = f"item_{number}"
    of = erase(item)
    body = refinement(Variable(type=of, name=name, role="bound"), item)
    if body is None:
        return []
    return [
        Quantifier(
            type=BOOL, kind="forall", target=Target(name, of), domain=values, over=None, body=body
        )
    ]


def _retyped(value: Expr, of: Type) -> Expr:
    """The same expression where it is known not to be None."""
    if isinstance(value, (Variable, Index, FieldOf)):
        return replace(value, type=of)
    return value
