"""Programs run with values at hand, and what is claimed of them: the opposite of what came out.

A claim is a contract whose `requires` pins the parameters, wholly or in part, to the values of a
run in the sandbox, and whose clauses say otherwise than that run: another result, another order
of a dict's keys, another exception, none. What is false of the run must not be proved, whatever
the front end and the lemmas make of the program; no postcondition that somebody thought of is
needed. Beside it stands the truth, so that a prover that shows nothing does not pass.

By hand: `python -m tests.verifiers.fuzz.closed --of random --count 1000 --seed 2`.
"""

# Values are dynamic by nature: what a collection holds is known to its declared type only.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import hypothesis
import msgspec
from hypothesis import strategies

from axiom_verifiers.checks._inputs import Inputs, InputSource
from axiom_verifiers.contracts import exceptions
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.judging import Judge
from axiom_verifiers.contracts.outcomes import Discarded, Outcome, OutOfFuel, Raised, Returned
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.contracts.values import Value, deep_copy, show
from axiom_verifiers.frontends.python import translate
from axiom_verifiers.sandbox.python import Limits, shared
from tests.verifiers.frontends.programs import INPUTS, functions
from tests.verifiers.fuzz.growing import grown
from tests.verifiers.fuzz.mutations import mutants
from tests.verifiers.fuzz.soundness import (
    Found,
    broken_by,
    contract_of,
    proved_by,
    sections,
    told,
    trap_calls,
)
from tests.verifiers.obligations import random_programs

HERE = Path(__file__).parent
TRAPS = HERE.parent / "frontends" / "traps"
CORPUS = HERE.parent / "corpus"
_LIMITS = Limits(fuel=200_000_000)
_LONGEST = 400  # characters of a value that is written into a contract
_DROPPED = ("ensures", "raises", "example", "must", "invariant", "decreases", '"""')


class Program(NamedTuple):
    """`intent` ends with the intent of the code, without claims; `rows` are arguments for it."""

    name: str
    intent: str
    code: str
    rows: Sequence[Inputs]


class Claim(NamedTuple):
    """A program with a contract that the run on `row` contradicts, save its clause `true`."""

    name: str
    contract: Contract
    code: str
    row: Inputs
    outcome: Outcome
    true: str


# ---------------------------------------------------------------- programs


def modelled(program: Program) -> bool:
    """Whether the front end has nothing against it: of the others nothing can be proved."""
    return not translate(program.code, contract_of(program.intent)).obstacles


def trap_programs() -> Iterator[Program]:
    """Those that the front end's tests run, with their inputs."""
    for path in sorted(TRAPS.glob("*.md")):
        for (title, intent, code), calls in zip(sections(path), trap_calls(path), strict=True):
            names = [one.name for one in contract_of(intent).parameters]
            rows = [dict(zip(names, call, strict=True)) for call in calls]
            yield Program(f"{path.stem}: {title}", intent, code, rows)


def mutated(programs: Sequence[Program], chance: random.Random) -> Iterator[Program]:
    """The programs with a mistake each, again and again: what they do nobody has thought of."""
    while True:
        for one in chance.sample(programs, len(programs)):
            try:
                made = mutants(one.code)
            except SyntaxError:
                continue  # The host's Python is older than that of the code.
            if made:
                kind, code = chance.choice(made)
                yield one._replace(name=f"{one.name}, {kind}", code=code)


def random_ones(chance: random.Random) -> Iterator[Program]:
    """Random programs of the prover's tests, without end."""
    while True:
        code = random_programs.program(chance)
        rows = [random_programs.arguments(chance) for _ in range(3)]
        yield Program("random", f"intent {random_programs.HEADER}\n", code, rows)


def drawn_ones(count: int, seed: int) -> list[Program]:
    """Random programs of the front end's tests, which share objects, catch and change more."""
    found: list[Program] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    @hypothesis.given(functions(), strategies.lists(INPUTS, min_size=2, max_size=2))
    def collect(function: tuple[str, str], calls: list[tuple[Value, ...]]) -> None:
        head, code = function
        intent = f"intent {head}\n".replace(" modifies", "\n  modifies")
        names = [one.name for one in contract_of(intent).parameters]
        rows = [dict(zip(names, call, strict=True)) for call in calls]
        found.append(Program("drawn", intent, code, rows))

    collect()
    return found


