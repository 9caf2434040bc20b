"""axiom/verify: evidence for given code, a candidate, or the accepted code."""

from __future__ import annotations

import msgspec

from axiom_server.errors import UserError
from axiom_server.lsp import messages
from axiom_server.lsp.session import Session
from axiom_server.lsp.work_done import WorkDone
from axiom_verifiers.orchestra.results import Result


def register(session: Session) -> None:
    @session.server.own("axiom/verify", messages.VerifyParams)
    async def verify(params: messages.VerifyParams) -> Result:
        document = session.document(params.uri)
        snapshot = document.snapshot
        before = session.known_of(params.uri, params.intent)
        if before.running:
            # Two at once would each restore what the other had shown.
            raise UserError(f"{params.intent}: {before.running} already; wait for it, or cancel it")

        def show(words: str) -> None:
            session.progress(params.uri, params.intent, words)
            progress.report(words)

        progress = WorkDone(session.server, params.work_done_token)
        started = msgspec.structs.replace(before, running="verifying", progress="")
        session.know(params.uri, params.intent, started)
        try:
            with progress.under_way(f"verifying {params.intent}"):
                answer = await session.call(
                    "verify",
                    document,
                    params.intent,
                    show,
                    code=params.code,
                    candidate=params.candidate,
                )
        except BaseException:
            session.know(params.uri, params.intent, before)
            raise
        result = msgspec.convert(answer, Result)
        own = params.code is None
        subject = "the given code" if not own else before.subject or "the accepted code"
        session.learn(
            params.uri,
            params.intent,
            result,
            snapshot,
            subject=subject,
            candidate=(params.candidate or before.candidate) if own else "",
            candidates=before.candidates,
            accepted=before.accepted if own else "",
        )
        return result
