"""Digests: what must change them, and what must not."""

from __future__ import annotations

import pytest

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.normal import clause_digest, contract_digest
from axiom_verifiers.contracts.reading import read

BASE = """
type Percent = int where 0 <= it <= 100
type Line = { price: int, quantity: int }
define total(lines: list[Line]) -> int = sum(line.price * line.quantity for line in lines)
define twice(n: int) -> int = n * 2

intent f(lines: list[Line], p: Percent, x: float) -> int
  requires lines != []
  ensures bounded: 0 <= result <= total(lines)
  ensures forall i in range(p): exists j in range(i): i + j == p
  ensures sorted(lines, key=Line.price) == lines  when x > -0.5
  raises ValueError when total(lines) < 0
  example f([Line(price=1, quantity=2)], 100, 0.5) == 2
"""

UNRELATED = {
    "comment": ("intent f", "# hello\nintent f"),
    "comment inside": ("  requires lines != []", "  # more\n  requires lines != []  # why"),
    "another item": ("intent f", "define thrice(n: int) -> int = 3 * n\n\nintent f"),
    "unused define": ("n * 2", "n * 3"),
    "order of items": (
        "define twice(n: int) -> int = n * 2\n",
        "intent g(n: int) -> int\n  ensures result == 1\n",
    ),
    "label": ("bounded: ", "limits: "),
    "no label": ("bounded: ", ""),
    "tag": ("<= total(lines)", "<= total(lines)  @security"),
    "bound variable": (
        "forall i in range(p): exists j in range(i): i + j == p",
        "forall a in range(p): exists b in range(a): a + b == p",
    ),
    "bound variable of a define": (
        "line.price * line.quantity for line",
        "v.price * v.quantity for v",
    ),
    "layout": ("0 <= result <= total(lines)", "0 <= result\n      <= total( lines )"),
    "prose": ("  requires", '  """Words."""\n  requires'),
    "setting": ("  requires", "  budget 3s\n  requires"),
}

RELATED = {
    "define": ("line.price * line.quantity", "line.price + line.quantity"),
    "refinement": ("it <= 100", "it <= 99"),
    "record": ("quantity: int }", "quantity: int, colour: str }"),
    "requires": ("lines != []", "len(lines) > 1"),
    "raises": ("< 0\n", "< 1\n"),
    "exception": ("ValueError", "KeyError"),
    "result": ("-> int\n  requires", "-> int?\n  requires"),
    "parameter": ("x: float", "y: float"),
    "modifies": ("  requires", "  modifies lines\n  requires"),
}


def digests(contract: Contract) -> list[str]:
    return [clause_digest(contract, clause) for clause in contract.clauses]


def contract_of(text: str) -> Contract:
    return read(text).drafts["f"]


@pytest.mark.parametrize("name", UNRELATED)
def test_unrelated_edits_change_no_digest(name: str) -> None:
    old, new = UNRELATED[name]
    assert old in BASE
    before, after = contract_of(BASE), contract_of(BASE.replace(old, new, 1))
    owed = {clause.id for clause in before.implied} & {clause.id for clause in after.implied}
    kept = [clause_digest(after, clause) for clause in after.clauses if _is_own(clause.id, owed)]
    assert kept == [
        clause_digest(before, clause) for clause in before.clauses if _is_own(clause.id, owed)
    ]


def _is_own(name: str, owed: set[str]) -> bool:
    return not name.endswith("callee-preconditions") or name in owed


@pytest.mark.parametrize("name", RELATED)
def test_edits_of_what_a_clause_rests_on_change_every_digest(name: str) -> None:
    old, new = RELATED[name]
    assert old in BASE
    before, after = contract_of(BASE), contract_of(BASE.replace(old, new, 1))
    assert not set(digests(before)) & set(digests(after))
    assert contract_digest(before) != contract_digest(after)


def test_an_edit_of_one_clause_changes_its_digest_alone() -> None:
    before, after = contract_of(BASE), contract_of(BASE.replace("x > -0.5", "x > 0.5"))
    pairs = zip(digests(before), digests(after), strict=True)
    changed = [before.clauses[i].id for i, (old, new) in enumerate(pairs) if old != new]
    assert changed == ["f/ensures-3"]
    assert contract_digest(before) != contract_digest(after)


def test_clauses_of_one_contract_have_different_digests() -> None:
    found = digests(contract_of(BASE))
    assert len(set(found)) == len(found)


def test_bound_variables_are_not_confused() -> None:
    left, right = (
        contract_of(
            f"intent f(xs: list[int]) -> int\n  ensures forall a in xs: forall b in xs: {body}\n"
        )
        for body in ("a < b", "b < a")
    )
    assert digests(left)[0] != digests(right)[0]
    hidden = "intent f(xs: list[int]) -> int\n  ensures forall a in xs: forall {0} in xs: {0} > 0\n"
    assert digests(contract_of(hidden.format("a"))) == digests(contract_of(hidden.format("b")))
