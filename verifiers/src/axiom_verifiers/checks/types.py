"""Tier 1: basedpyright, errors only; annotations that the code lacks come from the intent."""

from __future__ import annotations

import atexit
import time
from collections.abc import Iterator

from axiom_verifiers.checks._annotated import Annotated, annotate
from axiom_verifiers.checks._language_server import Diagnostic, LanguageServer
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.errors import TypeCheckerError
from axiom_verifiers.evidence import Evidence, Finding, Report, Verdict

_SECONDS = 20.0
_server = LanguageServer()
atexit.register(_server.close)


class TypesVerifier:
    """Asks a language server that stays alive: a second for the first code, then milliseconds."""

    name = "types"
    tier = 1

    def supports(self, subject: Subject) -> bool:
        return subject.language == "python"

    def verify(self, subject: Subject, budget: Budget) -> Iterator[Evidence]:
        start = time.perf_counter()
        checked = annotate(subject.code, subject.contract)
        try:
            diagnostics = _diagnose(checked.text, budget)
        except TypeCheckerError as error:
            yield Report(
                verifier=self.name,
                tier=self.tier,
                verdict=Verdict.FAILED,
                seconds=time.perf_counter() - start,
                detail=str(error),
            )
            return
        findings = tuple(_findings(diagnostics, checked))
        wrong = any(finding.severity == "error" for finding in findings)
        yield Report(
            verifier=self.name,
            tier=self.tier,
            verdict=Verdict.REFUTED if wrong else Verdict.TESTED,
            seconds=time.perf_counter() - start,
            findings=findings,
        )


def _diagnose(text: str, budget: Budget) -> list[Diagnostic]:
    """Once more on a fresh server when the first one has died in the meantime."""
    try:
        return _server.diagnose(text, min(_SECONDS, budget.remaining()))
    except TypeCheckerError:
        if budget.stopped:
            raise
        return _server.diagnose(text, min(_SECONDS, budget.remaining()))


def _findings(diagnostics: list[Diagnostic], checked: Annotated) -> Iterator[Finding]:
    for each in diagnostics:
        if each.severity != 1:
            continue
        place = checked.place(each.range.start.line, each.range.start.character)
        if place is None:
            continue
        message = each.message.strip()
        if checked.in_caller(each.range.start.line):
            message = f"the function's annotations do not fit the intent: {message}"
        yield Finding(
            severity="error",
            message=message,
            line=place[0],
            column=place[1],
            rule=str(each.code or "types"),
        )


def close() -> None:
    """Ends the server; the next check starts another."""
    _server.close()
