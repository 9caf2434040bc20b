"""Values of a type: likely ones, edges, the constants that code and contract name.

Deterministic: everything is drawn from one seeded source.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import assert_never

from axiom_verifiers.checks._constants import Constants
from axiom_verifiers.contracts.expressions import Expr
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
    UnknownType,
)
from axiom_verifiers.contracts.values import RecordValue, Value, show

_INTS = (0, 1, -1, 2, 3, -2, 4, 5, 7, 8, 9, 10, -5, -10, 12, 15, 16, 100, 99, 101, 1000)
_FLOATS = (0.0, -0.0, 1.0, -1.0, 0.5, 0.1, 2.0, -2.5, 10.0, 100.0, 1e-9, 1e9)
_ODD_FLOATS = (float("inf"), float("-inf"), float("nan"), 1e308, 5e-324, 2.0**53)
_LARGE_INTS = (
    2**31 - 1,
    2**31,
    -(2**31),
    2**53,
    2**53 + 1,
    2**63,
    -(2**63) - 1,
    10**18,
    10**30 + 7,
)
_WORDS = (
    *("a", "b", "A", "ab", "ba", "aa", "aba", "abc", "Abc", "hello", "Hello World"),
    *("x y", " a ", "  ", "\t", "\n", "0", "7", "12", "-3", "1.5", "a1", "é", "ß", "Ω", "😀"),
    *("a,b", "a-b", "(a)", "!?", "noon", "level", "No", "yes"),
)
_ALPHABETS = ("ab", "abc ", "aAbB", "0123456789", "()[]{}", "a.b,-_!", "éßΩ😀a", "abcdefghijklmnop")
# Texts that look like numbers, some of them only to `isdigit` or to `int`.
_NUMERALS = ("0", "7", "-1", "+3", "007", " 7", "1_0", "1.5", "²", "٣", "१2", "1e3", "99999")
# Cases that change the length or come back differently, spaces beyond ASCII.
_UNICODE = ("é", "ß", "İ", "ŉ", "ﬁ", "ǅ", "ς", "a\u00a0b", "\u2003", "e\u0301", "😀", "Ω")

# How often a text is put together of pieces, where code or contract name what separates some.
_COMPOUND = 0.3

Holds = Callable[[Expr, Value], bool]


class Source:
    """Draws values. `holds` decides a refinement's predicate for a value."""

    def __init__(self, chance: random.Random, known: Constants, holds: Holds) -> None:
        self.chance = chance
        self.known = known
        self._holds = holds

    # ------------------------------------------------------------ edges

    def edges(self, declared: Type) -> list[Value]:
        """A few values that are worth trying in every combination."""
        match declared:
            case IntType():
                found = dict.fromkeys(_INTS[:6])
                for value in self.known.ints[:24]:
                    found |= dict.fromkeys((value, value - 1, value + 1, -value))
                return list(found | dict.fromkeys(self.known.compounds[:24]))
            case BoolType():
                return [False, True]
            case FloatType():
                floats = [*_FLOATS[:6], *self.known.floats, *map(float, self.known.ints[:12])]
                return list(dict.fromkeys(floats))
            case StrType():
                known = self.known
                texts = ("", *known.texts, *known.matching[:20], *_WORDS[:12], *self._numerals())
                return list(dict.fromkeys((*texts, *_UNICODE[:4])))
            case BytesType():
                return [b"", b"a", b"\x00\xff"]
            case NoneType():
                return [None]
            case OptionalType():
                return [None, *self.edges(declared.item)]
            case RefinedType():
                return [v for v in self.edges(declared.base) if self._holds(declared.predicate, v)]
            case ListType() | SetType() | DictType() | TupleType() | RecordType():
                found_values: dict[str, Value] = {}
                for size in (0, 1, 1, 2, 2, 2, 3, 3, 4):
                    value = self.draw(declared, size)
                    found_values.setdefault(show(value), value)
                return list(found_values.values())
            case UnknownType():
                return []
            case _:
                assert_never(declared)

    # ------------------------------------------------------------ anything

    def draw(self, declared: Type, size: int) -> Value:
        """A value of the type; `size` is about how many items its collections have."""
        match declared:
            case IntType():
                return self._int()
            case BoolType():
                return self.chance.random() < 0.5
            case FloatType():
                return self._float()
            case StrType():
                return self._str(size)
            case BytesType():
                return bytes(self.chance.choice(b"ab\x00\xff 0") for _ in range(self._length(size)))
            case NoneType():
                return None
            case OptionalType():
                return None if self.chance.random() < 0.3 else self.draw(declared.item, size)
            case RefinedType():
                return self._refined(declared, size)
            case ListType():
                return self._list(declared.item, size)
            case SetType():
                return set(self._list(declared.item, size))
            case DictType():
                return self._dict(declared, size)
            case TupleType():
                return tuple(self.draw(item, size) for item in declared.items)
            case RecordType():
                return RecordValue(
                    declared.name, {n: self.draw(t, size) for n, t in declared.fields}
                )
            case UnknownType():
                return None
            case _:
                assert_never(declared)

    def large(self, declared: Type) -> Value:
        """A value far from the usual; the same as `draw` for types that have none."""
        match declared:
            case IntType():
                return self._large_int()
            case FloatType():
                return self.chance.choice(_ODD_FLOATS)
            case StrType():
                return self._str(60)
            case OptionalType():
                return self.large(declared.item)
            case RefinedType():
                tries = (self.large(declared.base) for _ in range(5))
                fitting = [v for v in tries if self._holds(declared.predicate, v)]
                return fitting[0] if fitting else self.draw(declared, 4)
            case TupleType():
                return tuple(self.large(item) for item in declared.items)
            case ListType():
                if self.chance.random() < 0.5:
                    return [self.large(declared.item) for _ in range(self.chance.randint(1, 3))]
                return [self.draw(declared.item, 3) for _ in range(self.chance.randint(20, 60))]
            case _:
                return self.draw(declared, 8)

    def _large_int(self) -> int:
        """Near a limit of machine numbers, any, or next to a square."""
        chance = self.chance
        way = chance.randrange(3)
        if way == 0:
            return chance.choice(_LARGE_INTS) + chance.randint(-3, 3)
        value = chance.getrandbits(chance.choice((33, 54, 64, 100)))
        if way == 1:
            return chance.choice((value, value, -value))
        return (value % 2**40) ** 2 + chance.randint(-1, 1)

    def _length(self, size: int) -> int:
        return self.chance.randint(0, max(0, size))

    def _int(self) -> int:
        chance, known = self.chance, self.known.ints
        kind = chance.random()
        if known and kind < 0.3:
            value = chance.choice(known)
            return chance.choice((value, value, value + 1, value - 1, -value, value * 2))
        if self.known.compounds and kind < 0.36:
            return chance.choice(self.known.compounds) + chance.choice((0, 0, 0, 1, -1))
        if kind < 0.75:
            return chance.randint(-9, 12)
        if known and kind < 0.88:
            low, high = min(*known, 0), max(*known, 1)
            return chance.randint(max(low, -(10**5)), min(high, 10**5)) if low < high else low
        return chance.randint(-200, 2000)

    def _float(self) -> float:
        chance = self.chance
        kind = chance.random()
        if self.known.floats and kind < 0.2:
            return chance.choice(self.known.floats) + chance.choice((0.0, 0.0, 1.0, -1.0, 0.01))
        if self.known.ints and kind < 0.35:
            return float(chance.choice(self.known.ints)) + chance.choice((0.0, 0.5, -0.25))
        if kind < 0.55:
            return chance.choice(_FLOATS)
        if kind < 0.6:
            return chance.choice(_ODD_FLOATS)
        return chance.randint(-4000, 4000) / chance.choice((1, 2, 4, 3, 10, 100))

    def _str(self, size: int) -> str:
        chance = self.chance
        separators = [text for text in self.known.texts if _separates(text)]
        if separators and chance.random() < _COMPOUND:
            return self._compound(separators)
        kind = chance.random()
        if self.known.texts and kind < 0.25:
            text = chance.choice(self.known.texts)
            return chance.choice((text, text, text + "a", "a" + text, text * 2, text.swapcase()))
        if kind < 0.32:
            return chance.choice(_UNICODE) + chance.choice(("", "", "a", " b"))
        if kind < 0.4:
            return chance.choice((*self._numerals(), *self.known.matching))
        if kind < 0.5:
            return chance.choice(_WORDS)
        if kind < 0.6:
            return " ".join(chance.choice(_WORDS) for _ in range(chance.randint(2, 4)))
        alphabet = chance.choice(_ALPHABETS)
        if self.known.texts and chance.random() < 0.3:
            alphabet = "".join(self.known.texts)[:40] or alphabet
        text = "".join(chance.choice(alphabet) for _ in range(self._length(size + 2)))
        return text + text[::-1] if chance.random() < 0.1 else text

    def _compound(self, separators: list[str]) -> str:
        """Pieces between separators, as in `1.20.3`, `a=1;b=2` and `09:30`: mostly of one kind,
        but for an odd one now and then.
        """
        chance = self.chance
        counts = (1, 2, 2, 3, 3, *self._small())
        pieces = self._pieces(chance.choice(counts))
        separator, inner = chance.choice(separators), chance.choice(separators)
        if inner != separator and chance.random() < 0.6:
            pieces = [inner.join(self._pieces(chance.choice((1, 2, 2, 2, 3)))) for _ in pieces]
        return separator.join(pieces)

    def _pieces(self, count: int) -> list[str]:
        chance = self.chance
        words = [text for text in self.known.texts if text.isalnum()] or ["a"]
        pools: tuple[Callable[[], str], ...] = (
            lambda: str(chance.randint(0, 12)),
            lambda: f"{chance.randint(0, 60):02d}",
            lambda: "".join(chance.choices("0129", k=chance.choice((1, 2, *self._small())))),
            lambda: chance.choice(self._numerals()),
            lambda: chance.choice((*words, "a", "b", "ab")),
        )
        usual = (chance.choice(pools),) if chance.random() < 0.7 else pools
        pieces = [chance.choice(usual)() for _ in range(count)]
        if chance.random() < 0.35:
            odd = chance.choice(("", " a", "0001", *self._numerals(), *words))
            pieces[chance.randrange(count)] = odd
        return pieces

    def _small(self) -> list[int]:
        return [n for n in self.known.ints if 1 < n < 8]

    def _numerals(self) -> tuple[str, ...]:
        """Texts of numbers, those that code and contract name and their neighbours among them."""
        near = (str(n + step) for n in self.known.ints[:12] for step in (0, 1, -1))
        return (*_NUMERALS, *near)

    def _list(self, item: Type, size: int) -> list[Value]:
        chance = self.chance
        length = self._length(size)
        if length > 1 and chance.random() < 0.5:
            values = self._alike(item, length, size // 2)
        else:
            values = [self.draw(item, size // 2) for _ in range(length)]
        kind = chance.random()
        if kind < 0.15 and values:
            few = values[:2]
            values = [chance.choice(few) for _ in values]
        elif kind < 0.35:
            ordered(values, reverse=kind < 0.2)
        return values

    def _alike(self, item: Type, length: int, size: int) -> list[Value]:
        """Items that have much to do with each other: rows of one length, records and tuples
        that share some of their parts.
        """
        chance = self.chance
        match item:
            case ListType():
                width = chance.choice((length, self._length(max(1, size))))
                return [self._row(item.item, width, size // 2) for _ in range(length)]
            case TupleType():
                pools = [self._few(part, size) for part in item.items]
                return [tuple(map(chance.choice, pools)) for _ in range(length)]
            case RecordType():
                pools = [(name, self._few(part, size)) for name, part in item.fields]
                return [
                    RecordValue(item.name, {name: chance.choice(pool) for name, pool in pools})
                    for _ in range(length)
                ]
            case _:
                return [self.draw(item, size) for _ in range(length)]

    def _row(self, item: Type, width: int, size: int) -> Value:
        return [self.draw(item, size) for _ in range(width)]

    def _few(self, part: Type, size: int) -> list[Value]:
        return [self.draw(part, size) for _ in range(self.chance.choice((1, 2, 2, 3, 6)))]

    def _dict(self, declared: DictType, size: int) -> Value:
        keys = self._list(declared.key, size)
        kind = self.chance.random()
        if keys and kind < 0.4 and declared.key == declared.value:
            return {key: self.chance.choice(keys) for key in keys}
        if kind < 0.6:
            few = self._few(declared.value, size // 2)
            return {key: self.chance.choice(few) for key in keys}
        return {key: self.draw(declared.value, size // 2) for key in keys}

    def _refined(self, declared: RefinedType, size: int) -> Value:
        value = None
        for _ in range(30):
            value = self.draw(declared.base, size)
            if self._holds(declared.predicate, value):
                return value
        fitting = self.edges(declared)
        return self.chance.choice(fitting) if fitting else value


def _separates(text: str) -> bool:
    """Whether a text that is named may stand between others: `,` or `", "` or `->`."""
    return 0 < len(text) <= 2 and not any(c.isalnum() for c in text) and not text.isspace()


def ordered(values: list[Value], *, reverse: bool = False) -> None:
    """Sorts in place what can be sorted, and leaves the rest."""
    try:
        values.sort(reverse=reverse)
    except TypeError:
        return
