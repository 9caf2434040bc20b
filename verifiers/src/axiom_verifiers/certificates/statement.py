"""What a certificate says: an in-toto statement whose predicate holds code, contract, evidence.

https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from axiom_verifiers.certificates.chain import EventHead

FORMAT = "axiom-bundle/1"
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://axiom.invalid/certificate/v1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"

Label = Literal["proof-checked", "solver-attested", "test-attested", "unattested"]
# Strictest first.
LABELS: tuple[Label, ...] = ("proof-checked", "solver-attested", "test-attested", "unattested")


class ObligationRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One obligation: `text` is its whole SMT-LIB script, `digest` the SHA-256 of that."""

    id: str
    clause: str
    kind: str
    place: str
    digest: str
    text: str


class Assertion(msgspec.Struct, frozen=True, kw_only=True):
    """What is asserted of one clause.

    `digest` is the clause's (its normal form with all that it depends on); `scope` says for
    which inputs it is asserted; `answers` which solver answered what to all its obligations.
    """

    clause: str
    kind: str
    property: str
    digest: str
    scope: str
    verdict: str
    method: str
    label: Label
    assumptions: tuple[str, ...]
    answers: dict[str, str]
    obligations: tuple[str, ...]
    cases: int


class LoopInvariant(msgspec.Struct, frozen=True, kw_only=True):
    """Invariants and measures that the proof used, as the prover names them; opaque here."""

    function: str
    loop: int
    invariants: tuple[Any, ...]
    measure: Any = None


class Predicate(msgspec.Struct, frozen=True, kw_only=True):
    """The certificate proper. Numbers that are no integers are strings, so that the JSON is
    canonical whatever wrote it.
    """

    intent: str
    language: str
    code: str
    source: str
    uses: dict[str, str]
    tree: str  # SHA-256 of the checked contract's normal form
    encoder: str
    proof_hints: Any
    assertions: tuple[Assertion, ...]
    obligations: tuple[ObligationRecord, ...]
    solvers: dict[str, str]
    sandbox: str
    tiers: tuple[int, ...]
    confidence: str
    limitations: tuple[str, ...]
    trusted_base: tuple[str, ...]
    history: tuple[EventHead, ...]
    history_end: str
    created: str


class Subject(msgspec.Struct, frozen=True):
    name: str
    digest: dict[str, str]


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    type: str = msgspec.field(name="_type", default=STATEMENT)
    subject: tuple[Subject, ...]
    predicateType: str = PREDICATE  # noqa: N815 - the name is the standard's.
    predicate: Predicate


class Signature(msgspec.Struct, frozen=True):
    keyid: str
    sig: str


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """DSSE: https://github.com/secure-systems-lab/dsse/blob/master/protocol.md"""

    payloadType: str = PAYLOAD_TYPE  # noqa: N815 - the name is the standard's.
    payload: str
    signatures: tuple[Signature, ...]


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """The file: `public_key` (base64, 32 bytes) only says which key; trust comes from outside."""

    format: str = FORMAT
    envelope: Envelope
    public_key: str


TRUSTED_BASE = (
    "the intent language's reader and its translation to logic (axiom-verifiers)",
    "the Python front end's model of the language",
    "the solvers that answered, where a clause is solver-attested",
    "CPython in the sandbox, and Wasmtime, where a clause is test-attested",
    "RecursionError, MemoryError and the interpreter's own limits are outside the semantics",
    "strings hold Unicode scalar values up to U+2FFFF where a proof speaks of strings",
)
