"""Events: the record of all that happened to a unit. The names are never renamed."""

from __future__ import annotations

import enum
from typing import Any

import msgspec

SCHEMA = 1


class EventName(enum.StrEnum):
    INTENT_CREATED = "IntentCreated"
    INTENT_REFINED = "IntentRefined"
    INTENT_REMOVED = "IntentRemoved"
    CONTRACT_ADDED = "ContractAdded"
    QUESTION_ANSWERED = "QuestionAnswered"
    GENERATION_STARTED = "GenerationStarted"
    CANDIDATE_GENERATED = "CandidateGenerated"
    CANDIDATE_PRUNED = "CandidatePruned"
    VERIFICATION_COMPLETED = "VerificationCompleted"
    GENERATION_FAILED = "GenerationFailed"
    CANDIDATE_SELECTED = "CandidateSelected"
    CANDIDATE_ACCEPTED = "CandidateAccepted"
    CODE_DRIFTED = "CodeDrifted"
    PROOF_GENERATED = "ProofGenerated"
    BUNDLE_EXPORTED = "BundleExported"
    UNIT_DEPLOYED = "UnitDeployed"
    UNIT_DEPRECATED = "UnitDeprecated"
    COST_INCURRED = "CostIncurred"
    GATEWAY_FLAGGED = "GatewayFlagged"
    APPROVAL_REQUESTED = "ApprovalRequested"
    APPROVAL_GRANTED = "ApprovalGranted"
    UNDONE = "Undone"
    REDONE = "Redone"
    SETTING_CHANGED = "SettingChanged"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One event. `seq` counts from 1 within the unit; `time` is UTC, ISO 8601, microseconds.

    `digest` is SHA-256 over all other fields, `previous` (the digest of the unit's event
    before, `chain.GENESIS` for the first) among them: so the events of a unit form a chain.
    """

    id: str
    unit: str
    seq: int
    time: str
    actor: str
    schema: int
    name: EventName
    payload: dict[str, Any]
    previous: str
    digest: str = ""
