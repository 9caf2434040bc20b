"""`make bench`: figures as ratios in one run, each beside a named peer or limit.

`python -m tests.bench NAME…` runs some of them. Machines are noisy: read the ratios.
`--write` puts those of the corpus into docs/benchmarks.md.
"""

from __future__ import annotations

import asyncio
import sys

from tests.bench import (
    brittleness,
    calibration,
    document,
    generation,
    keystroke,
    sandbox,
    solving,
    start,
)
from tests.bench.figures import Finding, show

BENCHES = {
    "start": start.measure,
    "keystroke": keystroke.measure,
    "generation": generation.measure,
    "sandbox": sandbox.measure,
    "solvers": solving.measure,
    "brittleness": brittleness.measure,
    "calibration": calibration.measure,
}
# Those whose findings stand in docs/benchmarks.md.
KEPT = ("brittleness", "calibration")


async def main(names: list[str]) -> int:
    """Run the benches and print their figures; exit 1 when a limit is missed."""
    write = "--write" in names
    names = [name for name in names if name != "--write"]
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"no bench is called {unknown[0]}; there is: {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    missed = 0
    for name in names or BENCHES:
        print(f"{name} …", file=sys.stderr, flush=True)
        found: list[Finding] = await BENCHES[name]()
        for figure in found:
            print(show(figure), flush=True)
            missed += not figure.met
        if write and name in KEPT:
            body = "\n\n".join(show(figure).strip() for figure in found)
            document.put(name, f"python -m tests.bench {name} --write", body)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main(sys.argv[1:])))
