"""Candidates for loop invariants and measures, filtered by runs; proved elsewhere or dropped."""

from __future__ import annotations

from axiom_verifiers.invariants.guessing import Guesses, candidates, coarse, guess
from axiom_verifiers.invariants.hints import written
from axiom_verifiers.invariants.measures import measures
from axiom_verifiers.invariants.recursion import recursion_measures
from axiom_verifiers.invariants.sampling import sample_runs

__all__ = [
    "Guesses",
    "candidates",
    "coarse",
    "guess",
    "measures",
    "recursion_measures",
    "sample_runs",
    "written",
]
