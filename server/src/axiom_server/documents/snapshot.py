"""One version of an intent file: its text, its items, what is wrong in them, where things are.

A snapshot is never changed; an edit makes the next one, which keeps every item that the edit
did not touch. What is asked of it is computed when it is first asked for. Snapshots of one
document share what they know, so one thread works on them.
"""

from __future__ import annotations

import posixpath
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate

import msgspec
from tree_sitter import Tree

from axiom_server.documents.chunks import Chunk, cut_chunks, edited
from axiom_server.documents.naming import Checks, DocumentEnvironment
from axiom_server.documents.positions import (
    Change,
    Encoding,
    Position,
    Range,
    index_of,
    scalar,
    units,
)
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.declarations import CheckedItem, Declaration
from axiom_verifiers.contracts.environment import Environment
from axiom_verifiers.contracts.reading import located, no_files, read, with_callees
from axiom_verifiers.contracts.source import Problem, Span
from axiom_verifiers.contracts.syntax import ParsedItem


class Item(msgspec.Struct, frozen=True, eq=False):
    """One item at its place in one version. `line` counts from 0."""

    index: int
    start: int  # the index in the text at which it begins
    line: int
    chunk: Chunk

    @property
    def text(self) -> str:
        return self.chunk.own

    @property
    def declaration(self) -> Declaration:
        return self.chunk.declaration

    @property
    def parsed(self) -> ParsedItem:
        return self.chunk.declaration.parsed

    @property
    def name(self) -> str | None:
        return self.chunk.declaration.name

    @property
    def tree(self) -> Tree | None:
        return self.chunk.tree


class Imports(msgspec.Struct, frozen=True, eq=False):
    """What the `use` items of a document give, for as long as their texts stay."""

    texts: tuple[str, ...]
    environments: dict[str, Environment]
    problems: tuple[tuple[int, Problem], ...]  # by the position among the use items


Uses = Callable[[str], str | None]


