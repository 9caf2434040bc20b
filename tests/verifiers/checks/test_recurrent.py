"""Loops and calls that go on through ever new states, and such that only take long."""

from __future__ import annotations

import pytest

from axiom_verifiers.checks._prove_answers import Solvers
from axiom_verifiers.checks._reaching import REACHED, telling, telling_call
from axiom_verifiers.checks._recurrent import Recurrent, recurrent
from axiom_verifiers.checks.refute import Refute
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.contracts.outcomes import Raised, Returned
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.evidence import ClauseEvidence
from axiom_verifiers.frontends import python
from axiom_verifiers.sandbox.python import shared

INTENT = "intent f(n: int, xs: list[int]) -> int\n  ensures result == 0 or result != 0\n"
CONTRACT = read(INTENT).contracts["f"]


def code(*lines: str) -> str:
    return "\n".join(("def f(n, xs):", *(f"    {line}" for line in lines), ""))


def shown(text: str, n: int = 1, xs: tuple[int, ...] = (3,)) -> list[Recurrent]:
    program = python.translate(text, CONTRACT)
    return list(recurrent(program, CONTRACT, {"n": n, "xs": list(xs)}, Solvers(Budget(30))))


ENDLESS = {
    "a bound": code("while n != 0:", "    n -= 2", "return 0"),
    "a remainder": code("while n % 3 != 0:", "    n += 3", "return 0"),
    "beyond a list": code(
        "i = 0",
        "while True:",
        "    if i < len(xs) and xs[i] == 7:",
        "        return i",
        "    i += 1",
    ),
    "a distance": code(
        "i = 0", "while i < len(xs):", "    xs = xs + [i]", "    i += 1", "return i"
    ),
    "a length": code('s = ""', "while len(s) != 5:", '    s += "ab"', "return 0"),
    "a loop inside": code(
        "while n > 0:", "    for x in xs:", "        n += abs(x)", "    n += 1", "return n"
    ),
}

