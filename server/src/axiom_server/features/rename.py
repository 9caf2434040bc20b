"""Renaming a parameter, a bound variable, a define, a constant or a type within its file."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator

import msgspec

from axiom_server.documents.chunks import Chunk
from axiom_server.documents.positions import Encoding, Position, Range
from axiom_server.documents.snapshot import Item, Snapshot
from axiom_server.errors import UserError
from axiom_server.features.actions import TextEdit
from axiom_server.features.bindings import Meaning, meaning, nodes
from axiom_server.features.places import Place, occurrence_at, place_at
from axiom_verifiers.contracts import syntax
from axiom_verifiers.contracts.checker_builtins import BUILTINS
from axiom_verifiers.contracts.declarations import CheckedItem
from axiom_verifiers.contracts.environment import Environment
from axiom_verifiers.contracts.scope import (
    CONTRACT_WORDS,
    LITERAL_NAMES,
    OPERATOR_WORDS,
    TYPE_NAMES,
    Occurrence,
)
from axiom_verifiers.contracts.source import Problem, Span

KINDS = ("parameter", "bound", "define", "constant", "type", "record")
_TAKEN = CONTRACT_WORDS | LITERAL_NAMES | OPERATOR_WORDS | set(TYPE_NAMES) | set(BUILTINS)
_KEYWORD = re.compile(rb"([^\W\d]\w*)\s*=[\s(]*$")


class Renamed(msgspec.Struct, frozen=True):
    """The name that is to be renamed, and where it stands."""

    range: Range
    name: str


def prepare_rename(snapshot: Snapshot, position: Position, encoding: Encoding) -> Renamed:
    """What would be renamed at a position.

    Raises UserError where nothing can be renamed, with the reason.
    """
    place, one = _renamed(snapshot, position, encoding)
    return Renamed(snapshot.range_of(place.item.index, one.span, encoding), one.name)


def rename(
    snapshot: Snapshot, position: Position, new: str, encoding: Encoding
) -> tuple[TextEdit, ...]:
    """The edits that give a name's every place in this file a new name.

    Raises UserError for a name that is none, or under which the file would mean something else:
    the renamed text is read, and each of its names must stand for what it stood for before.
    """
    place, one = _renamed(snapshot, position, encoding)
    if not new.isidentifier() or keyword.iskeyword(new):
        raise UserError(f"{new!r} is no name; expected letters, digits and _, no digit first")
    if new in _TAKEN:
        raise UserError(f"`{new}` has a meaning of its own; expected another name")
    if new == one.name:
        return ()
    spans = sorted(_places(snapshot, place, one), key=lambda each: (each[0].index, each[1].start))
    _mind_the_hints([item for item, _ in spans], one, new)
    local = one.kind in ("parameter", "bound")
    touched = {item.index: item for item, _ in spans}
    texts = {
        index: _replaced(item.text, [span for other, span in spans if other.index == index], new)
        for index, item in touched.items()
    }
    same = (
        _item_shape(snapshot, place.item) == _item_shape_of(snapshot, place.item, texts)
        if local
        else _shape(snapshot) == _shape(_reopened(snapshot, texts))
    )
    if not same:
        raise UserError(f"`{new}` is taken where `{one.name}` is used; expected another name")
    return tuple(
        TextEdit(snapshot.range_of(item.index, span, encoding), new) for item, span in spans
    )


def _renamed(
    snapshot: Snapshot, position: Position, encoding: Encoding
) -> tuple[Place, Occurrence]:
    place = place_at(snapshot, position, encoding)
    one = occurrence_at(place) if place else None
    if place is None or one is None:
        raise UserError("no name stands here")
    if one.kind not in KINDS:
        kind = one.kind.replace("_", " ")
        why = ": the history goes by it" if one.kind in ("intent", "label") else ""
        raise UserError(f"`{one.name}` is the name of a {kind}, which is not renamed here{why}")
    if one.kind == "type" and one.name in TYPE_NAMES:
        raise UserError(f"`{one.name}` is a type of the language, which is not renamed")
    if one.kind not in ("parameter", "bound") and snapshot.named(one.name) is None:
        raise UserError(f"`{one.name}` comes from another file; rename it there")
    return place, one


def _places(snapshot: Snapshot, place: Place, one: Occurrence) -> Iterator[tuple[Item, Span]]:
    """All places of a name: what the checker saw, the hints, which it leaves alone, and the
    keywords of calls in examples.
    """
    sought = meaning(place.item, one)
    for item in snapshot.items if sought[0] == "item" else (place.item,):
        seen: set[Span] = set()
        for other in snapshot.checked(item.index).occurrences:
            if other.name == one.name and meaning(item, other) == sought:
                seen.add(other.span)
        node = item.parsed.item
        if isinstance(node, syntax.IntentItem) and one.kind != "bound":
            seen.update(_in_clauses(item, node, one))
        yield from ((item, span) for span in seen)


def _in_clauses(item: Item, intent: syntax.IntentItem, one: Occurrence) -> Iterator[Span]:
    for clause in intent.clauses:
        if isinstance(clause, syntax.Invariant | syntax.Decreases):
            for node in nodes(clause):
                if isinstance(node, syntax.Name) and node.id == one.name:
                    yield node.span
        elif isinstance(clause, syntax.Example) and one.kind == "parameter":
            data = item.text.encode("utf-8", "surrogatepass")
            for name, value in clause.call.keywords:
                found = _KEYWORD.search(data[: value.span.start]) if name == one.name else None
                if found is not None:
                    yield Span(found.start(1), found.end(1))


def _mind_the_hints(items: list[Item], one: Occurrence, new: str) -> None:
    """Refuses what would change a hint, which is read beside the code's locals only later."""
    if one.kind == "bound":
        return
    for item in items:
        node = item.parsed.item
        for clause in node.clauses if isinstance(node, syntax.IntentItem) else ():
            if not isinstance(clause, syntax.Invariant | syntax.Decreases):
                continue
            parts = list(nodes(clause))
            binds = {part.name for part in parts if isinstance(part, syntax.Target)}
            names = {part.id for part in parts if isinstance(part, syntax.Name)}
            if one.name in binds:
                raise UserError(f"a hint binds `{one.name}` anew; expected it to be mended first")
            if new in binds | names:
                raise UserError(f"`{new}` stands in a hint; expected another name")


