"""What runs say of clauses, by the cases in `judging/`.

A case file holds an intent, `---`, and runs: the arguments, then `-> RESULT`, `raises ERROR` or
`out of fuel`, then `after {…}` for parameters that changed and `shared`. Below each run stand
the clauses that do not simply hold; all others must.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.exceptions import bases_of
from axiom_verifiers.contracts.judging import Judge, judge_example
from axiom_verifiers.contracts.outcomes import Call, Discarded, Outcome, OutOfFuel, Raised, Returned
from axiom_verifiers.contracts.reading import read

CASES = Path(__file__).parent / "judging"
_RUN = re.compile(
    r"(?P<args>\{.*?\}) (?:-> (?P<result>.+?)|raises (?P<error>\w+)|(?P<fuel>out of fuel))"
    r"(?: after (?P<after>\{.*\}))?(?P<shared> shared)?"
)


def only_contract(text: str) -> Contract:
    found = read(text)
    assert [placed.problem.message for placed in found.problems] == []
    (contract,) = found.contracts.values()
    return contract


def read_run(line: str) -> tuple[Call, Outcome]:
    match = _RUN.fullmatch(line)
    assert match is not None, line
    args: dict[str, Any] = ast.literal_eval(match["args"])
    after = {**args, **ast.literal_eval(match["after"] or "{}")}
    if match["fuel"]:
        return Call(args), OutOfFuel()
    if match["error"]:
        return Call(args), Raised(match["error"], bases_of(match["error"])[1:], "", after)
    return Call(args), Returned(ast.literal_eval(match["result"]), after, bool(match["shared"]))


def check_case(text: str) -> list[str]:
    source, _, runs = text.partition("\n---\n")
    contract = only_contract(source)
    judge = Judge(contract)
    faults: list[str] = []
    blocks = re.split(r"\n(?=\S)", runs.strip())
    for block in blocks:
        if block.startswith("#"):
            continue
        head, *lines = block.splitlines()
        wanted = dict(line.strip().split(": ") for line in lines)
        call, outcome = read_run(head)
        for judgement in judge.judge(call, outcome):
            name = judgement.clause.partition("/")[2]
            status = judgement.status + (" by the contract" if judgement.undefined else "")
            if status != wanted.pop(name, "holds"):
                faults.append(f"{head}: {name}: {judgement}")
            if judgement.status == "violated" and not judgement.expected:
                faults.append(f"{head}: {name} does not say what it expected")
            if judgement.status in ("undetermined", "not owed") and not judgement.reason:
                faults.append(f"{head}: {name} does not say why")
        faults += [f"{head}: there is no clause {name}" for name in wanted]
    return faults


@pytest.mark.parametrize("path", sorted(CASES.glob("*.case")), ids=lambda path: path.stem)
def test_runs_say_of_clauses_what_the_meaning_says(path: Path) -> None:
    assert check_case(path.read_text()) == []


EXAMPLES = [
    ("example f([1], 0.5) == 1.5", Returned(1.5, {"xs": [9], "x": 0.5}), "holds"),
    ("example f([1], 0.5) == 1.5", Returned(1.25, {"xs": [1], "x": 0.5}), "violated"),
    ("example f([1], 0.5) == 2.0", Returned(2, {"xs": [1], "x": 0.5}), "holds"),
    ("example f([1], 0.5) == nan", Returned(float("nan"), {"xs": [1], "x": 0.5}), "holds"),
    ("example f([1], 0.5) == 2.0", Returned(True, {"xs": [1], "x": 0.5}), "violated"),
    ("example f([1], 0.5) == 1.0, xs == [2]", Returned(1.0, {"xs": [2], "x": 0.5}), "holds"),
    ("example f([1], 0.5) == 1.0, xs == [2]", Returned(1.0, {"xs": [1], "x": 0.5}), "violated"),
    ("example f([1], 0.5) == 1.0", Raised("KeyError", (), "", {}), "violated"),
    ("example f([1], 0.5) raises LookupError", Raised("KeyError", (), "", {}), "holds"),
    ("example f([1], 0.5) raises KeyError", Raised("IndexError", (), "", {}), "violated"),
    ("example f([1], 0.5) raises KeyError", Returned(1.0, {}), "violated"),
    ("example f([1], 0.5) == 1.0 / 0.0", Returned(1.0, {}), "undetermined"),
    ("example f([1], 0.5) == 1.0", OutOfFuel(), "undetermined"),
    ("example f([1], 0.5) == 1.0", Discarded("memory"), "undetermined"),
]


@pytest.mark.parametrize(("text", "outcome", "status"), EXAMPLES)
def test_examples_are_judged_by_their_own_expectation(
    text: str, outcome: Outcome, status: str
) -> None:
    head = "intent f(xs: list[int], x: float) -> float\n  modifies xs\n  ensures result == 0.0\n"
    contract = only_contract(f"{head}  {text}\n")
    assert judge_example(contract, contract.examples[0], outcome).status == status
