"""textDocument/semanticTokens: full and range."""

from __future__ import annotations

from lsprotocol import types

from axiom_server.features.tokens import MODIFIERS, TYPES, tokens
from axiom_server.lsp.convert import to_position
from axiom_server.lsp.session import Session


def register(session: Session) -> None:
    server = session.server
    legend = types.SemanticTokensLegend(list(TYPES), list(MODIFIERS))

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, legend)
    def full(params: types.SemanticTokensParams) -> types.SemanticTokens:
        document = session.documents.get(params.text_document.uri)
        data = tokens(document.snapshot, session.encoding) if document else []
        return types.SemanticTokens(data=data)

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, legend)
    def within(params: types.SemanticTokensRangeParams) -> types.SemanticTokens:
        document = session.documents.get(params.text_document.uri)
        if document is None:
            return types.SemanticTokens(data=[])
        first, last = to_position(params.range.start), to_position(params.range.end)
        return types.SemanticTokens(data=tokens(document.snapshot, session.encoding, first, last))
