"""Inputs for a contract: from the parameters' types, kept when they meet `requires`.

Three sources: combinations of edge values, random values, and, where few of those meet what is
required, a search that mends values until they do. `suggest` is the seam for a fourth: whoever
can solve `requires` (a solver) hands its inputs in.
"""

# Values are dynamic by nature: what a collection holds is known to its declared type only.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
from __future__ import annotations

import hashlib
import itertools
import random
import time
from collections.abc import Callable, Iterable, Iterator

from axiom_verifiers.checks._generate import Source, constants, ordered
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.contracts.judging import Judge
from axiom_verifiers.contracts.normal import contract_digest
from axiom_verifiers.contracts.outcomes import Call
from axiom_verifiers.contracts.types import (
    DictType,
    IntType,
    ListType,
    OptionalType,
    RefinedType,
    SetType,
    StrType,
    Type,
)
from axiom_verifiers.contracts.values import Value, deep_copy, show, sort_values

Inputs = dict[str, Value]
# Given a contract, inputs that are likely to meet its `requires`.
Suggest = Callable[[Contract], Iterable[Inputs]]

_COMBINATIONS = 160
_STEPS = 60  # of one search
_KEPT = 60  # admitted inputs that a search may start from
_MISSES = 40  # searches in a row that may come to nothing


