"""Inputs on which terms and candidates are compared with the contract.

From the types, the contract's constants and their neighbours, and its examples; the same seed
gives the same inputs. Arguments are drawn together from small pools, so that equal ones, items
that occur in a list, and the like are common.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from axiom_server.synthesis.enumeration import freeze
from axiom_verifiers.contracts import types as t
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import Constant, Expr
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.typing_rules import erase
from axiom_verifiers.contracts.values import RecordValue, Value

Arguments = tuple[Value, ...]

_TEXTS = (
    "",
    "a",
    " ",
    "ab",
    "aa",
    "aba",
    "abc",
    "a b",
    " a",
    "b ",
    "ab cd ef",
    "A",
    "1",
    "a  b",
    "a\tb",
    "\n",
    "é x",
)


def constants_in(exprs: Sequence[Expr]) -> list[int | float | str]:
    """The literals of the contract, each once, in order of appearance."""
    found: dict[Any, int | float | str] = {}
    for expr in exprs:
        for node in walk(expr):
            if isinstance(node, Constant) and not isinstance(node.value, bool | bytes | None):
                found.setdefault((type(node.value).__name__, node.value), node.value)
    return list(found.values())


class _Drawer:
    """Draws values of a type from the pools of one style."""

    def __init__(
        self, rng: random.Random, ints: list[int], texts: list[str], floats: list[float]
    ) -> None:
        self.rng = rng
        self.ints = ints
        self.texts = texts
        self.floats = floats

    def draw(self, kind: t.Type, depth: int = 0) -> Value:
        rng = self.rng
        match kind:
            case t.IntType():
                return rng.choice(self.ints)
            case t.BoolType():
                return rng.random() < 0.5
            case t.FloatType():
                return rng.choice(self.floats)
            case t.StrType():
                return self._text()
            case t.BytesType():
                return bytes(rng.choices(range(256), k=rng.randrange(4)))
            case t.NoneType():
                return None
            case t.ListType():
                return [self.draw(kind.item, depth + 1) for _ in range(self._length(depth))]
            case t.SetType():
                drawn = [self.draw(kind.item, depth + 1) for _ in range(self._length(depth))]
                return set(drawn)
            case t.DictType():
                keys = [self.draw(kind.key, depth + 1) for _ in range(self._length(depth))]
                return {key: self.draw(kind.value, depth + 1) for key in keys}
            case t.TupleType():
                return tuple(self.draw(item, depth + 1) for item in kind.items)
            case t.OptionalType():
                return None if rng.random() < 0.3 else self.draw(kind.item, depth)
            case t.RecordType():
                fields = {name: self.draw(field, depth + 1) for name, field in kind.fields}
                return RecordValue(kind.name, fields)
            case t.RefinedType():
                return self.draw(kind.base, depth)
            case t.UnknownType():
                return None

    def _length(self, depth: int) -> int:
        return self.rng.choice((0, 1, 1, 2, 2, 3, 3, 4, 6) if depth == 0 else (0, 1, 2, 3))

    def _text(self) -> str:
        rng = self.rng
        if rng.random() < 0.6:
            return rng.choice(self.texts)
        letters = "".join(dict.fromkeys("".join(self.texts)))[:40] or "ab"
        text = "".join(rng.choice(letters) for _ in range(rng.randrange(20)))
        return text + text[::-1] if rng.random() < 0.2 else text


def _pools(constants: Sequence[int | float | str]) -> tuple[list[int], list[str], list[float]]:
    """Edges: the constants with their neighbours, and a few values of every task."""
    ints = [0, 1, -1, 2, 3, -2, 5, 10]
    whole = [value for value in constants if isinstance(value, int)]
    for value in whole:
        ints += [value, value - 1, value + 1, -value, 2 * value, 3 * value, value // 2]
    for one in whole[:6]:
        for other in whole[:6]:
            if abs(one * other) < 10**6:
                ints += [one * other, one * other + 1]
            ints.append((one + other) // 2)
    texts = [*_TEXTS, *(value for value in constants if isinstance(value, str))]
    floats = [0.0, 1.0, -1.0, 0.5, 2.0, -2.5, 1e9, 0.1]
    for value in constants:
        if isinstance(value, float) and abs(value) < 1e300:
            floats += [value, value + 1.0, value - 1.0, value * 1.001, value * 0.999, -value]
    return list(dict.fromkeys(ints)), list(dict.fromkeys(texts)), list(dict.fromkeys(floats))


def _changed(
    rng: random.Random, args: Arguments, drawer: _Drawer, kinds: list[t.Type]
) -> Arguments:
    """An example with one argument drawn anew, or an int moved a little."""
    place = rng.randrange(len(args))
    value = args[place]
    if isinstance(value, int) and not isinstance(value, bool) and rng.random() < 0.5:
        new: Value = value + rng.choice((-2, -1, 1, 2, 10))
    elif isinstance(value, list) and value and rng.random() < 0.5:
        items = cast("list[Value]", value)
        new = [*items, rng.choice(items)] if rng.random() < 0.5 else items[:-1]
    else:
        new = drawer.draw(kinds[place])
    return (*args[:place], new, *args[place + 1 :])


def streams(
    contract: Contract, exprs: Sequence[Expr], examples: Sequence[Arguments], seed: int
) -> Iterator[Arguments]:
    """An endless stream of arguments, examples first, each at most once.

    It ends early when no new ones turn up (a function of two bools has only four inputs).
    """
    rng = random.Random(seed)  # noqa: S311 - reproducible choice of inputs, no secret.
    kinds = [erase(p.type) for p in contract.parameters]
    constants = constants_in(exprs)
    ints, texts, floats = _pools(constants)
    largest = max((abs(v) for v in constants if isinstance(v, int)), default=10)
    drawers = [
        _Drawer(rng, ints, texts, floats),
        _Drawer(rng, list(range(-3, 6)), texts[:6], floats[:5]),
        _Drawer(rng, list(range(13)), list(_TEXTS), floats),
        _Drawer(rng, list(range(-20, 40)), texts, floats),
    ]

    def wide() -> Arguments:
        reach = rng.choice((largest, 3 * largest, 100, 1000, 10**5))
        numbers = [rng.randint(-reach, reach) for _ in range(4)]
        numbers += [rng.randint(0, reach) for _ in range(4)]
        spread = _Drawer(rng, numbers, texts, floats)
        return tuple(spread.draw(kind) for kind in kinds)

    def plain(drawer: _Drawer) -> Callable[[], Arguments]:
        return lambda: tuple(drawer.draw(kind) for kind in kinds)

    styles: list[Callable[[], Arguments]] = [*(plain(drawer) for drawer in drawers), wide]
    if examples and kinds:
        styles.append(lambda: _changed(rng, rng.choice(examples), drawers[0], kinds))
    seen: set[Any] = set()
    for args in examples:
        if freeze(args) not in seen:
            seen.add(freeze(args))
            yield args
    stale = 0
    turn = 0
    while stale < 2000:
        args = styles[turn % len(styles)]()
        turn += 1
        image = freeze(args)
        if image in seen:
            stale += 1
            continue
        stale = 0
        seen.add(image)
        yield args
