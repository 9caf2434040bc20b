"""`make bench`: figures as ratios in one run, each beside a named peer or limit.

`python -m tests.bench NAME…` runs some of them. Machines are noisy: read the ratios.
`--write` puts those of the corpus into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from tests.bench import (
    brittleness,
    calibration,
    critic,
    document,
    generation,
    keystroke,
    sandbox,
    solving,
    start,
)
from tests.bench.figures import Finding, show

BENCHES: dict[str, Callable[[], Awaitable[Any]]] = {
    "start": start.measure,
    "keystroke": keystroke.measure,
    "generation": generation.measure,
    "sandbox": sandbox.measure,
    "solvers": solving.measure,
    "critic": critic.measure,
    "brittleness": brittleness.measure,
    "calibration": calibration.measure,
}
# Those on a sample of the corpus, whose findings stand in docs/benchmarks.md.
SAMPLED: dict[str, Callable[[int], Awaitable[Any]]] = {
    "brittleness": brittleness.measure,
    "calibration": calibration.measure,
}


async def main(names: list[str], most: int | None, *, write: bool) -> int:
    """Run the benches and print their figures; exit 1 when a limit is missed."""
    missed = 0
    for name in names or BENCHES:
        print(f"{name} …", file=sys.stderr, flush=True)
        sampled = most is not None and name in SAMPLED
        found: list[Finding] = await (SAMPLED[name](most) if sampled else BENCHES[name]())
        for figure in found:
            print(show(figure), flush=True)
            missed += not figure.met
        if write and name in SAMPLED:
            body = "\n\n".join(show(figure).strip() for figure in found)
            said = f" --most {most}" if sampled else ""
            document.put(name, f"python -m tests.bench {name}{said} --write", body)
    return 1 if missed else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--most", type=int, help="so many variants of the corpus")
    parser.add_argument("--write", action="store_true", help="put tables into the documents")
    asked = parser.parse_args()
    unknown = [name for name in asked.names if name not in BENCHES]
    if unknown:
        parser.error(f"no bench is called {unknown[0]}; there is: {', '.join(BENCHES)}")
    raise SystemExit(asyncio.run(main(asked.names, asked.most, write=asked.write)))
