"""Failing inputs made small: what a person is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from axiom_verifiers.checks._refute_shrink import Inputs, shrink
from axiom_verifiers.contracts.values import RecordValue

Fails = Callable[[Any], bool]


def small(inputs: Inputs, fails: Fails) -> Inputs:
    return shrink(inputs, lambda rows: [bool(fails(row)) for row in rows])


CASES: dict[str, tuple[Inputs, Fails, Inputs]] = {
    "equal items stay equal": (
        {"xs": [10, 10]},
        lambda row: len(row["xs"]) > 1 and len(set(row["xs"])) == 1,
        {"xs": [0, 0]},
    ),
    "equal texts stay equal": (
        {"xs": ["level", "x", "level"]},
        lambda row: len(row["xs"]) == 3 and row["xs"][0] == row["xs"][2] != row["xs"][1],
        {"xs": ["a", "", "a"]},
    ),
    "a key stays a key": (
        {"d": {"level": 7}, "k": "level"},
        lambda row: row["k"] in row["d"],
        {"d": {"": 0}, "k": ""},
    ),
    "keys and members": (
        {"d": {"level": 7}, "s": {"noon"}},
        lambda row: len(row["d"]) == len(row["s"]) == 1,
        {"d": {"": 0}, "s": {""}},
    ),
    "a distance inside a record": (
        {"a": RecordValue("A", {"owner": "x", "balance": 9}), "amount": 9},
        lambda row: 0 < row["amount"] == row["a"].fields["balance"],
        {"a": RecordValue("A", {"owner": "", "balance": 1}), "amount": 1},
    ),
    "letters before what is hardly seen": (
        {"text": "\u0130\x1c"},
        lambda row: any(c != c.lower() for c in row["text"]),
        {"text": "A"},
    ),
    "a space before other white space": (
        {"text": "\u2003"},
        lambda row: row["text"].isspace(),
        {"text": " "},
    ),
    "only the odd one": (
        {"text": "x\u00b2"},
        lambda row: any(c.isdigit() and not c.isdecimal() for c in row["text"]),
        {"text": "\u00b2"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_small(name: str) -> None:
    inputs, fails, expected = CASES[name]
    assert fails(inputs)
    assert small(inputs, fails) == expected
