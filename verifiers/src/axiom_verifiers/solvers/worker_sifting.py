"""Houdini's algorithm in a worker process. Loaded by `worker.py` by path: imports nothing of ours.

A group of assertions is any object with `ways`, the number of ways to ask it, `exact`, how many
of these tell what was needed, and `core(literals, others, way)`: which of the literals cannot hold
together with the assertions, None when they may; the others may be taken to be false.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

Request = dict[str, Any]
Reply = dict[str, Any]

# Processor seconds in which cores are made smaller.
_NARROWING = 0.5
# The share of the time after which nothing new is asked, but only again what was shown once: a
# candidate that is dropped takes others along, and what is left must be shown from itself.
_NEW = 0.7
# The shares of the wall clock's seconds until which is asked, and until which cores are made
# smaller.
_WALL, _LAST = 0.85, 0.95
# The share of the work that questions with single candidates take at most.
_SINGLE = 0.2
# In place of a candidate's number: what is owed, and what may be shown or not.
_OWED, _SPARE = -1, -2


class _Goal:
    """One goal of a group. `core` are the numbers of what showing it needed, as far as that is
    known; `exact` says that no smaller one need be looked for; `failed` is the last way that was
    tried in vain; `met` says that it was shown once.
    """

    def __init__(self, key: str, number: int, literal: str) -> None:
        self.key, self.number, self.literal = key, number, literal
        self.core: list[int] | None = None
        self.failed = -1
        self.exact = False
        self.met = False


class _Place:
    """A group with its goals and the candidates' literals in it."""

    def __init__(self, group: Request, state: Any) -> None:
        self.state = state
        self.goals = [_Goal(str(k), int(n), str(text)) for k, n, text in group["goals"]]
        self.toggles = {int(number): str(literal) for number, literal in group["toggles"]}

    def ask(self, goal: _Goal, live: set[int], way: int) -> list[int] | None:
        numbers = {text: number for number, text in self.toggles.items() if number in live}
        others = [text for number, text in self.toggles.items() if number not in live]
        others += [other.literal for other in self.goals if other is not goal]
        core = self.state.core([*numbers, goal.literal], others, way)
        return None if core is None else sorted(numbers[text] for text in core if text in numbers)


class Sifting:
    """Drops candidates until each one left is shown in every group from those that are left.

    A goal is asked again only when something that it needed was dropped. The ways to ask are
    tried one after the other, the next one only when something that is owed was not shown. Where
    time runs out, what nobody has asked about yet falls first, so that the rest can be shown anew.
    """

    def __init__(self, request: Request, start: Callable[[Request], Any]) -> None:
        # The process's own time: what else the machine does changes no answer, as long as the
        # wall clock's seconds, after which nobody waits any more, are not used up.
        self.begun = time.process_time(), time.monotonic()
        self.work, self.wall = float(request["work"]), _WALL * request["seconds"]
        self.seconds = float(request["seconds"])
        self.places = [_Place(group, start(group)) for group in request["groups"]]
        self.every = frozenset(request["candidates"])
        self.light = frozenset(request.get("light", ()))
        self.spare = _SINGLE * request["work"]
        self.live = set(self.every)

    def run(self) -> Reply:
        ways = min((place.state.ways for place in self.places), default=1)
        for way in range(ways):
            self.live = set(self.every)
            if self.settle(way) or self.late():
                break
        self.by_one()
        late = self.late()
        self.work, self.wall = self.work + _NARROWING, _LAST * self.seconds
        self.narrow()
        cores = {
            goal.key: goal.core
            for place in self.places
            for goal in place.goals
            if goal.core is not None and self.live.issuperset(goal.core)
        }
        return {"status": "sifted", "reason": "timeout" if late else "",
                "live": sorted(self.live), "cores": cores}  # fmt: skip

    def late(self, share: float = 1.0) -> bool:
        """Whether that share of the time is used up."""
        work, wall = time.process_time() - self.begun[0], time.monotonic() - self.begun[1]
        return work > share * self.work or wall > share * self.wall

    def settle(self, way: int) -> bool:
        """Whether everything that is owed is shown in the end."""
        before = -1
        while before != len(self.live):
            before = len(self.live)
            for place in self.places:
                for goal in place.goals:
                    if goal.number in self.live and not self.shown(place, goal, way):
                        self.live.discard(goal.number)
        rest = [(p, goal) for p in self.places for goal in p.goals if goal.number < 0]
        shown = [self.shown(place, goal, way) or goal.number == _SPARE for place, goal in rest]
        return all(shown)

    def shown(self, place: _Place, goal: _Goal, way: int) -> bool:
        if goal.core is not None and self.live.issuperset(goal.core):
            return True
        goal.core = None
        if goal.number >= 0 and not goal.met and self.late(_NEW):
            return False
        # What failed in a quicker way would, with no more to go by, fail in it again.
        for each in range(goal.failed + 1, way + 1):
            if self.late():
                return False
            goal.core = place.ask(goal, self.live, each)
            if goal.core is None and goal.number >= 0 and each == 0:
                goal.core = self.alone(place, goal, goal.number)
            if goal.core is not None:
                goal.exact = each < place.state.exact
                goal.met = True
                return True
        goal.failed = way
        return False

    def alone(self, place: _Place, goal: _Goal, number: int) -> list[int] | None:
        """The core when but one candidate is there beside the light ones: where there are many,
        they can be more than the solver gets through.
        """
        few = self.live & (self.light | {number})
        if len(few) == len(self.live) or self.spare <= 0:
            return None
        started = time.process_time()
        core = place.ask(goal, few, 0)
        self.spare -= time.process_time() - started
        return core

    def by_one(self) -> None:
        """What is owed and was not shown by all that is left may be by one of them."""
        for place in self.places:
            for goal in place.goals:
                if goal.number != _OWED or goal.core is not None:
                    continue
                for number in sorted(self.live - self.light):
                    if goal.core is None and not self.late():
                        goal.core = self.alone(place, goal, number)

    def narrow(self) -> None:
        """Looks for smaller cores of what is owed, and of what that rests on."""
        waiting = [(p, g) for p in self.places for g in p.goals if g.number == _OWED]
        known: set[int] = set()
        while waiting:
            place, goal = waiting.pop()
            if goal.core is None:
                continue
            if not goal.exact:
                self.shorten(place, goal)
            new = set(goal.core) - known
            known |= new
            waiting += [(p, g) for p in self.places for g in p.goals if g.number in new]

    def shorten(self, place: _Place, goal: _Goal) -> None:
        """Tries to do without ever smaller parts of the core."""
        core = list(goal.core or ())
        size = max(1, len(core) // 2)
        while core and size:
            at = 0
            while at < len(core) and not self.late():
                fewer = core[:at] + core[at + size :]
                found = next(
                    (f for way in (0, 1) if (f := place.ask(goal, set(fewer), way)) is not None),
                    None,
                )
                if found is None:
                    at += size
                else:
                    core = [number for number in fewer if number in found]
            size = 0 if size == 1 else size // 2
        goal.core, goal.exact = core, True
