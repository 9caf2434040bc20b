"""Smaller inputs that still show the failure."""

# Values are dynamic by nature: what a collection holds is known to its declared type only.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from axiom_verifiers.checks._leaves import Path, leaves, replaced
from axiom_verifiers.contracts.values import RecordValue, Value

Inputs = dict[str, Value]
# Which of these inputs still fail, in one go.
StillFails = Callable[[list[Inputs]], list[bool]]

_ROUNDS = 40
# Places, and numbers among them, that are changed together.
_PLACES, _NUMBERS = 60, 6
_AT_ONCE = 48
_PLAIN = "abA0 -"  # Of each kind one: what a method of `str` sees in it.


def shrink(inputs: Inputs, still_fails: StillFails) -> Inputs:
    """A smaller input that fails; deterministic, and never larger than the one given."""
    best = inputs
    for _ in range(_ROUNDS):
        # What changes one place is tried before what changes several together.
        smaller = _first(best, _singly(best), still_fails) or _first(
            best, _together(best), still_fails
        )
        if smaller is None:
            return best
        best = smaller
    return best


def _first(best: Inputs, candidates: Iterator[Inputs], still_fails: StillFails) -> Inputs | None:
    """The lightest of the candidates that still fails, if it is lighter than the best so far."""
    smaller = sorted((one for one in candidates if weight(one) < weight(best)), key=weight)
    for start in range(0, len(smaller), _AT_ONCE):
        batch = smaller[start : start + _AT_ONCE]
        for candidate, fails in zip(batch, still_fails(batch), strict=True):
            if fails:
                return candidate
    return None


def weight(value: object) -> tuple[int, int]:
    """How hard a value is to read: its size, then how far it is from zero."""
    match value:
        case bool():
            return (0, int(value))
        case int():
            return (len(str(abs(value))) - 1, 2 * abs(value) + (value < 0))
        case float():
            return (len(repr(value)), 0)
        case str():
            return (4 * len(value), sum(map(_oddness, value)))
        case dict():
            return _total([part for pair in value.items() for part in pair], 4 * len(value))
        case list() | tuple() | set():
            return _total(list(value), 4 * len(value))
        case RecordValue():
            return _total(list(value.fields.values()), 0)
        case _:
            return (0, 0)


def _oddness(character: str) -> int:
    """Letters that everybody reads come before what is hardly seen."""
    plain = character.isascii() and character.isprintable()
    return 2 * (character not in "ab") + (character != "a") + 4 * (not plain)


def _total(values: list[object], size: int) -> tuple[int, int]:
    weights = [weight(value) for value in values]
    return (size + sum(w[0] for w in weights), sum(w[1] for w in weights))


def _singly(inputs: Inputs) -> Iterator[Inputs]:
    for name, value in inputs.items():
        for candidate in variants(value):
            yield {**inputs, name: candidate}


def _together(inputs: Inputs) -> Iterator[Inputs]:
    """Equal values that stay equal, and numbers that keep their distance, wherever they stand."""
    places = leaves(inputs, _PLACES)
    alike: dict[tuple[type, Value], list[Path]] = {}
    for path, value in places:
        if isinstance(value, int | str) and not isinstance(value, bool):
            alike.setdefault((type(value), value), []).append(path)
    for (_, value), paths in alike.items():
        if len(paths) > 1:
            for candidate in variants(value):
                yield _put(inputs, [(path, candidate) for path in paths])
    ints = [(path, value) for path, value in places if type(value) is int][:_NUMBERS]
    groups = [*itertools.combinations(ints, 2), ints] if len(ints) > 2 else [ints]
    for group in groups:
        for number, (_, lead) in enumerate(group):
            for step in _steps(lead) if number == 0 or len(group) > 2 else ():
                yield _put(inputs, [(path, value - lead + step) for path, value in group])


def _put(inputs: Inputs, changes: list[tuple[Path, Value]]) -> Inputs:
    """The input with these values at these places; a dict's keys change after what they lead to."""
    row = inputs
    inner = [one for one in changes if not _is_member(one[0])]
    outer = sorted((one for one in changes if _is_member(one[0])), key=lambda one: -len(one[0]))
    for path, value in (*inner, *outer):
        row = {**row, path[0]: replaced(row[path[0]], path[1:], value)}
    return row


def _is_member(path: Path) -> bool:
    """Whether a key of a dict or an item of a set stands there."""
    return isinstance(path[-1], tuple)


def variants(value: Value) -> Iterator[Value]:
    """Values of the same type that are likely to be smaller."""
    match value:
        case bool():
            if value:
                yield False
        case int():
            yield from _steps(value)
        case float():
            yield from (0.0, 1.0, float(int(value)) if abs(value) < 1e15 else 0.0)
        case str():
            yield from _halves(value)
            for at in range(len(value)):
                yield value[:at] + value[at + 1 :]
            for at, character in enumerate(value):
                for other in "ab" if character.isascii() and character.isprintable() else _PLAIN:
                    if character != other:
                        yield value[:at] + other + value[at + 1 :]
        case list():
            yield from _halves(value)
            for at in range(len(value)):
                yield value[:at] + value[at + 1 :]
            for at, item in enumerate(value):
                for other in variants(item):
                    yield [*value[:at], other, *value[at + 1 :]]
        case tuple():
            for at, item in enumerate(value):
                for other in variants(item):
                    yield (*value[:at], other, *value[at + 1 :])
        case set():
            for item in list(value):
                yield value - {item}
            for item in list(value):
                for other in variants(item):
                    yield (value - {item}) | {other}
        case dict():
            for key in value:
                yield {k: v for k, v in value.items() if k != key}
            for key, item in value.items():
                for other in variants(item):
                    yield {**value, key: other}
                for other in variants(key):
                    if other not in value:
                        yield {(other if k == key else k): v for k, v in value.items()}
        case RecordValue():
            for name, item in value.fields.items():
                for other in variants(item):
                    yield RecordValue(value.name, {**value.fields, name: other})
        case _:
            return


def _halves(value: Any) -> Iterator[Any]:
    if len(value) > 2:
        half = len(value) // 2
        yield from (value[:0], value[:half], value[half:])


def _steps(value: int) -> Iterator[int]:
    if value == 0:
        return
    found = dict.fromkeys(
        (0, 1, -1, 2, -value, value // 2, int(value / 2) if abs(value) < 2**53 else 0)
    )
    found |= dict.fromkeys(
        (value - 1, value + 1, value - value % 10, 10 ** (len(str(abs(value))) - 1))
    )
    found |= dict.fromkeys(range(min(abs(value), 13)))
    found.pop(value, None)
    yield from found
