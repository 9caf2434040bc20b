"""The value of a term in which every constant has one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from axiom_verifiers.errors import UndeterminedError
from axiom_verifiers.logic.languages import in_language
from axiom_verifiers.logic.semantics import APPLIED, bits_float, compute, float_bits
from axiom_verifiers.logic.sorts import Kind, Sort
from axiom_verifiers.logic.term import Binder, Function, Term
from axiom_verifiers.logic.values import ArrayValue, DatatypeValue, Value

if TYPE_CHECKING:
    from axiom_verifiers.logic.problem import Definition

_DEEPEST = 100  # Levels of defined functions that apply each other.


def evaluate(
    root: Term,
    environment: Mapping[Term, Value] | None = None,
    definitions: Iterable[Definition] = (),
) -> Value:
    """The value of `root`, its free constants having those of `environment`.

    UndeterminedError when it has none. An operand that does not matter (of `and`, `or`, `=>`,
    `ite`) may be undetermined.
    """
    defined = {definition.function: definition for definition in definitions}
    return _outside(_evaluate(root, environment or {}, defined, 0), root.sort)


class _Missing:
    """Why a term has no value."""

    __slots__ = ("why",)

    def __init__(self, why: str) -> None:
        self.why = why


def _outside(value: Value, sort: Sort) -> Value:
    if isinstance(value, _Missing):
        raise UndeterminedError(value.why)
    return bits_float(value) if sort.kind is Kind.FLOAT and sort.width == 64 else value


def _inside(value: Value, sort: Sort) -> Value:
    return float_bits(value) if sort.kind is Kind.FLOAT and sort.width == 64 else value


def _evaluate(
    root: Term,
    environment: Mapping[Term, Value],
    definitions: Mapping[Function, Definition],
    depth: int,
) -> Value:
    known: dict[Term, Value] = {}
    stack: list[Term] = [root]
    while stack:
        term = stack[-1]
        if term in known:
            stack.pop()
            continue
        needed = _needed(term, known)
        if needed is not None:
            stack.append(needed)
            continue
        stack.pop()
        known[term] = _value(term, known, environment, definitions, depth)
    return known[root]


def _needed(term: Term, known: dict[Term, Value]) -> Term | None:
    """The next argument whose value is wanted; only the branch taken of an `ite`."""
    if isinstance(term.payload, Binder):
        return None
    if term.op == "ite" and term.args[0] in known:
        condition = known[term.args[0]]
        if isinstance(condition, _Missing):
            return None
        branch = term.args[1] if condition else term.args[2]
        return None if branch in known else branch
    args = term.args[:1] if term.op == "str.in_re" else term.args
    return next((arg for arg in args if arg not in known), None)


# What one operand of these settles alone.
_ABSORBING = {"and": False, "or": True}


def _value(
    term: Term,
    known: dict[Term, Value],
    environment: Mapping[Term, Value],
    definitions: Mapping[Function, Definition],
    depth: int,
) -> Value:
    op = term.op
    if op == "literal":
        return term.payload
    if op == "var":
        if term not in environment:
            return _Missing(f"{term.payload} has no value")
        return _inside(environment[term], term.sort)
    if isinstance(term.payload, Binder):
        return _Missing("a quantifier")
    if op == "ite":
        condition = known[term.args[0]]
        if isinstance(condition, _Missing):
            return condition
        return known[term.args[1] if condition else term.args[2]]
    if op == "str.in_re":
        return _in_language(term, known[term.args[0]])
    values = tuple(known[arg] for arg in term.args)
    if op in _ABSORBING and any(value is _ABSORBING[op] for value in values):
        return _ABSORBING[op]
    if op == "=>" and (values[0] is False or values[1] is True):
        return True
    for value in values:
        if isinstance(value, _Missing):
            return value
    if op == "apply":
        return _apply(term, values, definitions, depth)
    return _interpreted(term, values)


def _apply(
    term: Term,
    values: tuple[Value, ...],
    definitions: Mapping[Function, Definition],
    depth: int,
) -> Value:
    meaning = APPLIED.get(term.payload.name)
    if meaning is not None and term.payload not in definitions:
        computed = meaning(values)
        return _Missing(f"{term.payload.name} is not known there") if computed is None else computed
    definition = definitions.get(term.payload)
    if definition is None:
        return _Missing(f"{term.payload.name} has no definition")
    if depth > _DEEPEST:
        return _Missing(f"{term.payload.name} goes too deep")
    bound = {
        parameter: _outside(value, parameter.sort)
        for parameter, value in zip(definition.parameters, values, strict=True)
    }
    return _evaluate(definition.body, bound, definitions, depth + 1)


def _interpreted(term: Term, values: tuple[Value, ...]) -> Value:
    match term.op:
        case "=":
            return _same(values[0], values[1])
        case "distinct":
            return all(not _same(a, b) for n, a in enumerate(values) for b in values[n + 1 :])
        case "select":
            return _inside(values[0].get(values[1]), term.sort)
        case "store":
            return values[0].set(values[1], _outside(values[2], term.args[2].sort))
        case "const-array":
            return ArrayValue(_outside(values[0], term.args[0].sort))
        case "construct":
            fields = zip(values, term.args, strict=True)
            return DatatypeValue(term.payload, tuple(_outside(v, arg.sort) for v, arg in fields))
        case "is":
            return values[0].constructor == term.payload
        case "field":
            if values[0].constructor != term.payload.constructor:
                return _Missing(f"{term.payload.name} of another constructor")
            return _inside(values[0].fields[term.payload.index], term.sort)
        case _:
            sorts = tuple(arg.sort for arg in term.args)
            value = compute(term.op, values, sorts, term.sort, term.payload)
            return _Missing(f"{term.op} has no value there") if value is None else value


def _in_language(term: Term, text: Value) -> Value:
    if isinstance(text, _Missing):
        return text
    inside = in_language(text, term.args[1])
    return _Missing("a regular expression that is not computed") if inside is None else inside


def _same(left: Value, right: Value) -> bool:
    """Equality of the logic. Bits of floats are equal when the floats are, NaN being one."""
    if isinstance(left, float) and isinstance(right, float):
        return (math.isnan(left) and math.isnan(right)) or float_bits(left) == float_bits(right)
    return left == right
