"""Definition, references, highlights: which places of a name are of one thing."""

from __future__ import annotations

import pytest

from axiom_server.features.definition import definition, highlights, references
from tests.server.features.cases import at_cursor, opened, text_at

USE = 'use "./money.intent"\n'


def check_definition(text: str, expect: str | None) -> None:
    """`expect` is `LINE:TEXT`, with the path before it for another file; None for nothing."""
    snapshot, position = at_cursor(text)
    found = definition(snapshot, position, "utf-16")
    if found is None:
        assert expect is None
        return
    where = snapshot if found.path is None else snapshot.used(found.path)
    shown = ""
    if found.range is not None:
        assert where is not None
        shown = text_at(where, found.range)
    assert f"{found.path or ''}{' ' if found.path else ''}{shown}".strip() == expect


TYPES = "type Line = {price: int, note: str}\ntype Tax = {price: int}\n"


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("define g(n: int) -> int = <CURSOR>n\n", "0:n"),
        ("define g(n: int) -> int = n\ndefine k: int = <CURSOR>g(1)\n", "0:g"),
        ("define k: int = 1\n\n# c\ndefine l: int = k<CURSOR>\n", "0:k"),
        ("define l: int = <CURSOR>k\ndefine k: int = 1\n", "1:k"),
        (f"{TYPES}define g(l: <CURSOR>Line) -> int = 1\n", "0:Line"),
        (f"{TYPES}define g(l: Line) -> int = l.<CURSOR>price\n", "0:price"),
        (f"{TYPES}define g(l: Tax) -> int = l.<CURSOR>price\n", "1:price"),
        ("intent f(x: int) -> int\n  ensures result == <CURSOR>x\n", "0:x"),
        ("intent f(x: int) -> int\n  modifies <CURSOR>x\n", "0:x"),
        ("intent f(x: int) -> int\n  example <CURSOR>f(1) == 2\n", "0:f"),
        # Bound variables: the place that binds, also before it, also when hidden by an inner one.
        ("define g(s: str) -> bool = all(<CURSOR>c > 'a'\n for c in s)\n", "1:c"),
        ("define g() -> bool = forall k in range(3):\n (exists k in range(2): k > 0)\n"
         " and <CURSOR>k > 0\n", "0:k"),
        ("define g() -> bool = forall k in range(3):\n (exists k in range(2): <CURSOR>k > 0)\n"
         " and k > 0\n", "1:k"),
        ("define g(k: str) -> bool = forall k in <CURSOR>k: k == 'a'\n", "0:k"),
        # Across files.
        (f"{USE}define g(m: <CURSOR>Money) -> int = 1\n", "./money.intent 0:Money"),
        (f"{USE}define g(c: Coin) -> int = c.<CURSOR>value\n", "./money.intent 1:value"),
        (f"{USE}define g() -> int = <CURSOR>twice(1)\n", "./money.intent 2:twice"),
        ('use "./mon<CURSOR>ey.intent"\n', "./money.intent"),
        ('us<CURSOR>e "./money.intent"\n', None),
        ("define g() -> int = <CURSOR>len('a')\n", None),
        ("define g() -> int = <CURSOR>nothing\n", None),
        ("<CURSOR>\ndefine g() -> int = 1\n", None),
    ],
)  # fmt: skip
def test_definition(text: str, expect: str | None) -> None:
    check_definition(text, expect)


def check_references(text: str, *expect: str) -> None:
    """All places in order, as `LINE:COLUMN`; the one that declares has a `*` behind it."""
    snapshot, position = at_cursor(text)
    found = highlights(snapshot, position, "utf-16")
    shown = [
        f"{one.range.start.line}:{one.range.start.character}{'*' * one.declares}" for one in found
    ]
    assert shown == list(expect)
    uses = references(snapshot, position, "utf-16", declaration=False)
    assert len(uses) == len([one for one in found if not one.declares])


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("define g(<CURSOR>n: int) -> int = n + n\n\ndefine h(n: int) -> int = n\n",
         ["0:9*", "0:26", "0:30"]),
        ("define g(n: int) -> int = n\ndefine k: int = <CURSOR>g(g(1))\n",
         ["0:7*", "1:16", "1:18"]),
        (f"{TYPES}define g(l: Line, t: Tax) -> int = l.<CURSOR>price + t.price\n",
         ["0:13*", "2:37"]),
        (f"{TYPES}define g(l: <CURSOR>Line) -> Line = l\n", ["0:5*", "2:12", "2:21"]),
        # Two quantifiers bind two variables of one name.
        ("define g() -> bool = (forall <CURSOR>k in [1]: k > 0) and (forall k in [2]: k > 1)\n",
         ["0:29*", "0:39"]),
        ("define g() -> bool = forall k in [1]: (forall <CURSOR>k in [k]: k > 0) and k > 1\n",
         ["0:46*", "0:56"]),
        ("define g() -> bool = sum(a + b for <CURSOR>a in [1] for b in [a] if a < b) == 0\n",
         ["0:25", "0:35*", "0:54", "0:60"]),
        ("intent f(x: int) -> int\n  ensures result == x\n  ensures <CURSOR>result > 0\n",
         ["1:10", "2:10"]),
        ("intent f(x: int) -> int\n  ensures result == <CURSOR>max(x, max(1, x))\n",
         ["1:20", "1:27"]),
        ("<CURSOR># nothing\n", []),
    ],
)  # fmt: skip
def test_references(text: str, expect: list[str]) -> None:
    check_references(text, *expect)


def test_used_files_that_are_missing_have_no_place() -> None:
    assert opened('use "./none.intent"\n').used("./none.intent") is None
