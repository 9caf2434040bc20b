"""Pieces of an item's text by byte offsets."""

from __future__ import annotations

import bisect
import re

from axiom_verifiers.contracts.source import Span

# A str or bytes literal, or a comment: a `#` inside quotes begins none.
_TOKEN = re.compile(
    r"(\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*')"
    r"|(#[^\r\n]*)|(\s*[\r\n]\s*)",
    re.DOTALL,
)


class Excerpts:
    """An item's text, ready to be cut at spans."""

    def __init__(self, text: str) -> None:
        self._bytes = text.encode()
        self._starts = [0, *(match.end() for match in re.finditer(rb"\r\n|\r|\n", self._bytes))]

    def text(self, span: Span) -> str:
        """What stands at the span, on one line, without comments."""
        cut = self._bytes[span.start : span.end].decode(errors="replace")
        if "\n" not in cut and "\r" not in cut and "#" not in cut:
            return cut.strip()
        without = _TOKEN.sub(lambda m: "" if m[2] is not None else m[0], cut)
        return _TOKEN.sub(lambda m: " " if m[3] is not None else m[0], without).strip()

    def line(self, span: Span) -> int:
        """The line, counted from 1, on which the span begins."""
        return bisect.bisect_right(self._starts, span.start)

    def column(self, span: Span) -> int:
        """The column in characters, counted from 1, at which the span begins."""
        start = self._starts[self.line(span) - 1]
        return len(self._bytes[start : span.start].decode(errors="replace")) + 1
