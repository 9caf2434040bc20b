"""textDocument/documentSymbol."""

from __future__ import annotations

from lsprotocol import types

from axiom_server.features.symbols import Symbol, symbols
from axiom_server.lsp.convert import range_
from axiom_server.lsp.session import Session

KINDS = {
    "type": types.SymbolKind.Class,
    "record": types.SymbolKind.Struct,
    "define": types.SymbolKind.Function,
    "constant": types.SymbolKind.Constant,
    "intent": types.SymbolKind.Interface,
    "clause": types.SymbolKind.Property,
    "use": types.SymbolKind.Module,
}


def _symbol(one: Symbol) -> types.DocumentSymbol:
    return types.DocumentSymbol(
        name=one.name or one.kind,
        detail=one.detail,
        kind=KINDS[one.kind],
        range=range_(one.range),
        selection_range=range_(one.selection),
        children=[_symbol(child) for child in one.children],
    )


def register(session: Session) -> None:
    @session.server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def document_symbol(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        document = session.documents.get(params.text_document.uri)
        if document is None:
            return []
        return [_symbol(one) for one in symbols(document.snapshot, session.encoding)]
