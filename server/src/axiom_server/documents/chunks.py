"""A document's text in pieces: what stands before the first item, then one piece per item.

Pieces are cut at column 0, where items begin, so that nothing in one depends on another. An
edit joins the pieces that it touches and cuts them again; all others are kept as they are,
with everything that was read from them.
"""

from __future__ import annotations

from bisect import bisect_right

from tree_sitter import Tree

from axiom_verifiers.contracts.declarations import Declaration, declare
from axiom_verifiers.contracts.items import LINE_END, count_line_ends, item_end, item_starts
from axiom_verifiers.contracts.parser import parse_item_tree


class Chunk:
    """A piece of text and what was read from it; never changed, only completed when asked."""

    __slots__ = ("_declaration", "_lines", "_own", "_tree", "is_item", "length", "lines", "text")

    def __init__(self, text: str, *, is_item: bool) -> None:
        self.text = text
        self.is_item = is_item
        self.length = len(text)
        self.lines = count_line_ends(text)
        self._lines: list[int] | None = None
        self._own: str | None = None
        self._declaration: Declaration | None = None
        self._tree: Tree | None = None

    @property
    def line_starts(self) -> list[int]:
        """The indices at which its lines begin, the first at 0."""
        if self._lines is None:
            self._lines = [0, *(found.end() for found in LINE_END.finditer(self.text))]
        return self._lines

    @property
    def own(self) -> str:
        """The item's own text: without the blank lines and comments that belong to no item."""
        if self._own is None:
            self._own = self.text[: item_end(self.text, 0, self.length)] if self.is_item else ""
        return self._own

    @property
    def is_read(self) -> bool:
        """Whether asking for its declaration costs nothing; what holds no item has none."""
        return self._declaration is not None or not self.is_item

    @property
    def declaration(self) -> Declaration:
        """The parsed item and its header facts."""
        if self._declaration is None:
            self._read()
            assert self._declaration is not None
        return self._declaration

    @property
    def tree(self) -> Tree | None:
        """The syntax tree of the item's own text; None of an item that is too long to read."""
        if self._declaration is None:
            self._read()
        return self._tree

    def _read(self) -> None:
        parsed, self._tree = parse_item_tree(self.own)
        self._declaration = declare(parsed, self.own)

    def line_of(self, index: int) -> int:
        """The line, from 0 within the chunk, of an index in it."""
        return bisect_right(self.line_starts, index) - 1

    def line_text(self, line: int) -> str:
        """A line without its end."""
        starts = self.line_starts
        end = starts[line + 1] if line + 1 < len(starts) else self.length
        return self.text[starts[line] : end].rstrip("\r\n")

    def index_of_byte(self, offset: int) -> int:
        """The index in the text of a byte offset in its UTF-8 form."""
        if self.text.isascii():
            return min(offset, self.length)
        data = self.text.encode("utf-8", "surrogatepass")
        return len(data[:offset].decode("utf-8", "replace"))

    def byte_of_index(self, index: int) -> int:
        """The byte offset in UTF-8 of an index in the text."""
        if self.text.isascii():
            return index
        return len(self.text[:index].encode("utf-8", "surrogatepass"))


def cut_chunks(text: str, *, at_beginning: bool) -> list[Chunk]:
    """The pieces of a text; the first holds no item if the text is that of the beginning.

    A text that does not begin the document has to begin with an item.
    """
    starts = item_starts(text)
    found: list[Chunk] = []
    if at_beginning:
        found.append(Chunk(text[: starts[0]] if starts else text, is_item=False))
    for index, start in enumerate(starts):
        end = starts[index + 1] if index + 1 < len(starts) else len(text)
        found.append(Chunk(text[start:end], is_item=True))
    return found


def edited(
    chunks: tuple[Chunk, ...], starts: list[int], begin: int, end: int, text: str
) -> tuple[tuple[Chunk, ...], int, int]:
    """The chunks after `text` took the place of the indices from `begin` to `end`.

    `starts` are the indices at which the chunks begin. Also returns from which chunk to before
    which one of the result were cut anew; a chunk whose text is unchanged is the old one.
    """
    first = max(bisect_right(starts, begin) - 2, 0)
    # The chunk that `begin` stands in and the one before it, to which its first line may go.
    last = min(bisect_right(starts, end), len(chunks))
    while True:
        head = "".join(chunk.text for chunk in chunks[first:last])
        base = starts[first]
        local = head[: begin - base] + text + head[end - base :]
        # What is indented without an item above it may have got one.
        if last == len(chunks) or (
            local and local[-1] in "\r\n" and chunks[last].text[0] not in " \t\f\v\ufeff"
        ):
            break
        last += 1
    known = {(chunk.text, chunk.is_item): chunk for chunk in chunks[first:last]}
    pieces = [
        known.pop((piece.text, piece.is_item), piece)
        for piece in cut_chunks(local, at_beginning=first == 0)
    ]
    return (*chunks[:first], *pieces, *chunks[last:]), first, first + len(pieces)
