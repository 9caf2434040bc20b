"""The corpus's figures: by family, and those that are the goal."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping

from tests.verifiers.corpus.measuring import Measured
from tests.verifiers.corpus.reading import Variant

Row = tuple[Variant, Measured]


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _share(rows: list[Row], outcome: str) -> str:
    if not rows:
        return "-"
    return f"{sum(one.outcome == outcome for _, one in rows)}/{len(rows)}"


def table(rows: list[Row]) -> str:
    """One line a family and one for all, as Markdown."""
    lines = [
        "| family | functions | good expected proved | good hard proved | bad refuted | wrong "
        "| median s | p95 s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    families = sorted({variant.family for variant, _ in rows})
    for name in [*families, "all"]:
        some = [row for row in rows if name in ("all", row[0].family)]
        seconds = [measured.seconds for _, measured in some]
        cells = [
            name,
            str(len({variant.function for variant, _ in some})),
            _share(_of(some, lambda one: one.truth == "good" and one.mark == "expected"), "proved"),
            _share(_of(some, lambda one: one.truth == "good" and one.mark == "hard"), "proved"),
            _share(_of(some, lambda one: one.truth == "bad"), "refuted"),
            str(sum(measured.wrong for _, measured in some)),
            f"{statistics.median(seconds):.2f}",
            f"{percentile(seconds, 0.95):.2f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _of(rows: list[Row], wanted: Callable[[Variant], bool]) -> list[Row]:
    return [row for row in rows if wanted(row[0])]


def goals(rows: list[Row]) -> str:
    """The shares that are the goal, each beside it."""
    groups: Mapping[str, tuple[list[Row], str, float]] = {
        "proved of good expected": (
            _of(rows, lambda one: one.truth == "good" and one.mark == "expected"), "proved", 0.90,
        ),
        "proved of good hard": (
            _of(rows, lambda one: one.truth == "good" and one.mark == "hard"), "proved", 0.40,
        ),
        "refuted of bad": (_of(rows, lambda one: one.truth == "bad"), "refuted", 0.98),
    }  # fmt: skip
    lines: list[str] = []
    for name, (some, outcome, goal) in groups.items():
        if some:
            found = sum(one.outcome == outcome for _, one in some) / len(some)
            lines.append(f"{name}: {found:.1%} of {len(some)} (goal {goal:.0%})")
    wrong = sum(measured.wrong for _, measured in rows)
    seconds = [measured.seconds for _, measured in rows]
    lines.append(f"wrong: {wrong} (goal 0)")
    lines.append(
        f"seconds a variant: median {statistics.median(seconds):.2f} (goal 0.7), "
        f"p95 {percentile(seconds, 0.95):.2f} (goal 8)"
    )
    hard = {variant.function for variant, _ in rows if variant.mark == "hard"}
    functions = {variant.function for variant, _ in rows}
    families = {variant.family for variant, _ in rows}
    lines.append(
        f"{len(functions)} functions in {len(families)} families, {len(hard)} of them hard, "
        f"{len(rows)} variants"
    )
    return "\n".join(lines)
