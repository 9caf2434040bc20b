"""Runs of the core interpreter on small inputs that meet `requires`: food for guesses."""

from __future__ import annotations

import contextlib
import random

import msgspec

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import Constant
from axiom_verifiers.contracts.judging import Judge
from axiom_verifiers.contracts.records import RecordValue
from axiom_verifiers.contracts.traversal import walk
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
from axiom_verifiers.core.flow import expressions, statements
from axiom_verifiers.core.interpreter import Finished, Limits, Run, run
from axiom_verifiers.core.program import Program

_LIMITS = Limits(steps=4_000, depth=30, states=60)
_TRIES = 15
_SIZES = (1, 2, 3, 4, 3, 5, 8, 2, 6, 12)
# Ints are drawn from these in turn: few values, so that `requires` of items are met and equal
# items occur; none below zero; many.
_INTS = ((0, 2), (-3, 3), (0, 9), (1, 5), (-12, 12), (0, 36))

# Texts are made of one of these, with what the code names; of so many characters of that.
_LETTERS = ("ab", "aA1 ", "xyz")
_NAMED = 6


class _Shape(msgspec.Struct, frozen=True):
    """How the values of one attempt are drawn: the same length everywhere, or up to `size`, and
    texts of one of `letters`.
    """

    size: int
    low: int
    high: int
    uniform: bool
    ordered: bool
    letters: tuple[str, ...]


def sample_runs(program: Program, contract: Contract, count: int = 40) -> list[Run]:
    """Up to `count` runs, the same for the same program; empty when no input is found.

    Runs that stop at a limit are kept: their states are real.
    """
    judge = Judge(contract)
    generator = random.Random(20_24)  # noqa: S311 - guesses need repeatability, not secrecy.
    names = [parameter.name for parameter in contract.parameters]
    types = [erase(parameter.type) for parameter in contract.parameters]
    letters = _letters(program, contract)
    found: list[Run] = []
    known: set[str] = set()
    finished = 0
    for attempt in range(count * _TRIES):
        low, high = _INTS[attempt % len(_INTS)]
        shape = _Shape(
            size=_SIZES[attempt % len(_SIZES)],
            low=low,
            high=high,
            uniform=generator.random() < 0.5,
            ordered=generator.random() < 0.4,
            letters=letters,
        )
        args = tuple(_value(type_, shape, generator) for type_ in types)
        if repr(args) in known:
            continue
        known.add(repr(args))
        if judge.requires(dict(zip(names, args, strict=True))) is not True:
            continue
        made = run(program, args, limits=_LIMITS)
        finished += isinstance(made.end, Finished)
        found.append(made)
        if finished >= count or len(found) >= 2 * count:
            break
    return found


def _letters(program: Program, contract: Contract) -> tuple[str, ...]:
    """What texts are made of: also, and half of them, of characters that the code or the contract
    names, for these are what a loop over a text tells apart.
    """
    every = [
        *(expr for function in program.functions for one in statements(function.body)
          for expr in expressions(one)),
        *(clause.condition for clause in (*contract.requires, *contract.ensures)),
        *(define.body for define in contract.defines),
    ]  # fmt: skip
    named = [
        part.value
        for expr in every
        for part in walk(expr)
        if isinstance(part, Constant) and isinstance(part.value, str)
    ]
    characters = dict.fromkeys("".join(sorted(filter(None, named), key=len)))
    own = "".join(characters)[:_NAMED]
    return (*_LETTERS, own, own, own + _LETTERS[0]) if own else _LETTERS


def _value(type_: Type, shape: _Shape, generator: random.Random) -> Value:
    match type_:
        case IntType():
            return generator.randint(shape.low, shape.high)
        case BoolType():
            return generator.random() < 0.5
        case FloatType():
            return float(generator.randint(shape.low, shape.high)) / 2
        case StrType():
            letters = generator.choice(shape.letters)
            return "".join(generator.choice(letters) for _ in range(_count(shape, generator)))
        case ListType():
            items = [_value(type_.item, shape, generator) for _ in range(_count(shape, generator))]
            if shape.ordered and isinstance(type_.item, IntType | StrType | TupleType):
                with contextlib.suppress(TypeError):  # Of parts that have no order.
                    items.sort()
            return items
        case TupleType():
            items = [_value(item, shape, generator) for item in type_.items]
            if shape.ordered and all(isinstance(item, IntType) for item in type_.items):
                items.sort()
            return tuple(items)
        case OptionalType():
            return None if generator.random() < 0.25 else _value(type_.item, shape, generator)
        case NoneType():
            return None
        case _:
            return _other(type_, shape, generator)


def _count(shape: _Shape, generator: random.Random) -> int:
    return shape.size if shape.uniform else generator.randint(0, shape.size)


def _other(type_: Type, shape: _Shape, generator: random.Random) -> Value:
    count = generator.randint(0, min(shape.size, 4))
    match type_:
        case SetType():
            return {_value(type_.item, shape, generator) for _ in range(count)}
        case DictType():
            return {
                _value(type_.key, shape, generator): _value(type_.value, shape, generator)
                for _ in range(count)
            }
        case RecordType():
            return RecordValue(
                type_.name,
                {name: _value(field, shape, generator) for name, field in type_.fields},
            )
        case BytesType():
            return bytes(generator.randint(97, 99) for _ in range(count))
        case _:
            return None