class Snapshot:
    """One version of a document. `touched` are the items that the last edits re-read."""

    def __init__(
        self,
        chunks: tuple[Chunk, ...],
        version: int,
        uses: Uses,
        path: str,
        checks: Checks,
        before: Snapshot | None = None,
        touched: tuple[int, ...] = (),
    ) -> None:
        self.chunks = chunks
        self.version = version
        self.path = path
        self.touched = touched
        self._uses = uses
        self._checks = checks
        self._before = before
        self._starts = [0, *accumulate([chunk.length for chunk in chunks])]
        self._lines = [0, *accumulate([chunk.lines for chunk in chunks])]
        self._text: str | None = None
        self._imports: Imports | None = None
        self._environment: DocumentEnvironment | None = None

    @classmethod
    def open(cls, text: str, version: int = 0, uses: Uses = no_files, path: str = "") -> Snapshot:
        """The first version. `uses` and `path` as in `contracts.reading.read`."""
        chunks = tuple(cut_chunks(scalar(text), at_beginning=True))
        return cls(chunks, version, uses, path, Checks(), None, tuple(range(len(chunks) - 1)))

    # ------------------------------------------------------------- text and places

    @property
    def text(self) -> str:
        if self._text is None:
            self._text = "".join([chunk.text for chunk in self.chunks])
        return self._text

    @property
    def line_count(self) -> int:
        return self._lines[-1] + 1

    def offset_at(self, position: Position, encoding: Encoding) -> int:
        """The index in the text of a position; what is beyond a line or the text is its end."""
        if position.line < 0:
            return 0
        if position.line >= self.line_count:
            return self._starts[-1]
        place = min(bisect_right(self._lines, position.line), len(self.chunks)) - 1
        chunk = self.chunks[place]
        line = position.line - self._lines[place]
        index = index_of(chunk.line_text(line), position.character, encoding)
        return self._starts[place] + chunk.line_starts[line] + index

    def position_at(self, offset: int, encoding: Encoding) -> Position:
        """The position of an index in the text."""
        offset = min(max(offset, 0), self._starts[-1])
        place = min(bisect_right(self._starts, offset), len(self.chunks)) - 1
        return self._position(place, offset - self._starts[place], encoding)

    def _position(self, place: int, index: int, encoding: Encoding) -> Position:
        chunk = self.chunks[place]
        line = chunk.line_of(index)
        before = chunk.text[chunk.line_starts[line] : index]
        return Position(self._lines[place] + line, units(before, encoding))

    def range_of(self, item: int, span: Span, encoding: Encoding) -> Range:
        """Where a span of an item's text stands."""
        chunk = self.chunks[item + 1]
        return Range(
            self._position(item + 1, chunk.index_of_byte(span.start), encoding),
            self._position(item + 1, chunk.index_of_byte(span.end), encoding),
        )

    def place_at(self, position: Position, encoding: Encoding) -> tuple[int, int] | None:
        """The item that a position stands in or behind, and the byte offset in its text.

        The offset may lie beyond the item's own text, on the blank lines after it. None before
        the first item.
        """
        offset = self.offset_at(position, encoding)
        place = min(bisect_right(self._starts, offset), len(self.chunks)) - 1
        if place == 0:
            return None
        return place - 1, self.chunks[place].byte_of_index(offset - self._starts[place])

    # ------------------------------------------------------------- items

    def __len__(self) -> int:
        """The number of items."""
        return len(self.chunks) - 1

    def item(self, index: int) -> Item:
        return Item(index, self._starts[index + 1], self._lines[index + 1], self.chunks[index + 1])

    @property
    def items(self) -> Iterator[Item]:
        return (self.item(index) for index in range(len(self)))

    def named(self, name: str) -> Item | None:
        """The item that declares a name in this file."""
        declaration = self.environment.own.get(name)
        if declaration is None:
            return None
        return next(item for item in self.items if item.declaration is declaration)

    # ------------------------------------------------------------- edits

    def apply(self, changes: Sequence[Change], version: int, encoding: Encoding) -> Snapshot:
        """The version after these changes, made one after the other."""
        before = None
        if self.is_read:
            # Each version looks back to the one before only, so that has to know its own names.
            _ = self.environment
            before = self
        chunks, lowest, highest = self.chunks, len(self.chunks), 0
        current = self
        for change in changes:
            old = len(chunks)
            if change.range is None:
                chunks = tuple(cut_chunks(scalar(change.text), at_beginning=True))
                known = {chunk.text: chunk for chunk in current.chunks if chunk.is_item}
                chunks = tuple(known.pop(c.text, c) if c.is_item else c for c in chunks)
                lowest, highest = 0, len(chunks)
            else:
                begin = current.offset_at(change.range.start, encoding)
                end = max(current.offset_at(change.range.end, encoding), begin)
                chunks, first, last = edited(
                    chunks, current._starts, begin, end, scalar(change.text)
                )
                grown = len(chunks) - old
                # What earlier changes touched behind this one has moved with it.
                highest = max(last, highest + grown if highest else last)
                lowest = min(lowest, first)
            current = Snapshot(chunks, version, self._uses, self.path, self._checks)
        mine = set(map(id, self.chunks))
        touched = tuple(
            place - 1
            for place in range(lowest, min(highest, len(chunks)))
            if place > 0 and id(chunks[place]) not in mine
        )
        return Snapshot(
            chunks, version, self._uses, self.path, self._checks, before=before, touched=touched
        )

    def with_uses_read_again(self) -> Snapshot:
        """The same version after a used file changed."""
        made = Snapshot(self.chunks, self.version, self._uses, self.path, self._checks)
        made.touched = self.touched
        return made

    def used(self, path: str) -> Snapshot | None:
        """A used file as it is now, by its path as written; None when it cannot be read."""
        target = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), path))
        text = self._uses(target)
        return None if text is None else Snapshot.open(text, 0, self._uses, target)

    def reopened(self, text: str) -> Snapshot:
        """A document with another text in this one's place. They share nothing."""
        return Snapshot.open(text, self.version, self._uses, self.path)

    # ------------------------------------------------------------- meaning

    @property
    def imports(self) -> Imports:
        """The used files' names, read again when the `use` items change."""
        if self._imports is None:
            used = [c.declaration for c in self.chunks[1:] if c.declaration.kind == "use"]
            texts = tuple(declaration.text for declaration in used)
            before = self._before
            if before is not None and before.imports.texts == texts:
                self._imports = before.imports
            elif not texts:
                self._imports = Imports((), {}, ())
            else:
                reading = read("\n".join(texts) + "\n", self._uses, self.path)
                problems = tuple(
                    (placed.item, placed.problem)
                    for placed in reading.problems
                    if placed.item is not None
                )
                self._imports = Imports(texts, reading.environment.imports, problems)
        return self._imports

    @property
    def environment(self) -> DocumentEnvironment:
        """The names of this version, with all results that the edit cannot have changed."""
        if self._environment is None:
            declarations = [chunk.declaration for chunk in self.chunks[1:]]
            made = DocumentEnvironment(declarations, self.imports.environments, self._checks)
            before = self._before
            if before is not None:
                old = before.environment
                fresh = {id(declaration) for declaration in declarations}
                gone = [d for d in old.declarations if id(d) not in fresh]
                if before.imports is self.imports and _same_names(before, self):
                    made.adopt(old, gone)
                self._checks.forget(gone)
                self._before = None  # The chain of versions must not grow.
            self._environment = made
        return self._environment

    def checked(self, index: int) -> CheckedItem:
        """An item, checked in this version."""
        return self.environment.check(self.chunks[index + 1].declaration)

    def pending(self) -> list[int]:
        """The items of which this version does not know yet whether their result stands."""
        current = self.environment.current
        return [
            index
            for index, chunk in enumerate(self.chunks[1:])
            if current(chunk.declaration) is None
        ]

    @property
    def is_read(self) -> bool:
        """Whether all items are parsed, so that asking for the names of the file is quick."""
        if self._environment is not None:
            return True
        return all(chunk.is_read for chunk in self.chunks)

    def settle(self, seconds: float) -> bool:
        """Reads and checks items, touched ones first, for about so long; whether all are done.

        A file that was just opened takes many calls, so that nothing waits for it. Until they
        are done, what needs the names of the whole file does wait.
        """
        deadline = time.monotonic() + seconds
        for chunk in self.chunks:
            if not chunk.is_read:
                if time.monotonic() >= deadline:
                    return False
                _ = chunk.declaration
        for index in self.touched if len(self.touched) < len(self) else ():
            self.checked(index)
        for index in self.pending():
            if time.monotonic() >= deadline:
                return False
            self.checked(index)
        return True

    def problems(self, index: int) -> tuple[Problem, ...]:
        """What is wrong in an item, its `use` included."""
        checked = self.checked(index)
        if checked.kind != "use" or not self.imports.problems:
            return checked.problems
        number = sum(1 for chunk in self.chunks[1 : index + 1] if chunk.declaration.kind == "use")
        found = [p for at, p in self.imports.problems if at == number]
        return (*checked.problems, *(p for p in found if p not in checked.problems))

    def known_problems(self) -> Iterator[tuple[int, Problem]]:
        """The problems of all items but pending ones, in the order of the text."""
        current = self.environment.current
        for index, chunk in enumerate(self.chunks[1:]):
            checked = current(chunk.declaration)
            if checked is None:
                continue
            if checked.kind == "use":
                yield from ((index, problem) for problem in self.problems(index))
            elif checked.problems:
                yield from ((index, problem) for problem in checked.problems)

    def contract(self, name: str) -> Contract | None:
        """The contract of a sound intent of this file, its clauses at their lines in the file.

        With the other intents that its code may call.
        """
        found = self._contracts.get(name)
        if found is None or name not in self.environment.own:
            return None
        return with_callees(found, tuple(self._contracts.values()))

    @cached_property
    def _contracts(self) -> dict[str, Contract]:
        """The sound intents of this file and of the used ones, which have no name in common."""
        found: dict[str, Contract] = {}
        if self.imports.problems:
            return found  # What the used files would have said is not known.
        for item in self.items:
            if self.environment.is_owner(item.declaration):
                contract = self.checked(item.index).contract
                if contract is not None:
                    found[contract.name] = located(contract, item.line)
        for environment in self.imports.environments.values():
            for other in environment.intents():
                contract = environment.item_named(other).contract
                if contract is not None:
                    found.setdefault(contract.name, contract)
        return found


def _same_names(before: Snapshot, after: Snapshot) -> bool:
    """Whether an edit changed bodies of intents alone, so that no other item can see it."""
    old, new = before.environment.declarations, after.chunks[1:]
    if len(old) != len(new):
        return False
    for index in after.touched:
        was, now = old[index], new[index].declaration
        if was.kind != now.kind or was.name != now.name:
            return False
        if now.kind not in {"intent", "prose", "broken"}:
            return False
    return True
