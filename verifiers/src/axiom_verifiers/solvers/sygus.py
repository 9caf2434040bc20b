"""Syntax-guided synthesis by cvc5, from SyGuS-IF text, in a worker process."""

from __future__ import annotations

import msgspec

from axiom_verifiers.errors import SExprError
from axiom_verifiers.logic.sexpr import Atom, SExpr, parse
from axiom_verifiers.solvers.asking import ask_once
from axiom_verifiers.solvers.drivers import CVC5
from axiom_verifiers.solvers.pool import SolverPool, default_pool
from axiom_verifiers.solvers.stopping import Stop

# Single invocation techniques used wherever they apply: the default gives up far more often.
OPTIONS: tuple[tuple[str, str], ...] = (("sygus-si", "use"),)


class SynthesisedFunction(msgspec.Struct, frozen=True):
    """`(define-fun name parameters sort body)`; parameters are pairs of name and sort."""

    name: str
    parameters: tuple[tuple[str, SExpr], ...]
    sort: SExpr
    body: SExpr


class Solution(msgspec.Struct, frozen=True, tag="solution"):
    """One function for each `synth-fun`, in order. A guess like any other until it is proved."""

    functions: tuple[SynthesisedFunction, ...]


class Infeasible(msgspec.Struct, frozen=True, tag="infeasible"):
    """cvc5 says that no function does it."""


class NoSolution(msgspec.Struct, frozen=True, tag="no solution"):
    """None was found: `timeout`, `cancelled`, `gave up`, or what went wrong."""

    reason: str


SygusResult = Solution | Infeasible | NoSolution


def synthesise(
    text: str,
    *,
    seconds: float,
    stop: Stop | None = None,
    options: tuple[tuple[str, str], ...] = OPTIONS,
    pool: SolverPool | None = None,
) -> SygusResult:
    """Solves a SyGuS-IF 2.1 script that ends in `(check-synth)`.

    `options` are cvc5's by name. Raises nothing for any text.
    """
    request = {"op": "sygus", "text": text, "options": [list(option) for option in options]}
    reply = ask_once(pool or default_pool(), CVC5, request, seconds=seconds, stop=stop)
    match reply.get("status"):
        case "synthesised":
            found = read_solution(str(reply.get("values", "")))
            # cvc5 prints `fail` for a time limit too.
            late = float(reply.get("seconds", 0.0)) >= 0.95 * seconds
            return NoSolution("timeout") if late and isinstance(found, NoSolution) else found
        case "timeout" | "resource":
            return NoSolution("timeout")
        case "cancelled":
            return NoSolution("cancelled")
        case _:
            return NoSolution(str(reply.get("reason", "")) or "the solver failed")


def read_solution(text: str) -> SygusResult:
    """Reads what `check-synth` prints."""
    try:
        found = list(parse(text))
    except SExprError as error:
        return NoSolution(f"the solution cannot be read: {error}")
    if found == [Atom("infeasible")]:
        return Infeasible()
    if found in ([Atom("fail")], [Atom("unknown")], []):
        return NoSolution("gave up")
    definitions = found[0] if len(found) == 1 else ()
    functions: list[SynthesisedFunction] = []
    for definition in definitions if isinstance(definitions, tuple) else ():
        function = _function(definition)
        if function is None:
            return NoSolution("the solution cannot be read")
        functions.append(function)
    return Solution(tuple(functions)) if functions else NoSolution("the solution cannot be read")


def _function(definition: SExpr) -> SynthesisedFunction | None:
    match definition:
        case (Atom("define-fun"), Atom(text=name), tuple() as pairs, sort, body):
            parameters: list[tuple[str, SExpr]] = []
            for pair in pairs:
                match pair:
                    case (Atom(text=parameter), of):
                        parameters.append((parameter, of))
                    case _:
                        return None
            return SynthesisedFunction(name, tuple(parameters), sort, body)
        case _:
            return None
