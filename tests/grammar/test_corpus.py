"""The corpus of the grammar, read through the Python binding.

`grammars/intent/test/corpus/*.txt` are in tree-sitter's own format, so that `tree-sitter test`
reads them too. `AXIOM_BLESS=1` writes the trees anew; look at the difference before keeping it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from tree_sitter import Language, Parser

import tree_sitter_intent

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "grammars/intent/test/corpus"
CASE = re.compile(
    r"^={3,}\n(?P<name>[^\n]+)\n={3,}\n(?P<text>.*?)\n-{3,}\n(?P<tree>.*?)(?=^={3,}\n|\Z)",
    re.MULTILINE | re.DOTALL,
)
LANGUAGE = Language(tree_sitter_intent.language())


class Case(NamedTuple):
    file: Path
    name: str
    text: str
    tree: str


def cases() -> list[Case]:
    return [
        Case(file, found["name"], found["text"].removeprefix("\n"), found["tree"].strip())
        for file in sorted(CORPUS.glob("*.txt"))
        for found in CASE.finditer(file.read_text(encoding="utf-8"))
    ]


def tree_of(text: str) -> str:
    return str(Parser(LANGUAGE).parse(text.encode()).root_node)


def laid_out(tree: str) -> str:
    """An S-expression with one node on each line."""
    lines: list[str] = []
    depth = 0
    for token in re.findall(
        r"""\w+: \(|\((?:MISSING|UNEXPECTED) (?:"[^"]*"|'.*?'|\w+)\)|[()]|\w+""", tree
    ):
        if token.endswith("(") or " " in token:
            lines.append("  " * depth + token)
            depth += token.endswith("(")
        elif token == ")":
            lines[-1] += ")"
            depth -= 1
        else:
            lines[-1] += token
    return "\n".join(lines)


def written(case: Case) -> str:
    bar = "=" * 18
    return f"{bar}\n{case.name}\n{bar}\n\n{case.text}\n---\n\n{laid_out(tree_of(case.text))}\n\n"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        found = cases()
        metafunc.parametrize("case", found, ids=[f"{c.file.stem}: {c.name}" for c in found])


def test_tree(case: Case) -> None:
    if os.environ.get("AXIOM_BLESS") == "1":
        same = [other for other in cases() if other.file == case.file]
        case.file.write_text("".join(map(written, same)), encoding="utf-8")
        return
    assert laid_out(tree_of(case.text)) == laid_out(case.tree)


def test_names_are_unique_and_every_file_has_cases() -> None:
    names = [(case.file, case.name) for case in cases()]
    assert len(set(names)) == len(names)
    assert {case.file for case in cases()} == set(CORPUS.glob("*.txt"))


def test_each_kind_of_node_is_in_the_corpus() -> None:
    seen = set(re.findall(r"\((\w+)", " ".join(case.tree for case in cases())))
    kinds = {
        LANGUAGE.node_kind_for_id(kind)
        for kind in range(LANGUAGE.node_kind_count)
        if LANGUAGE.node_kind_is_named(kind) and LANGUAGE.node_kind_is_visible(kind)
    }
    never = {"ERROR", "expression", "type"}  # `ERROR` is in the errors' trees; two are supertypes
    assert kinds - seen - never == set()
