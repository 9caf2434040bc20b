"""The share of verdicts that change with the solvers' seeds, on a sample of the corpus."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import msgspec

from axiom_verifiers.checks.verifier import Subject
from axiom_verifiers.evidence import Verdict
from axiom_verifiers.orchestra.run import Plan, Verification
from axiom_verifiers.solvers.drivers import Driver
from axiom_verifiers.solvers.pool import SolverPool
from tests.bench.figures import Share, Table
from tests.bench.pools import Changed
from tests.verifiers.corpus.measuring import own_verifiers
from tests.verifiers.corpus.reading import Variant, variants

SEEDS = 10
SAMPLE = 24
_SETTLED = (Verdict.PROVED, Verdict.REFUTED)


class Seeded(Changed):
    """Gives every solver this seed, wherever it takes one."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed = seed

    def changed(self, every: Sequence[Driver]) -> list[Driver]:
        return [self._with_seed(one) for one in every]

    def _with_seed(self, driver: Driver) -> Driver:
        options = tuple(
            (name, str(self.seed) if "seed" in name else value) for name, value in driver.options
        )
        return msgspec.structs.replace(driver, options=options)


def verdicts(variant: Variant, pool: SolverPool) -> dict[str, str]:
    """What comes of each clause when everything runs to its end."""
    subject = Subject(contract=variant.contract, code=variant.code)
    run = Verification(subject, Plan(), own_verifiers(pool))
    for _ in run:
        pass
    return {
        one.id: str(one.verdict) if one.verdict in _SETTLED else "open"
        for one in run.result.clauses
    }


def _measure(most: int) -> list[Share | Table]:
    sample = random.Random(0).sample(variants(), most)
    seen: dict[tuple[str, str], set[str]] = {}
    for seed in range(SEEDS):
        with Seeded(seed) as pool:
            for variant in sample:
                for clause, verdict in verdicts(variant, pool).items():
                    seen.setdefault((variant.id, clause), set()).add(verdict)
    changing = sorted(key for key, words in seen.items() if len(words) > 1)
    name = f"verdicts that change over {SEEDS} seeds, {len(seen)} clauses"
    lines = [f"{variant}, {clause}: {', '.join(sorted(seen[variant, clause]))}"
             for variant, clause in changing]  # fmt: skip
    found: list[Share | Table] = [Share(name, len(changing) / len(seen), limit=0.0)]
    return [*found, Table("\n".join(f"- {line}" for line in lines))] if lines else found


async def measure(most: int = SAMPLE) -> list[Share | Table]:
    """On so many variants."""
    return await asyncio.to_thread(_measure, most)
