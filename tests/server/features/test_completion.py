"""Completion: what is offered at each kind of place, and what is not."""

from __future__ import annotations

import pytest

from axiom_server.features.completion import completions
from axiom_verifiers.contracts.exceptions import NAMES
from tests.server.features.cases import MARK, at_cursor

HEAD = 'use "./money.intent"\ntype Line = {price: int, note: str?, coin: Coin}\n'
INTENT = f"{HEAD}intent f(line: Line, lines: list[Line], s: str) -> Line\n"


def check_completion(
    text: str, offered: str = "", not_offered: str = "", only: str | None = None
) -> None:
    """Labels are separated by spaces; `only` is all that is offered, in order."""
    snapshot, position = at_cursor(text)
    found = [one.label for one in completions(snapshot, position, "utf-16")]
    assert len(found) == len(set(found)), "offered twice"
    missing = set(offered.split()) - set(found)
    assert not missing, found
    assert not set(not_offered.split()) & set(found), found
    if only is not None:
        assert found == only.split(), found


STR = "startswith endswith find replace split strip lower upper isdigit isalpha isspace count join"
TYPES = "int bool float str bytes list set dict tuple None Line Money Coin"


@pytest.mark.parametrize(
    ("text", "offered", "not_offered"),
    [
        # At column 0 an item begins.
        ("<CURSOR>", "use type define intent", "ensures int"),
        ("in<CURSOR>", "intent", "ensures"),
        (f"{INTENT}\n<CURSOR>", "use type define intent", "ensures line"),
        # Behind the head a clause begins; below a clause its expression may go on.
        (f"{INTENT}  <CURSOR>", "requires ensures raises example must invariant target", "line"),
        (f"{INTENT}  requires s == s\n  <CURSOR>", "ensures and s lines", ""),
        # Types.
        (f"{HEAD}intent f(x: <CURSOR>", TYPES, "result ensures forall"),
        (f"{HEAD}intent f(x: list[<CURSOR>", TYPES, "result"),
        (f"{HEAD}intent f(\n  rest: <CURSOR>", TYPES, "result"),
        (f"{HEAD}intent f(x: int) -> <CURSOR>", TYPES, "result x"),
        (f"{HEAD}define k: <CURSOR>", TYPES, "len"),
        (f"{HEAD}type X = <CURSOR>", TYPES, "len"),
        (f"{HEAD}type X = {{a: <CURSOR>", TYPES, "len"),
        (f"{INTENT}  ensures forall k: <CURSOR>", TYPES, "result"),
        # No types behind colons of other kinds.
        (f"{INTENT}  ensures good: <CURSOR>", "result line twice len", "bytes"),
        (f"{INTENT}  ensures forall k in range(3): <CURSOR>", "k result", "bytes"),
        (f"{INTENT}  ensures forall k: int: <CURSOR>", "k result", "bytes"),
        (f"{INTENT}  requires s[1:<CURSOR>", "s len", "bytes"),
        (f"{HEAD}define k: dict[int, int] = {{1: <CURSOR>", "twice len", "bytes"),
        (f"{HEAD}type X = int where <CURSOR>", "it len twice", "bytes result"),
        # Names in sight.
        (f"{INTENT}  ensures <CURSOR>", "result old line lines s twice len Line forall", "f it"),
        (f"{INTENT}  requires <CURSOR>", "line lines s twice len", "result old f"),
        (f"{INTENT}  raises ValueError when <CURSOR>", "line lines s", "result old f"),
        (f"{INTENT}  invariant <CURSOR>", "line old", "result"),
        (f"{INTENT}  example <CURSOR>", "f Line", "result old"),
        (f"{INTENT}  requires all(<CURSOR> for one in lines)", "one", ""),
        (f"{INTENT}  requires all(x > 0 for one in s)\n  ensures <CURSOR>", "", "one"),
        (f"{INTENT}  requires forall a, b in <CURSOR>", "a b lines", ""),
        (f"{HEAD}define g(n: int) -> int = <CURSOR>", "n twice g", "result old it"),
    ],
)
def test_what_is_offered(text: str, offered: str, not_offered: str) -> None:
    check_completion(text, offered, not_offered)


