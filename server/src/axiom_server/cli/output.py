"""What the command line prints: JSON whole and alone, or a short text; progress on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import msgspec
from rich.console import Console
from rich.status import Status

from axiom_server.studio.verifying import Notice
from axiom_verifiers.evidence import ClauseEvidence, Verdict, Witness
from axiom_verifiers.orchestra import ClauseResult, Progress, Result

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


def print_json(value: Any) -> None:
    """One JSON document on stdout and nothing else."""
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
    sys.stdout.flush()


def console() -> Console:
    """Where text for people goes."""
    return Console(highlight=False, soft_wrap=True, markup=False)


def how(clause: ClauseResult) -> str:
    """How a clause was settled, in a few words: `proved by z3, cvc5`, `held in 500 runs` …"""
    if clause.verdict is Verdict.PROVED and clause.method == "deductive":
        solvers = [name for name, answer in clause.answers.items() if answer == "valid"]
        return f"proved by {', '.join(solvers)}" if solvers else "proved without a solver"
    if clause.verdict is Verdict.PROVED:
        return f"proved: {clause.method}"
    if clause.verdict is Verdict.TESTED:
        reason = f"; not proved: {clause.proof.reason}" if _reason(clause) else ""
        return f"held in {clause.cases} runs{reason}"
    if clause.witness is not None:
        return f"fails for {inputs(clause.witness)}"
    if _reason(clause):
        assert clause.proof is not None
        where = f" (line {clause.proof.where})" if clause.proof.where else ""
        return f"{clause.proof.reason}{where}"
    return clause.detail or clause.why


def _reason(clause: ClauseResult) -> bool:
    return clause.proof is not None and clause.proof.reason is not None


def inputs(witness: Witness) -> str:
    """The inputs of a witness on one line, shortened, and what came out."""
    given = ", ".join(f"{name}={_short(value)}" for name, value in witness.inputs.items())
    got = witness.result
    if isinstance(got, dict) and "raises" in got:
        got_text = f"raises {got['raises']}"
    elif isinstance(got, dict) and "endless" in got:
        got_text = f"never ends: {got['endless']}"
    else:
        got_text = f"gives {_short(got)}"
    return f"{given or 'no arguments'}: {got_text}; expected {witness.expected}"


def _short(value: Any) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 60 else text[:57] + "…"


def print_result(result: Result, shown: Console) -> None:
    """A verification, clause by clause."""
    for clause in result.clauses:
        sign = SIGNS[clause.verdict]
        shown.print(f"  {sign} ", style=COLOURS[clause.verdict], end="")
        shown.print(f"{clause.clause:<44} ", end="")
        shown.print(how(clause), style="dim")
        for assumption in clause.assumptions:
            shown.print(f"       assuming {assumption}", style="dim")
    for report in result.evidence:
        for finding in report.findings:
            place = f"line {finding.line}: " if finding.line else ""
            shown.print(f"  {report.verifier}: {place}{finding.message}", style="yellow")
        if report.verdict is Verdict.FAILED:
            shown.print(f"  {report.verifier} failed: {report.detail}", style="red")
    for limitation in result.limitations:
        shown.print(f"  note: {limitation}", style="dim")
    shown.print(
        f"{result.intent}: {result.verdict} · confidence {result.confidence:.2f} "
        f"· {result.seconds:.1f} s",
        style="bold",
    )


class Ticker:
    """A progress line on stderr while something long runs; nothing when piped."""

    def __init__(self, title: str) -> None:
        console = Console(stderr=True, highlight=False, markup=False)
        self._status: Status | None = console.status(title) if console.is_terminal else None
        self._title = title
        self._running: list[str] = []

    def __enter__(self) -> Ticker:
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
