"""Completion: keywords where they may stand, names in sight, what fits after a dot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from axiom_server.documents.positions import Encoding, Position
from axiom_server.documents.snapshot import Item, Snapshot
from axiom_server.features import keywords
from axiom_verifiers.contracts import syntax
from axiom_verifiers.contracts.checker_builtins import BUILTINS
from axiom_verifiers.contracts.checker_methods import METHODS, methods_of
from axiom_verifiers.contracts.declarations import CheckedItem, declare
from axiom_verifiers.contracts.environment import Environment
from axiom_verifiers.contracts.exceptions import NAMES
from axiom_verifiers.contracts.parser import parse_item
from axiom_verifiers.contracts.scope import TYPE_NAMES
from axiom_verifiers.contracts.types import (
    OptionalType,
    RecordType,
    RefinedType,
    Type,
    UnknownType,
)
from axiom_verifiers.contracts.typing_rules import show_type

Kind = Literal["keyword", "type", "function", "constant", "parameter", "field", "method", "value"]

_CLAUSE = re.compile(rf"^[ \t]+({'|'.join(keywords.CLAUSES)})\b", re.MULTILINE)
_LABEL = re.compile(r"\s*(?:requires|ensures|raises)\s+\w+\s*:")
_BINDER = re.compile(r"\b(?:forall|exists|for)\s+\(?(\w+(?:\s*,\s*\w+)*)")


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """`insert` is what is put in; with `snippet` it has tab stops."""

    label: str
    kind: Kind
    detail: str = ""
    documentation: str = ""
    insert: str = ""
    snippet: bool = False


class _Here(msgspec.Struct, frozen=True, eq=False):
    """Where the cursor stands: in which item, in which clause, what stands before it."""

    item: Item | None
    before: str  # the item's text up to the cursor
    clause: str  # the keyword of the clause; empty in the head
    first: int  # the index in the item's text at which the clause begins
    last: int  # and ends


def completions(
    snapshot: Snapshot, position: Position, encoding: Encoding
) -> tuple[Completion, ...]:
    """What may stand at a position, the likeliest first; the editor filters by what is typed."""
    offset = snapshot.offset_at(position, encoding)
    text = snapshot.text
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    line = text[start:offset]
    here = _here(snapshot, offset)
    if _in_comment_or_text(line, here.before):
        return ()
    if re.fullmatch(r"\w*", line):
        return _keywords(keywords.ITEMS, keywords.ITEM_SNIPPETS)
    if re.fullmatch(r"[ \t]+\w*", line):
        clauses = _keywords(keywords.CLAUSES, keywords.CLAUSE_SNIPPETS)
        return (*clauses, *_names(snapshot, here)) if here.clause else clauses
    if re.search(r"@\w*$", line):
        return _tags(text)
    if re.match(r"\s+must\s+not\s+\w*$", line):
        return _words(keywords.MUST_NOT_WORDS)
    if re.match(r"\s+must\s+\w*$", line):
        return _words(keywords.MUST_WORDS)
    for setting, values in keywords.SETTING_VALUES.items():
        if re.match(rf"\s+{setting}\s+\w*$", line):
            return tuple(Completion(label=value, kind="value") for value in values)
    if here.clause in keywords.FREE_SETTINGS:
        return ()
    if re.search(r"\braises\s+(?:\w+\s*:\s*)?\w*$", line):
        return tuple(
            Completion(label=name, kind="type", detail="built-in exception")
            for name in sorted(NAMES)
        )
    dotted = re.search(r"\.(\w*)$", line)
    if dotted and not re.search(r"(?:^|[^\w.])\d+\.\w*$", line):
        return _members(snapshot, here, len(dotted[0]))
    if here.clause == "modifies":
        return tuple(_parameters(snapshot, here))
    if _wants_type(here, line):
        return _types(snapshot)
    return _names(snapshot, here)


def _here(snapshot: Snapshot, offset: int) -> _Here:
    item: Item | None = None
    for one in snapshot.items:
        if one.start > offset:
            break
        item = one
    if item is None:
        return _Here(None, "", "", 0, 0)
    # The item's own text ends before trailing blank lines, where one may be typing on.
    text = item.chunk.text
    at = offset - item.start
    clause, first, last = "", 0, len(text)
    for found in _CLAUSE.finditer(text):
        if found.start(1) > at:
            last = found.start()
            break
        clause, first = found[1], found.start()
    return _Here(item, text[:at], clause, first, last)


def _in_comment_or_text(line: str, before: str) -> bool:
    if before.count('"""') % 2:
        return True
    quote = ""
    for index, sign in enumerate(line.replace('"""', "   ")):
        if quote:
            if sign == quote and line[index - 1] != "\\":
                quote = ""
        elif sign in "\"'":
            quote = sign
        elif sign == "#":
            return True
    return bool(quote)


