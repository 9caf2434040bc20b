"""What a contract rests on: the defines that its expressions call, the records of its types."""

from __future__ import annotations

from collections.abc import Iterator

from axiom_verifiers.contracts.contract import Contract, Define
from axiom_verifiers.contracts.expressions import ConstantRef, DefineCall, Expr
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.types import (
    DictType,
    ListType,
    OptionalType,
    RecordType,
    RefinedType,
    SetType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import is_known, records_in


def called(expr: Expr) -> set[str]:
    """The names of the defines that an expression mentions, constants among them."""
    return {node.name for node in walk(expr) if isinstance(node, DefineCall | ConstantRef)}


def predicates_in(of: Type) -> Iterator[Expr]:
    """The predicates of the refinements in a type, at any depth."""
    match of:
        case RefinedType():
            yield of.predicate
            yield from predicates_in(of.base)
        case ListType() | SetType() | OptionalType():
            yield from predicates_in(of.item)
        case DictType():
            yield from predicates_in(of.key)
            yield from predicates_in(of.value)
        case TupleType():
            for item in of.items:
                yield from predicates_in(item)
        case RecordType():
            for _, field in of.fields:
                yield from predicates_in(field)
        case _:
            pass


def called_in(define: Define) -> set[str]:
    """The names of the defines that a define mentions, in its types too."""
    found = called(define.body)
    for part in (define.requires, define.decreases, *predicates_in(define.result)):
        if part is not None:
            found |= called(part)
    return found


def contract_expressions(contract: Contract) -> Iterator[Expr]:
    """Every expression of the contract's clauses, outermost ones only."""
    for clause in contract.requires:
        yield clause.condition
    for clause in contract.ensures:
        yield clause.condition
        if clause.when is not None:
            yield clause.when
    for clause in contract.raises:
        yield clause.when
    for clause in contract.examples:
        yield from clause.args
        if clause.expected is not None:
            yield clause.expected
        for _, value in clause.after:
            yield value
    for clause in contract.implied:
        if clause.condition is not None:
            yield clause.condition


def contract_names(contract: Contract) -> set[str]:
    """The names of the defines that the contract's clauses mention."""
    found: set[str] = set()
    for expr in contract_expressions(contract):
        found |= called(expr)
    return found


def is_complete(contract: Contract) -> bool:
    """Whether the contract has every define that it rests on, and no type is unknown.

    One that is not complete speaks of something that has errors elsewhere, and must not be
    verified.
    """
    types = [one.type for one in contract.parameters]
    types.append(contract.result)
    missing = contract_names(contract)
    for define in contract.defines:
        types += [one.type for one in define.parameters or ()]
        types.append(define.result)
        missing |= called_in(define)
    missing -= {define.name for define in contract.defines}
    return not missing and all(map(is_known, types))


def records_of(contract: Contract, defines: tuple[Define, ...]) -> tuple[RecordType, ...]:
    """The records that the contract's types and expressions mention, inner ones first."""
    found: dict[str, RecordType] = {}

    def take(of: Type) -> None:
        for record in records_in(of):
            found.setdefault(record.name, record)

    for parameter in contract.parameters:
        take(parameter.type)
    take(contract.result)
    bodies = [part for define in defines for part in (define.body, define.requires)]
    for expr in (*contract_expressions(contract), *bodies):
        if expr is not None:
            for node in walk(expr):
                take(node.type)
    return tuple(found.values())
