"""What is known of a program's loops: invariants and measures, found and proved."""

from __future__ import annotations

import msgspec

from axiom_verifiers import invariants
from axiom_verifiers.checks._prove_answers import Solvers
from axiom_verifiers.checks._prove_invariants import independent, inductive, problem_for
from axiom_verifiers.checks.verifier import Subject
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.core.flow import loops
from axiom_verifiers.core.interpreter import Run
from axiom_verifiers.core.program import For, Function, Program, While
from axiom_verifiers.obligations.derive import Derivation
from axiom_verifiers.obligations.state import LoopHints

# How many guesses at one loop's measure are tried.
_MEASURES = 16


class Found(msgspec.Struct, frozen=True):
    """`tried` says for a reader what was looked for."""

    hints: tuple[LoopHints, ...]
    tried: tuple[str, ...]


def hints_for(subject: Subject, program: Program, solvers: Solvers) -> Found:
    """Invariants and measures of all loops."""
    contract = subject.contract
    every = [(function, loop) for function in program.functions for loop in loops(function)]
    if not every:
        return Found((), ("as given",))
    runs = invariants.sample_runs(program, contract)
    guessed = tuple(
        LoopHints(
            function.name,
            loop.loop,
            tuple(invariants.candidates(program, function, loop, contract, runs)),
        )
        for function, loop in every
    )
    kept = inductive(program, contract, guessed, solvers)
    tried = ["as given"]
    if any(hint.invariants for hint in guessed):
        count = sum(len(hint.invariants) for hint in guessed)
        left = sum(len(hint.invariants) for hint in kept)
        tried.append(f"{count} invariants guessed, {left} proved")
    kept = independent(program, contract, kept, solvers)
    kept = _with_measures(program, contract, every, kept, runs, solvers)
    return Found(kept, tuple(tried))


def _with_measures(
    program: Program,
    contract: Contract,
    every: list[tuple[Function, While | For]],
    hints: tuple[LoopHints, ...],
    runs: list[Run],
    solvers: Solvers,
) -> tuple[LoopHints, ...]:
    """Each `while` loop with the first measure that is proved to be one."""
    found = list(hints)
    for number, (function, loop) in enumerate(every):
        if not isinstance(loop, While) or found[number].measure is not None:
            continue
        for measure in invariants.measures(function, loop, contract, runs)[:_MEASURES]:
            if solvers.budget.stopped:
                break
            attempt = msgspec.structs.replace(found[number], measure=measure)
            tried = (*found[:number], attempt, *found[number + 1 :])
            derivation = Derivation(program, contract, tuple(tried))
            checks = [
                check
                for check in derivation.machine.checks
                if (check.function, check.loop) == (function.name, loop.loop)
                and check.kind in ("measure decreases", "measure is bounded", "no measure")
            ]
            if all(
                solvers.ask(problem_for(derivation, c.condition, c.goal), longest=1.0).valid
                for c in checks
            ):
                found[number] = attempt
                break
    return tuple(found)
