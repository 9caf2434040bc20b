"""Inputs for a contract: from the parameters' types, kept when they meet `requires`.

Three sources: combinations of edge values, random values, and, where few of those meet what is
required, a search that mends values until they do. `suggest` is the seam for a fourth: whoever
can solve `requires` (a solver) hands its inputs in.

Time is this thread's own, so that what a run finds does not depend on how busy a machine is.
"""

# Values are dynamic by nature: what a collection holds is known to its declared type only.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false
from __future__ import annotations

import hashlib
import itertools
import random
import time
from collections.abc import Callable, Iterable, Iterator

from axiom_verifiers.checks._atoms import Edges
from axiom_verifiers.checks._constants import constants
from axiom_verifiers.checks._generate import Source, ordered
from axiom_verifiers.checks._relations import Inputs, bare, related
from axiom_verifiers.checks._repair import Repair
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.contracts.judging import Judge
from axiom_verifiers.contracts.missing import Missed, Scope
from axiom_verifiers.contracts.normal import contract_digest
from axiom_verifiers.contracts.outcomes import Call
from axiom_verifiers.contracts.types import DictType, ListType, RecordType, StrType, TupleType, Type
from axiom_verifiers.contracts.values import RecordValue, Value, deep_copy, show

__all__ = ["InputSource", "Inputs", "Suggest"]

# Given a contract, inputs that are likely to meet its `requires`.
Suggest = Callable[[Contract], Iterable[Inputs]]

_COMBINATIONS = 160
_STEPS = 60  # of one search
_KEPT = 60  # admitted inputs that a search may start from
_MISSES = 40  # searches in a row that may come to nothing
_PERIODIC, _UNITS = 0.08, ("a", "ab", "aab", " ", "1")  # Texts that are one over and over.
_LONG = (16, 24, 40)  # items of a long list, now and then


class _Clock:
    """Seconds of this thread, looked at now and then: asking is dear on some systems."""

    def __init__(self, seconds: float) -> None:
        self._until = time.thread_time() + seconds
        self._asked = 0

    def over(self) -> bool:
        self._asked += 1
        return self._asked % 8 == 0 and time.thread_time() > self._until


