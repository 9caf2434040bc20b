"""Checking a bundle: a sound one passes; whatever is changed in it is found, and named."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from axiom_verifiers.certificates.build import ClauseOutcome, Origin, Tools, build
from axiom_verifiers.certificates.chain import GENESIS, EventHead, head_digest
from axiom_verifiers.certificates.check import check, read_contract
from axiom_verifiers.certificates.deriving import derive_records
from axiom_verifiers.certificates.signing import key_id, public_bytes, seal
from axiom_verifiers.certificates.statement import Assertion, Predicate, Statement
from axiom_verifiers.errors import (
    CertificateError,
    ChainBrokenError,
    FormatError,
    MismatchError,
    SignatureError,
    UntrustedSignerError,
    WeakLabelError,
)

INTENT = """\
use "./kinds.intent"

define twice(n: int) -> int = 2 * n

intent double(n: Small) -> int
  ensures exact: result == twice(n)
  ensures even: result % 2 == 0
  example double(3) == 6
  must not loop

intent other(n: int) -> int
  ensures result == n
"""
USES = {"kinds.intent": "type Small = int where -100 <= it <= 100\n"}
CODE = "def double(n: int) -> int:\n    return n + n\n"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = public_bytes(KEY.public_key()).hex()
TWO = {"z3": "valid", "cvc5": "valid"}


def heads() -> tuple[EventHead, ...]:
    found: list[EventHead] = []
    previous = GENESIS
    for seq in range(1, 4):
        head = EventHead(
            id=f"e{seq}",
            unit="u1",
            seq=seq,
            time=f"2026-01-0{seq}T00:00:00.000000+00:00",
            actor="someone",
            schema=1,
            name="IntentCreated",
            payload="0" * 64,
            previous=previous,
        )
        found.append(head)
        previous = head_digest(head)
    return tuple(found)


def statement() -> Statement:
    contract = read_contract(INTENT, USES, "double")
    derived = derive_records(contract, CODE, "python", [])
    outcomes = tuple(
        ClauseOutcome(
            clause=clause.id,
            verdict="proved",
            method={"example": "executed", "must": "structural"}.get(
                type(clause).__name__.lower(), "deductive"
            ),
            answers=TWO if derived.digests(clause.id) else {},
            assumptions=(),
            obligations=tuple(sorted(derived.digests(clause.id))),
            cases=1 if type(clause).__name__ == "Example" else 0,
        )
        for clause in contract.clauses
    )
    history = heads()
    origin = Origin(
        source=INTENT,
        uses=USES,
        history=history,
        history_end=head_digest(history[-1]),
        created="2026-01-03T00:00:00+00:00",
    )
    tools = Tools(solvers={"z3": "1", "cvc5": "2", "bitwuzla": "3"}, sandbox="ab", tiers=(0, 1))
    return build(contract, CODE, outcomes, origin, tools, confidence=1.0, hints=[])


@pytest.fixture(scope="module")
def sound() -> Statement:
    return statement()


@pytest.fixture(scope="module")
def sealed(sound: Statement) -> bytes:
    return seal(sound, KEY)


def test_a_sound_bundle_passes(sealed: bytes) -> None:
    checked = check(sealed, trusted_keys=[PUBLIC])
    assert checked.intent == "double"
    assert checked.trusted
    labels = {one.clause: one.label for one in checked.assertions}
    assert labels["double/exact"] == "solver-attested"
    assert labels["double/example-1"] == "test-attested"


def test_by_key_id_too(sealed: bytes) -> None:
    assert check(sealed, trusted_keys=[key_id(bytes.fromhex(PUBLIC))]).trusted


def test_nobody_named_is_an_unknown_signer(sealed: bytes) -> None:
    with pytest.raises(UntrustedSignerError, match="signer unknown"):
        check(sealed)


def test_another_key_is_an_unknown_signer(sealed: bytes) -> None:
    with pytest.raises(UntrustedSignerError):
        check(sealed, trusted_keys=["0" * 64])


def test_integrity_alone_may_be_asked(sealed: bytes) -> None:
    assert not check(sealed, integrity_only=True).trusted


def test_a_stricter_label_may_be_asked(sealed: bytes) -> None:
    with pytest.raises(WeakLabelError, match="double/example-1 is test-attested"):
        check(sealed, trusted_keys=[PUBLIC], require="solver-attested")


def test_any_flipped_byte_is_found(sealed: bytes) -> None:
    chance = random.Random(0)
    places = [*range(60), *range(len(sealed) - 60, len(sealed))]
    places += chance.sample(range(len(sealed)), 400)
    for place in places:
        changed = bytearray(sealed)
        changed[place] ^= 1 << chance.randrange(8)
        with pytest.raises(CertificateError):
            check(bytes(changed), trusted_keys=[PUBLIC])


@pytest.mark.parametrize("cut", [0, 1, 10, -1, -10])
def test_a_cut_bundle_is_no_bundle(sealed: bytes, cut: int) -> None:
    with pytest.raises(FormatError):
        check(sealed[:cut], integrity_only=True)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b'{"envelope"', b'{ "envelope"'),
        lambda text: text + b"\n",
        lambda text: text.replace(b'"format"', b'"format":"x","format"'),
        lambda text: text.replace(b'{"envelope"', b'{"another":1,"envelope"'),
        lambda text: b"[" * 100_000,
        lambda text: b"\x00\xff",
    ],
)
def test_another_spelling_is_refused(sealed: bytes, change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(FormatError):
        check(change(sealed), integrity_only=True)


def test_another_key_inside_is_found(sealed: bytes) -> None:
    bundle = json.loads(sealed)
    other = Ed25519PrivateKey.generate().public_key()
    bundle["public_key"] = base64.b64encode(public_bytes(other)).decode()
    data = json.dumps(bundle, separators=(",", ":"), sort_keys=True).encode()
    with pytest.raises(SignatureError):
        check(data, integrity_only=True)


# What a dishonest signer might seal: signed well, yet not what code and contract come to.


def changed(sound: Statement, **fields: Any) -> Statement:
    predicate = msgspec.structs.replace(sound.predicate, **fields)
    return msgspec.structs.replace(sound, predicate=predicate)


def assertion(predicate: Predicate, clause: str, **fields: Any) -> tuple[Assertion, ...]:
    return tuple(
        msgspec.structs.replace(one, **fields) if one.clause == clause else one
        for one in predicate.assertions
    )


LIES: dict[str, tuple[type[CertificateError], Callable[[Predicate], dict[str, Any]]]] = {
    "other code": (MismatchError, lambda p: {"code": p.code.replace("n + n", "n * 2 ")}),
    "other contract": (MismatchError, lambda p: {"source": p.source.replace("2 * n", "3 * n")}),
    "other used file": (MismatchError, lambda p: {"uses": {"kinds.intent": "type Small = int\n"}}),
    "no used file": (MismatchError, lambda p: {"uses": {}}),
    "another encoder": (FormatError, lambda p: {"encoder": "python/0"}),
    "another language": (FormatError, lambda p: {"language": "cobol"}),
    "invariants that are none": (FormatError, lambda p: {"proof_hints": [{"loop": "x"}]}),
    "an obligation less": (MismatchError, lambda p: {"obligations": p.obligations[1:]}),
    "an obligation twice": (
        MismatchError,
        lambda p: {"obligations": (*p.obligations, p.obligations[0])},
    ),
    "an easier obligation": (
        MismatchError,
        lambda p: {
            "obligations": (
                msgspec.structs.replace(p.obligations[0], text="(assert false)\n"),
                *p.obligations[1:],
            )
        },
    ),
    "an assertion less": (MismatchError, lambda p: {"assertions": p.assertions[1:]}),
    "an assertion of another clause": (
        MismatchError,
        lambda p: {"assertions": assertion(p, "double/exact", digest="0" * 64)},
    ),
    "a label above its evidence": (
        MismatchError,
        lambda p: {"assertions": assertion(p, "double/exact", answers={"z3": "valid"})},
    ),
    "a proof that no checker saw": (
        MismatchError,
        lambda p: {"assertions": assertion(p, "double/exact", label="proof-checked")},
    ),
    "obligations left out": (
        MismatchError,
        lambda p: {"assertions": assertion(p, "double/exact", obligations=())},
    ),
    "a solver without a version": (MismatchError, lambda p: {"solvers": {"z3": "1"}}),
    "an event less": (ChainBrokenError, lambda p: {"history": p.history[1:]}),
    "another end of the history": (ChainBrokenError, lambda p: {"history_end": "0" * 64}),
    "an altered event": (
        ChainBrokenError,
        lambda p: {
            "history": (msgspec.structs.replace(p.history[0], actor="nobody"), *p.history[1:])
        },
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_signed_lie_is_found(sound: Statement, lie: str) -> None:
    error, change = LIES[lie]
    data = seal(changed(sound, **change(sound.predicate)), KEY)
    with pytest.raises(error):
        check(data, trusted_keys=[PUBLIC])


def test_code_that_is_not_modelled_cannot_be_asserted_proved() -> None:
    contract = read_contract(INTENT, USES, "double")
    code = "def double(n: int) -> int:\n    return eval('n + n')\n"
    derived = derive_records(contract, code, "python", [])
    one = next(clause for clause in contract.clauses if clause.id == "double/exact")
    assert any(record.clause == one.id for record in derived.obligations)
    assert all(record.kind == "unmodelled" or record.text for record in derived.obligations)
