"""The whole-file grammar and the cut at column 0 see the same items."""

from __future__ import annotations

from hypothesis import example, given, settings
from intent_files import intent_files, torn_files
from tree_sitter import Node

from axiom_verifiers.contracts.items import cut
from axiom_verifiers.contracts.tree import parse_tree

LIMITS = settings(max_examples=100, deadline=None)


def items_of(data: bytes) -> list[Node]:
    return [node for node in parse_tree(data).root_node.children if node.type.endswith("_item")]


@LIMITS
@given(intent_files())
@example("\ufeff# comment\n\ntype X = int\n")
@example("  stray\n\tmore\ntype X = int\n")
@example("intent f\r  ensures x\r# c\r\rtype X = int\r")
@example("define X: str =\n" + "  # a comment\n" * 80 + '  "a"\ntype X = int\n')
def test_same_trees_of_files_without_errors(text: str) -> None:
    whole = items_of(text.encode())
    pieces = cut(text)
    for node, piece in zip(whole, pieces, strict=True):
        alone = items_of(piece.text.encode())[0]
        assert node.start_byte == piece.start + alone.start_byte
        assert str(node) == str(alone)


@LIMITS
@given(torn_files())
@example('intent f(x: int\n  ensures (\n  """\nuse "a\ntype X = {\n}\n')
def test_no_error_reaches_past_an_item(text: str) -> None:
    text = text.replace("\0", "")
    data = text.encode()
    root = parse_tree(data).root_node
    starts = {piece.start for piece in cut(text)}
    for piece in cut(text):
        alone = parse_tree(piece.text.encode()).root_node
        if not alone.has_error:
            wanted = next(node for node in alone.children if node.type.endswith("_item"))
            place = piece.start + wanted.start_byte
            found = root.descendant_for_byte_range(place, place)
            while found is not None and not found.type.endswith("_item"):
                found = found.parent
            assert found is not None
            assert str(found) == str(wanted)
    for node in root.children:
        crossed = [start for start in starts if node.start_byte < start < node.end_byte]
        assert crossed == []
