"""The accepted code of the intents that a code may call: needed to run it."""

from __future__ import annotations

from axiom_server.studio.workspace import IntentFile, Workspace
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.normal import contract_digest


def accepted_callees(
    workspace: Workspace, file: IntentFile, contract: Contract
) -> tuple[tuple[str, str], ...]:
    """The name and accepted code of each callee, from this file or one that it uses.

    A callee whose contract has changed since its code was verified counts as having none.
    """
    wanted = {callee.name for callee in contract.callees}
    if not wanted or not workspace.history.exists():
        return ()
    files = [file, *(workspace.open(file.path.parent / path) for path in file.uses)]
    found: dict[str, str] = {}
    for one in files:
        for name in wanted & one.reading.contracts.keys():
            unit = workspace.history.find(workspace.key(one.path), name)
            accepted = unit.current if unit is not None else None
            if unit is None or accepted is None:
                continue
            candidate = unit.candidate(accepted.candidate)
            digest = contract_digest(one.reading.contracts[name])
            if candidate is not None and candidate.contract == digest:
                found.setdefault(name, candidate.code)
    return tuple(sorted(found.items()))
