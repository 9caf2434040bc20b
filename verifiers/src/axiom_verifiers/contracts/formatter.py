"""The formatter: one output for each tree.

What it decides: two spaces before a clause, what a clause says from column 11 on (further for
longer keywords), four before what continues it, lines of at most 100 columns where the text
allows, a blank line between items except between neighbouring one-line items of one kind, prose
on lines of its own unless it is short. Line breaks of the text do not count; of blank lines only
those beside comments between items do, at most one each.

What it keeps: every comment, brackets, quotes and numbers as they were written, a byte-order
mark. An item with problems is left as it is. There is one kind of line end in the output: that
of the text's first line (`\\n` if it has none). Formatting twice changes nothing more.
"""

from __future__ import annotations

from typing import cast

import msgspec

from axiom_verifiers.contracts.formatter_expressions import UnformattableError
from axiom_verifiers.contracts.formatter_items import ItemWriter
from axiom_verifiers.contracts.formatter_layout import render
from axiom_verifiers.contracts.items import LINE_END, item_end, item_starts
from axiom_verifiers.contracts.parser import parse_item_tree
from axiom_verifiers.contracts.source import Problem
from axiom_verifiers.contracts.syntax import ParsedItem

WIDTH = 100
_ROUNDS = 4
_JOINED = ("use ", "type ", "define ")


def format_text(text: str) -> str:
    """The formatted text of a file. Never fails."""
    first = LINE_END.search(text)
    line_end = first[0] if first else "\n"
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = LINE_END.sub("\n", text)
    starts = item_starts(text)
    lines: list[str] = []
    before: str | None = None
    at = 0
    for index, start in enumerate(starts):
        following = starts[index + 1] if index + 1 < len(starts) else len(text)
        end = item_end(text, start, following)
        written = format_item(text[start:end])
        comments = _comments(text[at:start], after_item=before is not None)
        if before is not None and (comments or not _stand_together(before, written)):
            lines.append("")
        lines.extend(comments)
        lines.extend(written.split("\n"))
        before, at = written, end
    comments = _comments(text[at:], after_item=before is not None)
    while comments and not comments[-1]:
        comments.pop()
    if comments and before is not None:
        lines.append("")
    lines.extend(comments)
    if not lines:
        return mark
    return mark + line_end.join(lines) + line_end


def format_item(text: str) -> str:
    """The formatted text of one item, without a line end at its end; line ends are `\\n`.

    An item with problems comes back as it is.
    """
    parsed, tree = parse_item_tree(text)
    if parsed.problems or tree is None:
        return text
    meaning = without_spans(parsed)
    current = text
    for _ in range(_ROUNDS):
        try:
            written = render(ItemWriter(current.encode(), tree).document(), WIDTH)
        except UnformattableError:
            return text
        if written == current:
            return written
        parsed, tree = parse_item_tree(written)
        if tree is None or parsed.problems or without_spans(parsed) != meaning:
            return text
        current = written
    return text


def without_spans(parsed: ParsedItem) -> object:
    """What an item says, in plain values, wherever it says it."""
    return _strip(parsed.item)


def _strip(value: object) -> object:
    match value:
        case Problem():
            return value.code
        case msgspec.Struct():
            fields = (name for name in value.__struct_fields__ if not name.endswith("span"))
            return (type(value).__name__, *(_strip(getattr(value, name)) for name in fields))
        case tuple():
            return tuple(_strip(each) for each in cast("tuple[object, ...]", value))
        case float():
            return repr(value)
        case _:
            return value


def _comments(between: str, *, after_item: bool) -> list[str]:
    """The comments between two items, with at most one blank line after each."""
    found: list[str] = []
    lines = between.split("\n")
    if not lines[-1].strip():
        lines.pop()  # The beginning of the line of the next item, or of none.
    for line in lines[1:] if after_item else lines:
        content = line.strip(" \t\f\v\ufeff")
        if content or (found and found[-1]):
            found.append(content)
    return found


def _stand_together(before: str, after: str) -> bool:
    """Whether two neighbours are short items of one kind, between which no line is left blank."""
    while before.startswith("#"):
        before = before.partition("\n")[2]  # A comment from within it stands above it now.
    if "\n" in before or "\n" in after:
        return False
    return any(before.startswith(word) and after.startswith(word) for word in _JOINED)
