"""Tier 1: basedpyright, errors only; annotations that the code lacks come from the intent."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

from axiom_verifiers.checks._annotated import Annotated, annotate
from axiom_verifiers.checks._language_server import Diagnostic
from axiom_verifiers.checks._size import too_long, unread
from axiom_verifiers.checks.type_checker import SERVER
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.errors import TypeCheckerError
from axiom_verifiers.evidence import Evidence, Finding, Report, Verdict

_SECONDS = 20.0
_BROKEN = "An internal error occurred"
_NONE = re.compile(r"\bNone\b")
_WANTS_NONE = re.compile(r'is not assignable to (return type |type )?"None"')


class TypesVerifier:
    """Asks a language server that stays alive: a second for the first code, then milliseconds."""

    name = "types"
    tier = 1

    def supports(self, subject: Subject) -> bool:
        return subject.language == "python"

    def verify(self, subject: Subject, budget: Budget) -> Iterator[Evidence]:
        start = time.perf_counter()
        long = too_long(subject)
        if long is not None:
            yield unread(self, long)
            return
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
        found = SERVER.diagnose(text, min(_SECONDS, budget.remaining()))
    except TypeCheckerError:
        if budget.stopped:
            raise
        found = SERVER.diagnose(text, min(_SECONDS, budget.remaining()))
    broken = next((each.message for each in found if each.message.startswith(_BROKEN)), None)
    if broken is not None:
        raise TypeCheckerError("basedpyright met an internal error while reading the code")
    return found


def _findings(diagnostics: list[Diagnostic], checked: Annotated) -> Iterator[Finding]:
    errors = [each for each in diagnostics if each.severity == 1]
    doubtful = {each.range.start.line for each in errors if _about_none(each)}
    for each in errors:
        place = checked.place(each.range.start.line, each.range.start.character)
        if place is None:
            continue
        message = "; ".join(line.strip() for line in each.message.strip().splitlines())
        if checked.in_caller(each.range.start.line):
            message = f"the function's annotations do not fit the intent: {message}"
        follows = each.code == "reportCallIssue" and each.range.start.line in doubtful
        yield Finding(
            severity="warning" if follows or _about_none(each) else "error",
            message=message,
            line=place[0],
            column=place[1],
            rule=str(each.code or "types"),
        )


def _about_none(diagnostic: Diagnostic) -> bool:
    """Whether the fault is that something may be None.

    Whether it can be is a matter of `requires`, which the checker does not know: `best = None`
    before a loop over a list that is not empty is no error. Running and proving tell.
    """
    return bool(_NONE.search(diagnostic.message)) and not _WANTS_NONE.search(diagnostic.message)
