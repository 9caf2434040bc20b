"""The settings of an intent: how to generate. They have no part in what the code must do."""

from __future__ import annotations

import re
from collections.abc import Callable

from axiom_verifiers.contracts import syntax
from axiom_verifiers.contracts.scope import Notes, nearest, replace_fix
from axiom_verifiers.contracts.source import Fix, Span

TARGETS = ("python", "javascript", "typescript", "go", "rust")
CONTEXTS = ("public", "confidential", "regulated", "sovereign")
MAX_CANDIDATES = 5

_TIME = re.compile(r"\d+(\.\d+)?\s*(ms|s|m|min|h)")
_MONEY = re.compile(r"\$\s*\d+(\.\d+)?")
_CONFIDENCE = re.compile(r"confidence\s+(\d+(\.\d+)?)")


def _choice(options: tuple[str, ...]) -> Callable[[str], str | None]:
    def check(text: str) -> str | None:
        return None if text in options else "expected " + ", ".join(f"`{one}`" for one in options)

    return check


def _model(text: str) -> str | None:
    return None if text else "expected a class of models such as `balanced`, or a model's name"


def _budget(text: str) -> str | None:
    seen: set[str] = set()
    for part in text.split(","):
        word = part.strip()
        confidence = _CONFIDENCE.fullmatch(word)
        if _TIME.fullmatch(word):
            kind = "a time"
        elif _MONEY.fullmatch(word):
            kind = "a cost"
        elif confidence is not None and float(confidence[1]) <= 1:
            kind = "a confidence"
        else:
            return (
                f"found `{word}`, expected a time such as `60s`, a cost such as `$0.05`, or "
                "`confidence` and a number from 0 to 1"
            )
        if kind in seen:
            return f"found {kind} twice, expected it once"
        seen.add(kind)
    return None


def _whole(least: int, most: int) -> Callable[[str], str | None]:
    def check(text: str) -> str | None:
        fits = text.isascii() and text.isdigit() and least <= int(text[:9]) <= most
        return None if fits else f"expected a whole number from {least} to {most}"

    return check


def _temperature(text: str) -> str | None:
    fits = re.fullmatch(r"\d+(\.\d+)?", text) is not None and float(text) <= 2
    return None if fits else "expected a number from 0 to 2"


_CHECKS: dict[str, Callable[[str], str | None]] = {
    "target": _choice(TARGETS),
    "model": _model,
    "budget": _budget,
    "context": _choice(CONTEXTS),
    "trust": _whole(1, 10),
    "temperature": _temperature,
    "candidates": _whole(1, MAX_CANDIDATES),
}
_OPTIONS = {"target": TARGETS, "context": CONTEXTS}


def check_settings(
    clauses: tuple[syntax.Setting, ...], notes: Notes
) -> tuple[tuple[str, str], ...]:
    """The settings as name and text; a wrong or repeated one is a problem."""
    first: dict[str, Span] = {}
    made: list[tuple[str, str]] = []
    for clause in clauses:
        text = clause.text.strip()
        if clause.name in first:
            notes.problem(
                "duplicate-clause",
                f"found `{clause.name}` twice; expected it once",
                clause.span,
                related=((first[clause.name], "the first one"),),
            )
            continue
        first[clause.name] = clause.span
        complaint = _CHECKS[clause.name](text)
        if complaint is not None:
            fixes: tuple[Fix, ...] = ()
            close = nearest(text, _OPTIONS.get(clause.name, ()))
            if close is not None:
                fixes = (replace_fix(f"{clause.name} {close}", clause.span),)
            found = "" if complaint.startswith("found") else f"found `{text}`, "
            notes.problem(
                "bad-setting", f"`{clause.name}`: {found}{complaint}", clause.span, fixes=fixes
            )
            continue
        made.append((clause.name, text))
    return tuple(made)
