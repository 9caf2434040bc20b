"""Proofs by cvc5, in its Cooperating Proof Calculus, for certificates."""

from __future__ import annotations

import msgspec

from axiom_verifiers.logic.problem import Problem, Script
from axiom_verifiers.solvers.asking import ask_once
from axiom_verifiers.solvers.drivers import CVC5
from axiom_verifiers.solvers.pool import SolverPool, default_pool
from axiom_verifiers.solvers.race import request_of
from axiom_verifiers.solvers.stopping import Stop

# Rewrites are broken down into named rules: a checker needs no rewriter of its own.
OPTIONS: tuple[tuple[str, str], ...] = (
    ("proof-format-mode", "cpc"),
    ("proof-granularity", "dsl-rewrite"),
)


class CpcProof(msgspec.Struct, frozen=True):
    """The text of a proof that the problem's hypotheses entail its goal.

    `trusted` counts its steps by the rule `trust`: places that a checker would have to believe.
    """

    digest: str
    text: str
    trusted: int


class NoProof(msgspec.Struct, frozen=True):
    """There is none: why."""

    reason: str


def proof_of(
    problem: Problem | Script,
    *,
    seconds: float,
    stop: Stop | None = None,
    pool: SolverPool | None = None,
) -> CpcProof | NoProof:
    """Asks cvc5 for a proof. Nothing is believed of it until it has been checked."""
    script = problem if isinstance(problem, Script) else problem.script()
    request = request_of(script, CVC5, seconds, seconds)
    options = [*CVC5.options, *OPTIONS]
    asked = {**request, "op": "prove", "options": [list(option) for option in options]}
    reply = ask_once(pool or default_pool(), CVC5, asked, seconds=seconds, stop=stop)
    if reply.get("status") == "unsat" and isinstance(reply.get("values"), str):
        text: str = reply["values"]
        return CpcProof(script.digest, text, text.count(":rule trust"))
    return NoProof(str(reply.get("reason") or reply.get("status")))
