"""textDocument/documentHighlight: the places of the name at the cursor."""

from __future__ import annotations

from lsprotocol import types

from axiom_server.features.definition import highlights
from axiom_server.lsp.convert import range_, to_position
from axiom_server.lsp.session import Session


def register(session: Session) -> None:
    @session.server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def document_highlight(params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
        document = session.documents.get(params.text_document.uri)
        if document is None:
            return []
        position = to_position(params.position)
        kinds = types.DocumentHighlightKind
        return [
            types.DocumentHighlight(range_(one.range), kinds.Write if one.declares else kinds.Read)
            for one in highlights(document.snapshot, position, session.encoding)
        ]
