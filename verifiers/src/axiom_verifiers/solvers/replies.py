"""Reads a worker's reply as one of the closed set of answers."""

from __future__ import annotations

from typing import Any

from axiom_verifiers.errors import SExprError
from axiom_verifiers.logic.problem import Script
from axiom_verifiers.logic.sexpr import parse_one, rename, text_of
from axiom_verifiers.solvers.answers import Answer, Failure, Invalid, Timeout, Unknown, Valid


def read_reply(solver: str, seconds: float, reply: dict[str, Any], script: Script) -> Answer:
    """The answer that a reply is. What is not understood is a `Failure`."""
    reason = str(reply.get("reason", ""))
    match reply.get("status"):
        case "unsat":
            return Valid(solver, seconds)
        case "sat":
            return _invalid(solver, seconds, reply, script)
        case "timeout":
            return Timeout(solver, seconds)
        case "resource":
            return Timeout(solver, seconds, resource=True)
        case "unknown":
            return Unknown(solver, seconds, reason or "no reason given")
        case "error":
            return Failure(solver, seconds, reason or "no reason given")
        case other:
            return Failure(solver, seconds, f"the worker's reply is not understood: {other!r:.80}")


def _invalid(solver: str, seconds: float, reply: dict[str, Any], script: Script) -> Invalid:
    """`Invalid`, without values when they cannot be read: it still contradicts a `Valid`."""
    if not script.want:
        return Invalid(solver, seconds, {})
    try:
        pairs = parse_one(str(reply.get("values", "")))
    except SExprError:
        return Invalid(solver, seconds, {})
    if not isinstance(pairs, tuple) or len(pairs) != len(script.want):
        return Invalid(solver, seconds, {})
    model: dict[str, str] = {}
    for (key, _), pair in zip(script.want, pairs, strict=True):
        if not isinstance(pair, tuple) or len(pair) != 2:
            return Invalid(solver, seconds, {})
        model[key] = text_of(rename(pair[1], script.names))
    return Invalid(solver, seconds, model)