def grown_ones(seed: int) -> Iterator[Program]:
    """Those that all topics of the grammar grow, without end."""
    for one in grown(seed):
        yield Program(f"grown {one.name}", one.intent, one.code, one.rows)


def written_programs(rows: int) -> Iterator[Program]:
    """The attacks and all variants of the corpus, with inputs from their contracts."""
    for folder in (HERE / "attacks", CORPUS):
        for path in sorted(folder.glob("*.md")):
            for title, intent, code in _pairs(path):
                contract = contract_of(intent)
                source = InputSource(contract, code, Judge(contract))
                found = list(source.cases(rows, 0.5))
                yield Program(f"{path.stem}: {title}", _bare(intent), code, found)


def _pairs(path: Path) -> list[tuple[str, str, str]]:
    text = path.read_text()
    if text.count("```intent\n") != 1:
        return sections(path)
    intent = text.split("```intent\n")[1].split("```")[0]
    codes = [one.split("```")[0] for one in text.split("```python\n")[1:]]
    return [(str(number), intent, code) for number, code in enumerate(codes, start=1)]


def _bare(intent: str) -> str:
    """The intents without what they say of results; what they require stays."""
    kept: list[str] = []
    dropping = prose = False
    margin = 0
    for line in intent.splitlines():
        indent = len(line) - len(line.lstrip())
        if not indent and line.strip():
            kept.append(line)
            dropping, margin = False, 0
            continue
        if prose or line.lstrip().startswith('"""'):
            prose = (line.count('"""') % 2 == 1) is not prose
            continue
        margin = margin or indent
        if indent <= margin:
            dropping = line.lstrip().startswith(_DROPPED)
        if not dropping:
            kept.append(line)
    return "\n".join(kept) + "\n"


# ---------------------------------------------------------------- claims


def claims(program: Program, chance: random.Random, most: int) -> Iterator[Claim]:
    """What runs of the program contradict: runs on so many of its rows, by chance."""
    contract = contract_of(program.intent)
    rows = chance.sample(list(program.rows), min(most, len(program.rows)))
    outcomes = shared().run(
        program.code, contract, [deep_copy(row) for row in rows], limits=_LIMITS, seconds=20.0
    )
    for row, outcome in zip(rows, outcomes, strict=True):
        if isinstance(outcome, Discarded) or any(len(show(of)) > _LONGEST for of in row.values()):
            continue
        wholly = [_pinned(name, value) for name, value in row.items()]
        partly = [_partly(name, value, chance) for name, value in row.items()]
        for pins in (wholly, partly):
            head = program.intent.rstrip() + "\n"
            head += "".join(f"  requires {pin}\n" for pin in pins if pin)
            yield from _of(program.name, head, program.code, row, outcome, contract.modifies)
        yield from _called(program, contract.name, row, outcome)


def _of(
    name: str, head: str, code: str, row: Inputs, outcome: Outcome, modifies: tuple[str, ...]
) -> Iterator[Claim]:
    for said, true in _said(outcome, modifies):
        reading = read(head + said)
        if not any(one.is_error for one in reading.problems):
            made = list(reading.contracts.values())[-1]
            yield Claim(name, made, code, row, outcome, f"{made.name}/{true}")


def _called(program: Program, function: str, row: Inputs, outcome: Outcome) -> Iterator[Claim]:
    """The same with the values in the code: a function without parameters calls it."""
    types, _, last = program.intent.rpartition("intent ")
    result = re.search(r"\) -> (.*)", last)
    ended = _without_parameters(outcome)
    if result is None or ended is None:
        return
    given = ", ".join(show(value) for value in row.values())
    code = f"{program.code.rstrip()}\n\n\ndef closed():\n    return {function}({given})\n"
    head = f"{types}intent closed() -> {result[1]}\n"
    yield from _of(f"{program.name}, called", head, code, {}, ended, ())


def _without_parameters(outcome: Outcome) -> Outcome | None:
    match outcome:
        case Returned():
            return Returned(outcome.result, {})
        case Raised():
            return msgspec.structs.replace(outcome, after={})
        case OutOfFuel() | Discarded():
            return None


