"""The syntax tree of an item's text: the one place that calls tree-sitter for intents."""

from __future__ import annotations

import threading

from tree_sitter import Language, Node, Parser, Tree

import tree_sitter_intent

LANGUAGE = Language(tree_sitter_intent.language())

_local = threading.local()


def parse_tree(data: bytes) -> Tree:
    """The tree of UTF-8 text; of any bytes at all."""
    parser: Parser | None = getattr(_local, "parser", None)
    if parser is None:
        parser = _local.parser = Parser(LANGUAGE)
    return parser.parse(data)


def parts(node: Node) -> list[Node]:
    """The named children of a node, without comments."""
    return [child for child in node.named_children if child.type != "comment"]


__all__ = ["LANGUAGE", "Node", "Tree", "parse_tree", "parts"]
