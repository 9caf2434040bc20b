"""Outline, folds, semantic tokens: each shown as text."""

from __future__ import annotations

import pytest

from axiom_server.documents import Change, Position, Range
from axiom_server.features.symbols import Symbol, folds, matching, symbols
from axiom_server.features.tokens import MODIFIERS, TYPES, Kept, tokens
from tests.server.features.cases import CLAMP, opened, text_at

TEXT = f"""\
# what comes first
use "./money.intent"
type Even = int where it % 2 == 0
type Line = {{price: int}}
define RATE: int = 3
define tax(n: int) -> int =
  n * RATE

{CLAMP}
intent "sort   the list"
intent broken(
"""


def shown(one: Symbol, indent: str = "") -> list[str]:
    own = f"{indent}{one.kind} {one.name} {one.range.start.line}-{one.range.end.line}"
    return [own, *(line for child in one.children for line in shown(child, indent + "  "))]


def test_symbols() -> None:
    snapshot = opened(TEXT)
    found = symbols(snapshot, "utf-16")
    assert [line for one in found for line in shown(one)] == [
        "type Even 2-2",
        "record Line 3-3",
        "constant RATE 4-4",
        "define tax 5-6",
        "intent clamp 8-12",
        "  clause requires ordered 9-9",
        "  clause ensures in_range 10-10",
        "  clause ensures inside 11-11",
        "  clause example clamp(5, 0, 10) == 5 12-12",
        "intent sort the list 14-14",
        "intent broken 15-15",
    ]
    for one in found:
        # Editors refuse an outline whose selection lies outside of its range.
        assert one.range.start <= one.selection.start
        assert one.selection.end <= one.range.end
    assert text_at(snapshot, found[3].selection) == "5:tax"


@pytest.mark.parametrize(
    ("query", "expect"),
    [
        ("", "Even Line RATE tax clamp broken"),
        ("clamp", "clamp"),
        ("CP", "clamp"),
        ("a", "RATE tax clamp"),
        ("ne", "Line"),
        ("en", "Even broken"),
        ("zz", ""),
    ],
)
def test_matching(query: str, expect: str) -> None:
    found = matching(opened(TEXT), query, "utf-16")
    assert [one.name for one in found] == expect.split()
    kinds = {one.name: one.kind for one in symbols(opened(TEXT), "utf-16")}
    assert all(kinds[one.name] == one.kind for one in found)


@pytest.mark.parametrize("text", ["", "# c\n", 'intent ""\n', "type", "define", "intent"])
def test_symbols_of_odd_texts_have_names(text: str) -> None:
    assert all(one.name for one in symbols(opened(text), "utf-16"))


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        (CLAMP, ["0-4"]),
        ("define k: int = 1\n", []),
        ('intent f() -> int\n  """\n  a\n  """\n  ensures result == 1\n', ["0-4", "1-3"]),
        ('intent f() -> int\n  """one line"""\n', ["0-1"]),
        ('intent f() -> int\n  """\n  not closed\n', ["0-2"]),
        (f"{CLAMP}\n\n# c\n\n{CLAMP}", ["0-4", "9-13"]),
        # A form feed and U+2028 end no line of the protocol.
        ("intent f() -> int\n  # a\fb\u2028c\n  ensures result == 1\n", ["0-2"]),
        ("intent f() -> int\r  ensures result == 1\r\n  must terminate", ["0-2"]),
    ],
)
def test_folds(text: str, expect: list[str]) -> None:
    assert [f"{one.start}-{one.end}" for one in folds(opened(text))] == expect


def decoded(text: str, first: Position | None = None, last: Position | None = None) -> list[str]:
    """`LINE:COLUMN text type modifiers` of each token; columns in UTF-16."""
    data = tokens(opened(text), "utf-16", first, last)
    lines = text.split("\n")
    line = column = 0
    found: list[str] = []
    for at in range(0, len(data), 5):
        down, right, length, kind, modifiers = data[at : at + 5]
        line, column = line + down, right if down else column + right
        units = lines[line].encode("utf-16-le")[2 * column : 2 * (column + length)]
        bits = [name for bit, name in enumerate(MODIFIERS) if modifiers >> bit & 1]
        words = [f"{line}:{column}", units.decode("utf-16-le"), TYPES[kind], *bits]
        found.append(" ".join(words))
    return found


def check_tokens(text: str, *expect: str) -> None:
    assert decoded(text) == list(expect)


def test_tokens_of_declarations() -> None:
    check_tokens(
        "type Line = {price: int}\ndefine RATE: int = 3\n"
        "define tax(n: Line) -> int = n.price * RATE\n",
        "0:5 Line struct declaration",
        "0:13 price property declaration",
        "0:20 int type",
        "1:7 RATE variable declaration readonly",
        "1:13 int type",
        "2:7 tax function declaration",
        "2:11 n parameter declaration",
        "2:14 Line struct",
        "2:23 int type",
        "2:29 n parameter",
        "2:31 price property",
        "2:39 RATE variable readonly",
    )


def test_tokens_of_clauses() -> None:
    check_tokens(
        "intent f(s: str) -> bool\n"
        "  ensures e: result == ('𝄞' in s and all(c.isdigit() for c in s))\n"
        "  raises ValueError when len(s) > 3\n",
        "0:7 f function declaration",
        "0:9 s parameter declaration",
        "0:12 str type",
        "0:20 bool type",
        "1:10 e label declaration",
        "1:13 result keyword",
        "1:32 s parameter",
        "1:38 all function defaultLibrary",
        "1:42 c variable",
        "1:44 isdigit method defaultLibrary",
        "1:58 c variable declaration",
        "1:63 s parameter",
        "2:9 ValueError class defaultLibrary",
        "2:25 len function defaultLibrary",
        "2:29 s parameter",
    )


def test_tokens_of_a_range_are_those_of_the_whole() -> None:
    whole = decoded(TEXT)
    part = decoded(TEXT, Position(5, 0), Position(8, 20))
    assert part == [one for one in whole if (5, 0) <= place(one) <= (8, 20)]
    assert part


def place(shown_token: str) -> tuple[int, int]:
    line, column = shown_token.split(maxsplit=1)[0].split(":")
    return int(line), int(column)


def test_tokens_that_are_kept_are_those_of_a_fresh_look() -> None:
    snapshot = opened(TEXT)
    kept = Kept()
    edits = [
        ((0, 0), (0, 0), "# one more line\n\n"),
        ((6, 20), (6, 23), "num"),
        ((10, 0), (11, 0), ""),
        ((4, 0), (5, 0), ""),
    ]
    for start, end, new in edits:
        tokens(snapshot, "utf-16", kept=kept)
        change = Change(Range(Position(*start), Position(*end)), new)
        snapshot = snapshot.apply([change], snapshot.version + 1, "utf-16")
        fresh = tokens(opened(snapshot.text), "utf-16")
        assert tokens(snapshot, "utf-16", kept=kept) == fresh
        assert tokens(snapshot, "utf-16", kept=kept) == fresh
    part = tokens(snapshot, "utf-16", Position(3, 0), Position(6, 0), kept)
    assert part == tokens(snapshot, "utf-16", Position(3, 0), Position(6, 0))
