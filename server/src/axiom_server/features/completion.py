"""Completion: keywords where they may stand, names in sight, what fits after a dot."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from axiom_server.documents.positions import Encoding, Position
from axiom_server.documents.snapshot import Snapshot
from axiom_server.features import keywords
from axiom_server.features.places import place_at
from axiom_verifiers.contracts import syntax
from axiom_verifiers.contracts.checker_builtins import BUILTINS
from axiom_verifiers.contracts.checker_methods import METHODS
from axiom_verifiers.contracts.exceptions import NAMES
from axiom_verifiers.contracts.scope import TYPE_NAMES
from axiom_verifiers.contracts.types import RecordType
from axiom_verifiers.contracts.typing_rules import show_type

Kind = Literal["keyword", "type", "function", "constant", "parameter", "field", "method", "value"]


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """`insert` is what is put in; with `snippet` it has tab stops."""

    label: str
    kind: Kind
    detail: str = ""
    documentation: str = ""
    insert: str = ""
    snippet: bool = False


def completions(
    snapshot: Snapshot, position: Position, encoding: Encoding
) -> tuple[Completion, ...]:
    """What may stand at a position; the editor filters by what is typed already."""
    offset = snapshot.offset_at(position, encoding)
    text = snapshot.text
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    line = text[start:offset]
    if re.fullmatch(r"\w*", line):
        return _keywords(keywords.ITEMS, keywords.ITEM_SNIPPETS)
    if re.fullmatch(r"[ \t]+\w*", line):
        return (
            *_keywords(keywords.CLAUSES, keywords.CLAUSE_SNIPPETS),
            *_names(snapshot, position, encoding),
        )
    if re.search(r"\bmust\s+[\w ]*$", line):
        return tuple(Completion(label=word, kind="keyword") for word in keywords.MUST_WORDS)
    for setting, values in keywords.SETTING_VALUES.items():
        if re.match(rf"\s+{setting}\s+\w*$", line):
            return tuple(Completion(label=value, kind="value") for value in values)
    if re.search(r"\braises\s+\w*$", line):
        return tuple(
            Completion(label=name, kind="type", detail="built-in exception")
            for name in sorted(NAMES)
        )
    if re.search(r"\.\w*$", line):
        return _members(snapshot)
    if re.search(r"(?:->|[\w)]\s*:)\s*[\w\[, ]*$", line) and not re.match(r"\s+(?:re|en)", line):
        return _types(snapshot)
    return _names(snapshot, position, encoding)


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


def _types(snapshot: Snapshot) -> tuple[Completion, ...]:
    own = snapshot.environment.names("type")
    return tuple(Completion(label=name, kind="type") for name in (*TYPE_NAMES, *own))


def _members(snapshot: Snapshot) -> tuple[Completion, ...]:
    found: dict[str, Completion] = {}
    for name in snapshot.environment.names("type"):
        made = snapshot.environment.type_named(name)
        if isinstance(made, RecordType):
            for field, kind in made.fields:
                detail = f"{name}.{field}: {show_type(kind)}"
                found[field] = Completion(label=field, kind="field", detail=detail)
    for owner, names in METHODS.items():
        for name in names:
            found.setdefault(
                name, Completion(label=name, kind="method", detail=f"method of {owner}")
            )
    return tuple(found.values())


def _names(snapshot: Snapshot, position: Position, encoding: Encoding) -> tuple[Completion, ...]:
    found: dict[str, Completion] = {}
    place = place_at(snapshot, position, encoding)
    if place is not None:
        item = place.item.parsed.item
        parameters: tuple[syntax.Parameter, ...] = ()
        if isinstance(item, syntax.IntentItem):
            parameters = item.parameters
            for word, text in (
                ("result", "what the code returns"),
                ("old", "the value from before the call"),
            ):
                found[word] = Completion(label=word, kind="keyword", detail=text)
        elif isinstance(item, syntax.DefineItem):
            parameters = item.parameters or ()
        for one in place.checked.occurrences:
            if one.declares and one.kind in ("parameter", "bound") and one.type is not None:
                detail = show_type(one.type)
                found[one.name] = Completion(label=one.name, kind="parameter", detail=detail)
        for parameter in parameters:
            found.setdefault(
                parameter.name.id, Completion(label=parameter.name.id, kind="parameter")
            )
    for name in snapshot.environment.names("define"):
        signature = snapshot.environment.signature(name)
        if signature is None:
            continue
        constant = signature.parameters is None
        shown = ", ".join(f"{p.name}: {show_type(p.type)}" for p in signature.parameters or ())
        detail = (
            show_type(signature.result)
            if constant
            else f"({shown}) -> {show_type(signature.result)}"
        )
        found[name] = Completion(
            label=name, kind="constant" if constant else "function", detail=detail
        )
    for name in snapshot.environment.names("intent"):
        found.setdefault(name, Completion(label=name, kind="function", detail="intent"))
    for name in snapshot.environment.names("type"):
        found.setdefault(name, Completion(label=name, kind="type"))
    for name in BUILTINS:
        found.setdefault(name, Completion(label=name, kind="function", detail="built in"))
    for word in (*keywords.OPERATORS, "forall", "exists", "True", "False", "None"):
        found.setdefault(word, Completion(label=word, kind="keyword"))
    return tuple(found.values())
