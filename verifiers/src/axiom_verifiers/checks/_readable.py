"""Expressions as people write them."""

from __future__ import annotations

import ast

from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.core.show import show_expression

_LONGEST = 1000  # characters of an expression of which brackets are taken away


def readable(expr: Expr) -> str:
    """An expression with no more brackets than Python needs, where Python has such a form."""
    text = show_expression(expr)
    if len(text) > _LONGEST:
        return text
    try:
        return ast.unparse(ast.parse(text, mode="eval"))
    except SyntaxError:
        return text
