"""textDocument/rename, prepareRename."""

from __future__ import annotations

from lsprotocol import types

from axiom_server.errors import UserError
from axiom_server.features.rename import prepare_rename as prepare_rename_of
from axiom_server.features.rename import rename as rename_of
from axiom_server.lsp.convert import range_, to_position
from axiom_server.lsp.session import Session


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
        # A coroutine, so that what is refused is answered as bad news, not as a fault.
        uri = params.text_document.uri
        document = session.document(uri)
        position = to_position(params.position)
        found = rename_of(document.snapshot, position, params.new_name, session.encoding)
        edits = [types.TextEdit(range_(one.range), one.text) for one in found]
        place = types.OptionalVersionedTextDocumentIdentifier(
            uri=uri, version=document.snapshot.version
        )
        client = session.server.client_capabilities.workspace
        if client and client.workspace_edit and client.workspace_edit.document_changes:
            changes = [types.TextDocumentEdit(text_document=place, edits=list(edits))]
            return types.WorkspaceEdit(document_changes=changes)
        return types.WorkspaceEdit(changes={uri: edits})
