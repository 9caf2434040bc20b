"""Answers of earlier races, kept for this person alone.

An entry is what a worker replied, under a digest of everything that the reply depends on: the
text, the values asked for, the driver's options, the solver's version and, where the answer is
not final, the limits. Each entry carries an HMAC by a key that only this person can read, so an
entry that someone else wrote, changed or moved is not believed. Files are written whole and
renamed into place: processes may share the folder.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import hmac
import json
import os
import secrets
import stat
import tempfile
import threading
from pathlib import Path
from typing import Any, cast

import platformdirs

from axiom_verifiers.logic.problem import Script
from axiom_verifiers.solvers.drivers import Driver, version_of

_FORMAT = 1
_MOST_BYTES = 64 * 1024 * 1024
_LONGEST = 1024 * 1024  # A longer reply is not kept.
_PRUNE_EVERY = 256  # How many entries are written between two looks at the folder's size.
_FINAL = ("sat", "unsat")
_LIMITED = ("resource", "unknown")

Reply = dict[str, Any]


class AnswerCache:
    """A folder of authenticated replies. Never raises: what cannot be read was never there."""

    def __init__(self, folder: Path, key: bytes, most_bytes: int = _MOST_BYTES) -> None:
        self.folder = folder
        self.most_bytes = most_bytes
        self._key = key
        self._written = 0
        self._lock = threading.Lock()

    @classmethod
    def personal(cls) -> AnswerCache | None:
        """The person's own cache; None when its key cannot be kept safe.

        `AXIOM_CACHE` and `AXIOM_STATE` move the entries and the key.
        """
        moved, state = os.environ.get("AXIOM_CACHE"), os.environ.get("AXIOM_STATE")
        folder = Path(moved or platformdirs.user_cache_dir("axiom", appauthor=False)) / "answers"
        key = local_key(
            Path(state or platformdirs.user_state_dir("axiom", appauthor=False)) / "answers.key"
        )
        return None if key is None else cls(folder, key)

    def get(self, script: Script, driver: Driver, limits: tuple[int, ...]) -> Reply | None:
        """The reply of this driver to this script. One that a limit cut short counts when the
        limit was one of these: the one that would be set now, and greater ones.
        """
        for name in self._names(script, driver, limits):
            reply = self._read(name)
            if reply is not None:
                return reply
        return None

    def put(self, script: Script, driver: Driver, limit: int, reply: Reply) -> None:
        """Keeps a reply that a worker would give again: no failures, nothing that the wall
        clock cut off.
        """
        names = self._names(script, driver, (limit,))
        status = reply.get("status")
        if not names or status not in (*_FINAL, *_LIMITED):
            return
        if status in _LIMITED and limit == 0:
            return
        kept = {field: reply.get(field) for field in ("status", "reason", "values", "seconds")}
        self._write(names[0] if status in _FINAL else names[1], kept)

    def _names(self, script: Script, driver: Driver, limits: tuple[int, ...]) -> tuple[str, ...]:
        """The names of a final entry and of one for each limit; none without a version."""
        version = version_of(driver)
        if version is None:
            return ()
        parts = [
            _FORMAT,
            script.digest,
            [text for _, text in script.want],
            driver.name,
            [list(option) for option in driver.options],
            [list(pair) for pair in driver.logics],
            version,
        ]
        return tuple(
            hashlib.sha256(json.dumps([*parts, bound]).encode()).hexdigest()
            for bound in (None, *limits)
        )

    def _mac(self, name: str, body: bytes) -> bytes:
        return hmac.new(self._key, name.encode() + b"\n" + body, hashlib.sha256).digest()

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / name

    def _read(self, name: str) -> Reply | None:
        path = self._path(name)
        with contextlib.suppress(OSError, ValueError):
            content = path.read_bytes()
            mac, body = content[:32], content[32:]
            if not hmac.compare_digest(mac, self._mac(name, body)):
                return None
            reply: object = json.loads(body)
            if isinstance(reply, dict):
                os.utime(path)
                return cast("Reply", reply)
        return None

    def _write(self, name: str, reply: Reply) -> None:
        body = json.dumps(reply).encode()
        if len(body) > _LONGEST:
            return
        path = self._path(name)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, temporary = tempfile.mkstemp(dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(self._mac(name, body) + body)
                Path(temporary).replace(path)
            except OSError:
                Path(temporary).unlink(missing_ok=True)
        with self._lock:
            self._written += 1
            due = self._written % _PRUNE_EVERY == 0
        if due:
            self.prune()

    def prune(self) -> None:
        """Removes what was longest unused when the folder has outgrown its bound."""
        found: list[tuple[float, int, Path]] = []
        for path in self.folder.glob("??/*"):
            with contextlib.suppress(OSError):
                status = path.stat()
                found.append((status.st_mtime, status.st_size, path))
        size = sum(entry[1] for entry in found)
        if size <= self.most_bytes:
            return
        for _, bytes_of, path in sorted(found):
            with contextlib.suppress(OSError):
                path.unlink()
            size -= bytes_of
            if size <= self.most_bytes * 4 // 5:
                return


def local_key(path: Path) -> bytes | None:
    """The person's key, made when it is missing, or when others could have read it.

    None when no such file can be kept.
    """
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        known = _private_key(path)
        if known is not None:
            return known
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            # One process at a time makes the key; the others then find it.
            fcntl.flock(folder, fcntl.LOCK_EX)
            known = _private_key(path)
            if known is not None:
                return known
            handle, temporary = tempfile.mkstemp(dir=path.parent)  # Mode 0600 from the start.
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(32))
            Path(temporary).replace(path)
            return _private_key(path)
        finally:
            os.close(folder)
    return None


def _private_key(path: Path) -> bytes | None:
    """The key in a file that is whole, this person's own, and closed to all others."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(file.fileno())
        if status.st_uid != os.getuid() or stat.S_IMODE(status.st_mode) & 0o077:
            return None
        key = file.read(33)
    return key if len(key) == 32 else None
