"""What the server holds while a client is there: open documents, what is known of their code."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from lsprotocol import types

from axiom_server.documents.positions import Encoding
from axiom_server.documents.snapshot import Snapshot
from axiom_server.errors import AxiomError, UserError
from axiom_server.features.diagnostics import diagnostics
from axiom_server.features.places import written_clauses
from axiom_server.features.states import (
    NOTHING,
    Known,
    digests_now,
    digests_then,
    freshness,
    stage_of,
)
from axiom_server.features.verdict_words import how
from axiom_server.jobs.worker import Worker
from axiom_server.lsp import convert, messages
from axiom_server.lsp.wire import Server
from axiom_verifiers.contracts.source import Problem
from axiom_verifiers.orchestra.results import Result

logger = logging.getLogger(__name__)

SLICE = 0.004  # seconds that the loop may give to checking before it looks at messages again
REST = 0.75  # seconds after the last key before the contract critic is asked
# Seconds after which lenses are asked for once more: VS Code forgets that it was to ask when its
# text loses the focus just then, as it does where a dialogue closes.
_SHOWN_AGAIN = 1.5
REMOTE = "axiom_server.studio.remote"


class Document:
    """An open document: its newest snapshot, and what is known of each intent's code."""

    def __init__(self, uri: str, snapshot: Snapshot) -> None:
        self.uri = uri
        self.snapshot = snapshot
        self.known: dict[str, Known] = {}
        self.settling: asyncio.TimerHandle | asyncio.Handle | None = None
        self.published: tuple[int, Any] | None = None
        self.criticism: list[tuple[str, str, Problem]] = []
        self.resting: asyncio.TimerHandle | None = None
        self.showing: asyncio.TimerHandle | None = None

    @property
    def path(self) -> Path:
        path = convert.path_of(self.uri)
        if path is None:
            raise UserError(f"{self.uri}: save the file first: its code needs a place to go")
        return path


