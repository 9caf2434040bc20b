"""Tier 1: ruff, for faults that matter: what fails when run, not what reads badly."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator

import msgspec
from ruff import find_ruff_bin

from axiom_verifiers.checks._size import too_long, unread
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.evidence import Evidence, Finding, Report, Verdict

# E9 unreadable, F5 broken formatting, F6 comparisons that are always so, F7 misplaced
# statements, F82 undefined names, PLE errors of use. The rest of F is told, as a warning.
_ERRORS = ("E9", "F5", "F6", "F7", "F82", "PLE")
_TOLD = ("F",)
_SECONDS = 10.0


class _Position(msgspec.Struct, frozen=True):
    row: int
    column: int


class _Diagnostic(msgspec.Struct, frozen=True):
    message: str
    location: _Position
    code: str | None = None


class LintVerifier:
    """Runs ruff on the code's text, away from every configuration file."""

    name = "lint"
    tier = 1

    def supports(self, subject: Subject) -> bool:
        return subject.language == "python"

    def verify(self, subject: Subject, budget: Budget) -> Iterator[Evidence]:
        start = time.perf_counter()
        long = too_long(subject)
        if long is not None:
            yield unread(self, long)
            return
        found = _run(subject, budget)
        seconds = time.perf_counter() - start
        if isinstance(found, str):
            yield Report(
                verifier=self.name,
                tier=self.tier,
                verdict=Verdict.FAILED,
                seconds=seconds,
                detail=found,
            )
            return
        wrong = any(finding.severity == "error" for finding in found)
        yield Report(
            verifier=self.name,
            tier=self.tier,
            verdict=Verdict.REFUTED if wrong else Verdict.TESTED,
            seconds=seconds,
            findings=tuple(found),
        )


def _run(subject: Subject, budget: Budget) -> list[Finding] | str:
    """The findings, or why there are none to be had."""
    # Names that the sandbox supplies are no undefined ones.
    known = [record.name for record in subject.contract.records]
    known += [callee.name for callee in subject.contract.callees]
    try:
        command = [find_ruff_bin(), "check", "--isolated", "--no-cache", "--quiet"]
    except FileNotFoundError:
        return "ruff is missing: install axiom-verifiers again"
    command += ["--select", ",".join((*_ERRORS, *_TOLD)), "--target-version", "py314"]
    command += ["--ignore-noqa", "--output-format", "json", "--exit-zero"]
    if known:
        command += ["--config", f"builtins={json.dumps(known)}"]
    command += ["--stdin-filename", "candidate.py", "-"]
    try:
        done = subprocess.run(
            command,
            input=subject.code.encode("utf-8", "replace"),
            capture_output=True,
            timeout=min(_SECONDS, max(0.1, budget.remaining())),
            check=False,
        )
        diagnostics = msgspec.json.decode(done.stdout, type=list[_Diagnostic])
    except subprocess.TimeoutExpired:
        return "ruff did not answer in time"
    except (OSError, msgspec.MsgspecError) as error:
        return f"ruff gave no usable answer: {error}"
    if done.returncode != 0:
        return f"ruff ended with {done.returncode}: {done.stderr.decode('utf-8', 'replace')[:300]}"
    return [_finding(each) for each in diagnostics]


def _finding(diagnostic: _Diagnostic) -> Finding:
    code = diagnostic.code or "invalid-syntax"
    grave = code == "invalid-syntax" or code.startswith(_ERRORS)
    return Finding(
        severity="error" if grave else "warning",
        message=diagnostic.message,
        line=diagnostic.location.row,
        column=diagnostic.location.column,
        rule=code,
    )
