"""Python source as a tree, and what makes a text unreadable before its meaning is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter_python
from tree_sitter import Language, Node, Parser, Tree

from axiom_verifiers.contracts.source import Span
from axiom_verifiers.core.program import Place

_LANGUAGE = Language(tree_sitter_python.language())
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_GAP = re.compile(rb"[ \t\n\\]*\Z")
_EXTRAS = frozenset({"comment", "line_continuation"})
_PLACE_TEXT = 60
_NAMED = ("keyword_argument", "dictionary_splat")
_DISPLAYS = frozenset({"dictionary", "expression_list", "list", "set", "tuple"})
_LOOSER = frozenset(
    {"boolean_operator", "comparison_operator", "conditional_expression", "lambda"}
    | {"named_expression", "not_operator"}
)


def parse(code: str) -> Tree:
    """The syntax tree of a text without lone surrogates; parsing itself never fails."""
    return Parser(_LANGUAGE).parse(code.encode())


def children(node: Node) -> list[Node]:
    """The named children that mean something."""
    return [child for child in node.named_children if child.type not in _EXTRAS]


def text(node: Node) -> str:
    """The node's source text."""
    return (node.text or b"").decode(errors="replace")


def place(node: Node) -> Place:
    """Where the node stands, with the beginning of its first line."""
    first = text(node).split("\n", 1)[0]
    if len(first) > _PLACE_TEXT:
        first = first[: _PLACE_TEXT - 1] + "…"
    return Place(node.start_point.row + 1, node.start_point.column + 1, first)


def span(node: Node) -> Span:
    """The node's byte range in the module's text."""
    return Span(node.start_byte, node.end_byte)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in source order; no recursion, so any depth is fine."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(current.children))


def unreadable(code: str) -> str | None:
    """Why this text is not read as CPython would read it, before any parsing; else None.

    Newlines must be `\\n` already. CPython and the grammar disagree on control characters and
    on tabs beside blanks, so such texts are refused as a whole.
    """
    if any("\ud800" <= character <= "\udfff" for character in code):
        return "a lone surrogate in the source"
    if _CONTROL.search(code):
        return "a control character in the source"
    margins = [line[: len(line) - len(line.lstrip())] for line in code.split("\n")]
    if any("\t" in margin for margin in margins) and any(" " in margin for margin in margins):
        return "tabs and blanks mixed in the indentation"
    return None


def _inside_string(node: Node) -> bool:
    current = node.parent
    while current is not None and current.type != "string":
        current = current.parent
    return current is not None


def _disordered(node: Node) -> bool:
    """Whether arguments or parameters stand in an order that only the grammar takes."""
    kinds = [child.type for child in children(node)]
    if node.type == "argument_list":
        named = next((at for at, kind in enumerate(kinds) if kind in _NAMED), len(kinds))
        unpacked = kinds.index("dictionary_splat") if "dictionary_splat" in kinds else len(kinds)
        plain = any(kind not in (*_NAMED, "list_splat") for kind in kinds[named:])
        return plain or "list_splat" in kinds[unpacked:]
    if node.type in ("parameters", "lambda_parameters"):
        defaults = False
        for child in children(node):
            if child.type in ("default_parameter", "typed_default_parameter"):
                defaults = True
                continue
            typed = child.type == "typed_parameter"
            kind = children(child)[0].type if typed else child.type
            if kind in ("list_splat_pattern", "keyword_separator"):
                return False
            if kind == "identifier" and defaults:
                return True
    return False


def _loosely_starred(node: Node) -> bool:
    """Whether a star of a display has an operator behind it that binds less than `|`."""
    if node.type not in ("list_splat", "dictionary_splat") or node.parent is None:
        return False
    inside = children(node)
    return node.parent.type in _DISPLAYS and bool(inside) and inside[0].type in _LOOSER


def _is_mangled(node: Node) -> bool:
    """Whether Python puts the name of a class before the name, which then is another one."""
    name, around = text(node), node.parent
    if not name.startswith("__") or name.endswith("__"):
        return False
    while around is not None and around.type != "class_definition":
        around = around.parent
    return around is not None and node != around.child_by_field_name("name")


def misread(tree: Tree, source: bytes) -> tuple[Node, str] | None:
    """The first place where the tree is not what CPython would make of the text, and why."""
    end = 0
    for node in walk(tree.root_node):
        if node.type == "ERROR" or node.is_missing:
            return node, "syntax error"
        if _disordered(node) or _loosely_starred(node):
            return node, "syntax error"
        if node.type in ("print_statement", "exec_statement"):
            return node, "a statement of Python 2"
        if node.type == "identifier" and not text(node).isascii():
            return node, "an identifier outside ASCII"
        if node.type == "identifier" and _is_mangled(node):
            return node, "a private name in a class"
        if node.child_count == 0:
            gap = _GAP.match(source, end, node.start_byte)
            if node.start_byte > end and not gap and not _inside_string(node):
                return node, "a character that is not Python"
            end = max(end, node.end_byte)
    if not _GAP.match(source, end):
        return tree.root_node, "a character that is not Python"
    return None
