"""Nothing that is false is ever proved.

Mutants of the corpus's proved functions, and random programs under random clauses: whatever
`prove` calls proved must hold on every input that we can think of. `AXIOM_FUZZ=2000` asks for
that many mutants.
"""

from __future__ import annotations

import importlib.util
import os
import random
import re
import types
from pathlib import Path

import pytest

from axiom_verifiers.checks._inputs import InputSource
from axiom_verifiers.checks._refute_replay import Replay
from axiom_verifiers.checks.prove import Prove
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.judging import Judge
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.contracts.types import ListType, RefinedType, StrType
from axiom_verifiers.evidence import ClauseEvidence, Verdict
from tests.verifiers.corpus.ledger import proved_variants

HERE = Path(__file__).parent


def load(path: Path) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


random_programs = load(HERE.parent / "obligations" / "random_programs.py")

SWAPS = (
    ("<=", "<"), ("<", "<="), (">=", ">"), (">", ">="), ("==", "!="), ("!=", "=="),
    ("+", "-"), ("-", "+"), ("*", "+"), ("//", "*"), ("%", "//"), (" and ", " or "),
    (" or ", " and "), ("True", "False"), ("False", "True"), ("min(", "max("), ("max(", "min("),
    ("return", "return -"), ("not ", ""), ("+=", "-="), ("-=", "+="), ("+=", "="),
    ("all(", "any("), ("any(", "all("),
)  # fmt: skip


def mutants(code: str) -> list[str]:
    """The code with one operator, constant or statement changed."""
    found: dict[str, None] = {}
    for old, new in SWAPS:
        for match in re.finditer(re.escape(old), code):
            found[code[: match.start()] + new + code[match.end() :]] = None
    for match in re.finditer(r"\b\d+\b", code):
        for step in (-1, 1):
            number = str(int(match.group()) + step)
            found[code[: match.start()] + number + code[match.end() :]] = None
    lines = code.splitlines(keepends=True)
    for number in range(1, len(lines)):
        indent = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
        found["".join([*lines[:number], f"{indent}pass\n", *lines[number + 1 :]])] = None
    found.pop(code, None)
    return list(found)


def rows(contract: Contract, code: str, chance: random.Random) -> list[dict[str, object]]:
    """Likely inputs, and random ones."""
    found = list(InputSource(contract, code, Judge(contract)).cases(300, 5.0))
    for _ in range(150):
        row: dict[str, object] = {}
        for parameter in contract.parameters:
            kind = (
                parameter.type.base if isinstance(parameter.type, RefinedType) else parameter.type
            )
            if isinstance(kind, ListType):
                row[parameter.name] = [chance.randint(-4, 4) for _ in range(chance.randint(0, 6))]
            elif isinstance(kind, StrType):
                row[parameter.name] = "".join(
                    chance.choice("ab A!") for _ in range(chance.randint(0, 5))
                )
            elif type(kind).__name__ == "IntType":
                row[parameter.name] = chance.choice(
                    (chance.randint(-9, 9), chance.randint(-2000, 2500))
                )
            else:
                break
        else:
            found.append(row)
    return found


def proved_by(contract: Contract, code: str) -> set[str]:
    subject = Subject(contract=contract, code=code)
    return {
        one.clause
        for one in Prove().verify(subject, Budget(3))
        if isinstance(one, ClauseEvidence) and one.verdict is Verdict.PROVED
    }


def check(contract: Contract, code: str, chance: random.Random) -> int:
    """No clause that is proved fails in the sandbox; the number of proved clauses."""
    proved = proved_by(contract, code)
    replay = Replay(Subject(contract=contract, code=code), Budget(20))
    for seen in replay.run(replay.admissible(rows(contract, code, chance))):
        wrong = proved & seen.broken.keys()
        assert not wrong, f"{wrong} proved, but\n{code}\non {seen.inputs} gives {seen.outcome}"
    return len(proved)


def test_mutants() -> None:
    chance = random.Random(int(os.environ.get("AXIOM_FUZZ_SEED", "7")))
    every: list[tuple[Contract, str]] = []
    for one in proved_variants():
        every += [(one.contract, mutant) for mutant in mutants(one.code)]
    wanted = int(os.environ.get("AXIOM_FUZZ", "100"))
    proved = 0
    for contract, mutant in chance.sample(every, min(wanted, len(every))):
        proved += check(contract, mutant, chance)
    # Most mutants keep some clauses, so the test says something.
    assert proved > wanted


@pytest.mark.parametrize("seed", range(3))
def test_random_clauses(seed: int) -> None:
    chance = random.Random(seed)
    tried = 0
    while tried < 2:
        code = random_programs.program(chance)
        writer = random_programs.Writer(chance)
        names = ("a", "b", "result", "result")
        clauses = [
            f"{writer.number(1, names)} {chance.choice(('<=', '>=', '==', '!='))} "
            f"{writer.number(1, names)}"
            for _ in range(3)
        ]
        clauses += ["result >= a or result < b", "result != 1 or p or a > 2"]
        text = f"intent {random_programs.HEADER}\n" + "".join(f"  ensures {c}\n" for c in clauses)
        contracts = read(text).contracts
        if not contracts:
            continue
        tried += 1
        check(contracts["f"], code, chance)
