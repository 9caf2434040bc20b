"""Which of the guessed invariants hold, and which of them each clause needs.

All guesses of all loops are put on trial at once (`obligations.trying`); one solver process
drops those that are not inductive (`solvers.sifting`) and tells for everything that it shows
which guesses that needed. What a clause needs, with what that needs in turn, becomes its hints:
few, so that its obligations are short, and the same whatever else was guessed.
"""

from __future__ import annotations

import time

import msgspec

from axiom_verifiers.checks._prove_answers import Moot, Solvers
from axiom_verifiers.contracts.contract import Clause, Contract
from axiom_verifiers.contracts.expressions import Expr, Quantifier
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.core.program import Program
from axiom_verifiers.logic.abstraction import abstracted
from axiom_verifiers.obligations.derive import Derivation
from axiom_verifiers.obligations.state import LoopHints, Trial
from axiom_verifiers.obligations.trying import Candidate, Goal, Group, Questions
from axiom_verifiers.solvers.drivers import CVC5, Z3, Driver
from axiom_verifiers.solvers.sifting import NOTHING, OWED, SPARE, Asked, Sifted, sift
from axiom_verifiers.solvers.stopping import Stop

# Processor seconds that one sifting takes at most, and its share of what is left of the budget.
WORK = 4.0
_SHARE = 0.6


class Settled(msgspec.Struct, frozen=True):
    """What a trial showed. `needs` has the candidates that each shown clause rests on;
    `measures` the first measure that is one, by function and loop; `loops` are those met.
    """

    trials: tuple[Trial, ...]
    left: frozenset[Candidate]
    needs: dict[str, frozenset[Candidate]]
    measures: dict[tuple[str, int], tuple[Expr, frozenset[Candidate]]]
    loops: frozenset[tuple[str, int]]

    def hints(self, needed: frozenset[Candidate], clause: str = "") -> tuple[LoopHints, ...]:
        """The hints with these candidates, in their order."""
        found: list[LoopHints] = []
        for trial in self.trials:
            key = trial.function, trial.loop
            chosen = tuple(
                expr
                for number, expr in enumerate(trial.invariants, start=1)
                if (*key, number) in needed
            )
            measure = self.measures.get(key)
            found.append(LoopHints(*key, chosen, None if measure is None else measure[0], clause))
        return tuple(found)


def settle(
    program: Program,
    contract: Contract,
    trials: tuple[Trial, ...],
    clauses: tuple[Clause, ...],
    solvers: Solvers,
    until: float,
    spare: frozenset[str] = frozenset(),
    given: tuple[LoopHints, ...] = (),
    work: float = WORK,
) -> Settled:
    """Tries these invariants and measures for these clauses, at most to that moment; for those
    in `spare` only as far as it costs little. `given` says where clauses must have a value.
    """
    derivation = Derivation(program, contract, given)
    questions = Questions(derivation, trials)
    numbers = {candidate: i for i, (candidate, _) in enumerate(questions.toggles)}
    said = questions.said()
    groups = questions.inductive()
    measures = questions.measures()
    groups += measures
    owed: dict[str, list[Group]] = {}
    for clause in clauses:
        found = questions.owed(clause)
        if found is not None:
            owed[clause.id] = found
            groups += found
    asked = [_asked(group, numbers, spare) for group in groups]
    candidates = [number for candidate, number in numbers.items() if candidate in said]
    told = {
        (trial.function, trial.loop, number): expr
        for trial in trials
        for number, expr in enumerate(trial.invariants, start=1)
    }
    light = [numbers[one] for one, expr in told.items() if one in numbers and is_plain(expr)]
    stop = Moot(solvers.budget, [clause.id for clause in clauses])
    sifted = _sift(asked, candidates, light, solvers, until, work, stop)
    names = {number: candidate for candidate, number in numbers.items()}
    support = _Support(groups, sifted, names)
    needs: dict[str, frozenset[Candidate]] = {}
    for clause in clauses:
        mine = owed.get(clause.id)
        if mine is not None:
            needed = support.of([goal.key for group in mine for goal in group.goals])
            if needed is not None:
                needs[clause.id] = needed
    chosen: dict[tuple[str, int], tuple[Expr, frozenset[Candidate]]] = {}
    for trial in trials:
        keys = [goal.key for group in measures for goal in group.goals]
        for number, measure in enumerate(trial.measures, start=1):
            stems = tuple(
                f"{kind}|{trial.function}|{trial.loop}|{number}#"
                for kind in ("measure is bounded", "measure decreases")
            )
            own = [key for key in keys if key.startswith(stems)]
            needed = support.of(own)
            if needed is not None and own:
                chosen[trial.function, trial.loop] = measure, needed
                break
    left = frozenset(names[number] for number in sifted.live)
    return Settled(trials, left, needs, chosen, frozenset(questions.loops()))