def _replaced(text: str, spans: list[Span], new: str) -> str:
    data = text.encode("utf-8", "surrogatepass")
    for span in reversed(spans):
        data = data[: span.start] + new.encode() + data[span.end :]
    return data.decode("utf-8", "surrogatepass")


# What a renaming leaves as it is: of each item the codes of its problems, and which of its names
# mean the same, by the number of the first one.
Shape = tuple[list[str], list[tuple[str, bool, int]]]


def _reopened(snapshot: Snapshot, texts: dict[int, str]) -> Snapshot:
    """The file with these items' texts."""
    text = snapshot.text
    for index in sorted(texts, reverse=True):
        item = snapshot.item(index)
        text = text[: item.start] + texts[index] + text[item.start + len(item.text) :]
    return snapshot.reopened(text)


def _shape(snapshot: Snapshot) -> list[Shape]:
    numbers: dict[Meaning, int] = {}
    return [
        _shape_of(item, snapshot.problems(item.index), snapshot.checked(item.index), numbers)
        for item in snapshot.items
    ]


def _item_shape(snapshot: Snapshot, item: Item) -> Shape:
    checked = snapshot.checked(item.index)
    return _shape_of(item, checked.problems, checked, {})


def _item_shape_of(snapshot: Snapshot, item: Item, texts: dict[int, str]) -> Shape:
    """The shape of an item with its new text, among the others as they are: names within an
    item are nothing to these.
    """
    made = msgspec.structs.replace(item, chunk=Chunk(texts[item.index], is_item=True))
    others = (one.declaration for one in snapshot.items)
    own = item.declaration
    environment = Environment(
        [made.declaration if one is own else one for one in others],
        snapshot.environment.imports,
    )
    checked = environment.check(made.declaration)
    return _shape_of(made, checked.problems, checked, {})


def _shape_of(
    item: Item, problems: Iterable[Problem], checked: CheckedItem, numbers: dict[Meaning, int]
) -> Shape:
    names = [
        (one.kind, one.declares, numbers.setdefault(meaning(item, one), len(numbers)))
        for one in checked.occurrences
    ]
    return sorted(problem.code for problem in problems), names
