"""The obligations of a code and a contract, derived without any solver, as records."""

from __future__ import annotations

from typing import Any

import msgspec

from axiom_verifiers.certificates.statement import ObligationRecord
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import Constant, Expr
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.errors import FormatError
from axiom_verifiers.frontends import python
from axiom_verifiers.obligations import LoopHints, Obligation, derive

# Changes whenever the same code and contract come to other obligations.
ENCODER = "python/2"


class Derived(msgspec.Struct, frozen=True, kw_only=True):
    """`unmodelled` maps a clause's id to the reason why no proof of it can be complete."""

    obligations: tuple[ObligationRecord, ...]
    unmodelled: dict[str, str]

    def digests(self, clause: str) -> frozenset[str]:
        """The digests of all obligations of one clause."""
        return frozenset(one.digest for one in self.obligations if one.clause == clause)


def hints_json(hints: tuple[LoopHints, ...]) -> Any:
    """Invariants and measures as plain JSON values.

    Those that speak of floats or bytes, which JSON does not hold exactly, are left out: then
    the clauses that rest on them are not asserted as proved.
    """
    return msgspec.to_builtins(
        tuple(
            msgspec.structs.replace(
                hint, invariants=tuple(one for one in hint.invariants if _is_plain(one))
            )
            for hint in hints
        )
    )


def _is_plain(expr: Expr) -> bool:
    return all(
        isinstance(node.value, int | str | None)
        for node in walk(expr)
        if isinstance(node, Constant)
    )


def hints_from(value: Any) -> tuple[LoopHints, ...]:
    """Invariants and measures from their JSON values.

    They are guesses until the obligations that they give are answered, so any will do.
    Raises FormatError for what is none.
    """
    try:
        hints = msgspec.convert(value, tuple[LoopHints, ...])
    except (msgspec.ValidationError, RecursionError) as error:
        raise FormatError(f"the invariants cannot be read: {error}") from error
    expressions = [
        part for hint in hints for part in (*hint.invariants, hint.measure) if part is not None
    ]
    if not all(map(_is_plain, expressions)):
        raise FormatError("the invariants hold a constant of another kind than int and str")
    return hints


def derive_records(contract: Contract, code: str, language: str, hints: Any) -> Derived:
    """All obligations of the deductive clauses, with the invariants in `hints`.

    Raises FormatError for an unknown language or hints that cannot be read.
    """
    if language != "python":
        raise FormatError(f"code in {language!r}: this version knows python")
    found = derive(python.translate(code, contract), contract, hints_from(hints))
    hopeless = {one.clause: f"{one.construct} is not modelled" for one in found if one.hopeless}
    return Derived(obligations=tuple(map(_record, found)), unmodelled=hopeless)


def _record(one: Obligation) -> ObligationRecord:
    place = f"{one.place.line}: {one.place.text}" if one.place is not None else ""
    return ObligationRecord(
        id=one.id,
        clause=one.clause,
        kind=one.kind,
        place=place,
        digest=one.digest,
        text=one.problem.script().text,
    )
