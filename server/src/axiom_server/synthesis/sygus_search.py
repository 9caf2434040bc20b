"""cvc5's syntax-guided synthesis, running beside our own enumeration."""

from __future__ import annotations

import threading

from axiom_server.errors import UnsupportedContractError, UntranslatableError
from axiom_server.synthesis.clauses import goal_of, rules_of
from axiom_server.synthesis.sygus_text import problem, solution
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.solvers.pool import SolverPool
from axiom_verifiers.solvers.sygus import (
    OPTIONS,
    Infeasible,
    Solution,
    SygusResult,
    synthesise,
)

# cvc5's own count of its work ends the search, so that the answer does not depend on the
# machine: about a tenth of a second where the clauses say what the result is, else about two.
BESIDE_RULES = 30_000
ALONE = 600_000
SECONDS = 8.0


class SygusSearch:
    """One question to cvc5, asked in a thread as soon as this is made.

    A contract outside int, bool and str is never asked, and `result` then is None.
    """

    def __init__(self, contract: Contract, seconds: float) -> None:
        """`seconds` are a backstop."""
        self._contract = contract
        self._stop = threading.Event()
        self._found: SygusResult | None = None
        self._thread: threading.Thread | None = None
        try:
            text = problem(contract)
            direct = bool(rules_of(contract, goal_of(contract)))
        except (UntranslatableError, UnsupportedContractError):
            return
        self._options = (*OPTIONS, ("rlimit-per", str(BESIDE_RULES if direct else ALONE)))
        self._thread = threading.Thread(
            target=self._ask, args=(text, min(SECONDS, seconds)), daemon=True
        )
        self._thread.start()

    def _ask(self, text: str, seconds: float) -> None:
        with SolverPool(cores=1, warm=(), spares=0) as pool:
            self._found = synthesise(
                text, seconds=seconds, stop=self._stop, options=self._options, pool=pool
            )

    def result(self) -> Expr | Infeasible | None:
        """Waits for the answer: the function's body, `Infeasible`, or None for neither."""
        if self._thread is not None:
            self._thread.join()
        match self._found:
            case Solution() as found:
                try:
                    return solution(found.functions[0], self._contract)
                except UntranslatableError:
                    return None
            case Infeasible() as none:
                return none
            case _:
                return None

    def close(self) -> None:
        """Stops cvc5 if it is still at work."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