def _pinned(name: str, value: Value) -> str:
    if isinstance(value, float) and value != value:
        return f"{name} != {name}"
    return f"{name} == {show(value)}"


def _partly(name: str, value: Value, chance: random.Random) -> str:
    """A condition that the value meets and others do, or none."""
    pinned = _pinned(name, value)
    match value:
        case bool() | None | float():
            return chance.choice((pinned, ""))
        case int():
            return chance.choice(
                (pinned, f"{value} <= {name} <= {value + 1}", f"{name} >= {value}")
            )
        case str() | list() | dict() | set():
            return chance.choice((pinned, f"len({name}) == {len(value)}", ""))
        case _:
            return chance.choice((pinned, ""))


def _said(outcome: Outcome, modifies: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Clauses that are false of the outcome, with the name of one among them that is true."""
    match outcome:
        case Returned():
            text = show(outcome.result)
            if len(text) > _LONGEST:
                return
            said = f"  ensures result == {text}\n  ensures not (result == {text})\n"
            if isinstance(outcome.result, dict):
                said += f"  ensures not (list(result.keys()) == {show(list(outcome.result))})\n"
            for name in modifies:
                said += f"  ensures not ({name} == {show(outcome.after[name])})\n"
            yield said, "ensures-1"
            yield "  raises Exception when 1 == 1\n", ""
        case Raised():
            bases = (outcome.error, *outcome.bases)
            known = next(one for one in bases if exceptions.is_exception(one))
            other = "KeyError" if known != "KeyError" else "IndexError"
            yield f"  raises {known} when 1 == 1\n", "raises-1"
            yield f"  raises {other} when 1 == 1\n", ""
            yield "  ensures 1 == 1\n", "ensures-1"
        case OutOfFuel() | Discarded():
            yield "  ensures 1 == 1\n", "ensures-1"


def settle(claim: Claim, seconds: float) -> Found:
    """What is proved of the claim, and what the run says of it."""
    judge = Judge(claim.contract)
    assert judge.requires(claim.row) is True, f"{claim.name} does not speak of {claim.row}"
    broken = broken_by(judge, [claim.row], [claim.outcome])
    return Found(proved_by(claim.contract, claim.code, seconds), broken, 1)


# ---------------------------------------------------------------- by hand


def main() -> int:
    """Claims about as many programs as were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.verifiers.fuzz.closed")
    parser.add_argument("--count", type=int, default=500, help="programs")
    parser.add_argument("--seed", type=int, default=1, help="of the choice of programs")
    parser.add_argument("--rows", type=int, default=2, help="runs of each program")
    parser.add_argument("--seconds", type=float, default=2.0, help="of the prover for a claim")
    parser.add_argument("--until", type=float, default=0.0, help="stop after so many seconds")
    parser.add_argument(
        "--of",
        choices=("traps", "mutants", "random", "drawn", "grown", "written"),
        default="traps",
        help="which programs",
    )
    asked = parser.parse_args()
    start = time.monotonic()
    chance = random.Random(asked.seed)
    match asked.of:
        case "random":
            programs = random_ones(chance)
        case "drawn":
            programs = iter(drawn_ones(2 * asked.count, asked.seed))
        case "grown":
            programs = grown_ones(asked.seed)
        case "mutants":
            programs = mutated(list(trap_programs()), chance)
        case _:
            every = list(written_programs(asked.rows) if asked.of == "written" else trap_programs())
            programs = iter(chance.sample(every, len(every)))
    tried = shown = violations = 0
    for number, one in enumerate(islice(filter(modelled, programs), asked.count), start=1):
        for claim in claims(one, chance, asked.rows):
            found = settle(claim, asked.seconds)
            tried += 1
            shown += claim.true in found.proved
            if found.wrong:
                violations += 1
                print(f"--- {claim.name}\n{told(found, claim.code)}", flush=True)
        seconds = time.monotonic() - start
        if number % 20 == 0:
            line = f"{number} programs, {tried} claims, {shown} truths proved, {violations} wrong"
            print(f"{line}, {seconds:.0f} s", file=sys.stderr, flush=True)
        if asked.until and seconds > asked.until:
            break
    print(f"{tried} claims, {shown} truths proved, {violations} wrong")
    return 1 if violations else 0


if __name__ == "__main__":
    raise SystemExit(main())
