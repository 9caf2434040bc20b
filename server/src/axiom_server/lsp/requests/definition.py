"""textDocument/definition, references."""

from __future__ import annotations

from lsprotocol import types

from axiom_server.features.definition import definition as definition_of
from axiom_server.features.definition import references as references_of
from axiom_server.lsp.convert import range_, to_position, uri_of
from axiom_server.lsp.session import Session

TOP = types.Range(types.Position(0, 0), types.Position(0, 0))


def register(session: Session) -> None:
    @session.server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def definition(params: types.DefinitionParams) -> types.Location | None:
        uri = params.text_document.uri
        document = session.documents.get(uri)
        if document is None:
            return None
        found = definition_of(document.snapshot, to_position(params.position), session.encoding)
        if found is None:
            return None
        if found.path is not None:
            target = (document.path.parent / found.path).resolve()
            return types.Location(uri_of(target, uri), range_(found.range) if found.range else TOP)
        return types.Location(uri, range_(found.range) if found.range else TOP)

    @session.server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def references(params: types.ReferenceParams) -> list[types.Location]:
        uri = params.text_document.uri
        document = session.documents.get(uri)
        if document is None:
            return []
        found = references_of(
            document.snapshot,
            to_position(params.position),
            session.encoding,
            params.context.include_declaration,
        )
        return [types.Location(uri, range_(one)) for one in found]
