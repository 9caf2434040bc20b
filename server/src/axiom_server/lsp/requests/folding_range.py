"""textDocument/foldingRange."""

from __future__ import annotations

from lsprotocol import types

from axiom_server.features.symbols import folds
from axiom_server.lsp.session import Session


def register(session: Session) -> None:
    @session.server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    def folding_range(params: types.FoldingRangeParams) -> list[types.FoldingRange]:
        document = session.documents.get(params.text_document.uri)
        found = folds(document.snapshot) if document else ()
        return [types.FoldingRange(start_line=one.start, end_line=one.end) for one in found]
