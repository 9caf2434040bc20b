"""One pool for the tests that need nothing special of it, with its files out of the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from axiom_verifiers.solvers.drivers import SOLVERS
from axiom_verifiers.solvers.pool import SolverPool


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AXIOM_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("AXIOM_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="session")
def pool() -> Iterator[SolverPool]:
    with SolverPool(warm=SOLVERS) as made:
        yield made