def _keywords(table: dict[str, str], snippets: dict[str, str]) -> tuple[Completion, ...]:
    return tuple(
        Completion(
            label=word,
            kind="keyword",
            documentation=text,
            insert=snippets.get(word, word + " "),
            snippet=word in snippets,
        )
        for word, text in table.items()
    )


def _words(words: Iterable[str]) -> tuple[Completion, ...]:
    return tuple(Completion(label=word, kind="keyword") for word in words)


def _tags(text: str) -> tuple[Completion, ...]:
    found = dict.fromkeys((*keywords.TAGS, *re.findall(r"@(\w+)\b(?!$)", text)))
    return tuple(Completion(label=tag, kind="value", detail="tag") for tag in found)


def _wants_type(here: _Here, line: str) -> bool:
    """Whether a type is what comes next: after a colon or arrow of a head, or a quantifier's."""
    if re.search(r"\b(?:forall|exists)\s+\w+\s*:\s*[\w\[, ]*$", line):
        # The second colon, behind the type, begins the body.
        return not re.search(r"\bforall\s+\w+\s*:\s*[\w\[\], ]+\s*:", line)
    if here.item is None or here.clause or _LABEL.match(line):
        return False
    kind = here.before.split(maxsplit=1)[0] if here.before.strip() else ""
    head = here.before
    if kind == "type" and re.search(r"\bwhere\b", head):
        return False
    if kind == "define" and re.search(r"(?<![=<>!])=(?!=)|\b(?:requires|decreases)\b", head):
        return False
    return re.search(r"(?:->|=|[\w)]\s*:)\s*(?:\w*|\w+\[[\w\[\], ]*)$", head) is not None


def _types(snapshot: Snapshot) -> tuple[Completion, ...]:
    own = snapshot.environment.names("type")
    return tuple(Completion(label=name, kind="type") for name in (*own, *TYPE_NAMES))


def _members(snapshot: Snapshot, here: _Here, typed: int) -> tuple[Completion, ...]:
    """The fields and methods of what stands before the dot; of everything, if that is unknown."""
    of = _type_before(snapshot, here, typed)
    if of is not None:
        found = [_method(name, show_type(of)) for name in methods_of(of)]
        if isinstance(of, RecordType):
            found += [_field(of.name, name, kind) for name, kind in of.fields]
        return tuple(found)
    every: dict[str, Completion] = {}
    for name in snapshot.environment.names("type"):
        made = snapshot.environment.type_named(name)
        if isinstance(made, RecordType):
            for field, kind in made.fields:
                every[field] = _field(name, field, kind)
    for owner, names in METHODS.items():
        for name in names:
            every.setdefault(name, _method(name, owner))
    return tuple(every.values())


def _field(owner: str, name: str, kind: Type) -> Completion:
    return Completion(label=name, kind="field", detail=f"{owner}.{name}: {show_type(kind)}")


def _method(name: str, owner: str) -> Completion:
    return Completion(label=name, kind="method", detail=f"method of {owner}")


