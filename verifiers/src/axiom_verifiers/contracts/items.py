"""Where items begin and end in a text, and where clauses do in an intent: the layout rule.

A line at column 0 that is neither blank nor a comment begins an item. The text is cut there
before anything is parsed, so that nothing can reach past an item, and an edit inside one
concerns that one alone. Line ends are `\\n`, `\\r\\n` and `\\r`; a byte-order mark takes no column,
and belongs to the text of an item that follows it directly.
"""

from __future__ import annotations

import re

import msgspec

ITEM_WORDS = ("use", "type", "define", "intent")
CLAUSE_WORDS = (
    "requires",
    "ensures",
    "raises",
    "modifies",
    "example",
    "must",
    "invariant",
    "decreases",
    "target",
    "model",
    "budget",
    "context",
    "trust",
    "temperature",
    "candidates",
)

_BLANK = " \t\f\v\ufeff"
_ITEM_LINE = re.compile(r"\A(?=\ufeff?[^ \t\f\v\r\n#\ufeff])|[\r\n](?=[^ \t\f\v\r\n#\ufeff])")
_FIRST_TOKEN_LINE = re.compile(r"(?:\A|[\r\n])[ \t\f\v\ufeff]+(?=[^ \t\f\v\r\n#\ufeff])")
LINE_END = re.compile(r"\r\n|\r|\n")


class ItemText(msgspec.Struct, frozen=True):
    """The text of one item, from its column 0 to the end of its last line.

    Blank lines and comments at column 0 that follow it belong to no item. `start` is a byte
    offset in UTF-8, `line` counts from 1, both in the file.
    """

    start: int
    line: int
    text: str


def cut(text: str) -> tuple[ItemText, ...]:
    """The items of a file, in order. Never fails.

    Indented text before the first item is an item of its own, which the parser refuses.
    """
    starts = item_starts(text)
    ascii_only = text.isascii()
    items: list[ItemText] = []
    offset, line, at = 0, 1, 0
    for index, start in enumerate(starts):
        between = text[at:start]
        offset += len(between) if ascii_only else len(between.encode("utf-8", "surrogatepass"))
        line += count_line_ends(between)
        at = start
        following = starts[index + 1] if index + 1 < len(starts) else len(text)
        items.append(ItemText(offset, line, text[start : item_end(text, start, following)]))
    return tuple(items)


def item_starts(text: str) -> list[int]:
    """The indices at which items begin."""
    starts = [found.end() for found in _ITEM_LINE.finditer(text)]
    stray = _FIRST_TOKEN_LINE.search(text, 0, starts[0] if starts else len(text))
    if stray is not None:
        starts.insert(0, line_start(text, stray.end()))
    return starts


def item_end(text: str, start: int, following: int) -> int:
    """Where the item that begins at `start` ends, if the next one begins at `following`."""
    returns = text.find("\r", start, following) >= 0
    end = following
    while True:
        content = end
        while content > start and text[content - 1] in " \t\f\v\r\n\ufeff":
            content -= 1
        first = text.rfind("\n", start, content) + 1
        if returns:
            first = max(first, text.rfind("\r", start, content) + 1)
        first = max(first, start)
        if first > start and text[first] == "#":
            end = first
            continue
        while content < end and text[content] in _BLANK:
            content += 1
        return content


def line_start(text: str, index: int) -> int:
    """The index at which the line of `index` begins."""
    return max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1


def count_line_ends(text: str) -> int:
    """How many lines end in a text."""
    count = text.count("\n")
    if "\r" in text:
        count += text.count("\r") - text.count("\r\n")
    return count


class Region(msgspec.Struct, frozen=True):
    """The head of an intent (`keyword` None) or one of its clauses; byte offsets in its text.

    `keyword` is the first word of the clause, known or not, or `\"\"\"` for prose.
    """

    keyword: bytes | None
    start: int
    end: int
    indent: int


_WORD = re.compile(rb"[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*")
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_PROSE_END = re.compile(rb'(?s)(?:\\.|[^\\])*?"""')
_STRING_OR_COMMENT = re.compile(rb"""#.*|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?""")
_KNOWN = frozenset(word.encode() for word in CLAUSE_WORDS)


def regions(data: bytes) -> list[Region]:
    """The head and the clauses of an intent's text, read line by line as the scanner does.

    For a text with errors, whose tree may have lost where clauses begin.
    """
    found: list[Region] = []
    keyword: bytes | None = None
    start, end, indent, depth = 0, 0, -1, 0
    open_prose = False
    at = 0
    while at < len(data):
        line = _LINE.match(data, at)
        assert line is not None
        content = data[at : line.end()].rstrip(b"\r\n \t\f\v")
        column = len(content) - len(content.lstrip(b" \t\f\v"))
        first = content[column:]
        if first and not first.startswith(b"#"):
            if at > 0 and _begins_clause(first, column, indent, keyword, depth, open_prose):
                found.append(Region(keyword, start, end, max(indent, 0)))
                start, indent = at + column, column
                word = _WORD.match(first)
                keyword = b'"""' if first.startswith(b'"""') else word.group() if word else b""
                open_prose = False
                if keyword == b'"""':
                    closing = _PROSE_END.match(data, start + 3)
                    open_prose = closing is None
                    if closing is not None:
                        line = _LINE.match(data, closing.end())
                        assert line is not None
                        content = data[at : line.end()].rstrip(b"\r\n \t\f\v")
            end = at + len(content)
            if keyword is None:
                code = _STRING_OR_COMMENT.sub(b"", first)
                depth += sum(code.count(bytes((c,))) for c in b"([{")
                depth -= sum(code.count(bytes((c,))) for c in b")]}")
        if line.end() == at:
            break
        at = line.end()
    found.append(Region(keyword, start, end, max(indent, 0)))
    return found


def _begins_clause(
    first: bytes, column: int, indent: int, keyword: bytes | None, depth: int, open_prose: bool
) -> bool:
    """Whether a line begins a clause after what stands before it."""
    word = _WORD.match(first)
    if keyword is None:
        if depth > 0:
            after = first[word.end() :].lstrip()[:1] if word else b""
            return word is not None and word.group() in _KNOWN and after not in b":,)]"
        return word is not None or first.startswith(b'"""')
    if open_prose:
        return column <= indent and word is not None and word.group() in _KNOWN
    return column <= indent
