"""axiom/export: the bundle of an accepted intent."""

from __future__ import annotations

from axiom_server.lsp import messages
from axiom_server.lsp.session import Session


def register(session: Session) -> None:
    @session.server.own("axiom/export", messages.ExportParams)
    async def export(params: messages.ExportParams) -> messages.Exported:
        document = session.document(params.uri)
        answer = await session.call("export", document, params.intent, output=params.output)
        return messages.Exported(output=answer["output"], digest=answer["digest"])