class InputSource:
    """All inputs of one subject, in one order for one seed. For one thread."""

    def __init__(
        self, contract: Contract, code: str, judge: Judge, suggest: Suggest | None = None
    ) -> None:
        self.contract = contract
        self._judge = judge
        self._suggest = suggest
        digest = hashlib.sha256(f"{contract_digest(contract)}\0{code}".encode("utf-8", "replace"))
        self._chance = random.Random(digest.digest())  # noqa: S311  Repeatable, not secret.
        known = constants(code, contract)
        self._source = Source(self._chance, known, self._refines)
        self._seen: set[str] = set()
        self._found: list[Inputs] = []

    def _refines(self, predicate: Expr, value: Value) -> bool:
        return self._judge.condition(predicate, {"it": value}) is True

    # ------------------------------------------------------------ what is asked for

    def cases(self, count: int, seconds: float) -> Iterator[Inputs]:
        """Up to `count` different inputs that meet `requires`, within about these seconds."""
        until = time.monotonic() + seconds
        found = 0
        for row in self._proposals(count):
            if found >= count or time.monotonic() > until:
                return
            if self._new(row) and self._admitted(row):
                found += 1
                yield row
        misses = 0
        while found < count and misses < _MISSES and time.monotonic() < until:
            row = self._search(())
            if row is None or not self._new(row):
                misses += 1
                continue
            misses = 0
            found += 1
            yield row

    def meeting(self, condition: Expr, count: int, seconds: float) -> list[Inputs]:
        """Further inputs that meet `requires` and this condition on the parameters too."""
        until = time.monotonic() + seconds
        found: list[Inputs] = []
        misses = 0
        while len(found) < count and misses < _MISSES // 2 and time.monotonic() < until:
            row = self._search((condition,))
            if row is None or not self._new(row):
                misses += 1
            else:
                found.append(row)
        return found

    def large(self, count: int, seconds: float) -> list[Inputs]:
        """Inputs with values far from the usual, that meet `requires`."""
        until = time.monotonic() + seconds
        found: list[Inputs] = []
        for _ in range(count * 6):
            if len(found) >= count or time.monotonic() > until:
                break
            row = {
                p.name: self._source.large(p.type)
                if self._chance.random() < 0.7
                else self._source.draw(p.type, 6)
                for p in self.contract.parameters
            }
            if self._new(row) and self._admitted(row):
                found.append(row)
        return found

    # ------------------------------------------------------------ proposals

    def _new(self, row: Inputs) -> bool:
        key = show(row)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _admitted(self, row: Inputs) -> bool:
        if self._judge.requires(row) is not True:
            return False
        if len(self._found) < _KEPT:
            self._found.append(row)
        return True

    def _proposals(self, count: int) -> Iterator[Inputs]:
        for example in self.contract.examples:
            call = self._judge.example_call(example)
            if isinstance(call, Call):
                yield deep_copy(call.args)
        if self._suggest is not None:
            yield from itertools.islice(self._suggest(self.contract), count)
        names = [parameter.name for parameter in self.contract.parameters]
        pools = [self._source.edges(parameter.type) for parameter in self.contract.parameters]
        total = 1
        for pool in pools:
            total *= len(pool)
        if total <= _COMBINATIONS:
            for row in itertools.product(*pools):
                yield deep_copy(dict(zip(names, row, strict=True)))
        elif all(pools):
            for _ in range(_COMBINATIONS):
                yield deep_copy(
                    {n: self._chance.choice(p) for n, p in zip(names, pools, strict=True)}
                )
        for number in range(4 * count):
            yield self._draw(2 + number * 10 // (4 * count))

    def _draw(self, size: int) -> Inputs:
        """Random values, now and then related: equal, contained, of one length."""
        row: Inputs = {}
        for parameter in self.contract.parameters:
            value = self._source.draw(parameter.type, size)
            if row and self._chance.random() < 0.3:
                value = self._related(parameter.type, row, value)
            row[parameter.name] = value
        return row

    def _related(self, declared: Type, row: Inputs, value: Value) -> Value:
        """A value of the type that has to do with the others, when there is one."""
        kind = _bare(declared)
        options: list[Value] = []
        for other in self.contract.parameters:
            if other.name not in row:
                continue
            theirs, of = row[other.name], _bare(other.type)
            if of == kind:
                options.append(theirs)
            match of:
                case ListType() if theirs and _bare(of.item) == kind:
                    options.append(self._chance.choice(theirs))
                case SetType() if theirs and _bare(of.item) == kind:
                    options.append(self._chance.choice(sort_values(theirs)))
                case DictType() if theirs and _bare(of.key) == kind:
                    options.append(self._chance.choice(list(theirs)))
                case StrType() if theirs and isinstance(kind, StrType):
                    start = self._chance.randrange(len(theirs))
                    options.append(theirs[start : start + self._chance.randint(1, 3)])
                case _:
                    pass
            if isinstance(kind, IntType) and isinstance(theirs, (list, set, dict, str)):
                options += [len(theirs), len(theirs) - 1]
            if isinstance(kind, IntType) and type(theirs) is int:
                options += [theirs + 1, theirs - 1]
        return deep_copy(self._chance.choice(options)) if options else value

    # ------------------------------------------------------------ mending

    def _search(self, wanted: tuple[Expr, ...]) -> Inputs | None:
        """Changes random values until they meet everything; steps that lose ground are undone."""
        conditions = [clause.condition for clause in self.contract.requires]
        conditions += wanted
        row = self._draw(self._chance.randint(0, 6))
        if self._found and self._chance.random() < 0.7:
            # Near what fits there is mostly more that fits.
            row = deep_copy(self._chance.choice(self._found))
            self._mend(row)
            self._mend(row)
        score = self._score(conditions, row)
        for _ in range(_STEPS):
            if score == len(conditions):
                return row if self._admitted(row) else None
            changed = dict(row)
            for _ in range(self._chance.choice((1, 1, 2))):
                self._mend(changed)
            better = self._score(conditions, changed)
            if better >= score:
                row, score = changed, better
        return row if score == len(conditions) and self._admitted(row) else None

    def _mend(self, row: Inputs) -> None:
        if self.contract.parameters:
            parameter = self._chance.choice(self.contract.parameters)
            row[parameter.name] = self._mended(parameter.type, row[parameter.name], row)

    def _score(self, conditions: list[Expr], row: Inputs) -> int:
        return sum(self._judge.condition(each, row) is True for each in conditions)

    def _mended(self, declared: Type, value: Value, row: Inputs) -> Value:
        chance = self._chance
        kind = _bare(declared)
        if chance.random() < 0.3:
            return self._source.draw(declared, chance.randint(0, 6))
        if chance.random() < 0.4:
            return self._related(declared, row, value)
        match value:
            case list():
                return self._mended_list(kind, deep_copy(value), row)
            case bool() | None:
                return self._source.draw(declared, 4)
            case int():
                known = self._source.known.ints or (0,)
                options = (value + 1, value - 1, -value, abs(value), value * 2, value // 2)
                return chance.choice((*options, chance.choice(known), chance.randint(0, 9)))
            case str():
                text = value + chance.choice(self._source.known.texts or ("a",))
                options = (value.lower(), value.upper(), value.strip(), value[1:], value[:-1], text)
                return chance.choice((*options, "".join(sorted(value)), str(chance.randint(0, 99))))
            case float():
                return chance.choice(
                    (abs(value), -value, value / 2, value + 1.0, float(chance.randint(0, 9)))
                )
            case _:
                return self._source.draw(declared, chance.randint(0, 6))

    def _mended_list(self, kind: Type, value: list[Value], row: Inputs) -> list[Value]:
        chance = self._chance
        item = kind.item if isinstance(kind, ListType) else None
        way = chance.randrange(8)
        if way == 0:
            ordered(value)
        elif way == 1:
            ordered(value, reverse=True)
        elif way == 2:
            value = [v for at, v in enumerate(value) if v not in value[:at]]
        elif way == 3 and value:
            value.pop(chance.randrange(len(value)))
        elif way == 4 and item is not None:
            value.insert(chance.randint(0, len(value)), self._source.draw(item, 3))
        elif way == 5 and item is not None and value:
            value[chance.randrange(len(value))] = self._mended(item, chance.choice(value), row)
        elif way == 6:
            lengths = [len(v) for v in row.values() if isinstance(v, list)]
            lengths += [v for v in row.values() if type(v) is int and 0 <= v < 12]
            wanted = chance.choice(lengths) if lengths else 0
            while item is not None and len(value) < wanted:
                value.append(self._source.draw(item, 3))
            del value[wanted:]
        else:
            chance.shuffle(value)
        return value


def _bare(declared: Type) -> Type:
    while isinstance(declared, (RefinedType, OptionalType)):
        declared = declared.base if isinstance(declared, RefinedType) else declared.item
    return declared
