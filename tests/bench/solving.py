"""A trivial question to each solver in a warm worker process."""

from __future__ import annotations

import asyncio

from axiom_verifiers.solvers.bench import overhead
from axiom_verifiers.solvers.pool import SolverPool
from tests.bench.figures import Figure


def _ask() -> dict[str, float]:
    with SolverPool() as pool:
        return overhead(pool)


async def measure() -> list[Figure]:
    found = await asyncio.to_thread(_ask)
    return [Figure(f"a trivial question to {name}", value) for name, value in found.items()]
