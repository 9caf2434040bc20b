"""Tiers, verification budget, confidence; streams evidence.

The only package that knows all verifiers.
"""

from axiom_verifiers.orchestra.results import ClauseResult, Progress, Result, VerifierResult
from axiom_verifiers.orchestra.run import Plan, Verification, verifiers, verify

__all__ = [
    "ClauseResult",
    "Plan",
    "Progress",
    "Result",
    "Verification",
    "VerifierResult",
    "verifiers",
    "verify",
]
