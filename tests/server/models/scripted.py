"""A provider that follows a script, over real HTTP on loopback: what it answers, and its faults."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """One answer: `parts` are sent one by one, `pause` seconds apart; `cut` closes the socket
    in the middle of the body.
    """

    status: int = 200
    kind: str = "text/event-stream"
    headers: dict[str, str] = field(default_factory=dict)
    parts: Sequence[str] = ()
    pause: float = 0.0
    cut: bool = False


@dataclass
class Provider:
    """What the test looks at afterwards."""

    url: str
    requests: list[tuple[str, dict[str, str], dict[str, Any]]]
    times: list[float]
    gone: threading.Event
    asked: threading.Event


@contextmanager
def provider(script: Sequence[Reply]) -> Iterator[Provider]:
    """Serve the script, one reply a request; the last one again when it runs out."""
    requests: list[tuple[str, dict[str, str], dict[str, Any]]] = []
    times: list[float] = []
    gone = threading.Event()
    asked = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            reply = script[min(len(requests), len(script) - 1)]
            times.append(time.monotonic())
            requests.append((self.path, dict(self.headers), json.loads(body)))
            asked.set()
            self.send_response(reply.status)
            self.send_header("content-type", reply.kind)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            try:
                for part in reply.parts:
                    data = part.encode()
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
                    self.wfile.flush()
                    time.sleep(reply.pause)
                if reply.cut:
                    self.connection.shutdown(socket.SHUT_RDWR)
                else:
                    self.wfile.write(b"0\r\n\r\n")
            except OSError:
                gone.set()
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Provider(f"http://127.0.0.1:{server.server_port}", requests, times, gone, asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


ANSWER = "Here it is:\n```python\ndef twice(n: int) -> int:\n    return 2 * n\n```\n"


def openai(text: str = ANSWER, done: bool = True) -> list[str]:
    """The events of an OpenAI-compatible answer, word by word."""
    events: list[dict[str, Any]] = [
        {"choices": [{"index": 0, "delta": {"content": text[at : at + 9]}}]}
        for at in range(0, len(text), 9)
    ]
    if done:
        events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        usage = {"prompt_tokens": 7, "completion_tokens": 11}
        events.append({"choices": [], "usage": usage})
    lines = [f"data: {json.dumps(event)}\n\n" for event in events]
    return [*lines, "data: [DONE]\n\n"] if done else lines


def anthropic(text: str = ANSWER, done: bool = True) -> list[str]:
    """The events of an answer of Anthropic's Messages API."""
    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "some-model",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 7, "output_tokens": 1},
    }
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    ]
    events += [
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "text_delta", "text": text[at : at + 9]},
        }
        for at in range(0, len(text), 9)
    ]
    if done:
        events += [
            {"type": "content_block_stop", "index": 0},
            {
                "type": "message_delta",
                "delta": {"stop_reason": "end_turn", "stop_sequence": None},
                "usage": {"output_tokens": 11},
            },
            {"type": "message_stop"},
        ]
    return [f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events]
