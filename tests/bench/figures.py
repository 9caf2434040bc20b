"""What a bench finds, and how it is printed."""

from __future__ import annotations

import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`value` in seconds; `peer` what the same took for the peer; `limit` what it may take."""

    name: str
    value: float
    peer: tuple[str, float] | None = None
    limit: float | None = None

    @property
    def met(self) -> bool:
        return self.limit is None or self.value <= self.limit


@dataclass(frozen=True)
class Share:
    """`value` is a part of one; `limit` what it may be at most."""

    name: str
    value: float
    limit: float | None = None

    @property
    def met(self) -> bool:
        return self.limit is None or self.value <= self.limit


@dataclass(frozen=True)
class Table:
    """Markdown, as it stands."""

    text: str

    @property
    def met(self) -> bool:
        return True


Finding = Figure | Share | Table


def percentile(values: list[float], share: float) -> float:
    """The value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: list[float]) -> float:
    return statistics.median(values)


def _seconds(value: float) -> str:
    if value < 0.001:
        return f"{value * 1e6:.0f} µs"
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"


def show(figure: Finding) -> str:
    """One line: the figure, its peer with the ratio, its limit. A table as it stands."""
    if isinstance(figure, Table):
        return figure.text
    if isinstance(figure, Share):
        line = f"  {figure.name:<52} {figure.value:>9.2%}"
        if figure.limit is not None:
            line += f"   limit {figure.limit:.2%}: {'met' if figure.met else 'MISSED'}"
        return line
    line = f"  {figure.name:<52} {_seconds(figure.value):>9}"
    if figure.peer is not None:
        name, value = figure.peer
        line += f"   {figure.value / value:6.2f} × {name} ({_seconds(value)})"
    if figure.limit is not None:
        line += f"   limit {_seconds(figure.limit)}: {'met' if figure.met else 'MISSED'}"
    return line
