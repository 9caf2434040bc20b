"""A document after edits is the document that a full read of its text gives."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intent_files import Writer

from axiom_server.documents import Change, Encoding, Position, Range, Snapshot
from axiom_verifiers.contracts.items import cut
from axiom_verifiers.contracts.reading import read

ENCODINGS: list[Encoding] = ["utf-8", "utf-16", "utf-32"]
PIECES = [
    "", " ", "\n", "\r", "\r\n", "x", "# c\n", "(", ")", '"""', '"', "\t", "é", "𝄞", "\ufeff",
    "  ensures x\n", "type name1 = int\n", "type name2 = name1 where it > 0\n", "\nintent",
    "define name3(x: name1) -> int = x\n", "intent f(x: name1) -> int\n  ensures result == x\n",
    'use "./other.intent"\n',
]  # fmt: skip
OTHER = "type Money = int where it >= 0\ndefine twice(x: int) -> int = x + x\n"


def uses(path: str) -> str | None:
    return OTHER if path == "other.intent" else None


def lines_of(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


def position(text: str, offset: int, encoding: Encoding) -> Position:
    """The position of an index, counted the slow and plain way."""
    before = lines_of(text[:offset])
    # Between `\r` and `\n` is the end of the line, not the beginning of one.
    split = text[offset - 1 : offset + 1] == "\r\n"
    line = len(before) - 1 - split
    shown = before[line]
    width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
    return Position(line, len(shown.encode(codec)) // width)


def check_same(snapshot: Snapshot, text: str) -> None:
    assert snapshot.text == text
    fresh = Snapshot.open(text, uses=uses)
    assert [c.text for c in snapshot.chunks] == [c.text for c in fresh.chunks]
    assert [(i.start, i.line, i.text) for i in snapshot.items] == [
        (len(text.encode()[: c.start].decode()), c.line - 1, c.text) for c in cut(text)
    ]
    assert snapshot.line_count == len(lines_of(text))
    for one, other in zip(snapshot.items, fresh.items, strict=True):
        assert str(one.tree and one.tree.root_node) == str(other.tree and other.tree.root_node)
        assert one.parsed == other.parsed
        assert snapshot.problems(one.index) == fresh.problems(other.index)
        assert snapshot.checked(one.index).contract == fresh.checked(other.index).contract
    assert snapshot.settle(10)
    assert sorted(map(repr, snapshot.known_problems())) == sorted(
        repr((index, problem)) for index in range(len(fresh)) for problem in fresh.problems(index)
    )


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(ENCODINGS))
def test_random_edits(random: Random, encoding: Encoding) -> None:
    text = Writer(random).file()
    snapshot = Snapshot.open(text, uses=uses)
    if random.random() < 0.5:
        check_same(snapshot, text)
    for version in range(1, 6):
        changes: list[Change] = []
        for _ in range(random.randrange(1, 3)):
            begin = random.randrange(len(text) + 1)
            end = min(begin + random.choice([0, 0, 1, 3, 40]), len(text))
            piece = random.choice([*PIECES, Writer(random).item(7) + "\n"])
            places = Range(position(text, begin, encoding), position(text, end, encoding))
            # A position between `\r` and `\n` is the end of its line.
            begin -= text[begin - 1 : begin + 1] == "\r\n"
            end -= text[end - 1 : end + 1] == "\r\n"
            text = text[:begin] + piece + text[max(end, begin) :]
            changes.append(Change(places, piece))
            if random.random() < 0.05:
                text = Writer(random).file()
                changes.append(Change(None, text))
        snapshot = snapshot.apply(changes, version, encoding)
        if random.random() < 0.7:
            check_same(snapshot, text)
    check_same(snapshot, text)


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(ENCODINGS))
def test_positions(random: Random, encoding: Encoding) -> None:
    text = Writer(random).file()
    for _ in range(3):
        at = random.randrange(len(text) + 1)
        text = text[:at] + random.choice(PIECES) + text[at:]
    snapshot = Snapshot.open(text)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] != "\r\n":
            place = position(text, offset, encoding)
            assert snapshot.position_at(offset, encoding) == place
            assert snapshot.offset_at(place, encoding) == offset


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_problems_stand_where_a_full_reading_puts_them(random: Random) -> None:
    text = Writer(random).file()
    snapshot = Snapshot.open(text, uses=uses)
    found = sorted(
        (place.line + 1, place.character + 1, problem.code)
        for index in range(len(snapshot))
        for problem in snapshot.problems(index)
        for place in [snapshot.range_of(index, problem.span, "utf-32").start]
    )
    reading = read(text, uses)
    assert found == sorted((p.line, p.column, p.problem.code) for p in reading.problems)
    for name in snapshot.environment.intents():
        assert snapshot.contract(name) == reading.contracts.get(name)


