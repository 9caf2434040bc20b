"""axiom/generate: candidates for one intent, verified, best first."""

from __future__ import annotations

import uuid

import msgspec

from axiom_server.errors import UserError
from axiom_server.lsp import messages
from axiom_server.lsp.session import Session
from axiom_server.lsp.work_done import WorkDone
from axiom_server.studio.results import Generation, result_of


def register(session: Session) -> None:
    @session.server.own("axiom/generate", messages.GenerateParams)
    async def generate(params: messages.GenerateParams) -> messages.Generation:
        document = session.document(params.uri)
        snapshot = document.snapshot
        job = uuid.uuid4().hex[:8]
        before = session.known_of(params.uri, params.intent)
        if before.running:
            # Two at once would each restore what the other had shown.
            raise UserError(f"{params.intent}: {before.running} already; wait for it, or cancel it")

        def show(words: str) -> None:
            session.progress(params.uri, params.intent, words)
            session.server.tell(
                "axiom/generationEvent",
                messages.GenerationEvent(
                    job=job, uri=params.uri, intent=params.intent, message=words
                ),
            )
            progress.report(words)

        progress = WorkDone(session.server, params.work_done_token)
        started = msgspec.structs.replace(before, running="generating", progress="", failure="")
        session.know(params.uri, params.intent, started)
        try:
            with progress.under_way(f"generating {params.intent}"):
                answer = await session.call(
                    "generate", document, params.intent, show, seed=params.seed
                )
        except BaseException:
            # Cancelled or failed: what was known before is known still, no more.
            session.know(params.uri, params.intent, before)
            raise
        made = msgspec.convert(answer, Generation)
        if made.candidates:
            best = made.candidates[0]
            session.learn(
                params.uri,
                params.intent,
                result_of(params.intent, best),
                snapshot,
                candidate=best.id,
                candidates=len(made.candidates),
                subject=f"candidate {best.id[:4]}",
            )
        else:
            failure = made.failure or "none passed the gate"
            session.know(
                params.uri, params.intent, msgspec.structs.replace(before, failure=failure)
            )
        return messages.Generation(
            job=job,
            candidates=made.candidates,
            rejected=made.rejected,
            failure=made.failure,
        )
