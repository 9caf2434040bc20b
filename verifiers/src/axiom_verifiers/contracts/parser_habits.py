"""What people write who think of another language, and what is written here instead."""

from __future__ import annotations

from axiom_verifiers.contracts.parser_tokens import Token
from axiom_verifiers.contracts.source import Edit, Fix, Span

# What other languages and books write, and what is written here.
FOREIGN = {
    "&&": "and",
    "||": "or",
    "!": "not",
    "=": "==",
    "===": "==",
    "!==": "!=",
    "<>": "!=",
    "=>": "implies",
    "->": "implies",
    "<=>": "iff",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "∧": "and",
    "∨": "or",
    "¬": "not ",
    "⇒": "implies",
    "→": "implies",
    "⇔": "iff",
    "∀": "forall ",
    "∃": "exists ",
    "∈": "in",
    "∉": "not in",
    "−": "-",
    "×": "*",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "\u00a0": " ",
}


def habit(
    token: Token, following: Token, expected: str
) -> tuple[str, str, Span, tuple[Fix, ...]] | None:
    """Code, message, place and fixes for a token that cannot stand where `expected` would fit."""
    shown, span = token.text, token.span
    if expected.startswith("`==`") and shown in {"=", "->", "=>"}:
        return _instead(token, "==")
    if expected.startswith("`when`") and shown == "if":
        return _instead(token, "when")
    if expected.startswith("`=`") and shown == ":":
        return _instead(token, "=")
    if shown in {":", ",", ";"} and following.kind == "end":
        return (
            "unexpected-text",
            f"There is no `{shown}` at the end here; expected was {expected}.",
            span,
            (Fix(f"Remove the {shown}", (Edit(span, ""),)),),
        )
    if shown == "for" and following.text == "all":
        both = span.join(following.span)
        fixes = (Fix("Change to forall", (Edit(both, "forall"),)),)
        return "unexpected-text", "`forall` is one word.", both, fixes
    if shown in {"if", "?"} and ("expression" in expected or shown == "?"):
        message = (
            "A choice is written `A if CONDITION else B`; that one thing follows from another, "
            "`P implies Q`."
        )
        return "unexpected-text", message, span, ()
    if expected == "a type" and shown in {"(", "["}:
        form = "tuple[int, str]" if shown == "(" else "list[int]"
        return "unexpected-text", f"Found `{shown}`, expected was a type, as in `{form}`.", span, ()
    if expected.startswith("`when`") and shown == ",":
        message = "A `raises` names one exception; write one `raises` for each."
        return "unexpected-text", message, span, ()
    if shown in FOREIGN:
        return _instead(token, FOREIGN[shown])
    return None


def _instead(token: Token, wanted: str) -> tuple[str, str, Span, tuple[Fix, ...]]:
    name = wanted.strip() or "a space"
    quoted = f"`{name}`" if wanted.strip() else name
    return (
        "foreign-operator",
        f"`{token.text}` is not written here; write {quoted}.",
        token.span,
        (Fix(f"Change to {name}", (Edit(token.span, wanted),)),),
    )
