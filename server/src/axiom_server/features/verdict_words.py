"""Verdicts in words, one spelling for lens, hover, inlay, command line."""

from __future__ import annotations

from typing import Any, cast

import msgspec

from axiom_verifiers.evidence import Verdict, Witness
from axiom_verifiers.orchestra.results import ClauseResult


def how(clause: ClauseResult) -> str:
    """How a clause was settled, in a few words: `proved by z3, cvc5`, `held in 500 runs` …"""
    if clause.verdict is Verdict.PROVED and clause.method == "deductive":
        solvers = [name for name, answer in clause.answers.items() if answer == "valid"]
        return f"proved by {', '.join(solvers)}" if solvers else "proved without a solver"
    if clause.verdict is Verdict.PROVED:
        return f"proved: {clause.method}"
    if clause.verdict is Verdict.TESTED:
        reason = not_proved_because(clause)
        return f"held in {clause.cases} runs" + (f"; not proved: {reason}" if reason else "")
    if clause.witness is not None:
        return f"fails for {witness_words(clause.witness)}"
    return not_proved_because(clause) or clause.detail or clause.why


def not_proved_because(clause: ClauseResult) -> str:
    """The reason why there is no proof, with its place; empty when there is none to tell."""
    if clause.proof is None or clause.proof.reason is None:
        return ""
    place = clause.proof.where or ""
    where = f" (line {place})" if place[:1].isdigit() else f" ({place})" if place else ""
    return f"{clause.proof.reason}{where}"


def witness_words(witness: Witness) -> str:
    """The inputs of a witness on one line, shortened, what came out, what was expected."""
    given = ", ".join(f"{name}={short(value)}" for name, value in witness.inputs.items())
    return f"{given or 'no arguments'}: {outcome_words(witness)}; expected {witness.expected}"


def outcome_words(witness: Witness) -> str:
    """What the run of a witness gave."""
    got = witness.result
    if isinstance(got, dict):
        outcome = cast("dict[str, Any]", got)
        if "raises" in outcome:
            return f"raises {outcome['raises']}"
        if "endless" in outcome:
            return f"never ends: {outcome['endless']}"
    return f"gives {short(got)}"


def short(value: Any) -> str:
    """A value's JSON, cut where it is long."""
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 60 else text[:57] + "…"
