"""Calls of hooks in a candidate's syntax tree, and values as short texts."""

import ast

import codec

HOOK = "__axiom_hook__"


def hook(name, *args):
    call = ast.Call(ast.Attribute(ast.Name(HOOK, ast.Load()), name, ast.Load()), list(args), [])
    return call


class Hooked(ast.NodeTransformer):
    """The module with calls of hooks in it; `lines` holds the line of each site."""

    def __init__(self):
        self.lines = []

    def site(self, node):
        self.lines.append(getattr(node, "lineno", 0))
        return ast.Constant(len(self.lines) - 1)


def short(value, limit=80):
    try:
        text = codec.clean_text(repr(value), 2000)
    except BaseException:
        text = "<" + type(value).__name__ + ">"
    if " at 0x" in text:
        text = _told(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _told(value):
    """An object without a text of its own: its class and its attributes."""
    parts = getattr(value, "__dict__", None)
    name = type(value).__name__
    if type(parts) is not dict or callable(value):
        return "<" + name + ">"
    shown = ", ".join(n + "=" + short(v, 30) for n, v in list(parts.items())[:6])
    return codec.clean_text(name + "(" + shown + ")")
