"""Verify: code from anywhere against an intent."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

import msgspec

from axiom_server.errors import EnvironmentFaultError, StoppedError, UserError
from axiom_server.studio.currency import relied_on
from axiom_verifiers.checks.verifier import Subject
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.errors import ArtefactError
from axiom_verifiers.evidence import Evidence
from axiom_verifiers.orchestra import Plan, Progress, Result, Verification
from axiom_verifiers.sandbox.python import shared

Notice = Evidence | Progress


def prepare(progress: Callable[[str], None]) -> None:
    """Make sure that the sandbox is there; building it takes a minute, once a machine.

    Raises EnvironmentFaultError when it cannot be built.
    """
    try:
        shared(progress)
    except ArtefactError as error:
        raise EnvironmentFaultError(str(error)) from error


def check_target(contract: Contract) -> None:
    """Refuse a `target` that this version cannot verify; nothing else would be honest.

    Raises UserError.
    """
    target = dict(contract.settings).get("target", "python")
    if target != "python":
        raise UserError(
            f"{contract.name}: `target {target}`: this version writes and verifies python only. "
            "Remove the setting, or say `target python`"
        )


def verify(
    contract: Contract,
    code: str,
    plan: Plan,
    notice: Callable[[Notice], None] = lambda _: None,
    stop: threading.Event | None = None,
    callees: tuple[tuple[str, str], ...] = (),
) -> Result:
    """Run the orchestra over one code; `notice` hears the evidence as it streams in.

    Raises StoppedError when `stop` is set before the end, UserError for a target that cannot be
    verified.
    """
    check_target(contract)
    needed = _mentioned(code, callees)
    run = Verification(Subject(contract=contract, code=code, callees=needed), plan)
    if stop is not None:
        threading.Thread(target=_watch, args=(stop, run), daemon=True).start()
    for one in run:
        notice(one)
    if run.cancelled:
        raise StoppedError("verification was stopped; nothing was recorded")
    return msgspec.structs.replace(run.result, relies=relied_on(contract, code))


def _mentioned(code: str, callees: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The callees that the code, or one of them, names; others would only bring their own names."""
    needed: dict[str, str] = {}
    texts = [code]
    while texts:
        text = texts.pop()
        for name, other in callees:
            if name not in needed and re.search(rf"\b{re.escape(name)}\b", text):
                needed[name] = other
                texts.append(other)
    return tuple((name, other) for name, other in callees if name in needed)


def _watch(stop: threading.Event, run: Verification) -> None:
    stop.wait()
    run.cancel()


def result_json(result: Result) -> dict[str, object]:
    """The JSON form of a result (docs/cli.md)."""
    return msgspec.to_builtins(result)
