"""textDocument/formatting: the one layout."""

from __future__ import annotations

from lsprotocol import types

from axiom_server.documents.positions import Position
from axiom_server.lsp.convert import position
from axiom_server.lsp.session import Session
from axiom_verifiers.contracts.formatter import format_text


def register(session: Session) -> None:
    @session.server.feature(types.TEXT_DOCUMENT_FORMATTING)
    def formatting(params: types.DocumentFormattingParams) -> list[types.TextEdit]:
        document = session.documents.get(params.text_document.uri)
        if document is None:
            return []
        text = document.snapshot.text
        made = format_text(text)
        if made == text:
            return []
        end = document.snapshot.position_at(len(text), session.encoding)
        whole = types.Range(position(Position(0, 0)), position(end))
        return [types.TextEdit(whole, made)]