# ---------------------------------------------------------------- single cases

FILE = """\
type Percent = int where 0 <= it <= 100

define double(x: int) -> int =
  x + x

# above f
intent f(p: Percent) -> int
  ensures result == double(p)

intent g(x: int) -> int
  ensures result == x
"""


def edit(snapshot: Snapshot, old: str, new: str) -> Snapshot:
    begin = snapshot.text.index(old)
    places = Range(
        snapshot.position_at(begin, "utf-16"), snapshot.position_at(begin + len(old), "utf-16")
    )
    return snapshot.apply([Change(places, new)], snapshot.version + 1, "utf-16")


def settled(text: str = FILE) -> Snapshot:
    snapshot = Snapshot.open(text, 1)
    assert snapshot.settle(10)
    return snapshot


def codes(snapshot: Snapshot) -> list[tuple[int, str]]:
    return [(index, problem.code) for index, problem in snapshot.known_problems()]


def test_an_edit_of_an_intent_reads_it_alone() -> None:
    before = settled()
    after = edit(before, "result == x", "result == x + 1")
    assert after.touched == (3,)
    assert after.pending() == [3]
    assert [after.item(i).chunk is before.item(i).chunk for i in range(4)] == [True] * 3 + [False]
    assert [after.checked(i) is before.checked(i) for i in range(4)] == [True] * 3 + [False]


def test_an_edit_of_a_type_checks_its_dependants_again_and_nothing_else() -> None:
    before = settled()
    after = edit(before, "= int where", "= str where")
    assert after.touched == (0,)
    assert after.pending() == [0, 1, 2, 3]
    assert after.settle(10)
    assert [after.checked(i) is before.checked(i) for i in range(4)] == [False, True, False, True]


def test_a_define_that_goes_and_comes_back() -> None:
    before = settled()
    assert codes(before) == []
    gone = edit(before, "define double", "define triple")
    assert gone.settle(10)
    assert [index for index, _ in codes(gone)] == [2]
    back = edit(gone, "define triple", "define double")
    assert back.settle(10)
    assert codes(back) == []
    assert back.contract("f") == before.contract("f")


def test_results_that_are_not_settled_are_not_shown_as_current() -> None:
    before = edit(settled(), "define double", "define triple")
    assert codes(before) == []
    assert 2 in before.pending()


def test_an_older_version_stays_as_it_is() -> None:
    before = settled()
    after = edit(before, "double(p)", "doubel(p)")
    assert after.settle(10)
    assert [index for index, _ in codes(after)] == [2]
    assert codes(before) == []
    assert before.text == FILE


def test_an_unclosed_prose_reaches_to_the_next_item_only() -> None:
    after = edit(settled(), "-> int\n  ensures result == double(p)", '-> int\n  """\n  ensures')
    assert after.settle(10)
    assert {index for index, _ in codes(after)} == {2}


def test_the_same_item_twice() -> None:
    snapshot = Snapshot.open("type X = int\n" * 2)
    assert snapshot.settle(10)
    assert codes(snapshot) == [(1, "duplicate-name")]
    again = snapshot.apply([Change(None, "type X = int\n" * 2)], 2, "utf-16")
    assert again.settle(10)
    assert codes(again) == [(1, "duplicate-name")]


def test_a_used_file_that_changes() -> None:
    files = {"other.intent": OTHER}
    text = 'use "./other.intent"\ndefine four(m: Money) -> int =\n  twice(m)\n'
    snapshot = Snapshot.open(text, 1, files.get)
    assert snapshot.settle(10)
    assert codes(snapshot) == []
    files["other.intent"] = "type Money = int\n"
    assert codes(snapshot) == []
    again = snapshot.with_uses_read_again()
    assert again.settle(10)
    assert [index for index, _ in codes(again)] == [1]
    del files["other.intent"]
    missing = again.with_uses_read_again()
    assert missing.settle(10)
    assert (0, "use-not-found") in codes(missing)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_positions_beyond_lines_are_their_ends(encoding: Encoding) -> None:
    snapshot = Snapshot.open("# 𝄞é\r\n# b")
    assert snapshot.offset_at(Position(0, 99), encoding) == 4
    assert snapshot.offset_at(Position(9, 0), encoding) == 9
    assert snapshot.offset_at(Position(-1, 3), encoding) == 0
    assert snapshot.position_at(99, encoding) == Position(1, 3)


