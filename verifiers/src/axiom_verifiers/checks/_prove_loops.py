"""What is known of a program's loops: invariants and measures, found and proved."""

from __future__ import annotations

import msgspec

from axiom_verifiers import invariants
from axiom_verifiers.checks._prove_answers import Solvers
from axiom_verifiers.checks._prove_invariants import independent, inductive, problem_for
from axiom_verifiers.checks.verifier import Subject
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import Expr
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
    sift = _Sift(program, contract, every, runs, solvers)
    # What belongs to one clause is guessed from that clause alone.
    common = sift.guess(msgspec.structs.replace(contract, ensures=()))
    bare = sift.kept(common)
    found = list(_with_measures(program, contract, every, bare, runs, solvers))
    for clause in contract.ensures:
        own = sift.guess(msgspec.structs.replace(contract, ensures=(clause,)))
        # What was dropped before is not tried again beside them.
        new = tuple(
            tuple(expr for expr in mine if expr not in known)
            for mine, known in zip(own, common, strict=True)
        )
        if any(new):
            both = tuple((*n, *hint.invariants) for n, hint in zip(new, bare, strict=True))
            hints = sift.kept(both)
            found += [msgspec.structs.replace(hint, clause=clause.id) for hint in hints]
    tried = ["as given"]
    if sift.guessed:
        tried.append(f"{len(sift.guessed)} invariants guessed, {len(sift.proved)} proved")
    return Found(tuple(found), tuple(tried))


class _Sift:
    """Guesses invariants and keeps those that are inductive, once for each set of guesses."""

    def __init__(
        self,
        program: Program,
        contract: Contract,
        every: list[tuple[Function, While | For]],
        runs: list[Run],
        solvers: Solvers,
    ) -> None:
        self.program = program
        self.contract = contract
        self.every = every
        self.runs = runs
        self.solvers = solvers
        self.guessed: set[Expr] = set()
        self.proved: set[Expr] = set()
        self._known: dict[tuple[tuple[Expr, ...], ...], tuple[LoopHints, ...]] = {}

    def guess(self, narrowed: Contract) -> tuple[tuple[Expr, ...], ...]:
        """What the contract with some of its clauses suggests, for each loop."""
        found = tuple(
            tuple(invariants.candidates(self.program, function, loop, narrowed, self.runs))
            for function, loop in self.every
        )
        self.guessed.update(expr for guesses in found for expr in guesses)
        return found

    def kept(self, guesses: tuple[tuple[Expr, ...], ...]) -> tuple[LoopHints, ...]:
        """Those that are inductive together, and do not follow from the others."""
        if guesses not in self._known:
            hints = tuple(
                LoopHints(function.name, loop.loop, mine)
                for (function, loop), mine in zip(self.every, guesses, strict=True)
            )
            found = inductive(self.program, self.contract, hints, self.solvers)
            self.proved.update(expr for hint in found for expr in hint.invariants)
            self._known[guesses] = independent(self.program, self.contract, found, self.solvers)
        return self._known[guesses]


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
