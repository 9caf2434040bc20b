"""Houdini's algorithm (Flanagan and Leino, FME 2001) within one solver process.

The process gets every group of assertions once and asks itself about single goals under
assumptions, with a limit of resources for each: so a round costs milliseconds, and what an
earlier round showed is asked again only when something that it needed has fallen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.solvers.asking import ask_once
from axiom_verifiers.solvers.drivers import Driver
from axiom_verifiers.solvers.pool import SolverPool
from axiom_verifiers.solvers.stopping import Stop

# How much of a solver's resources, in seconds, one goal may take.
_EACH = 0.1


# In place of a candidate's number: what is owed, and what may be shown or not.
OWED = -1
SPARE = -2


class Asked(msgspec.Struct, frozen=True):
    """One group: `want` of the problem lists its toggles, then its goals' literals.

    `goals` are pairs of a key and the number of the candidate that falls with it, or `OWED`, or
    `SPARE`.
    """

    problem: Problem
    toggles: tuple[int, ...]
    goals: tuple[tuple[str, int], ...]


class Sifted(msgspec.Struct, frozen=True):
    """`live` are the candidates that are left; `cores` say of each goal that was shown which
    candidates it needed. `complete` is false when time ran out.
    """

    live: frozenset[int]
    cores: Mapping[str, frozenset[int]]
    complete: bool


NOTHING = Sifted(frozenset(), {}, complete=False)


def sift(
    pool: SolverPool,
    driver: Driver,
    groups: Sequence[Asked],
    candidates: Sequence[int],
    *,
    work: float,
    seconds: float,
    each: float = _EACH,
    light: Sequence[int] = (),
    stop: Stop | None = None,
) -> Sifted:
    """The greatest part of the candidates of which every goal is shown from the others, as far
    as this solver can tell; `NOTHING` when it cannot be asked. `work` bounds the processor
    seconds, `seconds` is the backstop. Those in `light` are no burden to a question: with them
    alone goals are asked that are not shown with all others beside them.
    """
    stated: list[dict[str, Any]] = []
    for group in groups:
        script = group.problem.script()
        symbols = [text for _, text in script.want]
        split = len(group.toggles)
        stated.append(
            {
                "logic": script.logic,
                "text": script.text,
                "toggles": list(zip(group.toggles, symbols[:split], strict=True)),
                "goals": [
                    (key, number, symbol)
                    for (key, number), symbol in zip(group.goals, symbols[split:], strict=True)
                ],
            }
        )
    reply = ask_once(
        pool,
        driver,
        {
            "op": "sift",
            "groups": stated,
            "candidates": list(candidates),
            "light": list(light),
            "options": [list(option) for option in driver.options],
            "rlimit": int((driver.resources or 0) * each),
            "each": 10 * each,
            "work": work,
            "seconds": seconds,
        },
        seconds=seconds,
        stop=stop,
    )
    if reply.get("status") != "sifted":
        return NOTHING
    live, cores = reply.get("live"), reply.get("cores")
    if not isinstance(live, list) or not isinstance(cores, dict):
        return NOTHING
    try:
        return Sifted(
            msgspec.convert(live, frozenset[int]),
            msgspec.convert(cores, dict[str, frozenset[int]]),
            complete=not reply.get("reason"),
        )
    except msgspec.ValidationError:
        return NOTHING
