"""Inputs for the branches of the code that no input has taken yet.

The code runs with hooks that note each test's operands and by how much it missed coming out the
other way. For a test that always came out one way, the nearest input is changed: a value that
the test compared is looked for in the input and replaced by the other side (input-to-state
correspondence: Aschermann and others, 2019), numbers are moved by what is missing, by a slope
that two runs tell (Newton's method) and bit by bit. All inputs meet `requires`. What a run shows
here is only a reason to run the code as it is.
"""

# Operands come from the candidate as any JSON value.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false
from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import msgspec

from axiom_verifiers.checks._inputs import Inputs, InputSource
from axiom_verifiers.checks._leaves import Path, leaves, replaced
from axiom_verifiers.checks._refute_replay import Replay, Seen
from axiom_verifiers.checks._runs import met_limit
from axiom_verifiers.contracts.values import Value
from axiom_verifiers.sandbox.watched import Branch, BranchNotes, Watched

_RUNS = 2_500
_FEW = 2
_BATCH = 64
_MUTANTS = 24  # of one goal in one round
_ROUNDS = 14  # for one goal without coming nearer
_STUCK = 20  # runs out of fuel after which no more are tried
_PATHS = 24
_LAST_CODE = 0x2FFFF  # The provers know no characters beyond it.

_Goal = tuple[int, bool]  # a test's site, and how it should come out


class _Best(msgspec.Struct):
    """The input that came nearest to a goal, and how often no nearer one was found."""

    far: float
    row: Inputs
    operands: list[tuple[Any, Any]]
    tries: int = 0
    slopes: list[tuple[Path, float]] = []


class _Mutant(msgspec.Struct, frozen=True):
    row: Inputs
    goal: _Goal | None = None
    path: Path = ()
    moved: int = 0


