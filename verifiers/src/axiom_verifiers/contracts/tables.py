"""Which characters the host's tables know as the pinned interpreter's do.

The host may be an older Python than the one in the sandbox. Their character tables agree on what
both have; a character that the host has not, or that got a counterpart of the other case since,
is refused rather than judged by the wrong table.
"""

from __future__ import annotations

import unicodedata

from axiom_verifiers.errors import UnevaluableError

# Lower-case letters that were given an upper-case counterpart by Unicode 16 (CPython 3.14).
_CHANGED = frozenset("\u019b\u0264")


def require_known(text: str) -> None:
    """Raises `UnevaluableError` when a character's properties may differ between the two."""
    if text.isascii():
        return
    for char in text:
        if unicodedata.category(char) == "Cn" or char in _CHANGED:
            raise UnevaluableError(
                f"the properties of the character U+{ord(char):04X} are not known here"
            )
