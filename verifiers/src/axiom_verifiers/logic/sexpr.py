"""Reads S-expressions as SMT-LIB 2.6 spells them. A list is a tuple, an atom an `Atom`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from axiom_verifiers.errors import SExprError


class Atom(msgspec.Struct, frozen=True):
    """A symbol, keyword, number, `#x…` literal, or a string literal with its quotes.

    Quoted symbols have lost their bars: `|a b|` is the symbol `a b`, and `quoted` is set.
    """

    text: str
    quoted: bool = False

    @property
    def is_string(self) -> bool:
        return not self.quoted and self.text.startswith('"')


SExpr = Atom | tuple["SExpr", ...]


_TOKEN = re.compile(
    r"""\s+|;[^\n]*|(?P<open>\()|(?P<close>\))|(?P<string>"(?:[^"]|"")*")|\|(?P<bars>[^|\\]*)\|"""
    r"""|(?P<atom>[^\s()";|]+)"""
)


def parse(text: str) -> Iterator[SExpr]:
    """Every S-expression of a text, however deep. SExprError where it is none."""
    stack: list[list[SExpr]] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise SExprError(f"cannot be read at {text[position : position + 40]!r}")
        position = match.end()
        done: SExpr | None = None
        match match.lastgroup:
            case None:
                continue
            case "open":
                stack.append([])
                continue
            case "close":
                if not stack:
                    raise SExprError(f"one ) too many before {text[position : position + 40]!r}")
                done = tuple(stack.pop())
            case "bars":
                done = Atom(match["bars"], quoted=True)
            case _:
                done = Atom(match.group())
        if stack:
            stack[-1].append(done)
        else:
            yield done
    if stack:
        raise SExprError(f"{len(stack)} ) missing at the end")


def parse_one(text: str) -> SExpr:
    """The only S-expression of a text."""
    found = list(parse(text))
    if len(found) != 1:
        raise SExprError(f"one S-expression was expected, got {len(found)}")
    return found[0]


_SIMPLE = re.compile(r"[^\s()\";|]+\Z")


def text_of(root: SExpr) -> str:
    """The text, on one line."""
    out: list[str] = []
    stack: list[SExpr | str] = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            out.append(item)
        elif isinstance(item, Atom):
            plain = not item.quoted or (_SIMPLE.match(item.text) and not item.text[0].isdigit())
            out.append(item.text if plain else f"|{item.text}|")
        else:
            stack.append(")")
            for number, part in enumerate(reversed(item)):
                stack.append(part)
                if number < len(item) - 1:
                    stack.append(" ")
            out.append("(")
    return "".join(out)


def rename(root: SExpr, names: Mapping[str, str]) -> SExpr:
    """Symbols replaced, everywhere; what is no key stays."""
    done: list[list[SExpr]] = [[]]
    stack: list[SExpr | None] = [root]
    while stack:
        item = stack.pop()
        if item is None:
            built = tuple(done.pop())
            done[-1].append(built)
        elif isinstance(item, Atom):
            new = None if item.is_string else names.get(item.text)
            done[-1].append(item if new is None else Atom(new, quoted=True))
        else:
            done.append([])
            stack.append(None)
            stack.extend(reversed(item))
    return done[0][0]


def natural(text: str) -> int:
    """The number that a numeral of any length denotes; ValueError when it is none."""
    if not re.fullmatch(r"[0-9]+", text):
        raise ValueError(f"this is no number: {text:.80}")
    value = 0
    for start in range(0, len(text), 4000):  # Python refuses to read longer ones at once.
        part = text[start : start + 4000]
        value = value * 10 ** len(part) + int(part)
    return value


_ESCAPE = re.compile(r"\\u\{([0-9a-fA-F]{1,5})\}|\\u([0-9a-fA-F]{4})")


def unquote(text: str) -> str:
    """The string that a literal denotes."""
    inside = text[1:-1].replace('""', '"')
    return _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), inside)
