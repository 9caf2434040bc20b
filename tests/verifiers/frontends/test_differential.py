"""The soundness of the front end: core programs run as CPython runs their source.

Random programs of the modelled subset run in the sandbox and in the core interpreter: the same
result, the same exception, the same parameters afterwards. What the front end reports as not
modelled stops a run and says nothing; that most runs are settled is checked too.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.equality import same
from axiom_verifiers.contracts.exceptions import is_exception
from axiom_verifiers.contracts.outcomes import Discarded, Outcome, OutOfFuel, Raised, Returned
from axiom_verifiers.contracts.types import IntType
from axiom_verifiers.contracts.values import Value
from axiom_verifiers.core.interpreter import Endless, Failed, Finished, RunEnd, Stopped, run
from axiom_verifiers.core.interpreter import Limits as CoreLimits
from axiom_verifiers.core.show import show_program
from axiom_verifiers.frontends.python import translate
from axiom_verifiers.sandbox.python import PythonSandbox
from axiom_verifiers.sandbox.runtime import Limits

_spec = importlib.util.spec_from_file_location("programs", Path(__file__).parent / "programs.py")
assert _spec is not None
assert _spec.loader is not None
programs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(programs)

LIMITS = Limits(fuel=100_000_000)
CORE_LIMITS = CoreLimits(steps=1_500)


def agree(contract: Contract, core: RunEnd, real: Outcome) -> bool:
    """Whether the two ends are the same, as far as both are known."""
    match core, real:
        case (Stopped(), _) | (_, Discarded()):
            return True
        case (Endless(), _) | (_, OutOfFuel()):
            return isinstance(core, Endless) and isinstance(real, OutOfFuel)
        case (Finished(), Returned()):
            result = real.result
            if isinstance(contract.result, IntType) and isinstance(result, bool):
                result = int(result)
            return same(core.result, result) and same(core.after, real.after)
        case (Failed(), Raised()):
            # A class of the file is the builtin one that it is a kind of.
            builtin = next(name for name in (real.error, *real.bases) if is_exception(name))
            return core.error == builtin and same(core.after, real.after)
        case _:
            return False


def check(
    contract: Contract, code: str, calls: list[tuple[Value, ...]], sandbox: PythonSandbox
) -> int:
    """Compare all calls; how many of them the core program settles."""
    program = translate(code, contract)
    assert not program.obstacles, show_program(program)
    ends = [run(program, args, limits=CORE_LIMITS).end for args in calls]
    settled = [
        (args, end) for args, end in zip(calls, ends, strict=True) if not isinstance(end, Stopped)
    ]
    outcomes = sandbox.run(code, contract, [args for args, _ in settled], limits=LIMITS)
    for (args, end), outcome in zip(settled, outcomes, strict=True):
        assert agree(contract, end, outcome), (
            f"{code}\n{args}\ncore: {end}\nreal: {outcome}\n{show_program(program)}"
        )
    return len(settled)


counts = {"settled": 0, "all": 0}


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # A failing program is small enough as it is, and each try at a smaller one is a sandbox run.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(function=programs.functions(), calls=st.lists(programs.INPUTS, min_size=4, max_size=4))
def _random_programs(
    function: tuple[str, str],
    calls: list[tuple[Value, ...]],
    contract_of: Callable[[str], Contract],
    sandbox: PythonSandbox,
) -> None:
    head, code = function
    counts["all"] += len(calls)
    counts["settled"] += check(contract_of(head), code, calls, sandbox)


def test_random_programs(contract_of: Callable[[str], Contract], sandbox: PythonSandbox) -> None:
    _random_programs(contract_of=contract_of, sandbox=sandbox)
    assert counts["settled"] > counts["all"] // 3, counts
