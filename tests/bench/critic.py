"""The contract critic on each contract of the corpus and of the bundled intents, warm."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from axiom_verifiers.checks.critique import critique
from axiom_verifiers.checks.verifier import Budget
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.solvers.pool import SolverPool
from tests.bench.figures import Figure, median, percentile
from tests.verifiers.corpus.reading import variants

EXAMPLES = Path(__file__).resolve().parents[2] / "docs/examples"
# What the server gives the critic of one contract.
_SECONDS = 1.0


def _contracts() -> list[Contract]:
    """Each contract once: variants of one function have the same."""
    bundled = [read(path.read_text()) for path in sorted(EXAMPLES.glob("*.intent"))]
    found = {variant.intent: variant.contract for variant in variants()}
    return [*found.values(), *(c for one in bundled for c in one.contracts.values())]


def _measure() -> list[Figure]:
    took: list[float] = []
    # A pool without a cache: what was answered yesterday is not measured.
    with SolverPool() as pool:
        every = _contracts()
        critique(every[0], Budget(_SECONDS), pool)  # The first one warms everything.
        for contract in every:
            started = time.perf_counter()
            critique(contract, Budget(_SECONDS), pool)
            took.append(time.perf_counter() - started)
    name = f"the critic on {len(took)} contracts, warm"
    return [
        Figure(f"{name}, median", median(took), limit=0.3),
        Figure("  95th percentile", percentile(took, 0.95), ("the median", median(took))),
    ]


async def measure() -> list[Figure]:
    return await asyncio.to_thread(_measure)
