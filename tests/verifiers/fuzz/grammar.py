"""Grammars of random programs, as data: what each topic of topics/*.txt adds to them.

A topic's file has lines of the forms

    type KIND = list[int]          a kind of value, with its type in contracts
    names KIND = xs ys             parameters and locals of the kind
    start KIND = [] ; [1, 2]       values of the kind, as literals
    bound v KIND                   a name that only some rules bind
    KIND: text                     a rule: an expression of the kind
    stmt:                          a statement: the indented lines below it
    module:                        text before all functions: the indented lines below it
    intent:                        text before the intent: the indented lines below it

In a rule `<int>` stands for an expression, `<int!>` for a name of that kind in scope, `<int!1>`
for the same one everywhere in the rule, `<int+v>` for an expression that may read `v` too,
`<block>` and `<block+v>` for some statements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent / "topics"
PLACE = re.compile(r"<([a-z]+)(![0-9]?)?((?:\+[a-z]+)*)>")
# What a place may stand for besides the kinds of values.
BLOCK = "block"
RETURN = "return"
STATEMENT = "stmt"


class Rule(NamedTuple):
    """`needs` are the kinds of which a name must be in scope, `uses` those of its expressions."""

    kind: str
    text: str
    needs: frozenset[str]
    uses: frozenset[str]


class Grammar(NamedTuple):
    """One topic, or several put together."""

    types: dict[str, str]
    names: dict[str, tuple[str, ...]]
    starts: dict[str, tuple[str, ...]]
    bound: dict[str, str]
    rules: dict[str, tuple[Rule, ...]]
    module: str
    intent: str


def topics() -> dict[str, Grammar]:
    """All of them, by name."""
    return {path.stem: read(path.read_text()) for path in sorted(HERE.glob("*.txt"))}


def read(text: str) -> Grammar:
    """The grammar of a topic's file. Raises ValueError for a line of none of the forms."""
    made = Grammar({}, {}, {}, {}, {}, "", "")
    for head, body in _parts(text):
        word, _, rest = head.partition(" ")
        kind, _, said = rest.partition(" = ")
        match word:
            case "type":
                made.types[kind] = said
            case "names":
                made.names[kind] = tuple(said.split())
            case "start":
                made.starts[kind] = tuple(one.strip() for one in said.split(";"))
            case "bound":
                name, _, of = rest.partition(" ")
                made.bound[name] = of
            case "module:":
                made = made._replace(module=made.module + body)
            case "intent:":
                made = made._replace(intent=made.intent + body)
            case _ if word.endswith(":"):
                one = rule(word[:-1], rest or body)
                made.rules[one.kind] = (*made.rules.get(one.kind, ()), one)
            case _:
                raise ValueError(head)
    return made


def rule(kind: str, text: str) -> Rule:
    """The rule with what it needs and uses, as its text says."""
    needs: set[str] = set()
    uses: set[str] = set()
    for of, named, _ in PLACE.findall(text):
        (needs if named else uses).add(of)
    return Rule(kind, text.rstrip("\n"), frozenset(needs), frozenset(uses))


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Each line at the margin, with the lines that are indented below it."""
    head, body = "", ""
    for line in text.splitlines():
        if line.startswith("    "):
            body += line[4:] + "\n"
        elif not line.strip():
            body += "\n" if body else ""
        elif not line.startswith("#"):
            if head:
                yield head, body
            head, body = line, ""
    yield head, body


def together(parts: Sequence[Grammar]) -> Grammar:
    """One grammar of several topics: rules of kinds that none of them has are left out."""
    made = Grammar({}, {}, {}, {}, {}, "", "")
    for part in parts:
        made.types.update(part.types)
        made.names.update(part.names)
        made.starts.update(part.starts)
        made.bound.update(part.bound)
        made = made._replace(module=made.module + part.module, intent=made.intent + part.intent)
    known = {*made.types, BLOCK, RETURN}
    for part in parts:
        for kind, rules in part.rules.items():
            if kind == STATEMENT or kind in known:
                kept = tuple(one for one in rules if one.needs | one.uses <= known)
                made.rules[kind] = (*made.rules.get(kind, ()), *kept)
    return made
