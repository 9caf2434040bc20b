"""Messages between a process and its worker: msgpack, each preceded by its length (4 bytes)."""

from __future__ import annotations

from typing import Any

import msgspec

LIMIT = 256 << 20


class Call(msgspec.Struct, frozen=True, tag="call"):
    """Run `function` (`module:name`) with `payload`."""

    id: int
    function: str
    payload: Any


class Cancel(msgspec.Struct, frozen=True, tag="cancel"):
    id: int


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The worker has started and takes calls."""

    pid: int


class Notice(msgspec.Struct, frozen=True, tag="notice"):
    """Something on the way of a call."""

    id: int
    value: Any


class Done(msgspec.Struct, frozen=True, tag="done"):
    id: int
    value: Any


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The call raised. `kind` names the class in `axiom_server.errors`, `fault` for any other."""

    id: int
    kind: str
    message: str
    code: int


ToWorker = Call | Cancel
FromWorker = Ready | Notice | Done | Refused


def frame(message: ToWorker | FromWorker) -> bytes:
    """The bytes of one message."""
    body = msgspec.msgpack.encode(message)
    return len(body).to_bytes(4, "big") + body
