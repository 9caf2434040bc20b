"""From a core program and a contract to obligations: questions for solvers."""

from axiom_verifiers.obligations.derive import derive
from axiom_verifiers.obligations.obligation import Obligation
from axiom_verifiers.obligations.state import LoopHints

__all__ = ["LoopHints", "Obligation", "derive"]