class Guided:
    """One hunt over one subject, begun with `first`; `stuck` holds inputs on which the code met a
    limit.
    """

    def __init__(self, replay: Replay, source: InputSource, first: list[Inputs]) -> None:
        self._replay = replay
        self._source = source
        self._first = first
        self._best: dict[_Goal, _Best] = {}
        self._done: set[_Goal] = set()
        self.runs = 0
        self.stuck: list[Inputs] = []

    def run(self) -> Iterator[Seen]:
        """What the runs showed, while there are goals that some change brings nearer."""
        yield from self._batch([_Mutant(row) for row in self._first])
        while self.runs < _RUNS and len(self.stuck) < _STUCK and not self._replay.budget.stopped:
            goals = [
                goal
                for goal, best in self._best.items()
                if goal not in self._done and best.tries < _ROUNDS
            ]
            if not goals:
                return
            goals.sort(key=lambda goal: (self._best[goal].tries, goal))
            mutants: list[_Mutant] = []
            for goal in goals[:6]:
                self._best[goal].tries += 1
                mutants += itertools.islice(self._fitting(goal), _MUTANTS)
            yield from self._batch(mutants)

    # ------------------------------------------------------------ running

    def _batch(self, mutants: list[_Mutant]) -> Iterator[Seen]:
        start = 0
        while start < len(mutants):
            # The first few go alone: code that never ends shows it there, and soonest.
            part = mutants[start : start + (_BATCH if self.runs else _FEW)]
            start += len(part)
            rows = [mutant.row for mutant in part]
            for mutant, one in zip(part, self._replay.branches(rows), strict=True):
                self.runs += 1
                if met_limit(one.outcome):
                    self.stuck.append(mutant.row)
                if one.notes is not None:
                    self._learn(mutant, one.notes.branches)
                yield self._seen(mutant.row, one)

    def _seen(self, row: Inputs, one: Watched[BranchNotes]) -> Seen:
        return Seen(row, one.outcome, self._replay.judge(row, one.outcome))

    def _learn(self, mutant: _Mutant, branches: list[Branch]) -> None:
        for branch in branches:
            for came, wanted, far in ((1, True, branch.to_true), (2, False, branch.to_false)):
                goal = (branch.site, wanted)
                if branch.came & came:
                    self._done.add(goal)
                elif far is not None and goal not in self._done:
                    self._nearer(goal, far, mutant, branch)

    def _nearer(self, goal: _Goal, far: float, mutant: _Mutant, branch: Branch) -> None:
        best = self._best.get(goal)
        if best is None or far < best.far:
            tries = 0 if best is None else max(0, best.tries - 4)
            slopes = [] if best is None else best.slopes
            self._best[goal] = _Best(far, mutant.row, branch.operands, tries, slopes[-8:])
        best = self._best[goal]
        if mutant.goal == goal and mutant.moved:
            gap = _gap(branch.operands)
            if gap is not None and best.row is not mutant.row:
                before = _gap(best.operands)
                if before is not None and gap != before:
                    slope = (gap - before) / mutant.moved
                    best.slopes.append((mutant.path, slope))

    # ------------------------------------------------------------ changing

    def _fitting(self, goal: _Goal) -> Iterator[_Mutant]:
        """Changed inputs that are new and meet `requires`, mended first where they do not."""
        mending = 4
        for mutant in self._mutants(goal):
            if self._source.fresh(mutant.row):
                if self._source.admitted(mutant.row):
                    yield mutant
                elif mending:
                    mending -= 1
                    mended = self._source.search((), mutant.row)
                    if mended is not None and self._source.fresh(mended):
                        yield _Mutant(mended)

    def _mutants(self, goal: _Goal) -> Iterator[_Mutant]:
        best = self._best[goal]
        places = leaves(best.row)[:200]

        def put(path: Path, value: Value, moved: int = 0) -> _Mutant:
            row = {**best.row, path[0]: replaced(best.row[path[0]], path[1:], value)}
            return _Mutant(row, goal, path, moved)

        if best.tries <= 2:
            for left, right in best.operands:
                for mine, theirs in ((left, right), (right, left)):
                    for path, value in self._matching(places, mine, theirs):
                        yield put(path, value)
        gap = _gap(best.operands)
        numbers = [(path, value) for path, value in places if type(value) is int][:_PATHS]
        if gap is not None:
            for path, slope in reversed(best.slopes):
                at = next((value for where, value in numbers if where == path), None)
                if at is not None and slope and abs(gap / slope) < 1e300:
                    step = round(-gap / slope)
                    for each in (step, step + 1, step - 1, step // 2):
                        yield put(path, at + each, each)
            best.slopes = []
        for path, value in numbers:
            for step in (1, -1):
                yield put(path, value + step, step)
            if gap is not None:
                for step in (gap, -gap, gap + 1, -gap - 1, gap - 1, 1 - gap):
                    yield put(path, value + step)
        texts = [(path, value) for path, value in places if isinstance(value, str) and value]
        if gap is not None:
            # What is compared may be made of the codes of characters.
            for path, value in texts[:_PATHS]:
                at = self._source.chance.randrange(len(value))
                for step in (gap, -gap):
                    code = ord(value[at]) + step
                    if 0 <= code <= _LAST_CODE and not 0xD800 <= code <= 0xDFFF:
                        yield put(path, value[:at] + chr(code) + value[at + 1 :])
        for _ in range(_MUTANTS):
            row = dict(best.row)
            for _ in range(self._source.chance.choice((1, 1, 2, 3))):
                self._source.mend(row)
            yield _Mutant(row, goal)

    def _matching(
        self, places: list[tuple[Path, Value]], mine: Any, theirs: Any
    ) -> Iterator[tuple[Path, Value]]:
        """Places that hold one side of a comparison, with what brings in the other side."""
        match mine, theirs:
            case bool(), _:
                return
            case (int() | float(), int() | float()):
                for path, value in places:
                    if type(value) is type(mine) and value == mine:
                        for each in (theirs, theirs + 1, theirs - 1):
                            yield path, type(value)(each)
                    elif isinstance(value, str) and value == str(mine):
                        yield path, str(theirs)
                    elif (
                        isinstance(value, str | list)
                        and type(theirs) is int
                        and len(value) == mine
                        and 0 <= theirs <= 64
                    ):
                        yield path, _resized(value, theirs)
                        yield path, _resized(value, theirs + 1)
                if isinstance(mine, int) and isinstance(theirs, int):
                    for path, value in places[:_PATHS]:
                        if type(value) is int:
                            yield path, value ^ mine ^ theirs
                            yield path, theirs
            case str(), str():
                for path, value in places:
                    if isinstance(value, str):
                        if mine and mine in value:
                            yield path, value.replace(mine, theirs, 1)
                        yield path, theirs
                        if len(value) != len(theirs):
                            yield path, value + theirs
                        if len(mine) == len(theirs) == 1 and value:
                            at = self._source.chance.randrange(len(value))
                            yield path, value[:at] + theirs + value[at + 1 :]
            case _, list():
                for path, value in places:
                    if isinstance(value, list) and value == mine:
                        yield path, list(theirs)
                for each in theirs[:6]:
                    if type(each) is type(mine) and not isinstance(each, list):
                        yield from self._matching(places, mine, each)
            case _:
                return


def _resized(value: Any, size: int) -> Value:
    if isinstance(value, str):
        return ((value or "a") * (size + 1))[:size]
    return (value * (size + 1))[:size] if value else value


def _gap(operands: list[tuple[Any, Any]]) -> int | None:
    """What the nearest of these comparisons of numbers misses: left less right."""
    for left, right in operands:
        if type(left) is int and type(right) is int:
            return left - right
    return None
