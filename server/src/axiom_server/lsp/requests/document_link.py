"""textDocument/documentLink: the files that are used."""

from __future__ import annotations

from lsprotocol import types

from axiom_server.features.links import links
from axiom_server.lsp.convert import path_of, range_, uri_of
from axiom_server.lsp.session import Session


def register(session: Session) -> None:
    @session.server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK, types.DocumentLinkOptions())
    def document_link(params: types.DocumentLinkParams) -> list[types.DocumentLink]:
        uri = params.text_document.uri
        document = session.documents.get(uri)
        path = path_of(uri)
        if document is None or path is None:
            return []
        return [
            types.DocumentLink(
                range=range_(one.range), target=uri_of((path.parent / one.path).resolve(), uri)
            )
            for one in links(document.snapshot, session.encoding)
        ]
