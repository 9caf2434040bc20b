"""textDocument/completion."""

from __future__ import annotations

from lsprotocol import types

from axiom_server.features.completion import completions
from axiom_server.lsp.convert import to_position
from axiom_server.lsp.session import Session

KINDS = {
    "keyword": types.CompletionItemKind.Keyword,
    "type": types.CompletionItemKind.Class,
    "function": types.CompletionItemKind.Function,
    "constant": types.CompletionItemKind.Constant,
    "parameter": types.CompletionItemKind.Variable,
    "field": types.CompletionItemKind.Field,
    "method": types.CompletionItemKind.Method,
    "value": types.CompletionItemKind.Value,
}


def register(session: Session) -> None:
    server = session.server

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[".", "@"])
    )
    def completion(params: types.CompletionParams) -> types.CompletionList:
        document = session.documents.get(params.text_document.uri)
        if document is None:
            return types.CompletionList(is_incomplete=False, items=[])
        position = to_position(params.position)
        text = server.client_capabilities.text_document
        able = text.completion.completion_item if text and text.completion else None
        snippets = bool(able and able.snippet_support)
        items: list[types.CompletionItem] = []
        found = completions(document.snapshot, position, session.encoding)
        for number, one in enumerate(found):
            with_stops = one.snippet and snippets
            items.append(
                types.CompletionItem(
                    label=one.label,
                    sort_text=f"{number:04}",  # The order that the feature gave.
                    kind=KINDS[one.kind],
                    detail=one.detail or None,
                    documentation=one.documentation or None,
                    insert_text=one.insert if with_stops else None,
                    insert_text_format=types.InsertTextFormat.Snippet if with_stops else None,
                )
            )
        return types.CompletionList(is_incomplete=False, items=items)
