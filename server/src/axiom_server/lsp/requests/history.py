"""axiom/history: the events of an intent, newest first."""

from __future__ import annotations

import msgspec

from axiom_server.lsp import messages
from axiom_server.lsp.session import Session


def register(session: Session) -> None:
    @session.server.own("axiom/history", messages.IntentParams)
    async def history(params: messages.IntentParams) -> list[messages.HistoryEntry]:
        document = session.document(params.uri)
        answer = await session.call("history", document, params.intent)
        return msgspec.convert(answer, list[messages.HistoryEntry])
