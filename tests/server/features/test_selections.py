"""Selection ranges, document links, the difference of semantic tokens."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axiom_server.documents import Position
from axiom_server.features.links import links
from axiom_server.features.selections import selections
from axiom_server.features.tokens import tokens_delta
from tests.server.features.cases import CLAMP, at_cursor, opened, text_at


def check_selections(text: str, *expect: str) -> None:
    """The first selections, narrowest first; each holds the one before."""
    snapshot, position = at_cursor(text)
    found = selections(snapshot, position, "utf-16")
    shown = [text_at(snapshot, one).split(":", 1)[1] for one in found]
    assert tuple(shown[: len(expect)]) == expect
    assert shown[-1] == snapshot.text
    for inner, outer in pairwise(found):
        assert outer.start <= inner.start
        assert inner.end <= outer.end
        assert inner != outer


def test_selections() -> None:
    check_selections(
        f"# c\n{CLAMP.replace('== x', '== <CURSOR>x')}",
        "x",
        "result == x",
    )
    check_selections(
        CLAMP.replace("in_range: lo", "in_range: <CURSOR>lo"), "lo", "lo <= result <= hi"
    )


@pytest.mark.parametrize("text", ["<CURSOR>", "# c<CURSOR>\n", f"{CLAMP}\n\n<CURSOR>", "@<CURSOR>"])
def test_selections_where_nothing_is(text: str) -> None:
    check_selections(text)


def test_selections_are_there_at_every_place() -> None:
    text = f'use "./money.intent"\n\n{CLAMP}\nintent broken(x: "𝄞\n'
    snapshot = opened(text)
    for offset in range(len(text) + 1):
        position = snapshot.position_at(offset, "utf-16")
        found = selections(snapshot, position, "utf-16")
        assert all(one.start <= position <= one.end for one in found)
        assert found[-1].start == Position(0, 0)


def test_links() -> None:
    text = 'use "./money.intent"\nuse "./none.intent" # c\nuse broken\ndefine k: int = 1\n'
    snapshot = opened(text)
    found = [(text_at(snapshot, one.range), one.path) for one in links(snapshot, "utf-16")]
    assert found == [
        ('0:"./money.intent"', "./money.intent"),
        ('1:"./none.intent"', "./none.intent"),
    ]


integers = st.lists(st.integers(0, 3), max_size=20)


@given(integers, integers)
def test_the_difference_makes_the_new_of_the_old(before: list[int], after: list[int]) -> None:
    made = list(before)
    for edit in tokens_delta(before, after):
        made[edit.start : edit.start + edit.deleted] = edit.data
    assert made == after
    assert bool(tokens_delta(before, after)) == (before != after)