def _ways(asked: list[Asked]) -> list[tuple[Driver, list[Asked]]]:
    """Who is asked what, the likeliest first."""
    strings = any(group.problem.script().features.strings for group in asked)
    if not strings:
        return [(Z3, asked), (CVC5, asked)]
    weaker = [(group, abstracted(group.problem)) for group in asked]
    exact: list[tuple[Driver, list[Asked]]] = [(CVC5, asked), (Z3, asked)]
    if all(problem is None for _, problem in weaker):
        return exact
    # Where texts and quantifiers meet, a few laws of texts show the most.
    lawful = [
        group if problem is None else msgspec.structs.replace(group, problem=problem)
        for group, problem in weaker
    ]
    return [(Z3, lawful), *exact]


def is_plain(expr: Expr) -> bool:
    """Whether it speaks of all members of nothing."""
    return not any(isinstance(part, Quantifier) for part in walk(expr))


def _sift(
    asked: list[Asked],
    candidates: list[int],
    light: list[int],
    solvers: Solvers,
    until: float,
    work: float,
    stop: Stop,
) -> Sifted:
    """By the likeliest solver; by the next one too where that left something open."""
    best = NOTHING
    for driver, groups in _ways(asked):
        left = min(solvers.budget.remaining(), until - time.monotonic())
        if stop.is_set() or left <= 0:
            break
        seconds = max(0.1, left * _SHARE)
        found = sift(
            solvers.pool,
            driver,
            groups,
            candidates,
            work=work,
            seconds=seconds,
            light=light,
            stop=stop,
        )
        if best is NOTHING or _shown(asked, found) > _shown(asked, best):
            best = found
        if _shown(asked, best) == sum(1 for g in asked for _, number in g.goals if number == OWED):
            break
    return best


def _shown(asked: list[Asked], sifted: Sifted) -> int:
    """How much of what is owed was shown."""
    return sum(
        1
        for group in asked
        for key, number in group.goals
        if number == OWED and key in sifted.cores
    )


def _asked(group: Group, numbers: dict[Candidate, int], spare: frozenset[str]) -> Asked:
    def falls(goal: Goal) -> int:
        if goal.candidate is not None:
            return numbers[goal.candidate]
        of, _, _ = goal.key.partition("#")
        return SPARE if of.startswith("measure") or of in spare else OWED

    toggles = tuple(numbers[candidate] for candidate, _ in group.toggles)
    return Asked(group.problem, toggles, tuple((goal.key, falls(goal)) for goal in group.goals))


class _Support:
    """What goals rest on: the candidates in their cores, and in the cores of those."""

    def __init__(self, groups: list[Group], sifted: Sifted, names: dict[int, Candidate]) -> None:
        self.cores = sifted.cores
        self.names = names
        self.goals: dict[Candidate, list[str]] = {}
        for group in groups:
            for goal in group.goals:
                if goal.candidate is not None:
                    self.goals.setdefault(goal.candidate, []).append(goal.key)

    def of(self, keys: list[str]) -> frozenset[Candidate] | None:
        """None when one of the goals was not shown."""
        needed: set[Candidate] = set()
        waiting = list(keys)
        while waiting:
            key = waiting.pop()
            core = self.cores.get(key)
            if core is None:
                return None
            for number in core:
                candidate = self.names[number]
                if candidate not in needed:
                    needed.add(candidate)
                    waiting += self.goals.get(candidate, [])
        return frozenset(needed)
