"""The obligations of a code and a contract, derived without any solver, as records."""

from __future__ import annotations

from typing import Any

import msgspec

from axiom_verifiers.certificates.statement import ObligationRecord
from axiom_verifiers.contracts.contract import Contract

ENCODER = "python/1"


class Derived(msgspec.Struct, frozen=True, kw_only=True):
    """`unmodelled` maps a clause's id to the reason why no proof of it can be complete."""

    obligations: tuple[ObligationRecord, ...]
    unmodelled: dict[str, str]


def derive(contract: Contract, code: str, language: str, hints: Any) -> Derived:
    """All obligations of the deductive clauses, with the invariants in `hints`."""
    raise NotImplementedError
