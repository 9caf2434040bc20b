"""Houdini inside one worker: what is left is inductive, cores tell what was needed."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from axiom_verifiers.logic import sorts
from axiom_verifiers.logic import terms as t
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.solvers import worker_sifting
from axiom_verifiers.solvers.drivers import CVC5, Z3, Driver
from axiom_verifiers.solvers.pool import SolverPool
from axiom_verifiers.solvers.sifting import NOTHING, OWED, SPARE, Asked, Sifted, sift

X = t.var("x", sorts.INT)
AFTER = t.add(X, t.integer(2))
CANDIDATES: list[Callable[[t.Term], t.Term]] = [
    lambda x: t.le(t.integer(0), x),
    lambda x: t.eq(t.floor_mod(x, t.integer(2)), t.integer(0)),
    lambda x: t.le(x, t.integer(10)),  # Not kept.
    lambda x: t.lt(t.integer(0), x),  # Kept, but not true at the start.
]


def groups(owed: t.Term, spare: t.Term) -> list[Asked]:
    """`x = 0` first, then `x += 2` again and again, and what is asked after that."""
    toggles = [t.var(f"on.{number}", sorts.BOOL) for number in range(len(CANDIDATES))]
    head = [t.implies(toggle, claim(X)) for toggle, claim in zip(toggles, CANDIDATES, strict=True)]

    def group(hypotheses: list[t.Term], goals: list[tuple[str, int, t.Term]]) -> Asked:
        literals = [t.var(f"goal.{key}", sorts.BOOL) for key, _, _ in goals]
        stated = [
            t.implies(literal, t.not_(goal))
            for literal, (_, _, goal) in zip(literals, goals, strict=True)
        ]
        problem = Problem(
            goal=t.FALSE, hypotheses=(*hypotheses, *stated), want=(*toggles, *literals)
        )
        return Asked(problem, tuple(range(len(toggles))), tuple((key, of) for key, of, _ in goals))

    start = [
        (f"start {n}", n, t.implies(toggles[n], claim(t.integer(0))))
        for n, claim in enumerate(CANDIDATES)
    ]
    kept = [(f"kept {n}", n, claim(AFTER)) for n, claim in enumerate(CANDIDATES)]
    begun = [(key, of, claim.args[1] if claim.op == "=>" else claim) for key, of, claim in start]
    return [
        group([], begun),
        group(head, kept),
        group(head, [("owed", OWED, owed), ("spare", SPARE, spare)]),
    ]


@pytest.mark.parametrize("driver", [Z3, CVC5], ids=lambda driver: driver.name)
def test_what_is_left_is_inductive(pool: SolverPool, driver: Driver) -> None:
    owed = t.not_(t.eq(X, t.integer(7)))
    found = ask(pool, driver, owed, t.lt(X, t.integer(3)))
    assert found.complete
    assert found.live == {0, 1}
    assert found.cores["owed"] == {1}
    assert found.cores["kept 1"] == {1}
    assert "spare" not in found.cores
    assert "start 3" not in found.cores


def test_nothing_follows_from_what_falls(pool: SolverPool) -> None:
    found = ask(pool, Z3, t.le(X, t.integer(10)), t.TRUE)
    assert "owed" not in found.cores


def test_a_solver_that_cannot_be_asked_shows_nothing(pool: SolverPool) -> None:
    missing = Driver(name="none", solver="none", command=("/nowhere/none",))
    assert ask(pool, missing, t.TRUE, t.TRUE) == NOTHING


def ask(pool: SolverPool, driver: Driver, owed: t.Term, spare: t.Term) -> Sifted:
    return sift(pool, driver, groups(owed, spare), range(4), work=20, seconds=60)


class Slow:
    """A group of which every question takes a second. Candidate 9 stands in the cores of the first
    two as long as it is there, though nothing needs it.
    """

    ways, exact = 1, 1

    def __init__(self) -> None:
        self.clock = 0

    def core(self, literals: list[str], others: list[str], way: int) -> list[str]:
        self.clock += 1
        own = literals[-1].removeprefix("goal")
        return [own, *(["9"] if own in "01" and "9" in literals else [])]


def test_what_was_shown_is_kept_when_time_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody has asked about falls early enough for the rest to be shown without it."""
    slow = Slow()
    clock = SimpleNamespace(process_time=lambda: slow.clock, monotonic=lambda: 0.0)
    monkeypatch.setattr(worker_sifting, "time", clock)
    numbers = range(10)
    group = {
        "goals": [(f"kept {n}", n, f"goal{n}") for n in numbers],
        "toggles": [(n, str(n)) for n in numbers],
    }
    request = {
        "groups": [group],
        "candidates": list(numbers),
        "light": list(numbers),
        "work": 8,
        "seconds": 60,
    }
    reply = worker_sifting.Sifting(request, lambda _: slow).run()
    assert reply["live"] == [0, 1, 2, 3, 4, 5]
    assert reply["cores"]["kept 0"] == [0]
