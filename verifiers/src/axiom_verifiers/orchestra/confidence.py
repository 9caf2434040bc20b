"""Confidence: what the evidence supports, with its reason. Never a sum of guesses."""

from __future__ import annotations

from typing import assert_never

from axiom_verifiers.evidence import Verdict

# A mutant that passes n random cases is wrong on a further case with probability about 1/(n+2)
# (Laplace's rule of succession); 0.95 caps it, because cases are not drawn as life draws them.
_TESTED_CAP = 0.95
_ONE_SOLVER = 0.98
_ASSUMING = 0.97
_NOT_SETTLED = 0.5


def clause_confidence(
    verdict: Verdict, method: str | None, solvers: int, cases: int, assumptions: int
) -> tuple[float, str]:
    """A number in [0, 1] and the sentence that explains it.

    `solvers` counts those that answered `valid` to every obligation of the clause.
    """
    match verdict:
        case Verdict.PROVED:
            if method == "deductive" and assumptions:
                return _ASSUMING, f"proved under {assumptions} listed assumption(s)"
            if method == "deductive" and solvers < 2:
                return _ONE_SOLVER, "proved by one solver; a second has not agreed"
            if method == "deductive":
                return 1.0, f"proved, {solvers} solvers agree"
            return 1.0, "settled by running it" if method == "executed" else "settled by reading"
        case Verdict.TESTED:
            value = min(_TESTED_CAP, (cases + 1) / (cases + 2))
            return value, f"held in {cases} runs; not proved"
        case Verdict.UNKNOWN:
            return _NOT_SETTLED, "not settled either way"
        case Verdict.FAILED:
            return _NOT_SETTLED, "a tool broke before it was settled"
        case Verdict.REFUTED:
            return 0.0, "a run of the code breaks it"
    assert_never(verdict)
