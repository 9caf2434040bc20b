"""textDocument/hover."""

from __future__ import annotations

from lsprotocol import types

from axiom_server.features.hover import hover as hover_of
from axiom_server.lsp.convert import range_, to_position
from axiom_server.lsp.session import Session


def register(session: Session) -> None:
    @session.server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        document = session.documents.get(params.text_document.uri)
        if document is None:
            return None
        position = to_position(params.position)
        found = hover_of(document.snapshot, document.known, position, session.encoding)
        if found is None:
            return None
        text = types.MarkupContent(types.MarkupKind.Markdown, found.text)
        return types.Hover(contents=text, range=range_(found.range))
