"""Claims about one position of a list or a range, to be tried on its parts."""

from __future__ import annotations

import msgspec

from axiom_verifiers.contracts.expressions import Expr


class Body(msgspec.Struct, frozen=True):
    """A claim about the position `name`; `low` and `high` bound where it makes sense."""

    name: str
    claim: Expr
    low: Expr
    high: Expr
    guard: Expr | None = None
    # Whether the claim about one position alone says anything worth a quantifier.
    single: bool = False
