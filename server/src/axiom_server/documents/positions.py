"""Places of a text as editors say them, and the edits that editors send.

Lines end with `\\n`, `\\r\\n` or `\\r`, as the language server protocol has it, and count from 0; a
character is counted in the code units of the encoding that was agreed on.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

Encoding = Literal["utf-8", "utf-16", "utf-32"]


class Position(msgspec.Struct, frozen=True, order=True):
    """Line and character, both from 0; the character in code units of some encoding."""

    line: int
    character: int


class Range(msgspec.Struct, frozen=True):
    """Half open."""

    start: Position
    end: Position


class Change(msgspec.Struct, frozen=True):
    """Puts `text` in the place of a range; of the whole document if there is no range."""

    range: Range | None
    text: str


_SURROGATE = re.compile("[\ud800-\udfff]")


def scalar(text: str) -> str:
    """The text with halves of surrogate pairs, which JSON can carry, as U+FFFD.

    No other part of the program has to know of them then. U+FFFD has as many code units in
    each encoding, so that positions stay what the editor takes them for.
    """
    return _SURROGATE.sub("\ufffd", text) if _SURROGATE.search(text) else text


def units(text: str, encoding: Encoding) -> int:
    """How many code units a text has."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def index_of(line: str, character: int, encoding: Encoding) -> int:
    """The index in a line at which so many code units stand before it.

    Beyond the line it is the line's end; inside a character, that character's beginning.
    """
    if character <= 0:
        return 0
    if encoding == "utf-32" or line.isascii():
        return min(character, len(line))
    if encoding == "utf-8":
        data = line.encode("utf-8", "surrogatepass")
        if character >= len(data):
            return len(line)
        while data[character] & 0xC0 == 0x80:
            character -= 1
        return len(data[:character].decode("utf-8", "surrogatepass"))
    seen = 0
    for index, one in enumerate(line):
        seen += 2 if ord(one) > 0xFFFF else 1
        if seen > character:
            return index
    return len(line)
