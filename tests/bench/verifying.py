"""`make bench-verify`: our verifier on the corpus, beside CrossHair and beside each solver alone.

`python -m tests.bench.verifying --most N` takes N variants, spread by chance over the corpus; the
same N are the same variants. `--write` puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple

from axiom_verifiers.solvers.drivers import Driver
from axiom_verifiers.solvers.pool import SolverPool
from tests.bench import document
from tests.bench.crosshair import VERSION, CrossHair
from tests.bench.figures import percentile
from tests.bench.pools import Changed
from tests.verifiers.corpus.measuring import SECONDS, measure
from tests.verifiers.corpus.reading import Variant, variants

OURS = "ours"
RACE = "race, first answer"
PEER = "CrossHair"


class Narrow(Changed):
    """Asks only the solvers that are named, and no second one to confirm."""

    confirms = False

    def __init__(self, solvers: frozenset[str]) -> None:
        super().__init__()
        self.solvers = solvers

    def changed(self, every: Sequence[Driver]) -> list[Driver]:
        return [one for one in every if one.solver in self.solvers]


class Taken(NamedTuple):
    """What one way of verifying made of one variant."""

    outcome: str
    seconds: float

    def settled(self, variant: Variant) -> bool:
        return self.outcome == {"good": "proved", "bad": "refuted"}[variant.truth]

    def wrong(self, variant: Variant) -> bool:
        return self.outcome == {"good": "refuted", "bad": "proved"}[variant.truth]


Ways = dict[str, Callable[[Variant], Taken]]
Found = dict[str, dict[Variant, Taken]]


def ways(crosshair: CrossHair) -> Ways:
    """Every way by its name, warm."""

    def with_pool(pool: SolverPool) -> Callable[[Variant], Taken]:
        def run(variant: Variant) -> Taken:
            measured = measure(variant, SECONDS, pool)
            return Taken(measured.outcome, measured.seconds)

        return run

    def peer(variant: Variant) -> Taken:
        said = crosshair.check(variant.contract, variant.code)
        return Taken(said.outcome, said.seconds)

    return {
        OURS: with_pool(SolverPool()),
        RACE: with_pool(Narrow(frozenset(("z3", "cvc5", "bitwuzla")))),
        "z3 alone": with_pool(Narrow(frozenset(("z3",)))),
        "cvc5 alone": with_pool(Narrow(frozenset(("cvc5",)))),
        PEER: peer,
    }


def chosen(most: int | None) -> list[Variant]:
    every = list(variants())
    if most is None or most >= len(every):
        return every
    return sorted(random.Random(0).sample(every, most), key=lambda one: one.id)


def table(found: Found) -> str:
    """A line for each way."""
    lines = [
        "| | proved of good | refuted of bad | unknown | wrong | median s | p95 s | all s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, taken in found.items():
        good = [one for variant, one in taken.items() if variant.truth == "good"]
        bad = [one for variant, one in taken.items() if variant.truth == "bad"]
        seconds = [one.seconds for one in taken.values()]
        proved = sum(one.outcome == "proved" for one in good)
        refuted = sum(one.outcome == "refuted" for one in bad)
        unknown = sum(one.outcome == "unknown" for one in taken.values())
        wrong = sum(one.wrong(variant) for variant, one in taken.items())
        cells = [
            name,
            f"{proved} of {len(good)} ({_share(proved, len(good))})",
            f"{refuted} of {len(bad)} ({_share(refuted, len(bad))})",
            _share(unknown, len(taken)),
            str(wrong),
            f"{statistics.median(seconds):.2f}",
            f"{percentile(seconds, 0.95):.2f}",
            f"{sum(seconds):.0f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "-"


def ratios(found: Found) -> list[str]:
    """The race beside the best single solver, and ours beside CrossHair."""
    singles = [name for name in found if name.endswith(" alone")]
    totals = {name: sum(one.seconds for one in found[name].values()) for name in found}
    best = min(singles, key=lambda name: totals[name])
    lost = sorted(
        f"{variant.id} ({name})"
        for name in singles
        for variant, one in found[name].items()
        if one.settled(variant) and not found[RACE][variant].settled(variant)
    )
    lines = [
        f"race over the best single solver ({best}): {totals[RACE] / totals[best]:.2f} "
        "times its time (goal at most 1.25)",
        f"answers that a single solver gives and the race does not: {len(lost)} (goal 0)"
        + (f": {', '.join(lost)}" if lost else ""),
    ]
    groups: dict[str, list[Variant]] = {"it confirms": [], "it refutes": [], "it leaves open": []}
    words = {"proved": "it confirms", "refuted": "it refutes", "unknown": "it leaves open"}
    for variant, one in found[PEER].items():
        groups[words[one.outcome]].append(variant)
    for name, some in groups.items():
        if some:
            theirs = statistics.median(found[PEER][one].seconds for one in some)
            ours = statistics.median(found[OURS][one].seconds for one in some)
            goal = " (goal at least 10)" if name == "it confirms" else ""
            lines.append(
                f"on the {len(some)} that {name}: CrossHair's median {theirs:.2f} s, ours "
                f"{ours:.2f} s: {theirs / ours:.1f} times faster{goal}"
            )
    return lines


def main() -> int:
    """Run, print; 1 when one of ours is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.verifying", description=__doc__)
    parser.add_argument("--most", type=int, help="so many variants at most")
    parser.add_argument("--seconds", type=float, default=10.0, help="CrossHair's, a condition")
    parser.add_argument("--write", action="store_true", help="put the table into the documents")
    asked = parser.parse_args()
    some = chosen(asked.most)
    with CrossHair(asked.seconds) as crosshair:
        every = ways(crosshair)
        found: Found = {name: {} for name in every}
        for number, variant in enumerate(some, start=1):
            for name, way in every.items():
                found[name][variant] = way(variant)
            told = ", ".join(f"{name} {one[variant].outcome}" for name, one in found.items())
            print(f"{number}/{len(some)} {variant.id}: {told}", file=sys.stderr, flush=True)
    settings = (
        f"{len(some)} variants of the corpus; {os.cpu_count()} cores, Python "
        f"{platform.python_version()}; all warm; ours has {SECONDS:.0f} s for each; CrossHair "
        f"{VERSION} reads the contract as asserts, `per_condition_timeout` {asked.seconds:.0f} s, "
        "and does not ask whether the code ends."
    )
    text = "\n".join([settings, "", table(found), "", *(f"- {one}" for one in ratios(found))])
    print(text)
    if asked.write:
        given = " ".join(sys.argv[1:])
        document.put("bench-verify", f"python -m tests.bench.verifying {given}", text)
    ours = [found[name] for name in found if name != PEER]
    return 1 if any(one.wrong(variant) for taken in ours for variant, one in taken.items()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
