"""Texts that tell apart what people think a method of str does from what it does."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NUMBERS = ("\u00b2", "\u0663", "a")
_SPACES = ("\x1c", "\u00a0", "\t", "a  b")
_BY_METHOD: dict[str, tuple[str, ...]] = {
    "int": ("\u00b2", "\u0663", " 1", "-1", "1_0"),
    "isdigit": _NUMBERS,
    "isdecimal": _NUMBERS,
    "isnumeric": (*_NUMBERS, "\u4e00"),
    "isalnum": ("\u00b2", "\u00e9", "_"),
    "isalpha": ("\u00e9", "\u00aa", "1"),
    "isupper": ("A1", "\u01c5", "1"),
    "islower": ("a1", "\u00aa", "1"),
    "istitle": ("Ab Cd", "A1b"),
    "isspace": _SPACES,
    "strip": _SPACES,
    "lstrip": _SPACES,
    "rstrip": _SPACES,
    "split": _SPACES,
    "rsplit": _SPACES,
    "splitlines": ("a\n", "a\r\nb", "\x0b", "\n\n"),
    "lower": ("\u0130", "A\u03a3", "Ab"),
    "upper": ("\u00df", "\u0149", "aB"),
    "casefold": ("\u00df", "Ab"),
    "swapcase": ("\u00df", "Ab"),
    "title": ("\u00df", "a1b", "it's"),
    "capitalize": ("\u00df", "aB c"),
}
_CASE = frozenset({"lower", "upper", "casefold", "swapcase", "title", "capitalize"})
_TRIM = frozenset({"strip", "lstrip", "rstrip", "split"})
_CALL = re.compile(rf"\b({'|'.join(_BY_METHOD)})\s*\(")


def telling(names: Iterable[str]) -> tuple[str, ...]:
    """The texts for the methods and functions of these names, in order, each once."""
    return tuple(dict.fromkeys(text for name in names for text in _BY_METHOD.get(name, ())))


def called(code: str) -> list[str]:
    """The names of such methods that a code calls."""
    return _CALL.findall(code)


def disguised(names: Iterable[str], texts: Iterable[str]) -> tuple[str, ...]:
    """What the methods of these names turn into the texts that a code names, without being them."""
    called_names = frozenset(names)
    found: dict[str, None] = {}
    for text in texts:
        if called_names & _CASE:
            found |= dict.fromkeys((text.lower(), text.upper(), text.capitalize()))
        if called_names & _TRIM:
            found[f" {text} "] = None
    return tuple(text for text in found if text)
