"""What an item says of itself before it is checked, and what checking it gave."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from axiom_verifiers.contracts import syntax
from axiom_verifiers.contracts.contract import Contract, Define
from axiom_verifiers.contracts.scope import Occurrence
from axiom_verifiers.contracts.source import NOWHERE, Problem, Severity, Span
from axiom_verifiers.contracts.types import Type

Kind = Literal["use", "type", "define", "intent", "prose", "broken"]

# What a name stood for when it was asked: the texts of all that its meaning depends on, each
# with its name; None when nothing had that name. Equal fingerprints mean an equal meaning.
Fingerprint = frozenset[tuple[str, str]] | None

_WORD = re.compile(r"[^\W\d]\w*")


class Declaration(msgspec.Struct, frozen=True, eq=False):
    """The header facts of one item: cheap to make, kept as long as its text stays."""

    parsed: syntax.ParsedItem
    text: str
    kind: Kind
    name: str | None  # of a type, define or intent
    name_span: Span
    words: frozenset[str]  # every word of a type or define, to find what it may depend on
    path: str | None = None  # of a use


class CheckedItem(msgspec.Struct, frozen=True, eq=False):
    """One item, checked. `problems` are the parser's and the checker's; lines count from 1 in
    the item's own text (`Origin.line` of a clause too).

    `contract` is set for an intent without errors only: a contract that lost a clause must
    never be verified. `draft` is what could be read of one that has errors, to be shown.
    `depends` says which names of the file the result rests on, and what they stood for.
    """

    kind: Kind
    name: str | None
    problems: tuple[Problem, ...]
    occurrences: tuple[Occurrence, ...]
    depends: tuple[tuple[str, Fingerprint], ...]
    type: Type | None = None
    define: Define | None = None
    contract: Contract | None = None
    draft: Contract | None = None

    @property
    def sound(self) -> bool:
        """Whether no error was found."""
        return all(problem.severity is not Severity.ERROR for problem in self.problems)


def declare(parsed: syntax.ParsedItem, text: str) -> Declaration:
    """The header facts of a parsed item; `text` is the item's own text."""
    item = parsed.item
    match item:
        case syntax.UseItem():
            return Declaration(
                parsed, text, "use", None, item.path.span, frozenset(), item.path.value
            )
        case syntax.TypeItem() | syntax.DefineItem():
            kind: Kind = "type" if isinstance(item, syntax.TypeItem) else "define"
            words = frozenset(_WORD.findall(text))
            return Declaration(parsed, text, kind, item.name.id, item.name.span, words)
        case syntax.IntentItem():
            return Declaration(parsed, text, "intent", item.name.id, item.name.span, frozenset())
        case syntax.ProseIntentItem():
            return Declaration(parsed, text, "prose", None, item.span, frozenset())
        case syntax.BrokenItem():
            return Declaration(parsed, text, "broken", None, NOWHERE, frozenset())