@pytest.mark.parametrize(
    ("text", "only"),
    [
        # The type before the dot is known.
        (f"{INTENT}  requires line.<CURSOR>", "price note coin"),
        (f"{INTENT}  requires line.pr<CURSOR>", "price note coin"),
        (f"{INTENT}  ensures result.<CURSOR> == 3", "price note coin"),
        (f"{INTENT}  ensures old(line.<CURSOR>", "price note coin"),
        (f"{INTENT}  requires line.coin.<CURSOR>", "value name"),
        (f"{INTENT}  requires line.price.<CURSOR>", ""),
        (f"{INTENT}  requires line.note.<CURSOR>", STR),
        (f"{INTENT}  requires s.<CURSOR>", STR),
        (f"{INTENT}  requires lines.<CURSOR>", "count index"),
        (f"{INTENT}  requires forall one in lines: one.<CURSOR>", "price note coin"),
        (f"{INTENT}  requires s == s\n  ensures result.<CURSOR>\n  must terminate\n",
         "price note coin"),
        (f"{HEAD}define g(c: Coin) -> int = c.<CURSOR>", "value name"),
        # Keywords of one clause.
        (f"{INTENT}  must not <CURSOR>", "import recurse loop print"),
        (f"{INTENT}  modifies <CURSOR>", "line lines s"),
        (f"{INTENT}  target <CURSOR>", "python"),
        (f"{INTENT}  context <CURSOR>", "public confidential regulated sovereign"),
        (f"{INTENT}  raises <CURSOR>", " ".join(sorted(NAMES))),
        (f"{INTENT}  raises low: Val<CURSOR>", " ".join(sorted(NAMES))),
        (f"{INTENT}  example f(1) raises <CURSOR>", " ".join(sorted(NAMES))),
        (f"{INTENT}  requires s == s @mine\n  ensures s == s @<CURSOR>",
         "security performance mine"),
        # Nothing within free text.
        (f"{INTENT}  # a comment <CURSOR>", ""),
        (f'{INTENT}  """\n  prose <CURSOR>', ""),
        (f'{INTENT}  requires s == "x<CURSOR>', ""),
        (f"{INTENT}  budget <CURSOR>", ""),
        ("# at the top <CURSOR>", ""),
    ],
)  # fmt: skip
def test_all_that_is_offered(text: str, only: str) -> None:
    check_completion(text, only=only)


def test_must_offers_its_words() -> None:
    snapshot, position = at_cursor(f"{INTENT}  must <CURSOR>")
    found = [one.label for one in completions(snapshot, position, "utf-16")]
    assert found[:3] == ["terminate", "not", "not import"]


def test_of_an_unknown_type_all_members_are_offered() -> None:
    check_completion(f"{INTENT}  requires g(s).<CURSOR>", "price value startswith get")


def test_details_show_types() -> None:
    snapshot, position = at_cursor(f"{INTENT}  requires <CURSOR>")
    found = {one.label: one.detail for one in completions(snapshot, position, "utf-16")}
    assert found["lines"] == "list[Line]"
    assert found["twice"] == "(n: int) -> int"


def test_asking_changes_nothing_that_is_known() -> None:
    text = f"{INTENT}  requires line.<CURSOR>\n"
    snapshot, position = at_cursor(text)
    before = [snapshot.problems(one.index) for one in snapshot.items]
    size = len(snapshot._checks)
    completions(snapshot, position, "utf-16")
    assert [snapshot.problems(one.index) for one in snapshot.items] == before
    assert len(snapshot._checks) == size


def test_every_place_is_answered() -> None:
    text = f'{INTENT}  """p"""\n  requires forall a in lines: a.price > len("x")  # c\n  must not l'
    for index in range(len(text) + 1):
        snapshot, position = at_cursor(text[:index] + MARK + text[index:])
        completions(snapshot, position, "utf-16")
