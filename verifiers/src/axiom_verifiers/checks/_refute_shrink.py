"""Smaller inputs that still show the failure."""

# Values are dynamic by nature: what a collection holds is known to its declared type only.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

from collections.abc import Callable, Iterator

from axiom_verifiers.contracts.values import RecordValue, Value

Inputs = dict[str, Value]
# Which of these inputs still fail, in one go.
StillFails = Callable[[list[Inputs]], list[bool]]

_ROUNDS = 40
_AT_ONCE = 48
_PLAIN = "abA0 -"  # Of each kind one: what a method of `str` sees in it.


def shrink(inputs: Inputs, still_fails: StillFails) -> Inputs:
    """A smaller input that fails; deterministic, and never larger than the one given."""
    best = inputs
    for _ in range(_ROUNDS):
        smaller = sorted(
            (candidate for candidate in _smaller(best) if weight(candidate) < weight(best)),
            key=weight,
        )
        found = None
        for start in range(0, len(smaller), _AT_ONCE):
            batch = smaller[start : start + _AT_ONCE]
            failing = [c for c, fails in zip(batch, still_fails(batch), strict=True) if fails]
            if failing:
                found = failing[0]
                break
        if found is None:
            return best
        best = found
    return best


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


def _smaller(inputs: Inputs) -> Iterator[Inputs]:
    for name, value in inputs.items():
        for candidate in variants(value):
            yield {**inputs, name: candidate}
    ints = [name for name, value in inputs.items() if type(value) is int]
    # Numbers that must keep their distance move together.
    for number, one in enumerate(ints):
        for other in ints[number + 1 :]:
            for step in _steps(inputs[one]):
                moved = inputs[one] - step
                yield {**inputs, one: step, other: inputs[other] - moved}
    if len(ints) > 2:
        for one in ints:
            for step in _steps(inputs[one]):
                moved = inputs[one] - step
                yield {**inputs, **{name: inputs[name] - moved for name in ints}}


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
            for at in range(len(value)):
                yield value[:at] + value[at + 1 :]
            for at, character in enumerate(value):
                for other in "ab" if character.isascii() and character.isprintable() else _PLAIN:
                    if character != other:
                        yield value[:at] + other + value[at + 1 :]
        case list():
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
        case dict():
            for key in value:
                yield {k: v for k, v in value.items() if k != key}
            for key, item in value.items():
                for other in variants(item):
                    yield {**value, key: other}
        case RecordValue():
            for name, item in value.fields.items():
                for other in variants(item):
                    yield RecordValue(value.name, {**value.fields, name: other})
        case _:
            return


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
