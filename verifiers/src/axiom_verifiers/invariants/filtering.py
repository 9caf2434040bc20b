"""Guesses that recorded runs do not contradict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from msgspec.structs import replace

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.evaluator import Evaluator
from axiom_verifiers.contracts.expressions import Call, Compare, Expr, Quantifier, Target
from axiom_verifiers.contracts.traversal import rename_bound, without_spans
from axiom_verifiers.contracts.values import Value
from axiom_verifiers.core.interpreter import Run, State
from axiom_verifiers.core.show import show_expression
from axiom_verifiers.errors import ContractError

MOST_STATES = 80
# What a quantifier in a quantifier costs grows with the square of what it looks at: of states that
# hold more values than this, only some are kept.
_LARGE = 120
_MOST_LARGE = 12


class Head:
    """A recorded state at a loop's head, and the arguments of the run that it is from."""

    __slots__ = ("before", "state")

    def __init__(self, state: State, before: Mapping[str, Value]) -> None:
        self.state = state
        self.before = before


def heads(runs: Sequence[Run], function: str, loop: int, names: Sequence[str]) -> list[Head]:
    """States at the loop's head, spread over the runs and over each run.

    `names` are the entry's parameters; states of other functions know no values at entry.
    """
    per_run = max(4, MOST_STATES // max(1, len(runs)))
    found: list[Head] = []
    large = 0
    for run in runs:
        states = run.heads.get((function, loop), ())
        if len(states) > per_run:
            half = per_run // 2
            step = max(1, (len(states) - half) // half)
            states = (*states[:half], *states[half:-1:step], states[-1])
        before = dict(zip(names, run.args, strict=False))
        for state in states:
            much = sum(map(_values, state.values())) > _LARGE
            large += much
            if not much or large <= _MOST_LARGE:
                found.append(Head(state, before))
    return found[: 4 * MOST_STATES]


def _values(value: Value) -> int:
    """How many values it is made of; a text counts as one."""
    if isinstance(value, Mapping):
        inside = cast("Mapping[Value, Value]", value)
        return 1 + sum(_values(key) + _values(of) for key, of in inside.items())
    if isinstance(value, list | tuple | set | frozenset):
        return 1 + sum(map(_values, cast("Iterable[Value]", value)))
    return 1


def surviving(guesses: Iterable[Expr], states: Sequence[Head], contract: Contract) -> list[Expr]:
    """Guesses that hold, and are defined, in every state; each once."""
    evaluator = Evaluator(contract.defines)
    kept: list[Expr] = []
    known: set[str] = set()
    for guess in guesses:
        guess = without_spans(guess)
        text = show_expression(_canonical(guess))
        if text in known:
            continue
        known.add(text)
        if not _trivial(guess) and all(_holds(evaluator, guess, head) for head in states):
            kept.append(guess)
    return kept


def _trivial(guess: Expr) -> bool:
    """Whether it says of something that it is like itself."""
    match guess:
        case Compare(left=one, right=other) | Call(function="permutation", args=(one, other)):
            return one == other
        case _:
            return False


def _canonical(guess: Expr) -> Expr:
    """Guesses that differ in the name that they bind alone are one."""
    match guess:
        case Quantifier(target=Target(name=str(name))):
            return rename_bound(guess, {name: "member"})
        case _:
            return guess


def without_weaker(guesses: Sequence[Expr]) -> list[Expr]:
    """Of `forall … x != y` and `forall … x < y` (or `>`) the first is left out.

    `<=` stays beside `<`: the stronger one may turn out not to be inductive.
    """
    texts = {show_expression(guess) for guess in guesses}
    kept: list[Expr] = []
    for guess in guesses:
        if isinstance(guess, Quantifier) and isinstance(guess.body, Compare):
            body = guess.body
            stronger = [
                show_expression(replace(guess, body=replace(body, op=op))) for op in ("<", ">")
            ]
            if body.op == "!=" and not texts.isdisjoint(stronger):
                continue
        kept.append(guess)
    return kept


def _holds(evaluator: Evaluator, guess: Expr, head: Head) -> bool:
    try:
        return evaluator.evaluate(guess, head.state, head.before) is True
    except ContractError:
        return False
