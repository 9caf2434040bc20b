"""textDocument/rename, prepareRename."""

from __future__ import annotations

import msgspec
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from axiom_server.documents.snapshot import Snapshot
from axiom_server.errors import UserError
from axiom_server.features.actions import TextEdit
from axiom_server.features.apart import RenameAsked
from axiom_server.features.rename import prepare_rename as prepare_rename_of
from axiom_server.features.rename import rename as rename_of
from axiom_server.lsp.convert import range_, to_position
from axiom_server.lsp.session import Session
from axiom_server.lsp.wire import CONTENT_MODIFIED

SHORT = 2_000  # characters, in which a rename takes less time than a message to the worker


def _used_texts(snapshot: Snapshot) -> dict[str, str]:
    """The texts of all files that a document uses, directly or not, by their paths."""
    found: dict[str, str] = {}
    waiting = [snapshot]
    while waiting:
        user = waiting.pop()
        for item in user.items:
            path = item.declaration.path
            used = user.used(path) if path is not None else None
            if used is not None and used.path not in found:
                found[used.path] = used.text
                waiting.append(used)
    return found


def register(session: Session) -> None:
    @session.server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepare_rename(
        params: types.PrepareRenameParams,
    ) -> types.PrepareRenamePlaceholder | None:
        document = session.documents.get(params.text_document.uri)
        if document is None:
            return None
        position = to_position(params.position)
        try:
            found = prepare_rename_of(document.snapshot, position, session.encoding)
        except UserError:
            return None  # The protocol's way to say that nothing can be renamed here.
        return types.PrepareRenamePlaceholder(range_(found.range), found.name)

    @session.server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def rename(params: types.RenameParams) -> types.WorkspaceEdit:
        uri = params.text_document.uri
        document = session.document(uri)
        snapshot = document.snapshot
        position = to_position(params.position)
        if len(snapshot.text) <= SHORT:
            found = rename_of(snapshot, position, params.new_name, session.encoding)
        else:
            asked = RenameAsked(
                text=snapshot.text,
                path=snapshot.path,
                uses=_used_texts(snapshot),
                position=position,
                new=params.new_name,
                encoding=session.encoding,
            )
            answer = await session.worker.call("axiom_server.features.apart:renamed", asked)
            found = msgspec.convert(answer, tuple[TextEdit, ...])
        if document.snapshot.text != snapshot.text:
            raise JsonRpcException("the text was edited meanwhile", CONTENT_MODIFIED)
        edits = [types.TextEdit(range_(one.range), one.text) for one in found]
        place = types.OptionalVersionedTextDocumentIdentifier(
            uri=uri, version=document.snapshot.version
        )
        client = session.server.client_capabilities.workspace
        if client and client.workspace_edit and client.workspace_edit.document_changes:
            changes = [types.TextDocumentEdit(text_document=place, edits=list(edits))]
            return types.WorkspaceEdit(document_changes=changes)
        return types.WorkspaceEdit(changes={uri: edits})