class InputSource:
    """All inputs of one subject, in one order for one seed. For one thread.

    `salt` tells apart the sources of verifiers that look at one subject side by side.
    """

    def __init__(
        self,
        contract: Contract,
        code: str,
        judge: Judge,
        suggest: Suggest | None = None,
        salt: str = "",
    ) -> None:
        self.contract = contract
        self._judge = judge
        self._suggest = suggest
        self._missed = Missed(judge.evaluator, contract.defines)
        text = f"{contract_digest(contract)}\0{code}{salt}"
        digest = hashlib.sha256(text.encode("utf-8", "replace"))
        self.chance = random.Random(digest.digest())  # noqa: S311  Repeatable, not secret.
        self.known = constants(code, contract)
        self.source = Source(self.chance, self.known, self._refines)
        self._repair = Repair(self._missed, self.source)
        self._edges = Edges(contract, self._missed, self._repair, self.source)
        self._required = [clause.condition for clause in contract.requires]
        self._texts = [p.name for p in contract.parameters if isinstance(bare(p.type), StrType)]
        self._seen: set[str] = set()
        self._found: list[Inputs] = []

    def _refines(self, predicate: Expr, value: Value) -> bool:
        return self._judge.condition(predicate, {"it": value}) is True

    # ------------------------------------------------------------ what is asked for

    def cases(self, count: int, seconds: float) -> Iterator[Inputs]:
        """Up to `count` different inputs that meet `requires`, within about these seconds."""
        clock = _Clock(seconds)
        found = 0
        for proposed, row in enumerate(self._proposals(count), start=1):
            if found >= count or clock.over():
                return
            if self.fresh(row) and self.admitted(row):
                found += 1
                yield row
            if found < count and proposed % 2 == 0 and proposed > 40 and self._found:
                pushed = self._pushed()
                if pushed is not None and self.fresh(pushed):
                    found += 1
                    yield pushed
            elif proposed >= 60 and proposed % 3 == 0 and 4 * found < proposed:
                # Hardly any fits as it is drawn: those that do not are mended.
                mended = self.search((), row)
                if mended is not None and self.fresh(mended):
                    found += 1
                    yield mended
        misses = 0
        while found < count and misses < _MISSES and not clock.over():
            row = self.search(())
            if row is None or not self.fresh(row):
                misses += 1
                continue
            misses = 0
            found += 1
            yield row

    def meeting(self, condition: Expr, count: int, seconds: float) -> list[Inputs]:
        """Further inputs that meet `requires` and this condition on the parameters too."""
        clock = _Clock(seconds)
        found: list[Inputs] = []
        misses = 0
        while len(found) < count and misses < _MISSES // 2 and not clock.over():
            row = self.search((condition,))
            if row is None or not self.fresh(row):
                misses += 1
            else:
                found.append(row)
        return found

    def large(self, count: int, seconds: float) -> list[Inputs]:
        """Inputs with values far from the usual, that meet `requires`."""
        clock = _Clock(seconds)
        found: list[Inputs] = []
        for _ in range(count * 6):
            if len(found) >= count or clock.over():
                break
            row = {
                p.name: self.source.large(p.type)
                if self.chance.random() < 0.7
                else self.source.draw(p.type, 6)
                for p in self.contract.parameters
            }
            if self.fresh(row) and self.admitted(row):
                found.append(row)
        return found

    # ------------------------------------------------------------ proposals

    def fresh(self, row: Inputs) -> bool:
        """Whether nobody has asked about this input yet."""
        key = show(row)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def admitted(self, row: Inputs) -> bool:
        """Whether the input meets `requires`; one that does is kept to start from."""
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
        pools = [self.source.edges(parameter.type) for parameter in self.contract.parameters]
        total = 1
        for pool in pools:
            total *= len(pool)
        if total <= _COMBINATIONS:
            for row in itertools.product(*pools):
                yield deep_copy(dict(zip(names, row, strict=True)))
        elif all(pools):
            for _ in range(_COMBINATIONS):
                yield deep_copy(
                    {n: self.chance.choice(p) for n, p in zip(names, pools, strict=True)}
                )
        for number in range(4 * count):
            size = 2 + number * 10 // (4 * count)
            yield self.draw(self.chance.choice(_LONG) if number % 8 == 7 else size)

    def draw(self, size: int) -> Inputs:
        """Random values, now and then related: equal, contained, rearranged, of one length."""
        row: Inputs = {}
        for parameter in self.contract.parameters:
            value = self.source.draw(parameter.type, size)
            if row and self.chance.random() < 0.4:
                value = related(self.source, self.contract, parameter.type, row, value)
            row[parameter.name] = value
        if len(self._texts) > 1 and self.chance.random() < _PERIODIC:
            # One occurs in the other more than once, and overlapping itself.
            unit = self.chance.choice(_UNITS)
            for name in self._texts:
                row[name] = unit * self.chance.randint(0, 4) + unit[: self.chance.randint(0, 1)]
        return row

    def _pushed(self) -> Inputs | None:
        """An input that fits, pushed to some edges of the contract; None when it fits no more."""
        row = deep_copy(self.chance.choice(self._found))
        for _ in range(self.chance.randint(1, 4)):
            row = self._edges.push(row)
        return self.search((), row)

    # ------------------------------------------------------------ mending

    def search(self, wanted: tuple[Expr, ...], start: Inputs | None = None) -> Inputs | None:
        """Changes values until they meet everything; steps that lose ground are undone."""
        conditions = [*self._required, *wanted]
        row = start
        if row is None:
            row = self.draw(self.chance.randint(0, 6))
            if self._found and self.chance.random() < 0.7:
                # Near what fits there is mostly more that fits.
                row = deep_copy(self.chance.choice(self._found))
                self.mend(row)
                self.mend(row)
        far = self._far(conditions, row)
        for _ in range(_STEPS):
            if far == 0.0:
                return row if self.admitted(row) else None
            changed = self._changed(conditions, row)
            better = self._far(conditions, changed)
            if better <= far:
                row, far = changed, better
        return row if far == 0.0 and self.admitted(row) else None

    def _changed(self, conditions: list[Expr], row: Inputs) -> Inputs:
        """The row with a few places changed: where a condition says what is wrong, or anywhere."""
        if self.chance.random() < 0.6:
            failing = [c for c in conditions if self._judge.condition(c, row) is not True]
            if failing:
                mended = self._repair.mend(failing[0], row)
                if mended is not None:
                    return mended
        changed = dict(row)
        for _ in range(self.chance.choice((1, 1, 2))):
            self.mend(changed)
        return changed

    def _far(self, conditions: list[Expr], row: Inputs) -> float:
        scope = Scope(row)
        return sum(self._missed.distance(each, scope) for each in conditions)

    def mend(self, row: Inputs) -> None:
        """Changes one value of the row, at random."""
        if self.contract.parameters:
            parameter = self.chance.choice(self.contract.parameters)
            row[parameter.name] = self._mended(parameter.type, row[parameter.name], row)

    def _mended(self, declared: Type, value: Value, row: Inputs) -> Value:
        chance = self.chance
        kind = bare(declared)
        way = chance.random()
        if way < 0.15:
            return self.source.draw(declared, chance.randint(0, 6))
        if way < 0.35:
            return related(self.source, self.contract, declared, row, value)
        match value:
            case list():
                return self._mended_list(kind, deep_copy(value), row)
            case bool() | None:
                return self.source.draw(declared, 4)
            case int():
                known = self.known.ints or (0,)
                options = (value + 1, value - 1, -value, abs(value), value * 2, value // 2)
                near = chance.choice(known) + chance.choice((0, 0, 1, -1))
                return chance.choice((*options, near, chance.randint(0, 9)))
            case str():
                return self._mended_text(value)
            case float():
                return chance.choice(
                    (abs(value), -value, value / 2, value + 1.0, float(chance.randint(0, 9)))
                )
            case tuple() if isinstance(kind, TupleType) and value:
                at = chance.randrange(len(value))
                part = self._mended(kind.items[at], value[at], row)
                return (*value[:at], part, *value[at + 1 :])
            case RecordValue() if isinstance(kind, RecordType) and kind.fields:
                name, of = chance.choice(kind.fields)
                part = self._mended(of, value.fields[name], row)
                return RecordValue(value.name, {**value.fields, name: part})
            case dict() if isinstance(kind, DictType) and value:
                key = chance.choice(list(value))
                way = chance.random()
                if way < 0.3:
                    return {k: v for k, v in value.items() if k != key}
                if way < 0.6 and kind.key == kind.value:
                    return {**value, key: chance.choice(list(value))}
                return {**value, key: self._mended(kind.value, value[key], row)}
            case _:
                return self.source.draw(declared, chance.randint(0, 6))

    def _mended_text(self, value: str) -> str:
        chance = self.chance
        known = (*self.known.texts, *self.known.matching) or ("a",)
        text = chance.choice(known)
        at = chance.randint(0, len(value))
        letter = chance.choice(chance.choice(known) or "a0 ")
        options = (
            value.lower(),
            value.upper(),
            value.strip(),
            value[1:],
            value[:-1],
            value + text,
            value[:at] + letter + value[at:],
            value[:at] + letter + value[at + 1 :],
            value[:at] + value[at + 1 :],
            value[:at] + chance.choice("abz059") + value[at + 1 :],
            text,
            "".join(sorted(value)),
            str(chance.randint(0, 99)),
        )
        return chance.choice(options)

    def _mended_list(self, kind: Type, value: list[Value], row: Inputs) -> list[Value]:
        chance = self.chance
        item = kind.item if isinstance(kind, ListType) else None
        way = chance.randrange(9)
        if way == 0:
            ordered(value)
        elif way == 1:
            ordered(value, reverse=True)
        elif way == 2:
            value = [v for at, v in enumerate(value) if v not in value[:at]]
        elif way == 3 and value:
            value.pop(chance.randrange(len(value)))
        elif way == 4 and item is not None:
            value.insert(chance.randint(0, len(value)), self.source.draw(item, 3))
        elif way in (5, 6) and item is not None and value:
            at = chance.randrange(len(value))
            value[at] = self._mended(item, value[at], row)
        elif way == 7:
            lengths = [len(v) for v in row.values() if isinstance(v, list)]
            lengths += [v for v in row.values() if type(v) is int and 0 <= v < 12]
            lengths += [n for n in self.known.ints if 0 <= n < 20]
            wanted = chance.choice(lengths) if lengths else 0
            while item is not None and len(value) < wanted:
                value.append(self.source.draw(item, 3))
            del value[wanted:]
            if chance.random() < 0.3 and value and isinstance(value[0], list):
                self._square(value, item, len(value[0]) if chance.random() < 0.5 else len(value))
        else:
            chance.shuffle(value)
        return value

    def _square(self, rows: list[Value], item: Type | None, width: int) -> None:
        """Gives all rows one length."""
        kind = None if item is None else bare(item)
        for row in rows:
            while isinstance(kind, ListType) and len(row) < width:
                row.append(self.source.draw(kind.item, 2))
            del row[width:]
