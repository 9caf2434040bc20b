"""Runs of the core interpreter on small inputs that meet `requires`: food for guesses."""

from __future__ import annotations

import random

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.judging import Judge
from axiom_verifiers.contracts.records import RecordValue
from axiom_verifiers.contracts.types import (
    BoolType,
    BytesType,
    DictType,
    FloatType,
    IntType,
    ListType,
    NoneType,
    OptionalType,
    RecordType,
    SetType,
    StrType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import erase
from axiom_verifiers.contracts.values import Value
from axiom_verifiers.core.interpreter import Finished, Limits, Run, run
from axiom_verifiers.core.program import Program

_LIMITS = Limits(steps=4_000, depth=30, states=60)
_TRIES = 12
_SIZES = (1, 2, 3, 4, 3, 5, 8, 2, 6, 12)


def sample_runs(program: Program, contract: Contract, count: int = 40) -> list[Run]:
    """Up to `count` runs, the same for the same program; empty when no input is found.

    Runs that stop at a limit are kept: their states are real.
    """
    judge = Judge(contract)
    generator = random.Random(20_24)  # noqa: S311 - guesses need repeatability, not secrecy.
    names = [parameter.name for parameter in contract.parameters]
    types = [erase(parameter.type) for parameter in contract.parameters]
    found: list[Run] = []
    finished = 0
    for attempt in range(count * _TRIES):
        size = _SIZES[attempt % len(_SIZES)]
        args = tuple(_value(type_, size, generator) for type_ in types)
        if judge.requires(dict(zip(names, args, strict=True))) is not True:
            continue
        made = run(program, args, limits=_LIMITS)
        finished += isinstance(made.end, Finished)
        found.append(made)
        if finished >= count or len(found) >= 2 * count:
            break
    return found


def _value(type_: Type, size: int, generator: random.Random) -> Value:
    match type_:
        case IntType():
            return generator.choice(
                [generator.randint(-size, size), generator.randint(0, 3 * size)]
            )
        case BoolType():
            return generator.random() < 0.5
        case FloatType():
            return float(generator.randint(-size, size)) / 2
        case StrType():
            letters = generator.choice(["ab", "aA1 ", "xyz"])
            return "".join(generator.choice(letters) for _ in range(generator.randint(0, size)))
        case ListType():
            items = [_value(type_.item, size, generator) for _ in range(generator.randint(0, size))]
            if isinstance(type_.item, IntType | StrType) and generator.random() < 0.4:
                items.sort()
            return items
        case TupleType():
            return tuple(_value(item, size, generator) for item in type_.items)
        case OptionalType():
            return None if generator.random() < 0.25 else _value(type_.item, size, generator)
        case NoneType():
            return None
        case _:
            return _other(type_, size, generator)


def _other(type_: Type, size: int, generator: random.Random) -> Value:
    count = generator.randint(0, min(size, 4))
    match type_:
        case SetType():
            return {_value(type_.item, size, generator) for _ in range(count)}
        case DictType():
            return {
                _value(type_.key, size, generator): _value(type_.value, size, generator)
                for _ in range(count)
            }
        case RecordType():
            return RecordValue(
                type_.name,
                {name: _value(field, size, generator) for name, field in type_.fields},
            )
        case BytesType():
            return bytes(generator.randint(97, 99) for _ in range(count))
        case _:
            return None
