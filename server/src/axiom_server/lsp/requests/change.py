"""axiom/accept, axiom/undo, axiom/redo: an edit to confirm; axiom/applied: it was, or not."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import msgspec

from axiom_server.documents.snapshot import Snapshot
from axiom_server.errors import UserError
from axiom_server.lsp import convert, messages
from axiom_server.lsp.session import Session

ANNOTATION = "axiom"


def register(session: Session) -> None:
    server = session.server

    async def plan(
        function: str, params: messages.ChangeParams, candidate: str | None = None
    ) -> messages.Change:
        document = session.document(params.uri)
        target = Path(await session.call("target_of", document, params.intent))
        held = {convert.path_of(one.uri): one for one in params.unsaved}
        unsaved = held.get(target)
        answer = await session.call(
            function,
            document,
            params.intent,
            candidate=candidate,
            target=unsaved.text if unsaved else None,
        )
        token = uuid.uuid4().hex[:12]
        session.changes[token] = (params.uri, params.intent, answer)
        return messages.Change(
            change=token,
            title=answer["title"],
            edit=_edit(session, answer, params.uri, unsaved),
        )

    @server.own("axiom/accept", messages.AcceptParams)
    async def accept(params: messages.AcceptParams) -> messages.Change:
        return await plan("accept", params, params.candidate)

    @server.own("axiom/undo", messages.ChangeParams)
    async def undo(params: messages.ChangeParams) -> messages.Change:
        return await plan("undo", params)

    @server.own("axiom/redo", messages.ChangeParams)
    async def redo(params: messages.ChangeParams) -> messages.Change:
        return await plan("redo", params)

    @server.own("axiom/applied", messages.AppliedParams)
    async def applied(params: messages.AppliedParams) -> None:
        found = session.changes.pop(params.change, None)
        if found is None:
            raise UserError(f"no change is waiting under {params.change!r}")
        if not params.applied:
            return
        uri, intent, answer = found
        await session.worker.call("axiom_server.studio.remote:record", answer)
        known = session.known_of(uri, intent)
        accepted = ""
        if answer["event"] in ("CandidateAccepted", "Redone"):
            accepted = answer["payload"].get("candidate") or known.candidate
        session.know(uri, intent, msgspec.structs.replace(known, accepted=accepted))


def _edit(
    session: Session, answer: dict[str, Any], like: str, unsaved: messages.UnsavedFile | None
) -> dict[str, Any]:
    """The protocol's WorkspaceEdit: the target made first when there is none; the person is
    asked before it is written.
    """
    uri = unsaved.uri if unsaved else convert.uri_of(Path(answer["target"]), like)
    base = Snapshot.open(answer["base"])
    edits: list[dict[str, Any]] = []
    for start, end, text in answer["replacements"]:
        place = {
            "start": msgspec.to_builtins(base.position_at(start, session.encoding)),
            "end": msgspec.to_builtins(base.position_at(end, session.encoding)),
        }
        edits.append({"range": place, "newText": text, "annotationId": ANNOTATION})
    changes: list[dict[str, Any]] = []
    if not answer["exists"] and unsaved is None:
        changes.append({"kind": "create", "uri": uri, "options": {"ignoreIfExists": True}})
    version = unsaved.version if unsaved else None
    if answer["removes"] and unsaved is None:
        changes.append({"kind": "delete", "uri": uri, "options": {"ignoreIfNotExists": True}})
    else:
        changes.append({"textDocument": {"uri": uri, "version": version}, "edits": edits})
    annotation = {"label": answer["title"], "needsConfirmation": True}
    return {"documentChanges": changes, "changeAnnotations": {ANNOTATION: annotation}}
