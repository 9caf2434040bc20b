"""One program read three ways: CPython in the sandbox, the core interpreter, the logic.

What the front end made of a program must end on every input as CPython does, or stop at what is
not modelled, which says nothing; and what symbolic execution makes of it, evaluated at the same
input, must be that end too.

By hand: `python -m tests.verifiers.fuzz.readings --count 5000 --seed 2`.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import islice
from typing import NamedTuple

from axiom_verifiers.checks._inputs import Inputs
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.equality import same
from axiom_verifiers.contracts.outcomes import OutOfFuel
from axiom_verifiers.contracts.values import deep_copy
from axiom_verifiers.core.interpreter import Endless, Failed, Finished, RunEnd, Stopped, run
from axiom_verifiers.core.interpreter import Limits as CoreLimits
from axiom_verifiers.core.program import Program
from axiom_verifiers.errors import UndeterminedError
from axiom_verifiers.frontends.python import translate
from axiom_verifiers.logic import terms
from axiom_verifiers.logic.evaluate import evaluate
from axiom_verifiers.obligations.execute import Machine
from axiom_verifiers.obligations.meaning import Meaning
from axiom_verifiers.obligations.probe import read as read_value
from axiom_verifiers.obligations.ranges import Bounded
from axiom_verifiers.sandbox.python import PythonSandbox, shared
from axiom_verifiers.sandbox.runtime import Limits
from tests.verifiers.frontends.test_agreement import given
from tests.verifiers.frontends.test_differential import agree
from tests.verifiers.fuzz.growing import Grown, grown
from tests.verifiers.fuzz.soundness import contract_of

_LIMITS = Limits(fuel=300_000_000)
_CORE_LIMITS = CoreLimits(steps=2_000)
_SIZE = 4
_LONGEST = 400
# What `differences` counts of runs that came to an end.
SETTLED = ("finished", "failed", "endless")
# The topic whose values the logic has as bits, which its evaluation does not read back.
_UNREAD = "floats"


class Difference(NamedTuple):
    """`ours` is what the core program or the logic ends with on the row, `real` what CPython."""

    program: Grown
    row: Inputs
    ours: str
    real: str

    def told(self) -> str:
        """In words, with the program."""
        one = self.program
        ends = f"ours: {self.ours[:_LONGEST]}\nreal: {self.real[:_LONGEST]}"
        return f"--- {one.name}\n{one.intent}{self.row}\n{ends}\n{one.code}"


def differences(one: Grown, sandbox: PythonSandbox, counts: Counter[str]) -> list[Difference]:
    """Where the readings of the program differ. Counts what ended how, and why it was stopped."""
    contract = contract_of(one.intent)
    program = translate(one.code, contract)
    counts["programs"] += 1
    if program.obstacles:
        counts[f"obstacle: {program.obstacles[0].construct}"] += 1
        return []
    ends = [
        run(program, tuple(deep_copy(row).values()), limits=_CORE_LIMITS).end for row in one.rows
    ]
    known: list[tuple[Inputs, RunEnd]] = []
    for row, end in zip(one.rows, ends, strict=True):
        if isinstance(end, Stopped):
            counts["stopped"] += 1
            counts[f"stop: {end.reason}"] += 1
        else:
            counts[type(end).__name__.lower()] += 1
            known.append((row, end))
    if not known:
        return []
    rows = [tuple(deep_copy(row).values()) for row, _ in known]
    outcomes = sandbox.run(one.code, contract, rows, limits=_LIMITS)
    found = [
        Difference(one, row, str(end), str(outcome))
        for (row, end), outcome in zip(known, outcomes, strict=True)
        if not (isinstance(outcome, OutOfFuel) or agree(contract, end, outcome))
    ]
    if found or _UNREAD in one.topics:
        return found
    return _in_logic(one, contract, program, known, counts)


def _in_logic(
    one: Grown,
    contract: Contract,
    program: Program,
    known: Sequence[tuple[Inputs, RunEnd]],
    counts: Counter[str],
) -> list[Difference]:
    """The same for what symbolic execution makes of the program, on what is small enough."""
    ranges = Bounded(_SIZE)
    meaning = Meaning(contract, ranges)
    machine = Machine(program, contract, ranges)
    machine.run(meaning.before)
    found: list[Difference] = []
    for row, end in known:
        if isinstance(end, Endless):
            continue
        env: dict[terms.Term, object] = {}
        for name, value in row.items():
            given(meaning.before[name], value, env)
        if not all(_holds(limit, env) for limit in ranges.limits) or any(
            _holds(beyond, env) for beyond in ranges.beyond
        ):
            counts["beyond the logic's bounds"] += 1
            continue
        taken = [exit_ for exit_ in machine.exits if _holds(exit_.condition, env)]
        if len(taken) == 1 and taken[0].kind == "unmodelled":
            counts["unmodelled in the logic"] += 1
            continue
        if len(taken) == 1:
            ours = f"{taken[0].kind} {taken[0].errors} {taken[0].construct}"
        else:
            ours = f"{len(taken)} ends {[(each.kind, each.errors) for each in taken]}"
        right = False
        match end:
            case Finished() if len(taken) == 1 and taken[0].value is not None:
                value = read_value(taken[0].value, partial(evaluate, environment=env), 40)
                right = same(value, end.result)
                ours += f" {value}"
            case Failed():
                right = len(taken) == 1 and end.error in taken[0].errors
            case _:
                pass
        counts["in the logic"] += 1
        if not right:
            found.append(Difference(one, row, f"logic: {ours}", str(end)))
    return found


def _holds(term: terms.Term, env: dict[terms.Term, object]) -> bool:
    try:
        return evaluate(term, env) is True
    except UndeterminedError:
        return False


def main() -> int:
    """As many programs as were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.verifiers.fuzz.readings")
    parser.add_argument("--count", type=int, default=2000, help="programs")
    parser.add_argument("--seed", type=int, default=1, help="of the first program")
    parser.add_argument("--until", type=float, default=0.0, help="stop after so many seconds")
    asked = parser.parse_args()
    # What a program compares with `is` or calls is no matter here.
    warnings.simplefilter("ignore", SyntaxWarning)
    start = time.monotonic()
    counts: Counter[str] = Counter()
    wrong = 0
    for one in islice(grown(asked.seed), asked.count):
        for found in differences(one, shared(), counts)[:1]:
            wrong += 1
            print(found.told(), flush=True)
        if asked.until and time.monotonic() - start > asked.until:
            break
    for said, count in counts.most_common(40):
        print(f"{count:6} {said}")
    print(f"{counts['programs']} programs, {wrong} read in two ways")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
