"""Programs that try to get out, to hang, to exhaust or to deceive; one file each in hostile/.

The first line of each says how its run must end: `returned VALUE`, `returned foreign` (a value
that the language does not have), `raised NAME`, `discarded PREFIX OF THE REASON`, `out of fuel`,
or `any` (how it ends says nothing, as long as it ends and touches nothing).
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from axiom_verifiers.contracts.contract import Contract, Parameter
from axiom_verifiers.contracts.outcomes import Discarded, Outcome, OutOfFuel, Raised, Returned
from axiom_verifiers.contracts.types import INT, Type
from axiom_verifiers.contracts.values import ForeignValue, show
from axiom_verifiers.sandbox.python import PythonSandbox
from axiom_verifiers.sandbox.runtime import Limits

HOSTILE = Path(__file__).parent / "hostile"
PROGRAMS = sorted(HOSTILE.glob("*.py"))
ESCAPE = Path("/tmp/axiom-escape")
LIMITS = Limits(fuel=1_000_000_000)
SECONDS = 20.0


def contract(result: Type = INT) -> Contract:
    return Contract(
        name="f",
        parameters=(Parameter("x", INT),),
        result=result,
        requires=(),
        ensures=(),
        raises=(),
        examples=(),
        musts=(),
        implied=(),
        modifies=(),
        hints=(),
        prose="",
        settings=(),
        records=(),
        defines=(),
    )


def foreign(value: object) -> bool:
    while isinstance(value, list) and value:
        value = value[0]
    return isinstance(value, ForeignValue)


def describe(outcome: Outcome) -> str:
    match outcome:
        case Returned(result=result):
            return "returned foreign" if foreign(result) else f"returned {show(result)}"
        case Raised(error=error):
            return f"raised {error}"
        case OutOfFuel():
            return "out of fuel"
        case Discarded(reason=reason):
            return f"discarded {reason}"


def check(sandbox: PythonSandbox, path: Path) -> None:
    code = path.read_text()
    expected = code.splitlines()[0].removeprefix("# expect: ")
    start = time.monotonic()
    first, second = sandbox.run(code, contract(), [[1], [2]], limits=LIMITS, seconds=SECONDS)
    assert time.monotonic() - start < SECONDS
    assert not ESCAPE.exists()
    if expected != "any":
        found = describe(first)
        assert found == expected or (expected.startswith("disc") and found.startswith(expected))
        assert type(second) is type(first)
    honest = sandbox.run("def f(x):\n    return x + 1\n", contract(), [[41]])
    assert honest == [Returned(42, {"x": 41})]


def test_there_are_enough_of_them() -> None:
    assert len(PROGRAMS) >= 60


@pytest.mark.parametrize("path", PROGRAMS, ids=[path.stem for path in PROGRAMS])
def test_hostile_program(sandbox: PythonSandbox, path: Path) -> None:
    ESCAPE.unlink(missing_ok=True)
    check(sandbox, path)
