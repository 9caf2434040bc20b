"""From events to the current state of a unit: a pure fold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from axiom_server.domain.events import Event, EventName
from axiom_server.domain.units import Accepted, Candidate, Placed, Stage, Unit


def apply(unit: Unit | None, event: Event) -> Unit:
    """The unit after the event.

    Raises ValueError for an event that cannot be the unit's next one.
    """
    payload = event.payload
    if unit is None:
        if event.name is not EventName.INTENT_CREATED:
            raise ValueError(f"the first event of a unit is {event.name}, not IntentCreated")
        unit = Unit(id=event.unit, path=payload["path"], intent=payload["intent"])
    changes: dict[str, object] = {}
    match event.name:
        case EventName.INTENT_CREATED | EventName.INTENT_REFINED:
            changes = {"contract": payload.get("contract", unit.contract)}
        case EventName.GENERATION_STARTED:
            changes = {"stage": Stage.GENERATING, "contract": payload["contract"]}
        case EventName.CANDIDATE_SELECTED:
            new = msgspec.convert(payload["candidate"], Candidate)
            kept = tuple(one for one in unit.candidates if one.id != new.id)
            changes = {"candidates": (*kept, new)[-20:], "stage": Stage.VERIFIED}
        case EventName.GENERATION_FAILED:
            changes = {"stage": Stage.VERIFIED if unit.candidates else Stage.FAILED}
        case EventName.CANDIDATE_ACCEPTED:
            accepted = Accepted(
                event=event.id,
                candidate=payload["candidate"],
                target=payload["target"],
                before=payload["before"],
                after=payload["after"],
                created=payload.get("created", False),
                placed=_placed(payload),
            )
            changes = {
                "accepted": (*unit.accepted, accepted),
                "undone": (),
                "stage": Stage.DEPLOYED,
            }
        case EventName.UNDONE:
            changes = {
                "accepted": unit.accepted[:-1],
                "undone": (*unit.undone, unit.accepted[-1]),
                "stage": Stage.DEPLOYED if len(unit.accepted) > 1 else Stage.VERIFIED,
            }
        case EventName.REDONE:
            again = unit.undone[-1]
            placed = _placed(payload) or again.placed
            changes = {
                "accepted": (*unit.accepted, msgspec.structs.replace(again, placed=placed)),
                "undone": unit.undone[:-1],
                "stage": Stage.DEPLOYED,
            }
        case EventName.UNIT_DEPRECATED | EventName.INTENT_REMOVED:
            changes = {"stage": Stage.DEPRECATED}
        case _:
            pass  # The others are facts for the audit log; they change no unit.
    return msgspec.structs.replace(unit, **changes, last_event=event.digest, seq=event.seq)


def _placed(payload: dict[str, Any]) -> Placed | None:
    """None in an event from before it was recorded."""
    found = payload.get("placed")
    return None if found is None else msgspec.convert(found, Placed)


def replay(events: Iterable[Event]) -> Unit | None:
    """The state after all the events, in order; None for none."""
    unit: Unit | None = None
    for event in events:
        unit = apply(unit, event)
    return unit
