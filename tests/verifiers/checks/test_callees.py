"""Callee preconditions that reading alone settles: nothing that can run names another intent."""

from __future__ import annotations

import pytest

from axiom_verifiers.checks.syntax import SyntaxVerifier
from axiom_verifiers.checks.verifier import Subject
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.evidence import Verdict
from tests.verifiers.checks.cases import verify

CONTRACT = read(
    """\
intent g(n: int) -> int
  requires n > 0
  ensures result == n

intent f(d: dict[str, int], k: str) -> int?
  ensures result == d.get(k)
"""
).contracts["f"]
OWN = "def f(d, k):\n    return d.get(k)\n"
PUT = "def f(d, k):\n    return {}\n"

# name: (the code, whether reading settles it)
CASES: dict[str, tuple[str, bool]] = {
    "the function alone": (OWN, True),
    "the other intent's code beside it": (OWN + "def g(n):\n    return n\n", True),
    "that code recurses": (OWN + "def g(n):\n    return n if n < 2 else g(n - 1) + 1\n", True),
    "that code calls others": (
        OWN + "def g(n):\n    return h(n)\ndef h(n):\n    return g(n)\n",
        True,
    ),
    "it is called": (PUT.format("g(0)"), False),
    "its own is called": ("def g(n):\n    return n\n" + PUT.format("g(0)"), False),
    "called by a helper": ("def h(n):\n    return g(n)\n" + PUT.format("h(0)"), False),
    "called by a helper's helper": (
        "def i(n):\n    return g(n)\ndef h(n):\n    return i(n)\n" + PUT.format("h(0)"),
        False,
    ),
    "called when the module is loaded": ("X = g(0)\n" + OWN, False),
    "called by what the module calls": (
        "def h():\n    return g(0)\nX = h()\n" + OWN,
        False,
    ),
    "called in a default": ("def h(n=g(0)):\n    return n\n" + OWN, False),
    "called by a decorator": ("def h(a):\n    return g\n@h\n" + OWN, False),
    "given another name": ("h = g\n" + PUT.format("h(0)"), False),
    "called by a method": (
        "class C:\n    def m(self):\n        return g(0)\n" + PUT.format("C().m()"),
        False,
    ),
    "reached without its name": (PUT.format("eval('g' + '(0)')"), False),
    "defined twice, the second calls": (
        OWN + "def f(d, k):\n    return g(0)\n",
        False,
    ),
    "a function inside of that name": (
        "def f(d, k):\n    def g(n):\n        return n\n    return d.get(k)\n",
        True,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_callees(name: str) -> None:
    code, settled = CASES[name]
    evidence, _ = verify(SyntaxVerifier(), Subject(CONTRACT, code))
    verdicts = [each.verdict for each in evidence if each.clause == "f/callee-preconditions"]
    assert verdicts == ([Verdict.PROVED] if settled else [])
