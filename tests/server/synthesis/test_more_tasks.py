"""Tasks beyond the bundled ones, each for one way in which candidates are found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from axiom_server.errors import UnsupportedContractError
from axiom_server.synthesis.search import Candidate
from axiom_verifiers.contracts.contract import Contract

# What the first candidate's body must be: the way a person would write it.
TASKS: dict[str, tuple[str, str]] = {
    "one expression that meets clauses which do not say it": (
        """
intent sort_numbers(numbers: list[int]) -> list[int]
  ensures permutation(result, numbers)
  ensures forall i in range(len(result) - 1): result[i] <= result[i + 1]
""",
        "    return sorted(numbers)\n",
    ),
    "an example tells what the clauses leave open": (
        """
intent power(x: int) -> int
  ensures result >= 0
  example power(3) == 9
  example power(-4) == 16
""",
        "    return x * x\n",
    ),
    "one expression rather than two branches": (
        """
intent last_word(text: str) -> str
  requires not text.endswith(" ")
  ensures  " " not in result
  ensures  text.endswith(result)
  ensures  result == text or text.endswith(" " + result)
""",
        '    return text.split(" ")[-1]\n',
    ),
    "a fold": (
        """
intent without_repeats(items: list[int]) -> list[int]
  ensures forall i in items: i in result
  ensures forall i in result: i in items
  ensures len(result) == len(set(items))
  ensures forall i in range(len(result) - 1): items.index(result[i]) < items.index(result[i + 1])
""",
        """    value: list[int] = []
    for item in items:
        if item not in value:
            value.append(item)
    return value
""",
    ),
    "Euclid's loop": (
        """
intent greatest_divisor(a: int, b: int) -> int
  requires a > 0 and b > 0
  ensures  result > 0 and a % result == 0 and b % result == 0
  ensures  forall d in range(1, a + 1): (a % d == 0 and b % d == 0) implies d <= result
""",
        """    larger = a
    smaller = b
    while smaller != 0:
        rest = larger % smaller
        larger = smaller
        smaller = rest
    return larger
""",
    ),
    "a search with the clause in the loop's head": (
        """
intent smallest_divisor(n: int) -> int
  requires n >= 2
  ensures  result >= 2 and n % result == 0
  ensures  forall d in range(2, result): n % d != 0
""",
        """    number = 2
    while n % number != 0:
        number += 1
    return number
""",
    ),
    "the fields of a record": (
        """
type Point = { x: int, y: int }

intent mirror(p: Point) -> Point
  ensures  result.x == -p.x
  ensures  result.y == p.y
  must     not import
""",
        "    return Point(x=-p.x, y=p.y)\n",
    ),
    "an optional result": (
        """
intent first_of(items: list[int]) -> int?
  ensures result is None  when len(items) == 0
  ensures result == items[0]  when len(items) > 0
""",
        """    if len(items) == 0:
        return None
    return items[0]
""",
    ),
    "a list changed in place": (
        """
intent double_all(items: list[int]) -> None
  modifies items
  ensures  items == [2 * x for x in old(items)]
""",
        "    items[:] = [2 * x for x in items]\n",
    ),
    "a loop because the contract wants one": (
        """
intent total(numbers: list[int]) -> int
  ensures result == sum(numbers)
  must    loop
""",
        """    total_ = 0
    for number in numbers:
        total_ += number
    return total_
""",
    ),
    "a name that hides a builtin is not called": (
        """
intent max(a: int, b: int) -> int
  ensures result >= a and result >= b
  ensures result == a or result == b
""",
        """    if a < b:
        return b
    return a
""",
    ),
    "nothing but to end": (
        """
intent rest() -> None
  must terminate
""",
        "    pass\n",
    ),
}


@pytest.mark.parametrize("name", TASKS)
def test_the_first_candidate_is_what_a_person_would_write(
    name: str,
    contract_of: Callable[[str], Contract],
    searched: Callable[[Contract], list[Candidate]],
) -> None:
    text, body = TASKS[name]
    code = searched(contract_of(text))[0].code
    assert code.partition(":\n")[2].endswith(body) or code.endswith(":\n" + body), code


def test_musts_that_nothing_found_keeps_are_named(
    contract_of: Callable[[str], Contract], searched: Callable[[Contract], list[Candidate]]
) -> None:
    contract = contract_of("intent same(x: int) -> int\n  ensures result == x\n  must loop\n")
    with pytest.raises(UnsupportedContractError, match="`must` clauses about loops"):
        searched(contract)