def _type_before(snapshot: Snapshot, here: _Here, typed: int) -> Type | None:
    """The type of the name before the dot. The clause is read once more without the dot and
    what follows it, because a clause that breaks off after a dot says nothing of its names.
    """
    if here.item is None:
        return None
    end = len(here.before) - typed
    read = _read_again(snapshot, here.item, here.item.chunk.text[:end])
    byte = len(here.before[:end].encode())
    for one in read.occurrences:
        if one.span.end == byte and one.type is not None:
            return _bare(one.type)
    return None


def _bare(of: Type) -> Type | None:
    match of:
        case RefinedType(base=base):
            return _bare(base)
        case OptionalType(item=item):
            return _bare(item)
        case UnknownType():
            return None
        case _:
            return of


def _read_again(snapshot: Snapshot, item: Item, text: str) -> CheckedItem:
    """The item with another text. Nothing of it is kept."""
    environment = Environment(
        (one.declaration for one in snapshot.items if one.index != item.index),
        snapshot.environment.imports,
    )
    return environment.check(declare(parse_item(text), text))


def _parameters(snapshot: Snapshot, here: _Here) -> Iterator[Completion]:
    """The parameters of the item, with their types where these are known."""
    if here.item is None:
        return
    node = here.item.parsed.item
    written: tuple[syntax.Parameter, ...] = ()
    if isinstance(node, syntax.IntentItem | syntax.DefineItem):
        written = node.parameters or ()
    occurrences = snapshot.checked(here.item.index).occurrences
    types = {one.name: one.type for one in occurrences if one.declares and one.kind == "parameter"}
    for parameter in written:
        of = types.get(parameter.name.id)
        detail = show_type(of) if of is not None else ""
        yield Completion(label=parameter.name.id, kind="parameter", detail=detail)


def _bound(snapshot: Snapshot, here: _Here) -> Iterator[Completion]:
    """The variables that quantifiers and comprehensions of this clause bind."""
    if here.item is None:
        return
    chunk = here.item.chunk
    first, last = chunk.byte_of_index(here.first), chunk.byte_of_index(here.last)
    seen: set[str] = set()
    for one in snapshot.checked(here.item.index).occurrences:
        if one.kind == "bound" and one.declares and first <= one.span.start < last:
            seen.add(one.name)
            detail = show_type(one.type) if one.type is not None else ""
            yield Completion(label=one.name, kind="parameter", detail=detail)
    for found in _BINDER.finditer(chunk.text[here.first : here.last]):
        for name in re.findall(r"\w+", found[1]):
            if name not in seen:
                yield Completion(label=name, kind="parameter")


def _names(snapshot: Snapshot, here: _Here) -> tuple[Completion, ...]:
    found: dict[str, Completion] = {}
    for one in (*_bound(snapshot, here), *_parameters(snapshot, here)):
        found.setdefault(one.label, one)
    for word, (text, clauses) in keywords.CONTRACT_WORDS.items():
        kind = here.item.declaration.kind if here.item else ""
        if here.clause in clauses or kind in clauses:
            found[word] = Completion(label=word, kind="keyword", documentation=text)
    environment = snapshot.environment
    for name in environment.names("define"):
        signature = environment.signature(name)
        if signature is None:
            continue
        result = show_type(signature.result)
        if signature.parameters is None:
            found.setdefault(name, Completion(label=name, kind="constant", detail=result))
            continue
        shown = ", ".join(f"{p.name}: {show_type(p.type)}" for p in signature.parameters)
        detail = f"({shown}) -> {result}"
        found.setdefault(name, Completion(label=name, kind="function", detail=detail))
    if here.clause == "example" and here.item is not None and here.item.name is not None:
        # Contracts call defines, never intents; an example calls its own.
        name = here.item.name
        found[name] = Completion(label=name, kind="function", detail="this intent")
    for name in environment.names("type"):
        found.setdefault(name, Completion(label=name, kind="type"))
    for name in BUILTINS:
        found.setdefault(name, Completion(label=name, kind="function", detail="built in"))
    for word in (*keywords.OPERATORS, "forall", "exists", "True", "False", "None"):
        found.setdefault(word, Completion(label=word, kind="keyword"))
    return tuple(found.values())
