"""What the tests of synthesis share: reading intents, searching in this process."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from axiom_server.synthesis.clock import Clock
from axiom_server.synthesis.search import Candidate, Search
from axiom_server.synthesis.sygus_search import SygusSearch
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.sandbox.python import PythonSandbox, shared

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
GENEROUS = 60.0  # seconds: a deadline that only a hang meets


def contracts_in(text: str, folder: Path = EXAMPLES) -> dict[str, Contract]:
    def used(path: str) -> str | None:
        file = folder / path
        return file.read_text() if file.is_file() else None

    reading = read(text, used)
    assert reading.sound, [placed.problem.message for placed in reading.problems]
    return reading.contracts


@pytest.fixture(scope="session")
def contract_of() -> Callable[[str], Contract]:
    """The one contract of an intent file's text."""

    def only(text: str) -> Contract:
        (contract,) = contracts_in(text).values()
        return contract

    return only


@pytest.fixture(scope="session")
def bundled() -> dict[str, Contract]:
    """The bundled intents by the names of their files."""
    found: dict[str, Contract] = {}
    for path in sorted(EXAMPLES.glob("*.intent")):
        (found[path.stem],) = contracts_in(path.read_text()).values()
    return found


def candidates_for(contract: Contract, seed: int = 0) -> list[Candidate]:
    sygus = SygusSearch(contract, GENEROUS)
    try:
        return Search(contract, seed, Clock(GENEROUS), lambda _steps: None).run(sygus.result)
    finally:
        sygus.close()


@pytest.fixture(scope="session")
def searched() -> Callable[[Contract], list[Candidate]]:
    """Searches in this process, cvc5 beside it, as the worker does; once for each contract."""
    return functools.cache(candidates_for)


@pytest.fixture(scope="session")
def sandbox() -> PythonSandbox:
    return shared()
