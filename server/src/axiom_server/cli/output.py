"""What the command line prints: JSON whole and alone, or a short text; progress on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

import msgspec
from rich.console import Console
from rich.status import Status

from axiom_server.features.verdict_words import explanation_lines, how
from axiom_server.studio.verifying import Notice
from axiom_verifiers.evidence import ClauseEvidence, Verdict
from axiom_verifiers.orchestra import Progress, Result
from axiom_verifiers.solvers.drivers import missing

if TYPE_CHECKING:
    from axiom_server.studio.accepting import Change

SIGNS = {
    Verdict.PROVED: "✓✓",
    Verdict.TESTED: "✓ ",
    Verdict.REFUTED: "✗ ",
    Verdict.UNKNOWN: "? ",
    Verdict.FAILED: "! ",
}
COLOURS = {
    Verdict.PROVED: "green",
    Verdict.TESTED: "yellow",
    Verdict.REFUTED: "red",
    Verdict.UNKNOWN: "magenta",
    Verdict.FAILED: "red",
}


def print_change(change: Change, *, as_json: bool) -> None:
    """A change of a target file that has been made: which, and of what."""
    if as_json:
        print_json(
            {
                "intent": change.unit.intent,
                "file": change.unit.path,
                "target": str(change.target),
                "event": change.event.value,
                "candidate": change.payload.get("candidate"),
            }
        )
    else:
        print(f"{change.target}: {change.title.lower()}")


def print_json(value: Any) -> None:
    """One JSON document on stdout and nothing else."""
    try:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _unheard()


def _unheard() -> None:
    """The reader of our output has gone away, as `head` does: the answer still has its exit code,
    and what is still to be done is done.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


class _Console(Console):
    def on_broken_pipe(self) -> None:
        self.quiet = True
        _unheard()


def console() -> Console:
    """Where text for people goes."""
    return _Console(highlight=False, soft_wrap=True, markup=False)


def print_result(result: Result, shown: Console) -> None:
    """A verification, clause by clause; what would help beside the first that it would help."""
    helped: set[str] = set()
    for clause in result.clauses:
        sign = SIGNS[clause.verdict]
        shown.print(f"  {sign} ", style=COLOURS[clause.verdict], end="")
        shown.print(f"{clause.clause:<44} ", end="")
        shown.print(how(clause), style="dim")
        if clause.witness is not None:
            for line in explanation_lines(clause.witness):
                shown.print(f"       {line}", style="dim")
        for assumption in clause.assumptions:
            shown.print(f"       assuming {assumption}", style="dim")
        if clause.proof is not None and clause.witness is None and clause.proof.reason:
            for attempt in clause.proof.tried[1:]:
                # The first says that the clause was asked as it stands, as each is.
                shown.print(f"       tried: {attempt}", style="dim")
        advice = clause.proof.help if clause.proof is not None else None
        if advice and clause.witness is None and advice not in helped:
            helped.add(advice)
            shown.print(f"       would help: {advice}", style="dim")
    for report in result.evidence:
        for finding in report.findings:
            place = f"line {finding.line}: " if finding.line else ""
            shown.print(f"  {report.verifier}: {place}{finding.message}", style="yellow")
        if report.verdict is Verdict.FAILED:
            shown.print(f"  {report.verifier} failed: {report.detail}", style="red")
    for limitation in result.limitations:
        shown.print(f"  note: {limitation}", style="dim")
    for solver in missing():
        shown.print(f"  note: the solver {solver} is missing: `axiom doctor` says what to do")
    shown.print(
        f"{result.intent}: {result.verdict} · confidence {result.confidence:.2f} "
        f"· {result.seconds:.1f} s",
        style="bold",
    )


def say(line: str) -> None:
    """Tell the person on stderr what takes long."""
    print(line, file=sys.stderr, flush=True)


class Ticker:
    """A progress line on stderr while something long runs; nothing when piped."""

    def __init__(self, title: str) -> None:
        console = Console(stderr=True, highlight=False, markup=False)
        self._status: Status | None = console.status(title) if console.is_terminal else None
        self._title = title
        self._running: list[str] = []

    def __enter__(self) -> Self:
        if self._status is not None:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._status is not None:
            self._status.stop()

    def hear(self, notice: Notice) -> None:
        """Show what runs now."""
        if isinstance(notice, Progress):
            if notice.state == "running":
                self._running.append(notice.verifier)
            elif notice.verifier in self._running:
                self._running.remove(notice.verifier)
        elif isinstance(notice, ClauseEvidence) and self._status is not None:
            self._running = self._running[-6:]
        if self._status is not None:
            self._status.update(f"{self._title}: {' · '.join(self._running)}")


Hear = Callable[[Notice], None]