class Session:
    """All requests work on this. Only the server's loop touches it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.worker = Worker()
        self.documents: dict[str, Document] = {}
        # What runs outlives the tab that it was asked in: kept until the file is opened again.
        self.left: dict[str, dict[str, Known]] = {}
        self.changes: dict[str, tuple[str, str, Any]] = {}
        self.encoding: Encoding = "utf-16"
        self.trusted = True
        self.pulls = False
        self.running = 0
        self._tasks: set[asyncio.Task[Any]] = set()

    # ------------------------------------------------------------- documents

    def document(self, uri: str) -> Document:
        """An open document.

        Raises UserError for one that is not open.
        """
        found = self.documents.get(uri)
        if found is None:
            raise UserError(f"{uri}: not open in the editor")
        return found

    def open(self, uri: str, text: str, version: int) -> None:
        path = convert.path_of(uri)
        name = path.name if path else ""

        def uses(relative: str) -> str | None:
            if path is None:
                return None
            target = path.parent / relative
            held = self.documents.get(convert.uri_of(target, uri))
            if held is not None:
                return held.snapshot.text
            try:
                return target.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                return None

        document = Document(uri, Snapshot.open(text, version, uses, name))
        document.known.update(self.left.pop(uri, {}))
        self.documents[uri] = document
        self.refresh(document)
        if self.trusted and path is not None:
            self.spawn(self._recall(document))

    def change(self, uri: str, version: int, changes: list[Any]) -> None:
        document = self.documents.get(uri)
        if document is None:
            return
        edits = [convert.to_change(change) for change in changes]
        document.snapshot = document.snapshot.apply(edits, version, self.encoding)
        self.refresh(document)

    def close(self, uri: str) -> None:
        document = self.documents.pop(uri, None)
        if document is None:
            return
        for waiting in (document.settling, document.resting, document.showing):
            if waiting is not None:
                waiting.cancel()
        running = {intent: known for intent, known in document.known.items() if known.running}
        if running:
            self.left[uri] = running
        if not self.pulls:
            self.server.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(uri=uri, diagnostics=[])
            )

    def used_file_changed(self) -> None:
        """Read the used files of all open documents again."""
        for document in self.documents.values():
            if document.snapshot.imports.texts:
                document.snapshot = document.snapshot.with_uses_read_again()
                self.refresh(document)

    # ------------------------------------------------------------- checking, in slices

    def refresh(self, document: Document) -> None:
        """Check what the last edit touched now, the rest in slices; then tell the client."""
        if document.settling is not None:
            document.settling.cancel()
            document.settling = None
        if document.resting is not None:
            document.resting.cancel()
        if self.trusted and convert.path_of(document.uri) is not None:
            loop = asyncio.get_running_loop()
            document.resting = loop.call_later(REST, self._ask_critic, document)
        settled = document.snapshot.settle(SLICE)
        if settled or document.published is not None:
            self._publish(document)  # A file that was just opened is told of whole.
        if settled:
            self._tell_known(document)
        if not settled:
            loop = asyncio.get_running_loop()
            document.settling = loop.call_soon(self._go_on, document, document.snapshot)

    def _go_on(self, document: Document, snapshot: Snapshot) -> None:
        document.settling = None
        if document.snapshot is not snapshot or self.documents.get(document.uri) is not document:
            return
        if snapshot.settle(SLICE):
            self._publish(document)
            self._refresh_pulled()
            self._tell_known(document)
        else:
            # A pause of its own lets messages in between two slices.
            loop = asyncio.get_running_loop()
            document.settling = loop.call_later(0.001, self._go_on, document, snapshot)

    def diagnostics_of(self, document: Document) -> list[types.Diagnostic]:
        found = diagnostics(document.snapshot, document.known, self.encoding, document.criticism)
        return [convert.diagnostic(one, document.uri) for one in found]

    def _publish(self, document: Document) -> None:
        if self.pulls:
            return
        found = self.diagnostics_of(document)
        if document.published == (document.snapshot.version, found):
            return
        document.published = (document.snapshot.version, found)
        self.server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(
                uri=document.uri, diagnostics=found, version=document.snapshot.version
            )
        )

    def _refresh_pulled(self) -> None:
        if self.pulls:
            self.server.workspace_diagnostic_refresh(None)

    def _ask_critic(self, document: Document) -> None:
        document.resting = None
        if self.documents.get(document.uri) is document:
            self.spawn(self._criticise(document, document.snapshot))

    async def _criticise(self, document: Document, snapshot: Snapshot) -> None:
        """After a rest: what the contract critic finds, shown if the text is still the same."""
        try:
            answer = await self.call("criticise", document, "")
        except AxiomError as error:
            logger.warning("the critic: %s", error)
            return
        if document.snapshot is not snapshot or self.documents.get(document.uri) is not document:
            return
        found: list[tuple[str, str, Problem]] = []
        for one in answer:
            item = snapshot.named(one["intent"])
            if item is not None:
                problem = msgspec.convert(one["problem"], Problem)
                found.append((one["intent"], item.text, problem))
        if found != document.criticism:
            document.criticism = found
            self._publish(document)
            self._refresh_pulled()

    # ------------------------------------------------------------- what is known of the code

    def known_of(self, uri: str, intent: str) -> Known:
        """What is known of an intent, its file open or closed meanwhile."""
        document = self.documents.get(uri)
        known = document.known if document is not None else self.left.get(uri, {})
        return known.get(intent, NOTHING)

    def progress(self, uri: str, intent: str, words: str) -> None:
        """How far it has come, for whoever asks next."""
        document = self.documents.get(uri)
        known = document.known if document is not None else self.left.get(uri, {})
        if intent in known and known[intent].running:
            known[intent] = msgspec.structs.replace(known[intent], progress=words)

    def know(self, uri: str, intent: str, known: Known) -> None:
        """Keep it and show it everywhere; the file may have been closed and opened again since
        it was asked for.
        """
        document = self.documents.get(uri)
        if document is None:
            # Once it is opened again, the history says what came of it.
            self.left.get(uri, {}).pop(intent, None)
            return
        document.known[intent] = known
        self._publish(document)
        self._show_lenses()
        if document.showing is not None:
            document.showing.cancel()
        again = asyncio.get_running_loop().call_later(_SHOWN_AGAIN, self._show_lenses)
        document.showing = again
        self._refresh_pulled()
        self.tell_intent(document, intent)

    def _show_lenses(self) -> None:
        """Has the editor ask for lenses and inlay hints again."""
        capabilities = self.server.client_capabilities.workspace
        if capabilities and capabilities.code_lens and capabilities.code_lens.refresh_support:
            self.server.workspace_code_lens_refresh(None)
        if capabilities and capabilities.inlay_hint and capabilities.inlay_hint.refresh_support:
            self.server.workspace_inlay_hint_refresh(None)

    def _tell_known(self, document: Document) -> None:
        for intent in document.known:
            self.tell_intent(document, intent)

    def tell_intent(self, document: Document, intent: str) -> None:
        """`axiom/intentStatus`: where an intent stands, clause by clause."""
        snapshot = document.snapshot
        item = snapshot.named(intent)
        if item is None:
            return
        known = document.known.get(intent, NOTHING)
        checked = snapshot.checked(item.index)
        contract = checked.contract
        clauses: list[messages.ClauseStatus] = []
        if checked.draft is not None:
            today = digests_now(contract, known, snapshot) or {}
            for clause in written_clauses(checked.draft):
                result = known.clauses.get(clause.id)
                place = snapshot.range_of(item.index, clause.origin.span, self.encoding)
                clauses.append(
                    messages.ClauseStatus(
                        id=clause.id,
                        range=msgspec.convert(msgspec.to_builtins(place), messages.Range),
                        verdict=result.verdict if result else None,
                        freshness=freshness(known, clause.id, today),
                        words=how(result) if result else "",
                    )
                )
        self.server.tell(
            "axiom/intentStatus",
            messages.IntentStatus(
                uri=document.uri,
                version=snapshot.version,
                intent=intent,
                stage=stage_of(known, digests_now(contract, known, snapshot)),
                clauses=tuple(clauses),
            ),
        )

    def learn(
        self, uri: str, intent: str, result: Result, contract_text: Snapshot, **more: Any
    ) -> None:
        """Keep a verification. `contract_text` is the snapshot that it was made for: its
        clauses' digests say later whether the verdicts are still current.
        """
        item = contract_text.named(intent)
        contract = contract_text.checked(item.index).contract if item else None
        self.know(
            uri,
            intent,
            Known(
                verdict=result.verdict,
                confidence=result.confidence,
                clauses={clause.id: clause for clause in result.clauses},
                digests=digests_then(contract, result.relies, contract_text) if contract else {},
                **more,
            ),
        )

    async def _recall(self, document: Document) -> None:
        """What the history says of a document that was just opened."""
        snapshot = document.snapshot
        try:
            found = await self.call("units", document, "")
        except AxiomError as error:
            self.status("warning", str(error))
            return
        if self.documents.get(document.uri) is not document:
            return
        for one in found:
            if one["result"] is None or one["intent"] in document.known:
                continue
            result = msgspec.convert(one["result"], Result)
            known = {
                "candidate": one["candidate"],
                "candidates": one["candidates"],
                "accepted": one["accepted"],
                "subject": f"candidate {one['candidate'][:4]}",
            }
            self.learn(document.uri, one["intent"], result, snapshot, **known)
            if not one["fresh"]:
                stale = msgspec.structs.replace(
                    document.known[one["intent"]], digests={"": "of another contract"}
                )
                self.know(document.uri, one["intent"], stale)

    # ------------------------------------------------------------- the worker

    async def call(
        self,
        function: str,
        document: Document,
        intent: str,
        notice: Callable[[Any], None] = lambda _: None,
        **more: Any,
    ) -> Any:
        """Run a use case of `studio.remote` on a document in the worker process.

        Raises what it raises; AxiomError in an untrusted workspace, where nothing runs.
        """
        if not self.trusted:
            raise UserError("the workspace is not trusted: nothing of it is run")
        payload = {
            "path": str(document.path),
            "text": document.snapshot.text,
            "intent": intent,
            **more,
        }
        self.running += 1
        self.status("ok", None)
        try:
            return await self.worker.call(f"{REMOTE}:{function}", payload, notice)
        finally:
            self.running -= 1
            self.status("ok", None)

    def warm(self) -> None:
        """Let the worker load what the first verification would wait for."""
        self.spawn(self.worker.call(f"{REMOTE}:warm", None))

    def status(self, health: Any, message: str | None) -> None:
        """`axiom/serverStatus`."""
        self.server.tell(
            "axiom/serverStatus",
            messages.ServerStatus(health=health, quiescent=self.running == 0, message=message),
        )

    def spawn(self, work: Any) -> None:
        """Run a coroutine beside the messages; faults go to the log."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("a background task failed", exc_info=task.exception())

    async def end(self) -> None:
        """Stop everything that runs."""
        for task in list(self._tasks):
            task.cancel()
        await self.worker.close()
