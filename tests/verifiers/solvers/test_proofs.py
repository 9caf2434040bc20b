"""Proofs: cvc5 gives one for what holds, none for what does not."""

from __future__ import annotations

import pytest

from axiom_verifiers.logic import sorts as s
from axiom_verifiers.logic import terms as t
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.logic.sexpr import Atom, parse_one
from axiom_verifiers.solvers.pool import SolverPool
from axiom_verifiers.solvers.proofs import CpcProof, NoProof, proof_of

X, Y = t.var("x", s.INT), t.var("y", s.INT)
F = t.Function("f", (s.INT,), s.INT)


@pytest.mark.parametrize(
    "problem",
    [
        Problem(goal=t.le(X, t.maximum(X, Y))),
        Problem(
            hypotheses=(t.forall([X], t.lt(X, t.apply(F, X)), [[t.apply(F, X)]]),),
            goal=t.lt(Y, t.add(t.apply(F, Y), t.ONE)),
        ),
    ],
    ids=["linear", "quantified"],
)
def test_a_proof_without_trusted_steps(problem: Problem, pool: SolverPool) -> None:
    proof = proof_of(problem, seconds=60, pool=pool)
    assert isinstance(proof, CpcProof)
    assert proof.trusted == 0
    assert proof.digest == problem.digest
    steps = parse_one(proof.text)
    assert isinstance(steps, tuple)
    last = steps[-1]
    assert isinstance(last, tuple)
    assert last[0] == Atom("step")
    assert Atom("false") in last


def test_no_proof_of_what_does_not_follow(pool: SolverPool) -> None:
    assert proof_of(Problem(goal=t.lt(X, Y)), seconds=60, pool=pool) == NoProof("sat")
