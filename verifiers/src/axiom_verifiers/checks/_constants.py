"""Numbers and texts that code and contract name, and what is likely to be made of them."""

from __future__ import annotations

import ast
import importlib
import itertools
import operator
import random
import re
import string
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from axiom_verifiers.checks._telling_texts import called, disguised, telling
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import Binary, Constant, MethodCall

_NUMBER = re.compile(r"(?<![\w.])(\d[\d_]*)(?![\w.])")
_LARGEST = 10**40
_FOLDED: dict[type[ast.operator] | str, Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
_POWERS: tuple[type[ast.operator] | str, ...] = (ast.Pow, "**")
# What a class of a pattern stands for: a few of its characters, one beyond ASCII.
_CATEGORIES = {
    "CATEGORY_DIGIT": "0179٣",
    "CATEGORY_WORD": "aZ9_é",
    "CATEGORY_SPACE": " \t\n\u2003",
    "CATEGORY_NOT_DIGIT": "a- ",
    "CATEGORY_NOT_WORD": "-. ",
    "CATEGORY_NOT_SPACE": "a1-",
}


class Constants(msgspec.Struct, frozen=True):
    """In order, without doubles. `compounds` are sums, differences and products of the ints,
    `matching` texts that patterns in the code match, or nearly, and those that a method called
    turns into one of `texts`.
    """

    ints: tuple[int, ...]
    floats: tuple[float, ...]
    texts: tuple[str, ...]
    compounds: tuple[int, ...] = ()
    matching: tuple[str, ...] = ()


def constants(code: str, contract: Contract) -> Constants:
    """Those of the contract first. What in the code cannot be parsed is searched for numbers."""
    ints: dict[int, None] = {}
    floats: dict[float, None] = {}
    texts: dict[str, None] = {}
    for value in itertools.chain(_of_contract(contract), _of_code(code)):
        match value:
            case bool():
                pass
            case int() if abs(value) < _LARGEST:
                ints[value] = None
            case float():
                floats[value] = None
            case str() if len(value) <= 200 and _scalar(value):
                texts[value] = None
            case _:
                pass
    patterns = [text for text in texts if "re." in code and re.search(r"[\\\[(*+?.|{]", text)]
    methods = (*called(code), *_methods(contract))
    hidden = disguised(methods, itertools.islice(texts, 12))
    return Constants(
        tuple(ints)[:60],
        tuple(floats)[:30],
        tuple(texts)[:60],
        tuple(_compounds(list(ints)[:10])),
        (
            *(text for text in hidden if text not in texts),
            *itertools.chain.from_iterable(map(_matching, patterns[:8])),
        ),
    )


def _of_contract(contract: Contract) -> Iterator[object]:
    for here in _parts(contract):
        match here:
            case Constant(value=value):
                yield value
            case MethodCall(method=method):
                yield from telling((method,))
            case Binary(op=op, left=Constant(value=int(left)), right=Constant(value=int(right))):
                yield _folded(op, left, right)
            case _:
                pass


def _methods(contract: Contract) -> Iterator[str]:
    """Those that the contract calls: what it looks through, a code may forget to."""
    return (here.method for here in _parts(contract) if isinstance(here, MethodCall))


def _parts(contract: Contract) -> Iterator[msgspec.Struct]:
    """The contract and all that it consists of, in the order in which it is written."""
    waiting: list[object] = [contract]
    while waiting:
        here = waiting.pop()
        if isinstance(here, msgspec.Struct):
            yield here
            waiting += [getattr(here, name) for name in reversed(here.__struct_fields__)]
        elif isinstance(here, tuple):
            waiting += reversed(here)  # pyright: ignore[reportUnknownArgumentType]  # any tuple


def _of_code(code: str) -> list[object]:
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return [int(found) for found in _NUMBER.findall(code) if len(found) < 40]
    found: list[object] = list(telling(tuple(called(code))))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            found.append(node.value)
        elif isinstance(node, ast.BinOp):
            found.append(_fold(node))
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "string"
        ):
            # `string.punctuation` and its like are tested one character at a time.
            found.append(getattr(string, node.attr, None))
    return found


def _fold(node: ast.expr) -> int | str | None:
    """The value of arithmetic on literals, of `"un" + "stop"` too."""
    match node:
        case ast.Constant(value=int() | str() as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _fold(operand)
            return -inner if isinstance(inner, int) else None
        case ast.BinOp(left=left, op=op, right=right):
            match _fold(left), _fold(right):
                case int(a), int(b):
                    return _folded(type(op), a, b)
                case str(a), str(b) if isinstance(op, ast.Add):
                    return a + b
                case _:
                    return None
        case _:
            return None


def _folded(op: type[ast.operator] | str, left: int, right: int) -> int | None:
    if max(abs(left), abs(right)) > _LARGEST:
        return None
    if op in _POWERS:
        return left**right if 0 <= right <= 64 and abs(left) <= 1000 else None
    function = _FOLDED.get(op)
    return None if function is None else function(left, right)


def _compounds(ints: list[int]) -> list[int]:
    """Sums, differences, products and quotients of two of them."""
    found: dict[int, None] = {}
    for a, b in itertools.combinations([n for n in ints if abs(n) > 1], 2):
        found |= dict.fromkeys((a * b, a + b, a - b, b - a))
        if b:
            found[a // b] = None
        found[b // a] = None
    return [value for value in found if value not in ints and abs(value) < _LARGEST][:80]


def _scalar(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


# ------------------------------------------------------------------ patterns


# The only reader of patterns has no public name, and no type.
_read_pattern: Any = importlib.import_module("re._parser").parse


def _matching(pattern: str) -> list[str]:
    """A few texts that the pattern matches as a whole; none when it cannot be read."""
    try:
        tree: Any = _read_pattern(pattern)
        chance = random.Random(0)  # noqa: S311  Repeatable, not secret.
        found = dict.fromkeys(_sample(tree, chance) for _ in range(10))
    except (re.error, RecursionError, OverflowError, ValueError):
        return []
    return [text[:100] for text in found if _scalar(text)]


def _sample(tree: Any, chance: random.Random) -> str:
    return "".join(_part(str(op), arg, chance) for op, arg in tree)


def _part(op: str, arg: Any, chance: random.Random) -> str:
    match op:
        case "LITERAL":
            return chr(arg)
        case "NOT_LITERAL":
            return "b" if arg == ord("a") else "a"
        case "ANY":
            return chance.choice("a1 ")
        case "IN":
            return _one_of(arg, chance)
        case "BRANCH":
            return _sample(chance.choice(arg[1]), chance)
        case "SUBPATTERN":
            return _sample(arg[-1], chance)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            low, high, inner = arg
            most = min(int(high), int(low) + 3)
            return "".join(_sample(inner, chance) for _ in range(chance.randint(int(low), most)))
        case _:
            return ""  # Places and groups that come again: what is made then matches nearly.


def _one_of(parts: Any, chance: random.Random) -> str:
    negated = str(parts[0][0]) == "NEGATE"
    chosen: list[str] = []
    for op, arg in parts:
        match str(op):
            case "LITERAL":
                chosen.append(chr(arg))
            case "RANGE":
                chosen += [chr(arg[0]), chr(arg[1]), chr((arg[0] + arg[1]) // 2)]
            case "CATEGORY":
                chosen += _CATEGORIES.get(str(arg), "")
            case _:
                pass
    if negated:
        rest = [c for c in "a0 -Zé\n" if c not in chosen]
        return chance.choice(rest or ["~"])
    return chance.choice(chosen or ["a"])
