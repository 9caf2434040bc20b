"""The contract as an oracle: which inputs count, and which goals it allows on each.

Everything here is said by the contracts' evaluator on the host, of expressions of our own;
no text is ever executed.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Sequence
from typing import Any

from axiom_server.errors import TooLongError, UnsupportedContractError
from axiom_server.synthesis.clauses import (
    Goal,
    all_exprs,
    goal_clauses,
    usable,
)
from axiom_server.synthesis.clock import Clock
from axiom_server.synthesis.enumeration import FAILED, freeze
from axiom_server.synthesis.inputs import Arguments, streams
from axiom_server.synthesis.meaning import Meaning
from axiom_server.synthesis.trees import TRUE
from axiom_verifiers.contracts import types as t
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import Call, Comprehension, DefineCall, Expr
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.typing_rules import erase
from axiom_verifiers.contracts.values import Value

POINTS = 260
RAISING = 60
ENOUGH = 40  # points, where most inputs take too long to evaluate
TOO_LONG = 150
DRAWN = 6000  # inputs tried in search of those that meet `requires`


class Oracle:
    """Inputs of one contract, and its judgement of goals on them.

    `points` are inputs that meet `requires` and on which nothing is to be raised; `raising`
    those on which something is, with the names of the errors allowed.
    Raises UnsupportedContractError when no input meets `requires`.
    """

    def __init__(self, contract: Contract, goal: Goal, seed: int, clock: Clock) -> None:
        self.contract = contract
        self.goal = goal
        self._clock = clock
        self.meaning = Meaning(contract)
        self.names = [p.name for p in contract.parameters]
        self.points: list[Arguments] = []
        self.raising: list[tuple[Arguments, tuple[str, ...]]] = []
        self._clauses = goal_clauses(contract, goal)
        self._clauses += [
            (TRUE, implied.condition)
            for implied in contract.implied
            if implied.obligation == "refinement" and implied.condition is not None
        ]
        # Parts of the clauses that can be evaluated before there is any goal.
        own = set(self.names)
        self._heavy = [
            expr
            for when, said in self._clauses
            for part in (when, said)
            for expr in walk(part)
            if isinstance(expr, DefineCall | Comprehension | Call) and usable(expr, own)
        ]
        self._owed: dict[int, list[Expr]] = {}
        self._expected: dict[Any, Value] = {}
        self._known: dict[tuple[int, Any], bool] = {}
        self._gather(seed)

    # ------------------------------------------------------------ inputs

    def _gather(self, seed: int) -> None:
        examples = self.examples()
        self._expected = {
            freeze(args): freeze(value) for args, value in examples if value is not FAILED
        }
        stream = streams(self.contract, all_exprs(self.contract), [a for a, _ in examples], seed)
        too_long = 0
        for args in itertools.islice(stream, DRAWN):
            if self._clock.over:
                break
            if not self._meets_requires(args):
                continue
            try:
                errors = self._errors(args)
                self._weigh(args)
            except TooLongError:
                too_long += 1
                if too_long > TOO_LONG and len(self.points) >= ENOUGH:
                    break
                continue
            if errors is None:
                continue
            if errors:
                if len(self.raising) < RAISING:
                    self.raising.append((args, errors))
            elif len(self.points) < POINTS:
                self.points.append(args)
            if len(self.points) >= POINTS and (
                not self.contract.raises or len(self.raising) >= RAISING
            ):
                break
        if not self.points and not self.raising:
            raise UnsupportedContractError(
                f"none of {DRAWN} inputs tried meets its `requires`: check that they do not "
                "contradict each other, or give an example that meets them"
            )

    def examples(self) -> list[tuple[Arguments, Value]]:
        """Arguments of the examples, and the goal that each expects; FAILED when it says none."""
        found: list[tuple[Arguments, Value]] = []
        for example in self.contract.examples:
            args = tuple(self.meaning.value(arg, {}) for arg in example.args)
            wanted = example.expected
            if self.goal.parameter is not None:
                wanted = dict(example.after).get(self.goal.parameter)
            expected = FAILED if wanted is None else self.meaning.value(wanted, {})
            if FAILED not in args:
                found.append((args, expected))
        return found

    def scope(self, args: Arguments) -> dict[str, Value]:
        return dict(zip(self.names, args, strict=True))

    def _weigh(self, args: Arguments) -> None:
        """Raises TooLongError for an input on which the clauses take too long to evaluate."""
        scope = self.scope(args)
        for expr in self._heavy:
            self.meaning.bounded(expr, scope)
        for guess in self._guesses(args):
            for _, said in self._clauses:
                self.meaning.bounded(said, {**scope, "result": guess})

    def _guesses(self, args: Arguments) -> list[Value]:
        """Likely goals, to see whether a clause takes too long on them."""
        match self.goal.type:
            case t.IntType():
                common: list[Value] = [0, 1, 2]
            case t.ListType():
                common = [[]]
            case t.StrType():
                common = [""]
            case _:
                common = []
        kinds = [erase(p.type) for p in self.contract.parameters]
        same = [arg for arg, kind in zip(args, kinds, strict=True) if kind == self.goal.type]
        return [*common, *same]

    def _meets_requires(self, args: Arguments) -> bool:
        scope = self.scope(args)
        return all(
            self.meaning.value(clause.condition, scope) is True for clause in self.contract.requires
        )

    def _errors(self, args: Arguments) -> tuple[str, ...] | None:
        """Names of the errors allowed, empty when none; None when a condition fails."""
        scope = self.scope(args)
        holds = [self.meaning.bounded(clause.when, scope) for clause in self.contract.raises]
        if any(value is FAILED for value in holds):
            return None
        return tuple(
            clause.error
            for clause, value in zip(self.contract.raises, holds, strict=True)
            if value is True
        )

    def add(self, points: Sequence[Arguments]) -> list[int]:
        """Take in more points; their places."""
        first = len(self.points)
        self.points += points
        return list(range(first, len(self.points)))

    # ------------------------------------------------------------ judgement

    def values(self, expr: Expr) -> list[Value]:
        """The expression on every point; FAILED where it fails."""
        return [self.meaning.value(expr, self.scope(args)) for args in self.points]

    def accepts(self, place: int, value: Value) -> bool:
        """Whether the clauses allow `value` as the goal on that point.

        A clause that cannot be evaluated (it quantifies over a whole type) is left to the
        verifiers; one that fails is not met.
        """
        if value is FAILED:
            return False
        key = (place, freeze(value))
        if key not in self._known:
            self._known[key] = self._accepts(place, value)
        return self._known[key]

    def _accepts(self, place: int, value: Value) -> bool:
        scope = self.scope(self.points[place])
        expected = self._expected.get(freeze(self.points[place]), FAILED)
        if expected is not FAILED and freeze(value) != expected:
            return False
        if place not in self._owed:
            self._owed[place] = [
                said
                for when, said in self._clauses
                if when == TRUE or self.meaning.value(when, scope) is True
            ]
        scope["result"] = copy.deepcopy(value)
        return all(self.meaning.holds(said, scope) for said in self._owed[place])

    def covered(self, values: Sequence[Value], places: Sequence[int]) -> int:
        """Which of the chosen points the values settle, as a mask over `places`."""
        mask = 0
        for bit, (place, value) in enumerate(zip(places, values, strict=True)):
            if self.accepts(place, value):
                mask |= 1 << bit
        return mask

    @property
    def over(self) -> bool:
        """Whether the deadline has passed."""
        return self._clock.over

    def failures(self, expr: Expr) -> list[int]:
        """Points on which the expression is not right."""
        return [
            place for place, value in enumerate(self.values(expr)) if not self.accepts(place, value)
        ]
