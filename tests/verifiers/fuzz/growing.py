"""Random programs of what is modelled, grown from some topics of the grammar each.

A program has a few topics only, so that its constructs meet each other often; nearly every name
may hold what another does, every list may be empty, every index outside, every key absent. The
same seed gives the same program.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from axiom_verifiers.checks._inputs import Inputs
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.records import RecordValue
from axiom_verifiers.contracts.types import RecordType
from axiom_verifiers.contracts.values import Value
from tests.verifiers.fuzz.grammar import (
    BLOCK,
    PLACE,
    RETURN,
    STATEMENT,
    Grammar,
    Rule,
    rule,
    together,
    topics,
)
from tests.verifiers.fuzz.soundness import contract_of

TOPICS = topics()
ALWAYS = "ints"
_MUTABLE = re.compile(r"list|dict|set|P\b")


class Grown(NamedTuple):
    """`intent` has no clause; `rows` are arguments for the function."""

    topics: tuple[str, ...]
    name: str
    intent: str
    code: str
    rows: list[Inputs]


class Scope(NamedTuple):
    """The names of each kind, in their order, and what a return gives."""

    names: Mapping[str, tuple[str, ...]]
    returned: str


def grow(seed: int) -> Grown:
    """The program of this seed."""
    chance = random.Random(seed)
    named = sorted(set(TOPICS) - {ALWAYS})
    chosen = chance.sample(named, chance.randint(1, 4))
    made = _Gardener(chance, together([TOPICS[name] for name in (ALWAYS, *chosen)]))
    return made.program(str(seed), tuple(chosen))


def grown(seed: int) -> Iterator[Grown]:
    """Programs without end, from that seed on. What is no Python is left out."""
    while True:
        made = grow(seed)
        seed += 1
        try:
            compile(made.code, made.name, "exec")
        except SyntaxError:
            continue
        yield made


class _Gardener:
    def __init__(self, chance: random.Random, grammar: Grammar) -> None:
        self.chance = chance
        self.grammar = grammar
        self.calls: dict[str, list[Rule]] = {}

    def program(self, name: str, chosen: tuple[str, ...]) -> Grown:
        chance, grammar = self.chance, self.grammar
        helpers = [self.helper(f"h{number}") for number in range(chance.choice((0, 1, 1, 2)))]
        given, local = self.names()
        returned = self.returned({of for _, of in (*given, *local)})
        scope = self.scope([*given, *local], returned)
        lines = [f"{one} = {chance.choice(grammar.starts[of])}" for one, of in local]
        if chance.random() < 0.3:
            lines += self.helper("inner", scope).splitlines()
        for _ in range(chance.randint(1, 5)):
            lines += self.statement(scope, 2).splitlines()
        lines.append(f"return {self.fill(returned, scope, 2)}")
        code = grammar.module + "\n" + "\n".join(helpers)
        code += f"\ndef f({', '.join(one for one, _ in given)}):\n" + _indented(lines)
        head = ", ".join(f"{one}: {grammar.types[of]}" for one, of in given)
        intent = f"{grammar.intent}intent f({head}) -> {self.type_of(returned)}\n"
        changed = [one for one, of in given if _MUTABLE.search(grammar.types[of])]
        changed = [one for one in changed if chance.random() < 0.6]
        if changed:
            intent += f"  modifies {', '.join(changed)}\n"
        contract = contract_of(intent)
        rows = [
            {one: _value(chance.choice(grammar.starts[of]), contract) for one, of in given}
            for _ in range(4)
        ]
        return Grown(chosen, f"{name}: {' '.join(chosen)}", intent, code, rows)

    def names(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """The parameters and the other names, each with its kind."""
        every = [(one, of) for of, names in self.grammar.names.items() for one in names]
        given = sorted(self.chance.sample(every, self.chance.randint(1, min(3, len(every)))))
        return given, [pair for pair in every if pair not in given]

    def returned(self, kinds: set[str]) -> str:
        """What is given back: a kind, or several names of which others may know."""
        some = self.chance.sample(sorted(kinds), min(len(kinds), self.chance.randint(1, 3)))
        if len(some) == 1:
            return f"<{some[0]}>"
        return f"({', '.join(f'<{of}!>' for of in some)})"

    def type_of(self, returned: str) -> str:
        kinds = [self.grammar.types[of] for of, *_ in PLACE.findall(returned)]
        return kinds[0] if len(kinds) == 1 else f"tuple[{', '.join(kinds)}]"

    def scope(self, names: list[tuple[str, str]], returned: str) -> Scope:
        found: dict[str, tuple[str, ...]] = {}
        for one, of in names:
            found[of] = (*found.get(of, ()), one)
        return Scope(found, returned)

    def helper(self, name: str, outer: Scope | None = None) -> str:
        """A function, which later ones may call: by place, by name, without what has defaults."""
        chance, grammar = self.chance, self.grammar
        every = [(one, of) for of, names in grammar.names.items() for one in names]
        given = chance.sample(every, chance.randint(0 if outer else 1, min(3, len(every))))
        kind = chance.choice([of for _, of in every])
        scope = self.scope(given, f"<{kind}>")
        if outer is not None:
            kept = {of: list(ones) for of, ones in outer.names.items()}
            for one, of in given:
                if one not in kept[of]:
                    kept[of].append(one)
            scope = Scope({of: tuple(ones) for of, ones in kept.items()}, f"<{kind}>")
        lines: list[str] = []
        for _ in range(chance.randint(0, 2)):
            lines += self.statement(scope, 1).splitlines()
        lines.append(f"return {self.expression(kind, scope, 2)}")
        plain = [one for one, _ in given]
        defaults = {
            one: chance.choice(grammar.starts[of])
            for one, of in given[len(given) - chance.choice((0, 0, 1)) :]
            if not _MUTABLE.search(grammar.types[of])
        }
        defaults = {one: text for one, text in defaults.items() if "-" not in text}
        star = chance.choice(("", "", "*, ")) if defaults else ""
        head = ", ".join(
            f"{star}{one}={defaults[one]}" if one in defaults else one for one in plain
        )
        for _ in range(4):
            places = [(one, f"<{of}!>" if chance.random() < 0.6 else f"<{of}>")
                      for one, of in given]  # fmt: skip
            by_name = [f"{one}={place}" for one, place in places]
            if star or chance.random() < 0.3:
                shown = chance.sample(by_name, len(by_name))
            else:
                shown = [place for _, place in places]
            if defaults and chance.random() < 0.3:
                shown = [
                    text for text, (one, _) in zip(by_name, places, strict=True)
                    if one not in defaults
                ]  # fmt: skip
            call = f"{name}({', '.join(shown)})"
            self.calls.setdefault(kind, []).append(rule(kind, call))
            self.calls.setdefault(STATEMENT, []).append(rule(STATEMENT, call))
        return f"def {name}({head}):\n" + _indented(lines)

    def statement(self, scope: Scope, depth: int) -> str:
        rules = [one for one in self.rules(STATEMENT, scope) if depth or BLOCK not in one.uses]
        return self.fill(self.chance.choice(rules).text, scope, depth)

    def expression(self, kind: str, scope: Scope, depth: int) -> str:
        chance = self.chance
        leaves = [*scope.names.get(kind, ()) * 3, chance.choice(self.grammar.starts[kind])]
        rules = self.rules(kind, scope)
        if depth <= 0:
            rules = [one for one in rules if not one.uses]
        if not rules or (chance.random() < 0.25):
            return chance.choice(leaves)
        return self.fill(chance.choice(rules).text, scope, depth - 1)

    def rules(self, kind: str, scope: Scope) -> list[Rule]:
        every = [*self.grammar.rules.get(kind, ()), *self.calls.get(kind, ())]
        return [one for one in every if all(scope.names.get(of) for of in one.needs)]

    def fill(self, text: str, scope: Scope, depth: int) -> str:
        """The text with all its places filled."""
        same: dict[str, str] = {}

        def put(place: re.Match[str]) -> str:
            kind, named, more = place.groups()
            if kind == RETURN:
                return self.fill(scope.returned, scope, 1)
            if named is None:
                return self.expression(kind, self.widened(scope, more), depth)
            if place[0] not in same or named == "!":
                same[place[0]] = self.chance.choice(scope.names[kind])
            return same[place[0]]

        lines: list[str] = []
        for line in text.splitlines():
            found = PLACE.fullmatch(line.strip())
            if found is None or found[1] != BLOCK:
                lines.append(PLACE.sub(put, line))
                continue
            within = self.widened(scope, found[3])
            margin = line[: len(line) - len(line.lstrip())]
            for _ in range(self.chance.randint(1, 2)):
                lines += [margin + one for one in self.statement(within, depth - 1).splitlines()]
        return "\n".join(lines)

    def widened(self, scope: Scope, more: str) -> Scope:
        names = dict(scope.names)
        for one in more.split("+")[1:]:
            of = self.grammar.bound[one]
            names[of] = (*names.get(of, ()), one, one)
        return scope._replace(names=names)


def _indented(lines: list[str]) -> str:
    return "".join(f"    {line}\n" if line else "\n" for line in lines)


def _value(text: str, contract: Contract) -> Value:
    """The value of a literal; a record's is written as a call of its class by place."""
    return eval(text, {record.name: _Maker(record) for record in contract.records})


class _Maker(NamedTuple):
    record: RecordType

    def __call__(self, *values: Value) -> RecordValue:
        names = [name for name, _ in self.record.fields]
        return RecordValue(self.record.name, dict(zip(names, values, strict=True)))
