"""Values that have to do with other values: equal, nearly so, a part, a rearrangement, a length."""

# Values are dynamic by nature: what a collection holds is known to its declared type only.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false
from __future__ import annotations

import random
from collections.abc import Iterator

from axiom_verifiers.checks._generate import Source
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.types import (
    DictType,
    FloatType,
    IntType,
    ListType,
    OptionalType,
    RecordType,
    RefinedType,
    SetType,
    StrType,
    Type,
)
from axiom_verifiers.contracts.values import RecordValue, Value, deep_copy, sort_values

Inputs = dict[str, Value]


def bare(declared: Type) -> Type:
    """The type without refinements and None."""
    while isinstance(declared, (RefinedType, OptionalType)):
        declared = declared.base if isinstance(declared, RefinedType) else declared.item
    return declared


def related(source: Source, contract: Contract, declared: Type, row: Inputs, value: Value) -> Value:
    """A value of the type that has to do with those of the row, else the value itself."""
    kind = bare(declared)
    options: list[Value] = []
    numbers: list[int] = []
    for parameter in contract.parameters:
        if parameter.name not in row:
            continue
        theirs, of = row[parameter.name], bare(parameter.type)
        if type(theirs) is int:
            numbers.append(theirs)
        if of == kind and theirs is not None:
            options += _like(source, of, theirs)
        options += _inside(source.chance, kind, of, theirs)
    if isinstance(kind, IntType):
        options += _numbers(numbers)
    return deep_copy(source.chance.choice(options)) if options else value


def _numbers(numbers: list[int]) -> Iterator[Value]:
    for one in numbers:
        yield from (one + 1, one - 1, -one, 2 * one)
    if len(numbers) > 1:
        first, second = numbers[-2:]
        yield from (first + second, first - second, (first + second) // 2, first * second)


def _like(source: Source, kind: Type, theirs: Value) -> Iterator[Value]:
    """Their value, and what differs from it a little."""
    chance = source.chance
    yield theirs
    match theirs:
        case str() if theirs:
            start = chance.randrange(len(theirs))
            yield theirs[start : start + chance.randint(1, 3)]
            yield theirs[:start]
            yield theirs[:start] + chance.choice("ab Z0") + theirs[start + 1 :]
            yield theirs + chance.choice("ab Z0")
            yield theirs[:start] + chance.choice(theirs) + theirs[start + 1 :]
            yield theirs.swapcase()
            yield "".join(chance.sample(theirs, len(theirs)))
        case list() if theirs and isinstance(kind, ListType):
            start = chance.randrange(len(theirs))
            yield chance.sample(theirs, len(theirs))
            yield theirs[:start]
            yield theirs[start:]
            yield theirs[::-1]
            yield [*theirs, source.draw(kind.item, 2)]
            yield [*theirs[:start], source.draw(kind.item, 2), *theirs[start + 1 :]]
            yield [*theirs, theirs[start]]
            yield [chance.choice(theirs) for _ in theirs]
        case set() if theirs and isinstance(kind, SetType):
            items = sort_values(theirs)
            yield set(items[1:])
            yield {*items, source.draw(kind.item, 2)}
        case dict() if theirs and isinstance(kind, DictType):
            key = chance.choice(list(theirs))
            yield {k: v for k, v in theirs.items() if k != key}
            yield {**theirs, key: source.draw(kind.value, 2)}
            yield dict(reversed(theirs.items()))
        case RecordValue() if isinstance(kind, RecordType):
            name, of = chance.choice(kind.fields)
            yield RecordValue(theirs.name, {**theirs.fields, name: source.draw(of, 2)})
        case float():
            yield from (theirs + 1.0, -theirs)
        case _:
            return


def _inside(chance: random.Random, kind: Type, of: Type, theirs: Value) -> Iterator[Value]:
    """What stands in their value, or tells of it."""
    match of:
        case ListType() if theirs and bare(of.item) == kind:
            yield from (chance.choice(theirs), theirs[0], theirs[-1])
        case SetType() if theirs and bare(of.item) == kind:
            yield chance.choice(sort_values(theirs))
        case DictType() if theirs:
            if bare(of.key) == kind:
                yield chance.choice(list(theirs))
            if bare(of.value) == kind:
                yield chance.choice(list(theirs.values()))
        case RecordType() if isinstance(theirs, RecordValue):
            for name, part in of.fields:
                if bare(part) == kind:
                    yield theirs.fields[name]
        case _:
            pass
    if isinstance(kind, IntType) and isinstance(theirs, (list, set, dict, str)):
        yield from (len(theirs), len(theirs) - 1, len(theirs) + 1)
        numbers = [item for item in theirs if type(item) is int] if theirs else []
        if numbers and isinstance(theirs, list):
            yield from (sum(numbers), sum(numbers[:2]), 2 * numbers[0])
    same = isinstance(of, SetType) and isinstance(kind, ListType) and of.item == kind.item
    if same and isinstance(theirs, set):
        yield list(sort_values(theirs))
    if isinstance(kind, FloatType) and type(theirs) is int and abs(theirs) < 2**53:
        yield float(theirs)
    if isinstance(kind, StrType) and type(theirs) is int:
        yield str(theirs)
