"""Code that tells when a run comes to a state: the code itself, with a look at the names put first
into the body of one loop or function.
"""

from __future__ import annotations

from collections.abc import Mapping

import tree_sitter_python
from tree_sitter import Language, Node, Parser

from axiom_verifiers.checks._structure import text_of, walk
from axiom_verifiers.contracts.values import Value

_LANGUAGE = Language(tree_sitter_python.language())
# What is raised where the state is met, in words that no code has.
REACHED = "the run has come to that state"
_LOOK = "__axiom_look__"


def telling(code: str, line: int, function: str, state: Mapping[str, Value]) -> str | None:
    """The code that raises an error with the message `REACHED` when the body of the `while` in
    that line begins and these names, of plain values, have these values; None where no such loop
    is found.
    """
    source = code.encode()
    found = [
        node
        for node in walk(Parser(_LANGUAGE).parse(source).root_node)
        if node.type == "while_statement"
        and node.start_point.row + 1 == line
        and _owner(node) == function
    ]
    return _looking(source, found, state)


def telling_call(code: str, function: str, state: Mapping[str, Value]) -> str | None:
    """The same when the only function of that name is called and these are its arguments."""
    source = code.encode()
    found = [
        node
        for node in walk(Parser(_LANGUAGE).parse(source).root_node)
        if node.type == "function_definition"
        and text_of(node.child_by_field_name("name")) == function
    ]
    return _looking(source, found, state)


def _looking(source: bytes, found: list[Node], state: Mapping[str, Value]) -> str | None:
    body = found[0].child_by_field_name("body") if len(found) == 1 else None
    if body is None:
        return None
    first = next((one for one in body.named_children if one.type != "comment"), None)
    if first is None:
        return None
    # Before its first round a loop's own names may have no value yet.
    look = f"{_LOOK}(locals())"
    if first.start_point.row == found[0].start_point.row:
        look += "; "
    else:
        begins = source.rfind(b"\n", 0, first.start_byte) + 1
        look += "\n" + source[begins : first.start_byte].decode()
    told = source[: first.start_byte] + look.encode() + source[first.start_byte :]
    expected = repr(repr(dict(state)))
    return (
        f"{told.decode()}\n\n"
        f"def {_LOOK}(names):\n"
        f"    if repr({{n: names[n] for n in {tuple(state)!r} if n in names}}) == {expected}:\n"
        f"        raise AssertionError({REACHED!r})\n"
    )


def _owner(node: Node) -> str:
    """The name of the innermost function around a statement."""
    inside: Node | None = node
    while inside is not None and inside.type != "function_definition":
        inside = inside.parent
    return "" if inside is None else text_of(inside.child_by_field_name("name"))
