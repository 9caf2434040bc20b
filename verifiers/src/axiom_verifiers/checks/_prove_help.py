"""What a person can do about a clause that is not proved."""

from __future__ import annotations

from axiom_verifiers.core.flow import assigned_names, loops
from axiom_verifiers.core.program import Program
from axiom_verifiers.obligations import Obligation

_HELP = {
    "invariant too weak": "write an `invariant` clause that says what the loop has established",
    "timeout": "give more time, or split the clause into smaller ones",
    "construct not modelled": "rewrite the line with constructs that docs/modelled.md lists",
    "solver failed": "run `axiom doctor`",
    "solvers disagree": "report the query that was kept: one of the solvers is wrong",
    "no input ran": "add an example that meets every `requires`",
    "the code cannot be run": "mend what is said there, or accept code for the callee first",
    "contract may be undefined": "guard the operation in the contract, or add a `requires`",
    "not attempted": "give more time",
    "not derivable": "look for an input on which the clause fails, or strengthen `requires`",
}
_REQUIRED = "precondition of call"
_CALLED = (
    "say more in the `ensures` of what is called: of its result nothing is known but its contract"
)
_ENDING = ("no measure", "measure is bounded", "measure decreases")
# So many locals are named at most.
_NAMED = 4


def help_for(reason: str, obligation: Obligation | None, program: Program) -> str | None:
    """For a reason that `prove` gives; where a loop is short of something, which one, of what.
    None for a reason that nothing is known to help against.
    """
    if reason == "invariant too weak" and obligation is not None:
        if not any(loops(function) for function in program.functions):
            return _CALLED
        return _about_loop(obligation, program)
    if reason == "not derivable" and obligation is not None and obligation.kind == _REQUIRED:
        _, _, required = obligation.construct.partition(": ")
        return f"guard the call, or add a `requires` from which `{required}` follows for it"
    return _HELP.get(reason)


def _about_loop(obligation: Obligation, program: Program) -> str:
    names = {
        str(variable.payload).partition("@")[0].partition(".")[0]
        for term in (*obligation.problem.hypotheses, obligation.problem.goal)
        for variable in term.free
        if "@" in variable.payload
    }
    found = [
        (loop, [name for name in sorted(assigned_names(loop.body)) if name in names])
        for function in program.functions
        for loop in loops(function)
        if obligation.loop is None or (function.name, loop.loop) == obligation.loop[:2]
    ]
    if not found:
        return _HELP["invariant too weak"]
    loop, mine = max(found, key=lambda one: len(one[1]))
    if obligation.kind in _ENDING:
        return (
            "write a `decreases` clause: an int that each round of the loop at line "
            f"{loop.place.line} makes smaller and that is never negative before one"
        )
    return (
        f"write an `invariant` clause that says what {_listed(mine)} at the start of each "
        f"round of the loop at line {loop.place.line}"
    )


def _listed(names: list[str]) -> str:
    """The locals with their verb."""
    shown = [f"`{name}`" for name in names if name.isidentifier()][:_NAMED]
    if not shown:
        return "has been established"
    if len(shown) == 1:
        return f"{shown[0]} is"
    return f"{', '.join(shown[:-1])} and {shown[-1]} are"
