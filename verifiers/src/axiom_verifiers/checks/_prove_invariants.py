"""Which of the guessed invariants hold: Houdini's algorithm (Flanagan and Leino, FME 2001).

All candidates of all loops are assumed at once; each one that is not shown to hold at the start
or to be kept is dropped, and what is left is tried again, until nothing is dropped. What is
left holds, whatever the candidates were.
"""

from __future__ import annotations

import msgspec

from axiom_verifiers.checks._prove_answers import Solvers
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.core.program import Program
from axiom_verifiers.logic import terms
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.derive import Derivation
from axiom_verifiers.obligations.obligation import problem_of
from axiom_verifiers.obligations.state import Check, LoopHints
from axiom_verifiers.solvers.answers import Invalid

# Seconds for one question while candidates are sifted.
_ONE = 1.0
_ALL = 2.0
_IMPLIED = 0.25

_Key = tuple[str, int, int]


def inductive(
    program: Program, contract: Contract, candidates: tuple[LoopHints, ...], solvers: Solvers
) -> tuple[LoopHints, ...]:
    """The greatest part of the candidates that is inductive, as far as the solvers can tell."""
    kept = candidates
    while any(hint.invariants for hint in kept):
        derivation = Derivation(program, contract, kept)
        checks = [c for c in derivation.machine.checks if c.kind.startswith("invariant")]
        said = {_key(check) for check in checks}
        wrong = _failing(derivation, checks, solvers)
        # A candidate that could not be said at this loop is of no use.
        keys = [(hint.function, hint.loop) for hint in kept]
        every = {
            (function, loop, number)
            for (function, loop), hint in zip(keys, kept, strict=True)
            for number in range(1, len(hint.invariants) + 1)
        }
        unsaid = every - said if checks else set[_Key]()
        dropped = wrong | unsaid
        if not dropped:
            return kept
        kept = tuple(_without(hint, dropped) for hint in kept)
        if solvers.budget.stopped:
            return tuple(msgspec.structs.replace(hint, invariants=()) for hint in kept)
    return kept


def independent(
    program: Program, contract: Contract, hints: tuple[LoopHints, ...], solvers: Solvers
) -> tuple[LoopHints, ...]:
    """The invariants without those that follow from the others at their loop's head.

    What is left says the same, so it is as inductive; every obligation gets shorter by it.
    """
    derivation = Derivation(program, contract, hints)
    heads = derivation.machine.heads
    dropped: set[_Key] = set()
    for head in heads:
        if sum((h.function, h.loop) == (head.function, head.loop) for h in heads) > 1:
            continue  # A helper that is inlined at several places has several heads.
        left = dict(head.claims)
        for number in sorted(left, key=lambda n: (-terms.count(left[n]), n)):
            others = [claim for other, claim in left.items() if other != number]
            condition = terms.and_(head.condition, *others)
            question = problem_for(derivation, condition, left[number])
            if not solvers.budget.stopped and solvers.ask(question, longest=_IMPLIED).valid:
                del left[number]
                dropped.add((head.function, head.loop, number))
    return tuple(_without(hint, dropped) for hint in hints)


def _key(check: Check) -> _Key:
    return (check.function, check.loop, check.number)


def _without(hint: LoopHints, dropped: set[_Key]) -> LoopHints:
    left = tuple(
        expr
        for number, expr in enumerate(hint.invariants, start=1)
        if (hint.function, hint.loop, number) not in dropped
    )
    return msgspec.structs.replace(hint, invariants=left)


def _failing(derivation: Derivation, checks: list[Check], solvers: Solvers) -> set[_Key]:
    """The candidates of which some check is not shown."""
    groups: dict[Term, list[Check]] = {}
    for check in checks:
        groups.setdefault(check.condition, []).append(check)
    wrong: set[_Key] = set()
    for condition, group in groups.items():
        wrong |= _failing_together(
            derivation, condition, [c for c in group if _key(c) not in wrong], solvers
        )
        if solvers.budget.stopped:
            return {_key(check) for check in checks}
    return wrong


def _failing_together(
    derivation: Derivation, condition: Term, group: list[Check], solvers: Solvers
) -> set[_Key]:
    """Asks for all goals at once; a model names those that fail in it."""
    wrong: set[_Key] = set()
    left: list[Check] = [check for check in group if check.goal is not terms.TRUE]
    wrong |= {_key(check) for check in left if check.goal is terms.FALSE}
    left = [check for check in left if check.goal is not terms.FALSE]
    while len(left) > 1:
        goals: tuple[Term, ...] = tuple(dict.fromkeys(check.goal for check in left))
        problem = problem_for(derivation, condition, terms.and_(*goals), goals)
        result = solvers.ask(problem, longest=_ALL)
        if result.valid:
            return wrong
        answer = result.answer
        if not isinstance(answer, Invalid):
            break
        asked = [key for key, _ in problem.script().want]
        keys: dict[str, Term] = dict(zip(asked, goals, strict=True))
        false = {keys[key] for key, value in answer.model.items() if value == "false"}
        failing = [check for check in left if check.goal in false]
        if not failing:
            break
        wrong |= {_key(check) for check in failing}
        left = [check for check in left if _key(check) not in wrong]
    for check in left:
        if solvers.budget.stopped:
            return wrong | {_key(check) for check in left}
        if not solvers.ask(problem_for(derivation, condition, check.goal), longest=_ONE).valid:
            wrong.add(_key(check))
    return wrong


def problem_for(
    derivation: Derivation, condition: Term, goal: Term, want: tuple[Term, ...] = ()
) -> Problem:
    """A question about a place on the way."""
    return problem_of(
        derivation.folds,
        derivation.datatypes,
        (*derivation.meaning.requires, condition),
        derivation.meaning.facts,
        goal,
        want,
    )
