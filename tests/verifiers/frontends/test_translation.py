"""Python to core: one Markdown file per theme in cases/, each case a code and its core program.

The first line of a code is a comment with the contract's head.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.core.show import show_program
from axiom_verifiers.frontends.python import translate

CASES = Path(__file__).parent / "cases"
FILES = sorted(CASES.iterdir())
SNIPPETS = [
    "def f(x):\n", "    return x\n", "    x = ", "(", ")", "[", "]", "{", "}", ":", "\n", "    ",
    "\t", "lambda", "yield", "await", "async ", "for x in ", "while ", "if ", "else", "match x:\n",
    "x", "f", "len", "'", '"""', "f'{", "\\", "#", "0x", "1e", "007", "*", "**", "->", ":=", "@",
    "global x\n", "class A:\n", "try:\n", "\x00", "\r", "\x0c", "é", "\ud800", "import ", "del x\n",
    "return", "and ", "not ", "is ", "in ", "==", "print 1\n", ",", ".append(", "x[", "; ",
]  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_cases(
    path: Path,
    contract_of: Callable[[str], Contract],
    literate: Callable[[Path, str, Callable[[str], str]], None],
) -> None:
    assert path.suffix == ".md", "only cases belong here"

    def answer(code: str) -> str:
        head = code.split("\n", 1)[0].removeprefix("#").strip()
        return show_program(translate(code, contract_of(head)))

    literate(path, "core", answer)


@settings(max_examples=300, deadline=None)
@given(text=st.lists(st.sampled_from(SNIPPETS), max_size=25).map("".join))
def test_any_text_is_translated(text: str, contract_of: Callable[[str], Contract]) -> None:
    contract = contract_of("f(x: int) -> int")
    for code in (text, "def f(x):\n    " + text, "def f(x):\n    return x\n" + text):
        program = translate(code, contract)
        assert program.obstacles or program.functions


def test_deep_nesting_is_an_obstacle(contract_of: Callable[[str], Contract]) -> None:
    code = "def f(x):\n    return " + "(" * 5000 + "x" + ")" * 5000 + "\n"
    program = translate(code, contract_of("f(x: int) -> int"))
    assert [obstacle.construct for obstacle in program.obstacles] == ["code nested too deeply"]
