"""textDocument/selectionRange."""

from __future__ import annotations

from lsprotocol import types

from axiom_server.features.selections import selections
from axiom_server.lsp.convert import range_, to_position
from axiom_server.lsp.session import Document, Session


def register(session: Session) -> None:
    @session.server.feature(types.TEXT_DOCUMENT_SELECTION_RANGE)
    def selection_range(params: types.SelectionRangeParams) -> list[types.SelectionRange]:
        document = session.documents.get(params.text_document.uri)
        if document is None:
            return []
        return [_chain(session, document, one) for one in params.positions]


def _chain(session: Session, document: Document, at: types.Position) -> types.SelectionRange:
    widest, *others = reversed(selections(document.snapshot, to_position(at), session.encoding))
    made = types.SelectionRange(range_(widest))
    for one in others:
        made = types.SelectionRange(range_(one), parent=made)
    return made
