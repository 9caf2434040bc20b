"""The meaning of regular expressions on texts: by Python's own, of the same language."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from axiom_verifiers.logic.term import Term

_ANY = r"[\s\S]"


def in_language(text: str, regex: Term) -> bool | None:
    """Whether the text is in the language; None when that is not computed here."""
    pattern = _compiled(regex)
    return None if pattern is None else pattern.fullmatch(text) is not None


@functools.lru_cache(maxsize=256)
def _compiled(regex: Term) -> re.Pattern[str] | None:
    source = _source(regex)
    return None if source is None else re.compile(source)


def _source(regex: Term) -> str | None:
    """The same language as a pattern of Python, in brackets where it could fall apart."""
    match regex.op:
        case "re.range":
            low, high = (arg.payload for arg in regex.args)
            if len(low) != 1 or len(high) != 1:
                return "(?!)"
            return f"[{re.escape(low)}-{re.escape(high)}]" if low <= high else "(?!)"
        case "str.to_re" if regex.args[0].is_literal:
            return f"(?:{re.escape(regex.args[0].payload)})"
        case "re.none":
            return "(?!)"
        case "re.all":
            return f"{_ANY}*"
        case "re.allchar":
            return _ANY
        case "re.union" | "re.++" | "re.*" | "re.+" | "re.opt":
            parts = [_source(arg) for arg in regex.args]
            known = [part for part in parts if part is not None]
            if len(known) < len(parts):
                return None
            if regex.op == "re.union":
                return f"(?:{'|'.join(known)})"
            if regex.op == "re.++":
                return f"(?:{''.join(known)})"
            return f"(?:{known[0]}){ {'re.*': '*', 're.+': '+', 're.opt': '?'}[regex.op] }"
        case _:
            return None
