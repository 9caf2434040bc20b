"""Canonical JSON, DSSE, Ed25519: how a statement becomes a bundle, and back."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from axiom_verifiers.certificates.statement import (
    FORMAT,
    PAYLOAD_TYPE,
    Bundle,
    Envelope,
    Signature,
    Statement,
)
from axiom_verifiers.errors import FormatError, SignatureError

LARGEST = 64 << 20  # bytes


def canonical(value: Any) -> bytes:
    """Canonical JSON: sorted keys, no blanks, UTF-8; no floats occur."""
    return msgspec.json.encode(value, order="sorted")


def public_bytes(key: Ed25519PublicKey) -> bytes:
    """The 32 bytes of a public key."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_id(public: bytes) -> str:
    """SHA-256 of the public key's 32 bytes, in hexadecimal."""
    return hashlib.sha256(public).hexdigest()


def pre_authentication(payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding (PAE)."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def seal(statement: Statement, key: Ed25519PrivateKey) -> bytes:
    """Sign a statement; the bytes of the bundle's file."""
    payload = canonical(statement)
    public = public_bytes(key.public_key())
    signature = key.sign(pre_authentication(payload))
    envelope = Envelope(
        payload=base64.b64encode(payload).decode(),
        signatures=(Signature(key_id(public), base64.b64encode(signature).decode()),),
    )
    return canonical(Bundle(envelope=envelope, public_key=base64.b64encode(public).decode()))


def _decoded(text: str, what: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FormatError(f"{what} is not base64") from error
    if base64.b64encode(data).decode() != text:
        raise FormatError(f"{what} is not canonical base64")
    return data


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise FormatError("a key stands twice in one object")
    return found


def _strict(data: bytes, kind: type[Any], what: str) -> Any:
    """Decode JSON that must be canonical: unknown or doubled keys and any other spelling of
    the same value are refused, for the encoding of what was read must give the same bytes.
    """
    try:
        json.loads(data, object_pairs_hook=_no_doubles)
        value = msgspec.json.decode(data, type=kind)
    except (ValueError, msgspec.DecodeError, RecursionError) as error:
        raise FormatError(f"{what} cannot be read: {error}") from error
    if canonical(value) != data:
        raise FormatError(f"{what} is not canonical: it was written or changed by something else")
    return value


def open_bundle(data: bytes) -> tuple[Statement, bytes]:
    """Check format, canonicity and signature; the statement and the signer's public key.

    Whether the signer is one to be trusted is not asked here.
    Raises FormatError, SignatureError.
    """
    if len(data) > LARGEST:
        raise FormatError(f"{len(data):,} bytes: a bundle has at most {LARGEST:,}")
    bundle: Bundle = _strict(data, Bundle, "the bundle")
    if bundle.format != FORMAT:
        raise FormatError(f"format {bundle.format!r}: {FORMAT!r} was expected. Update axiom-verify")
    if bundle.envelope.payloadType != PAYLOAD_TYPE:
        raise FormatError(f"payload of type {bundle.envelope.payloadType!r}: not a certificate")
    payload = _decoded(bundle.envelope.payload, "the payload")
    public = _decoded(bundle.public_key, "the public key")
    if len(public) != 32:
        raise FormatError(f"a public key of {len(public)} bytes: 32 were expected")
    if len(bundle.envelope.signatures) != 1:
        raise FormatError("exactly one signature was expected")
    signature = bundle.envelope.signatures[0]
    if signature.keyid != key_id(public):
        raise SignatureError("the signature names another key than the bundle carries")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(
            _decoded(signature.sig, "the signature"), pre_authentication(payload)
        )
    except InvalidSignature as error:
        raise SignatureError("the signature does not fit: the bundle was altered") from error
    return _strict(payload, Statement, "the statement"), public
