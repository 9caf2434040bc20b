"""Fixtures that the tests of several verifiers share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from axiom_verifiers.contracts.contract import Contract, Parameter
from axiom_verifiers.contracts.types import NONE
from axiom_verifiers.frontends.python._annotations import annotated
from axiom_verifiers.frontends.python._tree import children, parse, text
from axiom_verifiers.sandbox.python import PythonSandbox, shared


@pytest.fixture(scope="session")
def sandbox() -> PythonSandbox:
    """The machine's one sandbox; the first test run on a machine builds it, under a minute."""
    return shared()


def bare_contract(header: str, hints: tuple[str, ...] = ()) -> Contract:
    """The contract without clauses of `f(x: int) -> int`, with `modifies xs` after it."""
    head, _, modifies = header.strip().partition(" modifies ")
    function = children(parse(f"def {head}: pass").root_node)[0]
    name = function.child_by_field_name("name")
    parameters = function.child_by_field_name("parameters")
    result = function.child_by_field_name("return_type")
    assert name is not None
    assert parameters is not None
    made: list[Parameter] = []
    for child in children(parameters):
        kind = child.child_by_field_name("type")
        type_ = None if kind is None else annotated(kind)
        assert type_ is not None, header
        made.append(Parameter(text(child.children[0]), type_))
    returned = NONE if result is None else annotated(result)
    assert returned is not None, header
    return Contract(
        name=text(name),
        parameters=tuple(made),
        result=returned,
        requires=(),
        ensures=(),
        raises=(),
        examples=(),
        musts=(),
        implied=(),
        modifies=tuple(part.strip() for part in modifies.split(",") if part.strip()),
        hints=(),
        prose="",
        settings=(),
        records=(),
        defines=(),
    )


@pytest.fixture(scope="session")
def contract_of() -> Callable[[str], Contract]:
    """Makes a contract without clauses from a Python function's head."""
    return bare_contract


Case = tuple[str, str, str]


def read_cases(path: Path) -> list[Case]:
    """The cases of a Markdown file: title, code, expected text (empty when not blessed yet)."""
    cases: list[Case] = []
    for section in path.read_text().split("\n## ")[1:]:
        title, _, rest = section.partition("\n")
        blocks = rest.split("```")
        code = blocks[1].removeprefix("python\n")
        expected = blocks[3].partition("\n")[2] if len(blocks) > 3 else ""
        cases.append((title.strip(), code, expected))
    return cases


def check_cases(path: Path, language: str, answer: Callable[[str], str]) -> None:
    """Every case's answer is the expected text; with AXIOM_BLESS=1 the file is rewritten."""
    cases = read_cases(path)
    assert cases, f"{path} has no case"
    if os.environ.get("AXIOM_BLESS") == "1":
        head = path.read_text().split("\n## ")[0]
        parts = [head.rstrip() + "\n"]
        for title, code, _ in cases:
            parts.append(f"\n## {title}\n```python\n{code}```\n```{language}\n{answer(code)}```\n")
        path.write_text("".join(parts))
        cases = read_cases(path)
    wrong = [
        f"{path.name}: {title}\nexpected:\n{expected}\nfound:\n{found}"
        for title, code, expected in cases
        if (found := answer(code)) != expected
    ]
    assert not wrong, "\n".join(wrong)


CaseChecker = Callable[[Path, str, Callable[[str], str]], None]


@pytest.fixture(scope="session")
def literate() -> CaseChecker:
    """Checks, or blesses, the cases of one Markdown file."""
    return check_cases
