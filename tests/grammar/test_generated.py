"""The committed parser is the one that the grammar gives, and the package holds what it says."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from tree_sitter import Language

import tree_sitter_intent

GRAMMAR = Path(__file__).parents[2] / "grammars/intent"


def stale(folder: Path) -> list[str]:
    """The files whose digest is not the one that was written when the parser was generated."""
    lines = (folder / "src/DIGEST").read_text().splitlines()
    recorded = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    assert set(recorded) == {"grammar.js", "src/scanner.c", "src/parser.c"}
    return [
        name
        for name, digest in recorded.items()
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest
    ]


def test_parser_is_current() -> None:
    assert stale(GRAMMAR) == [], "run: make grammar"


@pytest.mark.parametrize("name", ["grammar.js", "src/scanner.c", "src/parser.c"])
def test_a_change_makes_it_stale(name: str, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    for other in ("grammar.js", "src/scanner.c", "src/parser.c", "src/DIGEST"):
        (tmp_path / other).write_bytes((GRAMMAR / other).read_bytes())
    assert stale(tmp_path) == []
    with (tmp_path / name).open("a") as file:
        file.write("\n")
    assert stale(tmp_path) == [name]


def test_language() -> None:
    language = Language(tree_sitter_intent.language())
    assert language.name == "intent"
    assert 13 <= language.abi_version <= 15


def test_an_unknown_query_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        tree_sitter_intent.query_source("nothing")  # type: ignore[arg-type] - on purpose
