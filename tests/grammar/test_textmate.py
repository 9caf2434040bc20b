"""The TextMate grammar, which colours a file before the server does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from axiom_verifiers.contracts.items import CLAUSE_WORDS, ITEM_WORDS

EXTENSION = Path(__file__).parents[2] / "vscode-extension"
GRAMMAR = json.loads((EXTENSION / "syntaxes/intent.tmLanguage.json").read_text(encoding="utf-8"))


def rules(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from rules(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from rules(inner)


def flat(names: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rules of a list in the order in which they are tried."""
    for rule in names:
        if "include" in rule:
            found = GRAMMAR["repository"][rule["include"].removeprefix("#")]
            yield from flat([found])
        elif "match" in rule or "begin" in rule:
            yield rule
        else:
            yield from flat(rule["patterns"])


def scopes(line: str) -> list[tuple[str, str]]:
    """The marked words of one line, as an editor finds them: the first rule that matches next."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(line):
        best: tuple[int, re.Match[str], dict[str, Any]] | None = None
        for rule in flat(GRAMMAR["patterns"]):
            match = re.compile(rule.get("match") or rule["begin"]).search(line, at)
            if match and match.end() > at and (best is None or match.start() < best[0]):
                best = match.start(), match, rule
        if best is None:
            break
        _, match, rule = best
        at = match.end()
        if "begin" in rule:
            end = re.compile(rule["end"]).search(line, at)
            at = end.end() if end else len(line)
            found.append((line[match.start() : at].strip(), rule["name"]))
        elif "captures" in rule:
            for number, capture in rule["captures"].items():
                if match[int(number)]:
                    found.append((match[int(number)], capture["name"]))
        else:
            found.append((match[0], rule["name"]))
    return [(text, scope.removesuffix(".intent")) for text, scope in found]


def test_includes_resolve_and_all_rules_are_used() -> None:
    included = {rule["include"].removeprefix("#") for rule in rules(GRAMMAR) if "include" in rule}
    assert included == set(GRAMMAR["repository"])


def test_scopes_end_in_the_language() -> None:
    names = [rule["name"] for rule in rules(GRAMMAR) if isinstance(rule.get("name"), str)]
    assert len(names) > 30
    assert [n for n in names if not n.endswith(".intent") and n != GRAMMAR["name"]] == []


@pytest.mark.parametrize("word", CLAUSE_WORDS)
def test_clause_words(word: str) -> None:
    text, scope = scopes(f"  {word} x")[0]
    assert text == word
    assert scope.startswith("keyword.other")


@pytest.mark.parametrize("word", ITEM_WORDS)
def test_item_words(word: str) -> None:
    assert scopes(f"{word} x")[0][0] == word
    assert scopes(f"{word} x")[0][1].startswith(("storage.type", "keyword.control"))


@pytest.mark.parametrize(
    ("line", "text", "scope"),
    [
        ("  ensures in_range: 0 <= result", "in_range", "entity.name.tag.label"),
        ("  ensures in_range: 0 <= result", "<=", "keyword.operator.comparison"),
        ("  ensures in_range: 0 <= result", "result", "variable.language"),
        ("  ensures x  @security", "@security", "storage.modifier.tag"),
        ("  raises neg: ValueError when x < 0", "ValueError", "support.type.exception"),
        ("  raises neg: ValueError when x < 0", "when", "keyword.control.conditional"),
        ("  must not import", "import", "support.constant"),
        ("  budget  60s, $0.05  # c", "  60s, $0.05  ", "string.unquoted"),
        ("    model: int,", "model", "variable.other"),
        ("define VOWELS: str = 'aei'", "VOWELS", "entity.name.function"),
        ("type Line = { price: int }", "Line", "entity.name.type"),
        ("intent f(x: int) -> int", "f", "entity.name.function"),
        ("  ensures forall x in xs: f(x)", "forall", "keyword.operator.quantifier"),
        ("  ensures forall x in xs: f(x)", "f", "entity.name.function.call"),
        ("  ensures a.b == 'c'", "b", "variable.other.property"),
        ("  ensures a == r'\\d'", "r'\\d'", "string.quoted.single"),
        ('  """prose"""', '"""prose"""', "string.quoted.docstring"),
        ("  ensures 0xFF + 1_000.5e-3", "1_000.5e-3", "constant.numeric"),
        ("# words", "# words", "comment.line.number-sign"),
    ],
)
def test_scope(line: str, text: str, scope: str) -> None:
    assert (text, scope) in scopes(line)


def test_language_configuration() -> None:
    configuration = json.loads((EXTENSION / "language-configuration.json").read_text())
    assert configuration["comments"] == {"lineComment": "#"}
    continuing, *_ = [
        rule["beforeText"]
        for rule in configuration["onEnterRules"]
        if "ensures" in rule["beforeText"]
    ]
    assert re.search(continuing, "  ensures x and")
    assert re.search(continuing, "  ensures f(")
    assert not re.search(continuing, "  ensures x")
    assert configuration["wordPattern"]["flags"] == "u"  # `größe` is one word.
