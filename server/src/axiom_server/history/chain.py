"""The digest of an event: what chains a unit's events."""

from __future__ import annotations

from axiom_server.domain.events import Event
from axiom_verifiers.certificates.chain import EventHead, head_digest, payload_digest


def event_head(event: Event) -> EventHead:
    """What a certificate tells of an event."""
    return EventHead(
        id=event.id,
        unit=event.unit,
        seq=event.seq,
        time=event.time,
        actor=event.actor,
        schema=event.schema,
        name=event.name.value,
        payload=payload_digest(event.payload),
        previous=event.previous,
    )


def event_digest(event: Event) -> str:
    """The digest that the event must carry: over its head, in which the payload stands as a
    digest of its own, so that a chain can be checked by someone who must not see payloads.
    """
    return head_digest(event_head(event))
