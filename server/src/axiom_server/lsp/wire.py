# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportIncompatibleVariableOverride=false
# pygls annotates its feature table and its constructors only in part.
"""The server class: pygls with its known pitfalls mended, once and for all requests.

Each mended pitfall has its regression test in tests/server/lsp/test_wire.py:

1. `PYTHONUNBUFFERED` makes stdout raw, and threads that send then mix their bytes: we wrap it
   in a buffer of our own and write each message whole, under a lock.
2. The pool that reads stdin is not shared: it has one thread, and nothing else is run there.
3. Long work runs in a worker process, in coroutines that a cancellation reaches.
4. pygls keeps no text: its copy would split lines where the protocol does not, and cost time
   on each key. `documents` keeps the text.
5. Messages of our own arrive as plain dictionaries, not as renamed namedtuples.
6. Parameters that do not fit, and results that cannot be encoded, are answered with an error,
   never with silence.
7. Progress tokens are freed; the end of stdin ends the process.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import msgspec
from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInternalError, JsonRpcInvalidParams
from pygls.io_ import StdinAsyncReader, run_async
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from axiom_server.errors import AxiomError

logger = logging.getLogger(__name__)

PREFIX = "axiom/"
CONTENT_MODIFIED = -32801


@attrs.define
class OwnRequest:
    """A request of our own; `params` stays as it came."""

    id: int | str
    method: str
    jsonrpc: str
    params: Any = None


@attrs.define
class OwnNotification:
    """A notification of our own."""

    method: str
    jsonrpc: str
    params: Any = None


@attrs.define
class _Answered:
    """Stands for a message that has been answered already; `handle_message` passes it over."""

    jsonrpc: str = "answered"


class Protocol(LanguageServerProtocol):
    """pygls's protocol with the mends."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        if data.get("jsonrpc") != self.VERSION:
            return data
        method = data.get("method", "")
        if isinstance(method, str) and method.startswith(PREFIX):
            if "id" in data:
                return OwnRequest(data["id"], method, self.VERSION, data.get("params"))
            return OwnNotification(method, self.VERSION, data.get("params"))
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and method:
                cause = error.__cause__
                said = f"{method}: the parameters do not fit: {cause}"
                fault = JsonRpcInvalidParams(message=said.splitlines()[0])
                self._send_response(data["id"], error=fault.to_response_error())
            else:
                logger.warning("passed over a message that does not fit: %s", method)
            return _Answered()

    def _send_data(self, data: Any) -> None:
        if not data or self.writer is None:
            return
        try:
            body = json.dumps(
                data, default=self._serialize_message, separators=(",", ":"), allow_nan=False
            ).encode("utf-8")
        except (TypeError, ValueError, AttributeError) as error:
            logger.exception("a message cannot be encoded")
            number = getattr(data, "id", None)
            if number is None or not hasattr(data, "result"):
                return
            said = f"the answer cannot be encoded: {error}"
            fault = JsonRpcInternalError(message=said).to_response_error()
            body = json.dumps(
                types.ResponseErrorMessage(id=number, error=fault),
                default=self._serialize_message,
            ).encode("utf-8")
        head = b"Content-Length: %d\r\n\r\n" % len(body) if self._include_headers else b""
        try:
            written = self.writer.write(head + body)
        except (BrokenPipeError, ValueError):
            logger.warning("the client has gone")
            return
        if asyncio.iscoroutine(written):
            asyncio.ensure_future(written)  # noqa: RUF006 - the writer keeps its own order.

    def _serialize_message(self, data: Any) -> Any:
        if isinstance(data, msgspec.Struct):
            return msgspec.to_builtins(data)
        return super()._serialize_message(data)

    def _send_handler_result(self, future: Any, *, msg_id: Any) -> None:
        error = None if future.cancelled() else future.exception()
        if isinstance(error, AxiomError):
            # Bad news is an answer that a person reads, not a fault of the server.
            self._request_futures.pop(msg_id, None)
            said = types.ResponseError(
                code=-32803, message=str(error), data={"exitCode": error.exit_code}
            )
            self._send_response(msg_id, error=said)
            return
        super()._send_handler_result(future, msg_id=msg_id)

    # The text is kept by `documents`, so pygls's own copies are not made.

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: Any) -> Generator[Any, Any, None]:
        yield from self._handed_on(types.TEXT_DOCUMENT_DID_OPEN, params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: Any) -> Generator[Any, Any, None]:
        yield from self._handed_on(types.TEXT_DOCUMENT_DID_CHANGE, params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: Any) -> Generator[Any, Any, None]:
        yield from self._handed_on(types.TEXT_DOCUMENT_DID_CLOSE, params)

    def _handed_on(self, method: str, params: Any) -> Generator[Any, Any, None]:
        handler = self.fm.features.get(method)
        if handler is not None:
            yield handler, (params,), None


