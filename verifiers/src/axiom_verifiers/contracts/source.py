"""Places in a source text, and problems found there."""

from __future__ import annotations

import enum

import msgspec


class Span(msgspec.Struct, frozen=True):
    """A half-open range of UTF-8 byte offsets, counted from the start of the item's own text.

    Spans are relative to their item so that an edit in another item moves none of them;
    `documents` knows where each item begins and converts to positions of the protocol.
    """

    start: int
    end: int

    def join(self, other: Span) -> Span:
        """The smallest span that covers both."""
        return Span(min(self.start, other.start), max(self.end, other.end))


NOWHERE = Span(0, 0)


class Severity(enum.StrEnum):
    """How grave a problem is; the names are the protocol's."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"


class Edit(msgspec.Struct, frozen=True):
    """Replace the text of `span` by `text`."""

    span: Span
    text: str


class Fix(msgspec.Struct, frozen=True):
    """A change that would mend a problem, offered as a code action."""

    title: str
    edits: tuple[Edit, ...]


class Problem(msgspec.Struct, frozen=True):
    """Something wrong in an intent file, said so that its reader knows what to do.

    `code` is a stable kebab-case name (`unknown-name`, `type-mismatch` …) documented in
    docs/language.md; the message says what was found and what was expected.
    """

    code: str
    message: str
    span: Span
    severity: Severity = Severity.ERROR
    fixes: tuple[Fix, ...] = ()
    related: tuple[tuple[Span, str], ...] = ()
