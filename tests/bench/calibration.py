"""Confidence beside outcomes: of the clauses that were given so much, how many hold.

Outcomes are the corpus's: every clause holds of good code; of bad code those hold that no run of
the search for its truth breaks. Beside each bin stands the width of its uncertainty (Wilson's
interval at 95 %, E. B. Wilson, 1927).
"""

from __future__ import annotations

import asyncio
import math
import random
import statistics

from axiom_verifiers.checks.verifier import Subject
from axiom_verifiers.orchestra.run import Plan, Verification
from axiom_verifiers.solvers.pool import SolverPool
from tests.bench.figures import Share, Table
from tests.verifiers.corpus.measuring import own_verifiers
from tests.verifiers.corpus.reading import Variant, variants
from tests.verifiers.corpus.truth import broken

SAMPLE = 120
# The upper ends of the bins; the lower end is the bin before.
_BINS = (0.0, 0.5, 0.9, 0.95, 0.97, 0.98, 1.0)
_SURE = 1.96  # Standard deviations that hold 95 % of a normal distribution.


def wilson(holds: int, count: int) -> tuple[float, float]:
    """Between which shares the true one lies, with 95 % confidence."""
    share = holds / count
    spread = _SURE * math.sqrt(share * (1 - share) / count + _SURE**2 / (4 * count**2))
    middle = share + _SURE**2 / (2 * count)
    scale = 1 + _SURE**2 / count
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def judged(variant: Variant, pool: SolverPool) -> list[tuple[float, bool]]:
    """The confidence in each clause of one variant, and whether it holds."""
    subject = Subject(contract=variant.contract, code=variant.code)
    run = Verification(subject, Plan(), own_verifiers(pool))
    for _ in run:
        pass
    false = broken(variant)[0]
    # An example is judged by running it, and a run of it is all that it says.
    formal = [one for one in run.result.clauses if one.kind not in ("example", "must")]
    return [(one.confidence, one.id not in false) for one in formal]


def table(pairs: list[tuple[float, bool]]) -> str:
    """The reliability table, as Markdown."""
    lines = ["| confidence | clauses | mean said | hold | between |", "|---|---|---|---|---|"]
    lower = -1.0
    for upper in _BINS:
        some = [(said, holds) for said, holds in pairs if lower < said <= upper]
        if some:
            holds = sum(held for _, held in some)
            low, high = wilson(holds, len(some))
            said = statistics.fmean(value for value, _ in some)
            name = f"{upper:.2f}" if lower < 0 else f"{lower:.2f} to {upper:.2f}"
            lines.append(
                f"| {name} | {len(some)} | {said:.3f} | {holds / len(some):.3f} "
                f"| {low:.3f} to {high:.3f} |"
            )
        lower = upper
    return "\n".join(lines)


def _measure(most: int) -> list[Share | Table]:
    pairs: list[tuple[float, bool]] = []
    with SolverPool() as pool:
        for variant in random.Random(0).sample(variants(), most):
            pairs += judged(variant, pool)
    # The mean distance between what was said and what came of it (Brier's score, 1950).
    score = statistics.fmean((said - held) ** 2 for said, held in pairs)
    return [Table(table(pairs)), Share(f"Brier score of {len(pairs)} clauses", score)]


async def measure(most: int = SAMPLE) -> list[Share | Table]:
    """On so many variants."""
    return await asyncio.to_thread(_measure, most)
