"""A measure for a function that calls itself: guessed, and tried with the solvers.

What is found is a hint; that it decreases is an obligation of the clause *terminates*.
"""

from __future__ import annotations

from axiom_verifiers import invariants
from axiom_verifiers.checks._prove_answers import Solvers
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.core.program import Program
from axiom_verifiers.obligations.derive import Derivation
from axiom_verifiers.obligations.state import LoopHints

# How many guesses are tried.
_MOST = 12


def recursion_measure(
    program: Program, contract: Contract, solvers: Solvers
) -> tuple[LoopHints, ...]:
    """The first guess that every call of the function by itself decreases, as a hint for loop 0;
    nothing if there is none.
    """
    guesses = invariants.recursion_measures(program, contract)[:_MOST]
    for guess in guesses:
        if solvers.budget.stopped:
            break
        hint = LoopHints(function=program.entry, loop=0, measure=guess)
        if _decreases(program, contract, hint, solvers):
            return (hint,)
    return _given(program, guesses)


def _given(program: Program, guesses: list[Expr]) -> tuple[LoopHints, ...]:
    """The likeliest, so that a reader sees where it fails."""
    return tuple(LoopHints(function=program.entry, loop=0, measure=guess) for guess in guesses[:1])


def _decreases(program: Program, contract: Contract, hint: LoopHints, solvers: Solvers) -> bool:
    derivation = Derivation(program, contract, (hint,))
    ending = next((one for one in contract.implied if one.obligation == "terminates"), None)
    if ending is None:
        return False
    derivation.clause, derivation.machine = ending.id, derivation.machine_for(ending.id)
    checks = [check for check in derivation.machine.checks if check.loop == 0]
    for check in checks:
        if check.kind in ("measure decreases", "no measure"):
            derivation.check(check)
    found = derivation.found
    return bool(found) and all(solvers.ask(one.problem).valid for one in found)
