"""textDocument/inlayHint: how each clause was settled."""

from __future__ import annotations

from lsprotocol import types

from axiom_server.features.inlay import inlays
from axiom_server.lsp.convert import position, to_range
from axiom_server.lsp.session import Session


def register(session: Session) -> None:
    @session.server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    def inlay_hint(params: types.InlayHintParams) -> list[types.InlayHint]:
        document = session.documents.get(params.text_document.uri)
        if document is None:
            return []
        within = to_range(params.range)
        found = inlays(document.snapshot, document.known, session.encoding, within)
        return [
            types.InlayHint(position=position(one.position), label=one.text, tooltip=one.tooltip)
            for one in found
        ]
