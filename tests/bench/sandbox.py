"""The sandbox: to instantiate, a whole life, a thousand inputs, beside `python3 -c pass`."""

from __future__ import annotations

import subprocess
import sys
import time

from axiom_verifiers.sandbox.python import shared
from tests.bench.figures import Figure, median

ROUNDS = 7


def _bare() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - started


async def measure() -> list[Figure]:
    sandbox = shared()
    sandbox.figures()  # The first one warms the loaded artefact.
    runs = [sandbox.figures() for _ in range(ROUNDS)]
    peer = ("python3 -c pass", median([_bare() for _ in range(ROUNDS)]))
    return [
        Figure("sandbox: instantiate", median([one.instantiate for one in runs]), peer),
        Figure("sandbox: a whole life", median([one.whole_life for one in runs]), peer),
        Figure("sandbox: a thousand inputs", median([one.thousand_inputs for one in runs]), peer),
    ]
