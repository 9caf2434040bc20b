"""The person's signing key: in the system's keyring, else in an encrypted file of mode 0600.

It is never written to a workspace, a log, an event or a bundle.
"""

from __future__ import annotations

import base64
import getpass
import os
import sys
from pathlib import Path

import platformdirs
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from axiom_server.errors import BadNewsError, EnvironmentFaultError, UserError
from axiom_verifiers.certificates.signing import public_bytes

SERVICE = "axiom"
ACCOUNT = "signing-key"
PASSPHRASE = "AXIOM_KEY_PASSPHRASE"  # noqa: S105 - the name of a variable, not a secret.


def key_file() -> Path:
    """Where the encrypted key lies when there is no keyring."""
    folder = os.environ.get("AXIOM_CONFIG") or platformdirs.user_config_dir("axiom")
    return Path(folder) / "signing-key.pem"


def _from_keyring() -> Ed25519PrivateKey | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        stored = keyring.get_password(SERVICE, ACCOUNT)
    except KeyringError:
        return None
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(stored)) if stored else None


def _to_keyring(key: Ed25519PrivateKey) -> bool:
    import keyring
    from keyring.errors import KeyringError

    raw = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    try:
        keyring.set_password(SERVICE, ACCOUNT, base64.b64encode(raw).decode())
    except KeyringError:
        return False
    return True


def _passphrase(question: str) -> bytes:
    given = os.environ.get(PASSPHRASE)
    if given is None:
        if not sys.stdin.isatty():
            raise UserError(f"the signing key wants its passphrase: set {PASSPHRASE}")
        given = getpass.getpass(question, sys.stderr)
    if not given:
        raise UserError("an empty passphrase protects nothing; nothing was done")
    return given.encode()


def load_key() -> Ed25519PrivateKey:
    """The person's key.

    Raises BadNewsError when there is none yet, UserError for a wrong passphrase.
    """
    found = _from_keyring()
    if found is not None:
        return found
    path = key_file()
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise BadNewsError("no signing key yet. Make one: axiom key new") from error
    except OSError as error:
        raise EnvironmentFaultError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        key = load_pem_private_key(data, _passphrase("Passphrase of the signing key: "))
    except (ValueError, TypeError) as error:
        raise UserError(f"{path}: wrong passphrase, or a damaged file") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UserError(f"{path}: not an Ed25519 key")
    return key


def new_key() -> tuple[Ed25519PrivateKey, str]:
    """Make and keep a key; with it the words that say where it is kept.

    Raises UserError when there is one already, EnvironmentFaultError when it cannot be kept.
    """
    path = key_file()
    if path.exists() or _from_keyring() is not None:
        raise UserError("there is a signing key already: axiom key show")
    key = Ed25519PrivateKey.generate()
    if _to_keyring(key):
        return key, "the system's keyring"
    protection = BestAvailableEncryption(_passphrase("Passphrase for the new signing key: "))
    data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except OSError as error:
        raise EnvironmentFaultError(f"{path}: cannot be written: {error.strerror}") from error
    return key, str(path)


def throw_away_key() -> Ed25519PrivateKey:
    """A key that is kept nowhere: for trying things out."""
    return Ed25519PrivateKey.generate()


def public_hex(key: Ed25519PrivateKey) -> str:
    """The public key as `axiom-verify check --trust` takes it: 64 hexadecimal digits."""
    return public_bytes(key.public_key()).hex()


def key_for_editor() -> Ed25519PrivateKey:
    """The person's key, made now if there is none yet; nothing is asked on a terminal.

    Raises UserError when a passphrase is needed that is not given.
    """
    try:
        return load_key()
    except BadNewsError:
        return new_key()[0]
