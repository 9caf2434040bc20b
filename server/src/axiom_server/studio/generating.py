"""Generate: candidates from a backend, verified, recorded; only those that pass are shown."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec

from axiom_server.domain.events import EventName
from axiom_server.domain.units import Candidate, Unit
from axiom_server.errors import UserError
from axiom_server.generation.engine import Notice, Outcome, Verified, generate
from axiom_server.generation.prompts import prompt
from axiom_server.models.backend import Backend, Request
from axiom_server.models.catalogue import backend_named
from axiom_server.studio import verifying
from axiom_server.studio.callees import accepted_callees
from axiom_server.studio.results import Generation, Rejected, ShownCandidate
from axiom_server.studio.workspace import IntentFile, Workspace
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.normal import contract_digest
from axiom_verifiers.evidence import Verdict
from axiom_verifiers.orchestra import Plan, Result
from axiom_verifiers.sandbox.codec import annotation

_WHOLE_FILE = 20_000  # characters of a file that a model is shown whole


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What the person asked for."""

    intent: str | None = None
    model: str = ""
    candidates: int = 0
    seed: int = 0
    plan: Plan = Plan()
    timeout: float = 60.0


def shown(candidate: Verified, accepted: bool = False) -> ShownCandidate:
    """A verified candidate as it is printed."""
    result = candidate.result
    return ShownCandidate(
        id=candidate.id,
        code=candidate.code,
        accepted=accepted,
        verdict=result.verdict,
        confidence=result.confidence,
        clauses=result.clauses,
        evidence=result.evidence,
        limitations=result.limitations,
        origin=candidate.origin,
    )


def python_signature(contract: Contract) -> str:
    """The head of the function that a contract asks for, in Python."""
    given = ", ".join(f"{one.name}: {annotation(one.type)}" for one in contract.parameters)
    return f"def {contract.name}({given}) -> {annotation(contract.result)}"


def _enough(plenty: int) -> Callable[[Verified], bool]:
    proved: list[str] = []

    def enough(candidate: Verified) -> bool:
        if candidate.result.verdict is Verdict.PROVED:
            proved.append(candidate.id)
        return len(proved) >= plenty

    return enough


async def generate_for(
    workspace: Workspace,
    file: IntentFile,
    wish: Wish,
    notice: Callable[[Notice | verifying.Notice], None] = lambda _: None,
    backend: Backend | None = None,
) -> Generation:
    """Generate and verify candidates for one intent and record what happened.

    The first proved candidate ends the search. Cancelling the task stops the backend and the
    verification, and records nothing but that it began and failed.

    Raises ContractError, UserError (unknown model, another target), HistoryError.
    """
    start = time.monotonic()
    contract = file.contract(wish.intent)
    verifying.check_target(contract)
    settings = dict(contract.settings)
    chosen = backend or backend_named(
        wish.model or settings.get("model") or workspace.settings.model
    )
    digest = contract_digest(contract)
    unit = workspace.history.unit_for(workspace.key(file.path), contract.name, digest)
    begun = {"contract": digest, "backend": chosen.name, "seed": wish.seed}
    workspace.history.append(unit.id, [(EventName.GENERATION_STARTED, begun)])
    source = file.source_of(contract.name)
    request = Request(
        contract=contract,
        source=source,
        # What the intent names stands beside it in the file.
        prompt=prompt(
            contract.name,
            python_signature(contract),
            file.text if len(file.text) <= _WHOLE_FILE else source,
            (),
        ),
        candidates=wish.candidates or _count(settings) or workspace.settings.candidates,
        seed=wish.seed,
        timeout=wish.timeout,
    )
    stop = threading.Event()
    callees = accepted_callees(workspace, file, contract)

    async def verify(code: str) -> Result:
        return await asyncio.to_thread(
            verifying.verify, contract, code, wish.plan, notice, stop, callees
        )

    try:
        outcome = await generate(chosen, request, verify, notice, _enough(1))
    except BaseException as error:
        stop.set()
        reason = "cancelled" if isinstance(error, asyncio.CancelledError) else str(error)
        workspace.history.append(unit.id, [(EventName.GENERATION_FAILED, {"reason": reason})])
        raise
    _record(workspace, unit, contract, chosen, outcome)
    return Generation(
        intent=contract.name,
        backend=chosen.name,
        seed=wish.seed,
        candidates=tuple(shown(one) for one in outcome.candidates),
        rejected=tuple(Rejected(digest=one.digest, reason=one.reason) for one in outcome.rejected),
        seconds=round(time.monotonic() - start, 4),
        failure=outcome.failure.message if outcome.failure else "",
    )


def _count(settings: dict[str, str]) -> int:
    text = settings.get("candidates", "")
    return int(text) if text.isdecimal() else 0


def _record(
    workspace: Workspace, unit: Unit, contract: Contract, backend: Backend, outcome: Outcome
) -> None:
    entries: list[tuple[EventName, dict[str, Any]]] = [
        (EventName.CANDIDATE_PRUNED, {"digest": one.digest, "reason": one.reason})
        for one in outcome.rejected
    ]
    for one in reversed(outcome.candidates):
        candidate = Candidate(
            id=one.id,
            code=one.code,
            contract=contract_digest(contract),
            origin=one.origin,
            backend=backend.name,
            result=verifying.result_json(one.result),
        )
        entries += [
            (EventName.CANDIDATE_GENERATED, {"id": one.id, "origin": one.origin}),
            (
                EventName.VERIFICATION_COMPLETED,
                {"id": one.id, "verdict": one.result.verdict.value},
            ),
            (EventName.CANDIDATE_SELECTED, {"candidate": msgspec.to_builtins(candidate)}),
        ]
    if not outcome.candidates:
        reason = outcome.failure.message if outcome.failure else "no candidate passed the gate"
        entries.append((EventName.GENERATION_FAILED, {"reason": reason}))
    workspace.history.append(unit.id, entries)


def candidate_of(unit: Unit | None, shown_name: str, prefix: str | None) -> Candidate:
    """The candidate that was asked for: the best one when `prefix` is None.

    Raises UserError when there is none, or when several ids begin so.
    """
    if unit is None or not unit.candidates:
        raise UserError(f"{shown_name}: no candidate yet. Make some: axiom generate FILE")
    if prefix is None:
        return unit.candidates[-1]
    found = unit.candidate(prefix)
    if found is None:
        have = ", ".join(one.id for one in unit.candidates)
        raise UserError(f"{shown_name}: no single candidate begins with {prefix!r}; it has: {have}")
    return found
