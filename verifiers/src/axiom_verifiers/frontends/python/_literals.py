"""What Python's literals stand for, from their text."""

from __future__ import annotations

import re

from tree_sitter import Node

from axiom_verifiers.frontends.python._tree import children, text

_INTEGER = re.compile(
    r"0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|[1-9](?:_?[0-9])*|0(?:_?0)*"
)
_FLOAT = re.compile(
    r"(?:(?:[0-9](?:_?[0-9])*)?\.[0-9](?:_?[0-9])*|[0-9](?:_?[0-9])*\.)"
    r"(?:[eE][+-]?[0-9](?:_?[0-9])*)?|[0-9](?:_?[0-9])*[eE][+-]?[0-9](?:_?[0-9])*"
)
_LONGEST_INTEGER = 4000
_SIMPLE_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "\n": "",
}
_ESCAPE = re.compile(
    r"\\(?:(?P<octal>[0-7]{1,3})|x(?P<hex>[0-9a-fA-F]{2})|u(?P<four>[0-9a-fA-F]{4})"
    r"|U(?P<eight>[0-9a-fA-F]{8})|(?P<named>N)|(?P<broken>[xuU])|(?P<simple>.))",
    re.DOTALL,
)


def integer(literal: str) -> int | None:
    """The value of an integer literal; None for one that Python 3 rejects."""
    if not _INTEGER.fullmatch(literal) or len(literal) > _LONGEST_INTEGER:
        return None
    return int(literal.replace("_", ""), 0)


def floating(literal: str) -> float | None:
    """The value of a float literal; None for any other number (imaginary ones)."""
    return float(literal.replace("_", "")) if _FLOAT.fullmatch(literal) else None


def string_prefix(node: Node) -> str:
    """The lower-case prefix letters of a string node."""
    return text(node.children[0]).rstrip("'\"").lower()


def plain_string(node: Node) -> str | None:
    """The value of a `string` node without interpolation; None when it is of another kind."""
    prefix = string_prefix(node)
    if prefix not in ("", "r", "u") or any(c.type == "interpolation" for c in node.children):
        return None
    source = (node.text or b"").decode()
    start = len(text(node.children[0]))
    return decoded(source[start : len(source) - len(text(node.children[-1]))], raw="r" in prefix)


def decoded(content: str, *, raw: bool) -> str | None:
    """The characters that a literal's content stands for; None for what is not modelled."""
    if raw:
        return content
    failed = False

    def replaced(match: re.Match[str]) -> str:
        nonlocal failed
        digits = match["hex"] or match["four"] or match["eight"]
        code = int(digits, 16) if digits else int(match["octal"], 8) if match["octal"] else None
        if code is not None:
            if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
                failed = True
                return ""
            return chr(code)
        if match["named"] or match["broken"]:
            failed = True
            return ""
        return _SIMPLE_ESCAPES.get(match["simple"], match[0])

    value = _ESCAPE.sub(replaced, content)
    return None if failed else value


def is_docstring(node: Node) -> bool:
    """Whether an expression statement is a plain string, which does nothing."""
    inside = children(node)
    return (
        node.type == "expression_statement"
        and len(inside) == 1
        and inside[0].type in ("string", "concatenated_string")
        and not any(
            part.type == "interpolation"
            for string in ([inside[0]] if inside[0].type == "string" else children(inside[0]))
            for part in string.children
        )
    )
