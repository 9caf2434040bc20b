"""Code that is too long to be worth reading: said at once, instead of making every tool wait."""

from __future__ import annotations

from axiom_verifiers.checks.verifier import Subject, Verifier
from axiom_verifiers.evidence import Report, Verdict

LONGEST = 300_000  # characters


def too_long(subject: Subject) -> str | None:
    """What to tell about code that is too long; None when it is not."""
    found = len(subject.code)
    if found <= LONGEST:
        return None
    return (
        f"the code has {found:,} characters, and at most {LONGEST:,} are read: "
        "keep the function and what it needs in a file of its own"
    )


def unread(verifier: Verifier, reason: str) -> Report:
    return Report(
        verifier=verifier.name,
        tier=verifier.tier,
        verdict=Verdict.UNKNOWN,
        seconds=0.0,
        detail=reason,
    )
