"""What conditions tell about None: which paths are known to hold a value."""

from __future__ import annotations

import msgspec

from axiom_verifiers.contracts import syntax

Path = tuple[str, ...]


class Facts(msgspec.Struct, frozen=True):
    """The paths that are not None when the condition is true, and when it is false."""

    true: frozenset[Path] = frozenset()
    false: frozenset[Path] = frozenset()


_NOTHING = Facts()


def path_of(node: syntax.Syntax) -> Path | None:
    """A name for what an expression denotes, equal for expressions that denote the same."""
    match node:
        case syntax.Name():
            return (node.id,)
        case syntax.IntLiteral() | syntax.StrLiteral():
            return (repr(node.value),)
        case syntax.Attribute():
            inner = path_of(node.value)
            return None if inner is None else (*inner, "." + node.name)
        case syntax.Index():
            value, index = path_of(node.value), path_of(node.index)
            return None if value is None or index is None else (*value, "[", *index, "]")
        case syntax.Call(function=syntax.Name(id="old"), args=(arg,)):
            inner = path_of(arg)
            return None if inner is None else ("old(", *inner, ")")
        case syntax.Call(
            function=syntax.Attribute(value=value, name="get"), args=(key,), keywords=()
        ):
            inner, index = path_of(value), path_of(key)
            return None if inner is None or index is None else (*inner, ".get(", *index, ")")
        case _:
            return None


def facts_of(node: syntax.Syntax) -> Facts:
    """What a condition tells when it is true and when it is false."""
    match node:
        case syntax.Compare(links=((op, syntax.NoneLiteral()),)) if op in ("is", "is not"):
            path = path_of(node.first)
            if path is None:
                return _NOTHING
            known = frozenset({path})
            return Facts(true=known) if op == "is not" else Facts(false=known)
        case syntax.Unary(op="not"):
            inner = facts_of(node.operand)
            return Facts(inner.false, inner.true)
        case syntax.Logical():
            left, right = facts_of(node.left), facts_of(node.right)
            if node.op == "and":
                return Facts(left.true | right.true, left.false & right.false)
            if node.op == "or":
                return Facts(left.true & right.true, left.false | right.false)
            if node.op == "implies":
                return Facts(left.false & right.true, left.true | right.false)
            return _NOTHING
        case _:
            return _NOTHING
