"""`python -m tests.verifiers.fuzz --count 2000 --seed 1`: mutants against brute force.

Prints each violation with its mutant, and how many of each kind of mistake were examined.
Exit code 1 when a clause was proved that a run violates.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from tests.verifiers.fuzz.originals import originals
from tests.verifiers.fuzz.sampling import sample
from tests.verifiers.fuzz.soundness import examine, told


def main() -> int:
    """Run as many mutants as were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.verifiers.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="mutants to examine")
    parser.add_argument("--seed", type=int, default=1, help="of the choice of mutants")
    parser.add_argument("--seconds", type=float, default=2.0, help="of the prover for each")
    parser.add_argument("--until", type=float, default=0.0, help="stop after so many seconds")
    asked = parser.parse_args()
    start = time.monotonic()
    kinds: Counter[str] = Counter()
    proved = violations = clauses = 0
    for number, one in enumerate(sample(originals(), asked.count, asked.seed), start=1):
        found = examine(one.contract, one.code, asked.seconds)
        kinds[one.kind] += 1
        proved += bool(found.proved)
        clauses += len(found.proved)
        if found.wrong:
            violations += 1
            print(f"--- {one.name}: {one.kind}\n{told(found, one.code)}", flush=True)
        seconds = time.monotonic() - start
        if number % 50 == 0:
            line = f"{number} mutants, {proved} with a proved clause, {violations} violations"
            print(f"{line}, {seconds:.0f} s", file=sys.stderr, flush=True)
        if asked.until and seconds > asked.until:
            break
    for kind, count in sorted(kinds.items()):
        print(f"{count:6} {kind}")
    total = sum(kinds.values())
    print(f"{total} mutants, {proved} with a proved clause ({clauses} clauses), {violations} wrong")
    return 1 if violations else 0


if __name__ == "__main__":
    raise SystemExit(main())
