"""What the queries mark. `CASES` reads: query, text, and what each capture marks, in order."""

from __future__ import annotations

import pytest
from tree_sitter import Language, Parser, Query, QueryCursor

import tree_sitter_intent

LANGUAGE = Language(tree_sitter_intent.language())
HEAD = "intent f(x: int) -> Line?\n"


def captures(query: tree_sitter_intent.QueryName, text: str) -> dict[str, list[str]]:
    root = Parser(LANGUAGE).parse(text.encode()).root_node
    found = QueryCursor(Query(LANGUAGE, tree_sitter_intent.query_source(query))).captures(root)
    return {
        name: [
            text.encode()[node.start_byte : node.end_byte].decode()
            for node in sorted(nodes, key=lambda node: node.start_byte)
        ]
        for name, nodes in found.items()
    }


CASES = [
    ("highlights", HEAD, "keyword", ["intent"]),
    ("highlights", HEAD, "function", ["f"]),
    ("highlights", HEAD, "type.builtin", ["int"]),
    ("highlights", HEAD, "type", ["int", "Line"]),
    ("highlights", HEAD, "variable.parameter", ["x"]),
    ("highlights", HEAD + "  ensures ok: result when it @a-b\n", "label", ["ok"]),
    ("highlights", HEAD + "  ensures ok: result when it @a-b\n", "attribute", ["@a-b"]),
    (
        "highlights",
        HEAD + "  ensures ok: result when it\n",
        "keyword",
        ["intent", "ensures", "when"],
    ),
    ("highlights", HEAD + "  ensures ok: result > it\n", "variable.builtin", ["result", "it"]),
    (
        "highlights",
        HEAD + "  ensures forall a in b: not c\n",
        "keyword.operator",
        ["forall", "in", "not"],
    ),
    ("highlights", HEAD + "  ensures len(a.b) == g(c)\n", "function.builtin", ["len"]),
    ("highlights", HEAD + "  ensures len(a.b) == g(c)\n", "function.call", ["len", "g"]),
    ("highlights", HEAD + "  ensures len(a.b) == g(c)\n", "property", ["b"]),
    ("highlights", HEAD + "  ensures a.b('c') + 1\n", "function.method.call", ["b"]),
    ("highlights", HEAD + "  ensures a.b('c') + 1\n", "string", ["'c'"]),
    ("highlights", HEAD + "  ensures a.b('c') + 1\n", "number", ["1"]),
    ("highlights", HEAD + '  """words"""\n', "string.documentation", ['"""words"""']),
    ("highlights", HEAD + "  target   python 3\n", "string.special", ["python 3"]),
    ("highlights", HEAD + "  must not loop\n", "constant", ["loop"]),
    ("highlights", HEAD + "  raises KeyError when x\n", "type", ["int", "Line", "KeyError"]),
    ("highlights", HEAD + "  ensur x\n", "error", ["ensur x"]),
    ("highlights", "intnet x\n", "error", ["intnet x"]),
    ("highlights", "define C: int = 1\n", "constant", ["C"]),
    ("highlights", "define f(x: int) -> int = x\n", "function", ["f"]),
    ("highlights", "type X = { a: int }\n", "type.definition", ["X"]),
    ("highlights", "type X = { a: int }\n", "property", ["a"]),
    ("highlights", "# words\n", "comment", ["# words"]),
    ("folds", HEAD + "  ensures x\nuse 'a'\n", "fold", [HEAD + "  ensures x", "(x: int)"]),
    (
        "folds",
        "type X = {\n  a: int\n  }\n",
        "fold",
        ["type X = {\n  a: int\n  }", "{\n  a: int\n  }"],
    ),
    (
        "locals",
        "define f(x: int) -> int = sum(a for a, (b, c) in x)\n",
        "local.definition.var",
        ["a", "b", "c"],
    ),
    ("locals", "define f(x: int) -> int = 1\n", "local.definition.parameter", ["x"]),
    ("locals", "define f(x: int) -> int = 1\n", "local.definition.function", ["f"]),
    ("locals", "type X = int\n", "local.definition.type", ["X"]),
    ("locals", HEAD + "  ensures forall k: int: k\n", "local.definition.var", ["k"]),
    ("tags", HEAD, "definition.function", [HEAD.strip()]),
    ("tags", HEAD, "name", ["f", "int", "Line"]),
    ("tags", "define C: int = g(1)\n", "definition.constant", ["define C: int = g(1)"]),
    ("tags", "define C: int = g(1)\n", "reference.call", ["g(1)"]),
    ("tags", "type X = { a: int }\n", "definition.type", ["type X = { a: int }"]),
    ("indents", HEAD + "  ensures f(\n    1)\n", "indent.branch", [")", ")"]),
    (
        "indents",
        HEAD + "  ensures y\n",
        "indent.begin",
        [HEAD + "  ensures y", "(x: int)", "ensures y"],
    ),
]


@pytest.mark.parametrize(("query", "text", "capture", "marked"), CASES)
def test_query(
    query: tree_sitter_intent.QueryName, text: str, capture: str, marked: list[str]
) -> None:
    assert captures(query, text).get(capture, []) == marked


@pytest.mark.parametrize(
    "word",
    [
        "requires",
        "ensures",
        "raises",
        "modifies",
        "example",
        "must",
        "invariant",
        "decreases",
        "target",
        "model",
        "budget",
        "context",
        "trust",
        "temperature",
        "candidates",
    ],
)
def test_every_clause_word_is_a_keyword(word: str) -> None:
    assert captures("highlights", f"{HEAD}  {word} x\n")["keyword"] == ["intent", word]
