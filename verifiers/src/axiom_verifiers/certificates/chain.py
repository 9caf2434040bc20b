"""The hash chain of a unit's events, as a certificate carries it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from axiom_verifiers.errors import ChainBrokenError

GENESIS = "0" * 64


class EventHead(msgspec.Struct, frozen=True, kw_only=True):
    """An event without its payload, of which only the SHA-256 is told."""

    id: str
    unit: str
    seq: int
    time: str
    actor: str
    schema: int
    name: str
    payload: str
    previous: str


def payload_digest(payload: dict[str, Any]) -> str:
    """SHA-256 of the payload's JSON with sorted keys."""
    return hashlib.sha256(msgspec.json.encode(payload, order="sorted")).hexdigest()


def head_digest(head: EventHead) -> str:
    """SHA-256 of the head's JSON with sorted keys: the event's own digest."""
    return hashlib.sha256(msgspec.json.encode(head, order="sorted")).hexdigest()


def check_chain(heads: Sequence[EventHead], last: str) -> None:
    """Check that the heads are one unit's events from its first, each naming the one before,
    and that the last has the digest `last`.

    Raises ChainBrokenError naming the first that does not fit.
    """
    previous = GENESIS
    for place, head in enumerate(heads, start=1):
        if head.seq != place or head.previous != previous or head.unit != heads[0].unit:
            raise ChainBrokenError(f"event {place} of the history does not follow the one before")
        previous = head_digest(head)
    if previous != last:
        raise ChainBrokenError("the history does not end where the certificate says")
