"""textDocument/formatting: the one layout."""

from __future__ import annotations

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from axiom_server.documents.positions import Position
from axiom_server.lsp.convert import position
from axiom_server.lsp.session import Session
from axiom_server.lsp.wire import CONTENT_MODIFIED
from axiom_verifiers.contracts.formatter import format_text

SHORT = 2_000  # characters that are formatted in less time than a message to the worker takes


def register(session: Session) -> None:
    @session.server.feature(types.TEXT_DOCUMENT_FORMATTING)
    async def formatting(params: types.DocumentFormattingParams) -> list[types.TextEdit]:
        document = session.documents.get(params.text_document.uri)
        if document is None:
            return []
        snapshot = document.snapshot
        text = snapshot.text
        if len(text) <= SHORT:
            made = format_text(text)
        else:
            made = await session.worker.call("axiom_server.features.apart:formatted", text)
        if document.snapshot.text != snapshot.text:
            raise JsonRpcException("the text was edited meanwhile", CONTENT_MODIFIED)
        if made == text:
            return []
        end = snapshot.position_at(len(text), session.encoding)
        whole = types.Range(position(Position(0, 0)), position(end))
        return [types.TextEdit(whole, made)]
