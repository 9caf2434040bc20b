"""Inputs worth trying first: the values that code and contract name, and their neighbours."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import msgspec

from axiom_verifiers.checks._telling_texts import telling
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import Call, Constant, MethodCall
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
    RefinedType,
    SetType,
    StrType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.values import RecordValue, Value
from axiom_verifiers.core.program import Program

# At most this many values of one parameter, and this many inputs in all.
_VALUES = 40
INPUTS = 600


class Named(msgspec.Struct, frozen=True):
    """The constants that a text names."""

    ints: tuple[int, ...]
    texts: tuple[str, ...]
    # Texts that show what the methods that are called do.
    telling: tuple[str, ...] = ()


def named(program: Program, contract: Contract) -> Named:
    """Every int and str literal of the code and of the contract, in order."""
    ints: dict[int, None] = {}
    texts: dict[str, None] = {}
    stack: list[object] = [contract, program]
    methods: list[str] = []
    while stack:
        top = stack.pop()
        match top:
            case MethodCall(method=name) | Call(function=name):
                methods.append(name)
            case _:
                pass
        if isinstance(top, Constant):
            match top.value:
                case bool() | None | float() | bytes():
                    pass
                case int(value):
                    ints[value] = None
                case str(value):
                    texts[value] = None
        elif isinstance(top, msgspec.Struct):
            stack += [getattr(top, name) for name in reversed(top.__struct_fields__)]
        elif isinstance(top, tuple):
            stack += reversed(top)  # pyright: ignore[reportUnknownArgumentType]  # any tuple
    return Named(tuple(ints), tuple(texts), telling(methods))


def inputs(contract: Contract, program: Program) -> list[dict[str, Value]]:
    """Combinations of likely values: all when they are few, else a fixed sample."""
    known = named(program, contract)
    pools = [list(_values(parameter.type, known, 2)) for parameter in contract.parameters]
    names = [parameter.name for parameter in contract.parameters]
    size = 1
    for pool in pools:
        size *= len(pool)
    rows: list[tuple[Value, ...]]
    if size <= INPUTS:
        rows = list(itertools.product(*pools))
    else:
        chance = random.Random(len(names) * 1000 + len(known.ints))  # noqa: S311 - a fixed sample
        rows = [tuple(chance.choice(pool) for pool in pools) for _ in range(INPUTS)]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _values(kind: Type, known: Named, depth: int) -> Iterator[Value]:
    match kind:
        case IntType():
            yield from _ints(known)
        case BoolType():
            yield from (False, True)
        case FloatType():
            yield from (0.0, 1.0, -1.0, 0.5, -2.5, 100.0)
            yield from (float(value) for value in known.ints[:10])
        case StrType():
            yield from _texts(known)
        case BytesType():
            yield from (b"", b"a", b"\x00\xff")
        case NoneType():
            yield None
        case ListType(item):
            yield from (list(row) for row in _rows(item, known, depth))
        case SetType(item):
            for row in _rows(item, known, depth):
                yield set(row)
        case DictType(key, value):
            keys = list(itertools.islice(_values(key, known, depth - 1), 4))
            found = list(itertools.islice(_values(value, known, depth - 1), 4))
            yield {}
            for size in (1, 2):
                yield dict(zip(keys[:size], found, strict=False))
        case TupleType(items):
            pools = [list(itertools.islice(_values(i, known, depth), 6)) for i in items]
            yield from itertools.islice(itertools.product(*pools), _VALUES)
        case OptionalType(item):
            yield None
            yield from itertools.islice(_values(item, known, depth), _VALUES - 1)
        case RecordType(name, fields):
            pools = [list(itertools.islice(_values(f, known, depth), 5)) for _, f in fields]
            for row in itertools.islice(itertools.product(*pools), _VALUES):
                members = zip(fields, row, strict=True)
                yield RecordValue(name, {field: value for (field, _), value in members})
        case RefinedType(_, base, _):
            yield from _values(base, known, depth)
        case _:
            return


def _ints(known: Named) -> Iterator[int]:
    found = dict.fromkeys((0, 1, -1, 2))
    for value in known.ints[:14]:
        found |= dict.fromkeys((value, value + 1, value - 1))
    found |= dict.fromkeys((-2, 3, 10, -10, 7, 100))
    found |= dict.fromkeys(-value for value in known.ints[:6])
    yield from itertools.islice(found, _VALUES)


def _texts(known: Named) -> Iterator[str]:
    found = dict.fromkeys(("", "a"))
    found |= dict.fromkeys(known.texts[:12])
    found |= dict.fromkeys(known.telling[:12])
    found |= dict.fromkeys(("b", "ab", "aa", "A", " ", "a b", "abc", "aba", "0", "12", "é"))
    found |= dict.fromkeys(f"{text}a" for text in known.texts[:4])
    found |= dict.fromkeys(f"a{text}b" for text in known.texts[:4])
    yield from itertools.islice(found, _VALUES)


def _rows(item: Type, known: Named, depth: int) -> Iterator[tuple[Value, ...]]:
    yield ()
    if depth <= 0:
        return
    pool = list(itertools.islice(_values(item, known, depth - 1), 8))
    yield from ((value,) for value in pool)
    yield from itertools.islice(itertools.product(pool[:5], repeat=2), 20)
    yield from itertools.islice(itertools.product(pool[:3], repeat=3), 14)
    yield tuple(pool)
