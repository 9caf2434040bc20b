"""Rename: all places or none, and nothing else changes its meaning."""

from __future__ import annotations

import pytest

from axiom_server.errors import UserError
from axiom_server.features.rename import prepare_rename, rename
from tests.server.features.cases import at_cursor, text_at

USE = 'use "./money.intent"\n'


def check_rename(text: str, new: str, expect: str) -> None:
    snapshot, position = at_cursor(text)
    prepared = prepare_rename(snapshot, position, "utf-16")
    assert text_at(snapshot, prepared.range).split(":")[1] == prepared.name
    edits = rename(snapshot, position, new, "utf-16")
    made = snapshot.text
    for edit in reversed(edits):
        start = snapshot.offset_at(edit.range.start, "utf-16")
        end = snapshot.offset_at(edit.range.end, "utf-16")
        assert made[start:end] == prepared.name
        made = made[:start] + edit.text + made[end:]
    assert made == expect
    again = snapshot.reopened(made)
    for one, other in zip(snapshot.items, again.items, strict=True):
        before = [problem.code for problem in snapshot.problems(one.index)]
        assert before == [problem.code for problem in again.problems(other.index)]


F = """\
intent f(<CURSOR>x: int, s: str) -> int
  requires s != "𝄞x" and x > 0
  ensures result == x + sum(c == "x" for c in s)
  raises ValueError when x == 9
  invariant x >= 0
  example f(1, "") == 1
  example f(s="", x=(1)) == 1
"""


@pytest.mark.parametrize(
    ("text", "new", "expect"),
    [
        ("define g(<CURSOR>n: int) -> int = n + n\ndefine h(n: int) -> int = n\n", "m",
         "define g(m: int) -> int = m + m\ndefine h(n: int) -> int = n\n"),
        ("define <CURSOR>g(n: int) -> int = n\ndefine h(n: int) -> int = g(g(n))\n", "twice",
         "define twice(n: int) -> int = n\ndefine h(n: int) -> int = twice(twice(n))\n"),
        ("define k: int = 1\nintent f() -> int\n  ensures result == <CURSOR>k\n  invariant k > 0\n",
         "LIMIT",
         "define LIMIT: int = 1\nintent f() -> int\n  ensures result == LIMIT\n"
         "  invariant LIMIT > 0\n"),
        ("type Line = {a: int}\ndefine g(l: <CURSOR>Line) -> bool = l == Line(a=1)\n", "Row",
         "type Row = {a: int}\ndefine g(l: Row) -> bool = l == Row(a=1)\n"),
        ("define g() -> bool = (forall <CURSOR>k in [1]: k > 0) and (forall k in [2]: k > 1)\n",
         "one",
         "define g() -> bool = (forall one in [1]: one > 0) and (forall k in [2]: k > 1)\n"),
        ("define g(s: str) -> bool = all(<CURSOR>c > 'c' for c in s)\n", "sign",
         "define g(s: str) -> bool = all(sign > 'c' for sign in s)\n"),
        (F, "amount", F.replace("<CURSOR>", "").replace("(x:", "(amount:")
         .replace("and x", "and amount").replace("== x", "== amount")
         .replace("when x", "when amount").replace("t x", "t amount").replace("x=(", "amount=(")),
        # A name that is wrong already can be renamed too.
        ("define g(<CURSOR>n: int) -> int = n + nothing\n", "m",
         "define g(m: int) -> int = m + nothing\n"),
    ],
)  # fmt: skip
def test_rename(text: str, new: str, expect: str) -> None:
    check_rename(text, new, expect)


def test_the_same_name_is_no_change() -> None:
    snapshot, position = at_cursor("define <CURSOR>g() -> int = 1\n")
    assert rename(snapshot, position, "g", "utf-16") == ()


@pytest.mark.parametrize(
    ("text", "new", "why"),
    [
        ("define g(<CURSOR>n: int, m: int) -> int = n + m\n", "m", "`m` is taken"),
        ("define g(<CURSOR>n: int) -> bool = forall k in [1]: k == n\n", "k", "`k` is taken"),
        ("define g() -> bool = forall <CURSOR>a in [1]: forall b in [2]: a < b\n", "b",
         "`b` is taken"),
        ("define g() -> bool = forall a in [1]: forall <CURSOR>b in [2]: a < b\n", "a",
         "`a` is taken"),
        ("define <CURSOR>g() -> int = 1\ndefine h() -> int = g()\n", "h", "`h` is taken"),
        ("define <CURSOR>g() -> int = 1\ndefine h(n: int) -> int = g() + n\n", "n", "`n` is taken"),
        (f"{USE}define <CURSOR>g() -> int = 1\n", "twice", "`twice` is taken"),
        ("define <CURSOR>g() -> int = 1\n", "two words", "is no name"),
        ("define <CURSOR>g() -> int = 1\n", "2", "is no name"),
        ("define <CURSOR>g() -> int = 1\n", "", "is no name"),
        ("define <CURSOR>g() -> int = 1\n", "lambda", "is no name"),
        ("define <CURSOR>g() -> int = 1\n", "len", "a meaning of its own"),
        ("define <CURSOR>g() -> int = 1\n", "result", "a meaning of its own"),
        (f"{USE}define g() -> int = <CURSOR>twice(1)\n", "other", "comes from another file"),
        ("define g() -> <CURSOR>int = 1\n", "other", "a type of the language"),
        ("define g() -> int = <CURSOR>len('a')\n", "other", "a builtin"),
        ("intent <CURSOR>f() -> int\n  ensures result == 1\n", "g", "the history goes by it"),
        ("intent f() -> int\n  ensures <CURSOR>e: result == 1\n", "g", "the history goes by it"),
        ("intent f() -> int\n  ensures <CURSOR>result == 1\n", "g", "a result"),
        ("intent f(<CURSOR>x: int) -> int\n  invariant i <= x\n", "i", "stands in a hint"),
        ("intent f(<CURSOR>x: int) -> int\n  invariant forall x in [1]: x > 0\n", "y",
         "a hint binds `x` anew"),
        ("define g() -> int = <CURSOR>1\n", "x", "no name stands here"),
        ("<CURSOR>\n", "x", "no name stands here"),
    ],
)  # fmt: skip
def test_refused(text: str, new: str, why: str) -> None:
    snapshot, position = at_cursor(text)
    with pytest.raises(UserError, match=why):
        rename(snapshot, position, new, "utf-16")
