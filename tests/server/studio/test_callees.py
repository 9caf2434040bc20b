"""Code that calls another intent runs with that intent's accepted code, while it is current."""

from __future__ import annotations

from pathlib import Path

from axiom_server.domain.units import Candidate
from axiom_server.studio.currency import is_current, relied_on
from axiom_server.studio.workspace import Workspace
from axiom_verifiers.contracts.normal import contract_digest
from tests.server.cli.conftest import Axiom, axiom, folder

__all__ = ["axiom", "folder"]

INTENTS = """\
intent double(n: int) -> int
  ensures result == 2 * n

intent quadruple(n: int) -> int
  ensures result == 4 * n
  example quadruple(3) == 12
"""
CODE = "def quadruple(n: int) -> int:\n    return double(double(n))\n"


def test_accepted_code_is_used_while_current(folder: Path, axiom: Axiom) -> None:
    path = folder / "w.intent"
    path.write_text(INTENTS)
    (folder / "q.py").write_text(CODE)
    ask = ("verify", "w.intent", "--intent", "quadruple", "--code", "q.py", "--json")
    before = axiom(*ask)
    assert before.code == 1
    assert "no code for double" in before.out
    assert axiom("generate", "w.intent", "--intent", "double", "--accept").code == 0
    after = axiom(*ask)
    assert after.code == 0, after.out
    assert {one["verdict"] for one in after.json["clauses"]} <= {"proved", "tested"}
    path.write_text(INTENTS.replace("2 * n", "n + n"))
    assert "no code for double" in axiom(*ask).out  # Its contract has changed since.


def test_what_relies_on_a_changed_contract_is_not_accepted(folder: Path, axiom: Axiom) -> None:
    """A candidate was verified against its callee's contract as it was."""
    path = folder / "w.intent"
    path.write_text(INTENTS)
    workspace = Workspace.of(path)
    file = workspace.open(path)
    contract = file.contract("quadruple")
    candidate = Candidate(
        id="c0ffee",
        code=CODE,
        contract=contract_digest(contract),
        origin="",
        backend="",
        result={"relies": relied_on(contract, CODE)},
    )
    assert is_current(candidate, contract)
    path.write_text(INTENTS.replace("2 * n", "n + n"))
    assert not is_current(candidate, workspace.open(path).contract("quadruple"))