class _WholeWriter:
    """Writes each message whole, from whichever thread."""

    def __init__(self, raw: io.RawIOBase | Any) -> None:
        self._out = io.BufferedWriter(raw, buffer_size=1 << 16)
        self._lock = threading.Lock()

    def write(self, data: bytes) -> None:
        with self._lock:
            self._out.write(data)
            self._out.flush()

    def close(self) -> None:
        with self._lock:
            self._out.flush()


class Server(LanguageServer):
    """AXIOM's language server: what the handlers are registered on."""

    protocol: Protocol

    def __init__(self, version: str) -> None:
        super().__init__("axiom", version, protocol_cls=Protocol)
        self._at_end: list[Callable[[], Any]] = []

    def at_end(self, action: Callable[[], Any]) -> None:
        """Await `action()` when the client has gone, before the process ends."""
        self._at_end.append(action)

    def report_server_error(self, error: Exception, source: Any) -> None:
        logger.error("%s: %s", getattr(source, "__name__", source), error)

    def own(self, method: str, kind: type[Any]) -> Callable[[Callable[..., Any]], Any]:
        """Register a coroutine `(params: kind) -> struct` for a request of our own.

        The parameters are converted and checked; the result is encoded as plain JSON values.
        """

        def register(function: Callable[..., Any]) -> Any:
            async def handler(params: Any) -> Any:
                try:
                    converted = msgspec.convert(params or {}, kind, strict=True)
                except msgspec.ValidationError as error:
                    raise JsonRpcInvalidParams(message=f"{method}: {error}") from error
                return msgspec.to_builtins(await function(converted))

            self.feature(method)(handler)
            return function

        return register

    def tell(self, method: str, struct: msgspec.Struct) -> None:
        """Send a notification of our own."""
        self.protocol.notify(method, msgspec.to_builtins(struct))

    def serve(self, stdin: Any = None, stdout: Any = None) -> None:
        """Serve standard input and output until they end."""
        raw = getattr(sys.stdout.buffer, "raw", sys.stdout.buffer) if stdout is None else stdout
        self.protocol.set_writer(_WholeWriter(raw))
        sys.stdout = sys.stderr  # A stray print must not corrupt the messages.
        reading = ThreadPoolExecutor(max_workers=1, thread_name_prefix="axiom-stdin")
        source = StdinAsyncReader(stdin or sys.stdin.buffer, reading)
        asyncio.run(self._serve(source))
        reading.shutdown(wait=False, cancel_futures=True)

    async def _serve(self, source: Any) -> None:
        stop = threading.Event()
        self._stop_event = stop
        try:
            await run_async(
                stop_event=stop,
                reader=source,
                protocol=self.protocol,
                logger=logger,
                error_handler=self.report_server_error,
            )
        finally:
            for action in self._at_end:
                await action()

    def serve_socket(self, host: str, port: int) -> None:
        """Serve one client on a socket."""
        self.start_tcp(host, port)