def test_a_position_inside_a_character_is_its_beginning() -> None:
    snapshot = Snapshot.open("# 𝄞é")
    assert snapshot.offset_at(Position(0, 3), "utf-16") == 2
    assert [snapshot.offset_at(Position(0, n), "utf-8") for n in (2, 3, 5, 6, 7, 8)] == [
        2, 2, 2, 3, 3, 4,
    ]  # fmt: skip


def test_places() -> None:
    snapshot = Snapshot.open("# é\ntype X = int\n\n  \ntype Yé = int")
    assert snapshot.place_at(Position(0, 1), "utf-16") is None
    assert snapshot.place_at(Position(1, 5), "utf-16") == (0, 5)
    assert snapshot.place_at(Position(3, 2), "utf-16") == (0, 16)
    assert snapshot.place_at(Position(4, 7), "utf-16") == (1, 8)


@pytest.mark.parametrize("text", ["", "\n", "\ufeff", "\0", "\r\r\n", "  x\n", "((((\n" * 50])
def test_odd_texts(text: str) -> None:
    snapshot = Snapshot.open(text)
    assert snapshot.settle(10)
    check_same(snapshot, text)
    check_same(snapshot.apply([Change(None, FILE)], 2, "utf-16"), FILE)
    end = snapshot.position_at(len(text), "utf-16")
    check_same(snapshot.apply([Change(Range(end, end), FILE)], 2, "utf-16"), text + FILE)


def test_half_of_a_surrogate_pair_is_a_sign_of_equal_width() -> None:
    snapshot = Snapshot.open("# \ud800")
    assert snapshot.text == "# \ufffd"
    end = Position(0, 3)
    after = snapshot.apply([Change(Range(end, end), "\n# \udc00")], 2, "utf-16")
    assert after.text == "# \ufffd\n# \ufffd"
    assert after.apply([Change(None, "\udc00")], 3, "utf-16").text == "\ufffd"


def test_many_versions_keep_nothing_of_the_old_ones() -> None:
    snapshot = settled()
    for number in range(50):
        snapshot = edit(snapshot, "result == x", f"result == x  # {number}\n  ensures result == x")
        assert snapshot.settle(10)
    assert len(snapshot._checks) == len(snapshot)
    assert snapshot._before is None


def test_edits_without_a_question_between_them() -> None:
    snapshot = Snapshot.open(FILE)
    for version in range(300):
        snapshot = snapshot.apply(
            [Change(Range(Position(0, 0), Position(0, 0)), "#\n")], version, "utf-16"
        )
    check_same(snapshot, "#\n" * 300 + FILE)


def test_what_a_problem_offers_is_offered_while_it_exists() -> None:
    snapshot = Snapshot.open("type Percent = int\nintent f(x: Persent) -> int\n", 1)
    assert snapshot.settle(10)
    assert "`Percent`" in snapshot.problems(1)[0].message
    renamed = edit(snapshot, "type Percent", "type Other")
    assert renamed.settle(10)
    assert "`Percent`" not in renamed.problems(1)[0].message


def test_contracts_stand_at_their_lines_with_their_callees() -> None:
    snapshot = settled("# a\n" + FILE)
    contract = snapshot.contract("f")
    assert contract is not None
    assert [clause.origin.line for clause in contract.ensures] == [9]
    assert [callee.ensures[0].origin.line for callee in contract.callees] == [12]
    assert snapshot.contract("double") is None


def test_a_long_file_is_read_in_slices() -> None:
    text = FILE + "".join(
        f"intent h{n}(x: int) -> int\n  ensures result == x\n" for n in range(300)
    )
    snapshot = Snapshot.open(text)
    calls = 0
    while not snapshot.settle(0.002):
        calls += 1
        if calls == 1:
            assert not snapshot.is_read
            top = Range(Position(0, 0), Position(0, 0))
            snapshot = snapshot.apply([Change(top, "# c\n")], 2, "utf-16")
            assert not snapshot.is_read
    assert calls > 1
    check_same(snapshot, "# c\n" + text)
