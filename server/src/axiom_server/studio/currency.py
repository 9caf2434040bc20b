"""Whether what was verified is what the contracts say now."""

from __future__ import annotations

import re

from axiom_server.domain.units import Candidate
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.normal import contract_digest, promise_digest


def relied_on(contract: Contract, code: str) -> dict[str, str]:
    """The digests of the contracts of those intents that the code names."""
    return {
        callee.name: promise_digest(callee)
        for callee in contract.callees
        if re.search(rf"\b{re.escape(callee.name)}\b", code)
    }


def is_current(candidate: Candidate, contract: Contract) -> bool:
    """Whether neither the contract nor one that the code relies on has changed since."""
    today = {callee.name: promise_digest(callee) for callee in contract.callees}
    relies: dict[str, str] = candidate.result.get("relies", {})
    return candidate.contract == contract_digest(contract) and all(
        today.get(name) == digest for name, digest in relies.items()
    )
