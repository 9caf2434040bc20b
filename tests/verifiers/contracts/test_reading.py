"""Reading whole files: places, used files, lines of clauses, callees; and never a traceback."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from intent_files import intent_files, torn_files

from axiom_verifiers.contracts.critic import criticise
from axiom_verifiers.contracts.normal import contract_digest
from axiom_verifiers.contracts.reading import Reading, read
from axiom_verifiers.contracts.words import in_words, signature_in_words

FILES = {
    "money.intent": (
        'use "./base.intent"\n'
        "type Cents = int where ok(it)\n"
        "define vat(n: Cents) -> int = n * RATE // 100\n"
        "intent pay(n: Cents) -> int\n  ensures result == n\n"
    ),
    "base.intent": "define ok(n: int) -> bool = n >= 0\ndefine RATE: int = 19\n",
    "more/deep.intent": 'use "../money.intent"\n',
    "other.intent": "define vat(n: int) -> int = n\n",
    "loop.intent": 'use "./main.intent"\n',
    "broken.intent": "define vat(n: int) -> int = m\n",
}


def reading(text: str) -> Reading:
    return read(text, FILES.get, "main.intent")


def problems(text: str) -> list[tuple[int, int, str]]:
    return [(one.line, one.column, one.problem.code) for one in reading(text).problems]


def test_a_used_file_gives_its_names_and_what_they_rest_on() -> None:
    found = reading('use "./money.intent"\nintent f(n: Cents) -> int\n  ensures result == vat(n)\n')
    assert found.problems == ()
    contract = found.contracts["f"]
    names = [define.name for define in contract.defines]
    assert sorted(names) == ["RATE", "ok", "vat"]
    assert names.index("vat") > names.index("RATE")
    assert [callee.name for callee in contract.callees] == ["pay"]
    assert contract.implied[-1].id == "f/callee-preconditions"
    assert contract.callees[0].callees == ()


USES = [
    ('use "./none.intent"\n', [(1, 5, "use-not-found")]),
    ('use "./loop.intent"\n', [(1, 5, "use-cycle")]),
    ('use "./main.intent"\n', [(1, 5, "use-cycle")]),
    ('use "money.txt"\n', [(1, 5, "bad-use")]),
    ('use "/money.intent"\n', [(1, 5, "bad-use")]),
    ('use "./base.intent"\nuse "./base.intent"\n', [(2, 5, "duplicate-clause")]),
    ('use "./money.intent"\nuse "./other.intent"\n', [(2, 5, "name-clash")]),
    ('use "./other.intent"\n\ndefine vat(n: int) -> int = n\n', [(3, 8, "name-clash")]),
    # Names are not transitive.
    ('use "./money.intent"\ndefine a(n: int) -> int = RATE\n', [(2, 27, "unknown-name")]),
    ('use "./more/deep.intent"\ndefine a(n: int) -> int = vat(n)\n', [(2, 27, "unknown-function")]),
]


@pytest.mark.parametrize(("text", "wanted"), USES)
def test_use_problems(text: str, wanted: list[tuple[int, int, str]]) -> None:
    assert problems(text) == wanted


def test_a_contract_beside_a_used_file_that_is_missing_is_not_offered() -> None:
    found = reading('use "./none.intent"\nintent f(n: int) -> int\n  ensures result == n\n')
    assert found.contracts == {}
    assert list(found.drafts) == ["f"]


def test_a_contract_that_lost_a_clause_is_not_offered() -> None:
    found = reading("intent f(n: int) -> int\n  ensures result == m\n  ensures result > 0\n")
    assert found.contracts == {}
    assert [clause.id for clause in found.drafts["f"].ensures] == ["f/ensures-1", "f/ensures-2"]


def test_a_contract_that_rests_on_a_broken_define_is_not_offered() -> None:
    text = "define g(n: int) -> int = m\nintent f(n: int) -> int\n  ensures result == g(n)\n"
    assert reading(text).contracts == {}
    broken = "type T = int where g(it)\nintent f(n: T) -> int\n  ensures result == n\n"
    assert reading(broken).contracts == {}
    used = 'use "./broken.intent"\nintent f(n: int) -> int\n  ensures result == vat(n)\n'
    assert reading(used).contracts == {}
    assert problems(used) == [(2, 8, "rests-on-errors")]


def test_two_files_with_one_name_are_not_mixed_up() -> None:
    # The `ok` of base.intent, which the type of money.intent rests on, is not this one.
    text = (
        'use "./money.intent"\ndefine ok(n: int) -> bool = n > 5\n'
        "intent f(n: Cents) -> int\n  ensures result == n\n"
        "intent g(n: int) -> int\n  ensures result == n\n"
    )
    assert problems(text) == [(3, 8, "name-clash")]
    assert list(reading(text.replace("name", "n")).contracts) == []
    assert list(reading(text.replace("ok(n: int)", "good(n: int)")).contracts) == ["f", "g"]


def test_places_count_lines_from_one_and_columns_in_characters() -> None:
    text = '\n# é\n\nintent f(n: int) -> int\n  ensures "éé" == "é" and reslt == 1\n'
    assert problems(text) == [(5, 27, "unknown-name")]


def test_clauses_know_their_lines_in_the_file() -> None:
    text = "\ntype T = int\n\nintent f(n: T) -> T\n  requires n > 0\n\n  ensures result == n\n"
    contract = reading(text).contracts["f"]
    assert [clause.origin.line for clause in (*contract.requires, *contract.ensures)] == [5, 7]
    assert {clause.origin.line for clause in contract.implied} == {4}


def test_texts_are_the_clause_as_written_without_label_tags_and_comments() -> None:
    text = (
        'intent f(s: str) -> str\n  ensures same: result  # one\n    == "#" + s\n'
        "    when s != ''  @fast\n"
    )
    contract = reading(text).contracts["f"]
    assert contract.ensures[0].text == "result == \"#\" + s when s != ''"
    assert contract.ensures[0].tags == ("fast",)


@settings(max_examples=60, deadline=None)
@given(intent_files())
def test_random_files_are_read_said_and_criticised(text: str) -> None:
    check_all(text)


@settings(max_examples=120, deadline=None)
@given(torn_files())
def test_broken_files_are_read_without_harm(text: str) -> None:
    check_all(text)


def check_all(text: str) -> None:
    """Whatever the file, everything that can be asked of it has an answer."""
    found = read(text)
    lines = text.count("\n") + text.count("\r") + 1
    for placed in found.problems:
        assert 1 <= placed.line <= lines
        assert placed.column >= 1
        assert placed.problem.message
    for contract in found.contracts.values():
        assert signature_in_words(contract)
        assert all(in_words(clause) for clause in (*contract.requires, *contract.clauses))
        assert len(contract_digest(contract)) == 64
        criticise(contract)


def test_an_item_is_checked_in_a_moment() -> None:
    item = (
        "intent f{}(xs: list[int], n: int) -> int\n  requires n > 0\n"
        "  ensures forall i in range(len(xs)): xs[i] <= result\n"
        "  ensures result in xs  when len(xs) > 0\n  raises ValueError when xs == []\n"
        "  example f{}([1, 2], 3) == 2\n\n"
    )
    text = "".join(item.replace("{}", str(number)) for number in range(200))
    start = time.perf_counter()
    found = read(text)
    seconds = time.perf_counter() - start
    assert found.problems == ()
    assert seconds / 200 < 0.02  # Under a millisecond on a quiet machine.
