"""textDocument/semanticTokens: full, delta and range."""

from __future__ import annotations

import asyncio

from lsprotocol import types

from axiom_server.features.tokens import MODIFIERS, TYPES, Kept, prepare, tokens, tokens_delta
from axiom_server.lsp.convert import to_position
from axiom_server.lsp.session import SLICE, Session


def register(session: Session) -> None:
    server = session.server
    legend = types.SemanticTokensLegend(list(TYPES), list(MODIFIERS))
    last: dict[str, tuple[str, list[int]]] = {}
    kept: dict[str, Kept] = {}

    async def prepared(uri: str) -> None:
        """Make what is missing in slices; messages come in between two of them."""
        while True:
            document = session.documents.get(uri)
            known = kept.setdefault(uri, Kept())
            if document is None or prepare(document.snapshot, session.encoding, known, SLICE):
                return
            await asyncio.sleep(0.001)

    async def named(uri: str) -> types.SemanticTokens:
        """The tokens under a name by which the client can ask for what changed since."""
        await prepared(uri)
        document = session.documents.get(uri)
        if document is None:
            last.pop(uri, None)
            kept.pop(uri, None)
            return types.SemanticTokens(data=[])
        known = kept.setdefault(uri, Kept())
        data = tokens(document.snapshot, session.encoding, kept=known)
        name = str(int(last[uri][0]) + 1) if uri in last else "1"
        last[uri] = (name, data)
        return types.SemanticTokens(data=data, result_id=name)

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, legend)
    async def full(params: types.SemanticTokensParams) -> types.SemanticTokens:
        return await named(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, legend)
    async def delta(
        params: types.SemanticTokensDeltaParams,
    ) -> types.SemanticTokens | types.SemanticTokensDelta:
        before = last.get(params.text_document.uri)
        found = await named(params.text_document.uri)
        if before is None or before[0] != params.previous_result_id:
            return found
        edits = [
            types.SemanticTokensEdit(start=one.start, delete_count=one.deleted, data=one.data)
            for one in tokens_delta(before[1], list(found.data))
        ]
        return types.SemanticTokensDelta(edits=edits, result_id=found.result_id)

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, legend)
    def within(params: types.SemanticTokensRangeParams) -> types.SemanticTokens:
        document = session.documents.get(params.text_document.uri)
        if document is None:
            return types.SemanticTokens(data=[])
        first, last_ = to_position(params.range.start), to_position(params.range.end)
        return types.SemanticTokens(data=tokens(document.snapshot, session.encoding, first, last_))