LONG = {
    "a bound": code("while n < 10**9:", "    n += 1", "return n"),
    "a return": code(
        "while n > 0:", "    n += 1", "    if n == 10**9:", "        return n", "return 0"
    ),
    "a break": code(
        "while n > 0:", "    n += 1", "    if n * n > 10**16:", "        break", "return 0"
    ),
    "an assertion": code("while n > 0:", "    n += 1", "    assert n < 10**9", "return 0"),
    "a division": code("i = 10**9", "while 10 // i >= 0:", "    i -= 1", "return 0"),
    "an index": code("i = 0", "ys = [1] * 10**5", "while ys[i] > 0:", "    i += 1", "return 0"),
    "another name": code(
        "ys = list(xs)", "zs = ys", "while len(ys) < 10**9:", "    zs.append(1)", "return 0"
    ),
    "a turn": code(
        "i = 0",
        "up = True",
        "while i >= 0:",
        "    i = i + 1 if up else i - 1",
        "    if i == 10**9:",
        "        up = False",
        "return i",
    ),
    "a loop inside": code(
        "while n > 0:",
        "    n += 1",
        "    for x in xs:",
        "        if n > 10**9:",
        "            return x",
        "return 0",
    ),
    "a helper": "def g(i):\n    if i > 10**9:\n        raise ValueError\n    return i + 1\n\n\n"
    + code("while n > 0:", "    n = g(n)", "return 0"),
    "itself": code(
        "while n > 0:", "    n += 1", "    if n > 10**9:", "        n = f(0, [])", "return 0"
    ),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_endless(name: str) -> None:
    """The set is found; the run comes to the state."""
    (found,) = shown(ENDLESS[name])
    looking = telling(ENDLESS[name], found.place.line, found.function, found.state)
    assert looking is not None
    (outcome,) = shared().run(looking, CONTRACT, [{"n": 1, "xs": [3]}])
    assert isinstance(outcome, Raised)
    assert outcome.message == REACHED


@pytest.mark.parametrize("name", LONG)
def test_long(name: str) -> None:
    assert not shown(LONG[name])


# Of functions that call themselves: what they are, and the arguments of the call.
INWARD = {
    "a missing case": (
        code("if n == 0:", "    return 1", "return n * f(n - 1, xs)"),
        {"n": -1, "xs": []},
    ),
    "past the case": (
        code("if n == 0:", "    return 0", "return f(n - 2, xs)"),
        {"n": 3, "xs": []},
    ),
    "away from it": (
        code("if n > 0:", "    k = n + len(xs)", "    return 1 + f(k + 1, xs)", "return 0"),
        {"n": 1, "xs": [3]},
    ),
    "exchanged": (
        "def f(n, xs):\n    return go(n, n + 1, xs)\n\n\n"
        "def go(a, b, xs):\n    if a > b + 5:\n        return a\n"
        "    low = go(b, a, xs)\n    return low + go(a, b, xs)\n",
        {"n": 1, "xs": []},
    ),
    "a growing list": (
        code("if len(xs) == 0:", "    return n", "return f(n, xs + [n])"),
        {"n": 1, "xs": [1]},
    ),
}
DEEP = {
    "a far case": code("if n > 10**6:", "    return 1", "return f(n + 1, xs)"),
    "an error": code(
        "if n > 0:", "    k = 10 // (10**6 - n)", "    return f(n + 1, xs)", "return 0"
    ),
    "an error of the argument": code(
        "if n > 0:", "    return f(n + 1 + 0 // (10**6 - n), xs)", "return 0"
    ),
    "a call that is caught": code(
        "if n < 0:", "    raise ValueError", "try:", "    return f(n + 1, xs)",
        "except ValueError:", "    return 0",
    ),
    "a call in a loop": code("while n > 0:", "    n = f(n + 1, xs) - n", "return n"),
    "an end by default": code("if n != 10**6:", "    return f(n + 1, xs)"),
    "what other calls are made of": code(
        "if n > 10**6:", "    return 1", "if n % 2 == 0:", "    return f(n + 1, xs)",
        "k = f(n - 1, xs) if n > 10**5 else 0", "return f(n + 1 + k, xs)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", INWARD)
def test_calls_without_end(name: str) -> None:
    """The set is found; the run comes to the call."""
    text, inputs = INWARD[name]
    program = python.translate(text, CONTRACT)
    found = list(recurrent(program, CONTRACT, inputs, Solvers(Budget(30))))
    assert [one.of for one in found] == ["calls"]
    looking = telling_call(text, found[0].function, found[0].state)
    assert looking is not None
    (outcome,) = shared().run(looking, CONTRACT, [inputs])
    assert isinstance(outcome, Raised)
    assert outcome.message == REACHED


@pytest.mark.parametrize("name", DEEP)
def test_calls_that_end(name: str) -> None:
    assert not shown(DEEP[name])


def test_calls_of_other_arguments_are_not_reached() -> None:
    text = code("if n > 3:", "    return 0", "return f(n + 1, xs)")
    for state, raised in (({"n": 2}, True), ({"n": 5}, False)):
        looking = telling_call(text, "f", state)
        assert looking is not None
        (outcome,) = shared().run(looking, CONTRACT, [{"n": 1, "xs": []}])
        assert isinstance(outcome, Raised if raised else Returned)
    assert telling_call(text, "g", {"n": 2}) is None
    assert telling_call(text + "\n\n" + text, "f", {"n": 2}) is None


def test_another_state_is_not_reached() -> None:
    text = code("i = 0", "while i < 3: i += 1", "return i")
    for state, raised in (({"i": 2}, True), ({"i": 3}, False), ({"i": 2, "n": 9}, False)):
        looking = telling(text, 3, "f", state)
        assert looking is not None
        (outcome,) = shared().run(looking, CONTRACT, [{"n": 1, "xs": []}])
        assert isinstance(outcome, Raised if raised else Returned)
    assert telling(text, 2, "f", {"i": 2}) is None
    assert telling(text, 3, "g", {"i": 2}) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (ENDLESS["a bound"], "goes on from"),
        (INWARD["a missing case"][0], "f (line 1) calls itself on and on from"),
    ],
)
def test_a_witness_tells_the_state(text: str, says: str) -> None:
    subject = Subject(contract=CONTRACT, code=text)
    found = [one for one in Refute().verify(subject, Budget(60)) if isinstance(one, ClauseEvidence)]
    assert [one.clause for one in found] == ["f/terminates"]
    (witness,) = [one.witness for one in found]
    assert witness is not None
    assert witness.replayed
    assert says in str(witness.result)
