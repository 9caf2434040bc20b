"""Verdicts in words, one spelling for lens, hover, inlay, command line."""

from __future__ import annotations

from typing import Any, cast

import msgspec

from axiom_verifiers.evidence import Step, Verdict, Witness
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
    if clause.proof.reason == "no input ran" and clause.detail:
        return clause.detail
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


def explanation_lines(witness: Witness, most: int = 8) -> list[str]:
    """Why a clause fails, in short lines: what is false, the last lines that ran, what may be
    missing. Empty when nobody has looked.
    """
    told = witness.explanation
    if told is None:
        return []
    lines: list[str] = []
    if told.part:
        sides = ", ".join(f"{name} = {_cut(value)}" for name, value in told.sides.items())
        lines.append(f"because of `{told.part}`" + (f" with {sides}" if sides else ""))
    left_out = len(told.steps) + told.omitted - most
    if left_out > 0:
        lines.append(f"… {left_out} lines ran before")
    lines += [step_words(step) for step in told.steps[-most:]]
    if told.why:
        lines.append(f"{told.suspect}: {told.why}")
    return lines


def step_words(step: Step) -> str:
    """One line of the code that ran, and what came of it."""
    parts = [f"{name} = {_cut(value)}" for name, value in step.values.items()]
    if step.entered is not None:
        parts.insert(0, "entered" if step.entered else "not entered")
    return f"line {step.line}: {step.code}" + (f"   → {', '.join(parts)}" if parts else "")


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def short(value: Any) -> str:
    """A value's JSON, cut where it is long."""
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 60 else text[:57] + "…"
