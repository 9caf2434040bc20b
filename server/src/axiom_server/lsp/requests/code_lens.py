"""textDocument/codeLens."""

from __future__ import annotations

from lsprotocol import types

from axiom_server.features.lenses import lenses
from axiom_server.lsp.convert import range_
from axiom_server.lsp.session import Session


def register(session: Session) -> None:
    @session.server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    def code_lens(params: types.CodeLensParams) -> list[types.CodeLens]:
        uri = params.text_document.uri
        document = session.documents.get(uri)
        if document is None:
            return []
        found: list[types.CodeLens] = []
        for one in lenses(
            document.snapshot, document.known, session.encoding, trusted=session.trusted
        ):
            about = {"uri": uri, "intent": one.intent}
            if one.candidate:
                about["candidate"] = one.candidate
            command = types.Command(
                title=one.title,
                command=f"axiom.{one.command}" if one.command else "",
                arguments=[about] if one.command else None,
            )
            found.append(types.CodeLens(range=range_(one.range), command=command))
        return found
