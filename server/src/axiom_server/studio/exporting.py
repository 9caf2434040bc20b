"""Export: the accepted code of an intent with its certificate, as one signed bundle."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from axiom_server.domain.events import EventName
from axiom_server.errors import BadNewsError, EnvironmentFaultError, UserError
from axiom_server.history.chain import event_head
from axiom_server.studio.currency import is_current
from axiom_server.studio.reverifying import region_code
from axiom_server.studio.workspace import IntentFile, Workspace, read_text, remove_file, write_bytes
from axiom_verifiers.certificates.build import ClauseOutcome, Origin, Tools, build
from axiom_verifiers.certificates.deriving import hints_json
from axiom_verifiers.certificates.signing import seal
from axiom_verifiers.checks.prove import hints_of
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.evidence import Verdict
from axiom_verifiers.orchestra import Result
from axiom_verifiers.sandbox.python import shared
from axiom_verifiers.solvers import versions


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """A bundle that was written; `labels` counts its assertions by label."""

    intent: str
    path: str
    bytes: int
    labels: dict[str, int]


def export(
    workspace: Workspace, file: IntentFile, intent: str | None, output: Path, key: Ed25519PrivateKey
) -> Exported:
    """Write the bundle of an intent's accepted code.

    Raises BadNewsError when nothing is accepted, the contract has changed since, or the code
    was edited by hand since; UserError when the output is no file, or holds what is
    exported; EnvironmentFaultError when the file or the history cannot be written: then no
    bundle is left that the history lacks.
    """
    older = _bytes_of(output)
    contract = file.contract(intent)
    unit = workspace.history.find(workspace.key(file.path), contract.name)
    accepted = unit.current if unit else None
    candidate = unit.candidate(accepted.candidate) if unit and accepted else None
    if unit is None or accepted is None or candidate is None:
        raise BadNewsError(f"{contract.name}: nothing is accepted yet: axiom accept FILE")
    if not is_current(candidate, contract):
        raise BadNewsError(
            f"{contract.name}: the contract, or one that the code relies on, has changed since the "
            "code was accepted. "
            "Generate and accept again, or: axiom verify FILE"
        )
    target = workspace.root / accepted.target
    if output.resolve() in (file.path.resolve(), target.resolve()):
        raise UserError(f"{output}: holds what the bundle is about; name another file with -o")
    text = read_text(target)
    if accepted.after not in text.replace("\r\n", "\n"):
        raise BadNewsError(
            f"{target}: {contract.name} was edited by hand since it was accepted: what was proved "
            "is not what stands there. Undo the edit, or accept again"
        )
    code = region_code(text, contract.name)
    assert code is not None
    events = workspace.history.events(unit.id)
    origin = Origin(
        source=file.text,
        uses=file.uses,
        history=tuple(event_head(event) for event in events),
        history_end=events[-1].digest,
        created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    )
    result = msgspec.convert(candidate.result, Result)
    subject = Subject(contract=contract, code=candidate.code)
    hints = hints_of(subject, Budget(workspace.settings.seconds))
    statement = build(
        contract,
        candidate.code,
        tuple(
            ClauseOutcome(
                clause=one.id,
                verdict=one.verdict.value,
                method=one.method,
                answers=one.answers,
                assumptions=one.assumptions,
                obligations=one.obligations,
                cases=one.cases,
            )
            for one in result.clauses
        ),
        origin,
        Tools(solvers=versions(), sandbox=shared().digest, tiers=_clean_tiers(result)),
        confidence=result.confidence,
        limitations=result.limitations,
        hints=hints_json(hints),
    )
    data = seal(statement, key)
    labels: dict[str, int] = {}
    for assertion in statement.predicate.assertions:
        labels[assertion.label] = labels.get(assertion.label, 0) + 1
    payload = {"candidate": candidate.id, "labels": labels}
    write_bytes(output, data)
    try:
        workspace.history.append(unit.id, [(EventName.BUNDLE_EXPORTED, payload)])
    except BaseException:
        if older is None:
            remove_file(output)
        else:
            write_bytes(output, older)
        raise
    return Exported(intent=contract.name, path=str(output), bytes=len(data), labels=labels)


def _bytes_of(path: Path) -> bytes | None:
    """What a file holds now, None when there is none.

    Raises UserError for what is no file, EnvironmentFaultError when it cannot be read.
    """
    try:
        if path.is_dir():
            raise UserError(f"{path}: a folder; a file was expected, such as {path / 'NAME.axb'}")
        if path.exists() and not path.is_file():
            raise UserError(f"{path}: a device; a file was expected, such as NAME.axb")
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EnvironmentFaultError(
            f"{path}: cannot be read: {error.strerror}. Nothing was changed."
        ) from error


def _clean_tiers(result: Result) -> tuple[int, ...]:
    """The tiers in which no verifier found fault or broke."""
    bad = {one.tier for one in result.evidence if one.verdict in (Verdict.REFUTED, Verdict.FAILED)}
    return tuple(sorted({one.tier for one in result.evidence} - bad))
