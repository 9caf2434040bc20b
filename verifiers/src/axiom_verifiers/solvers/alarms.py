"""An alarm: two solvers contradict each other. One of them, or our text, is wrong."""

from __future__ import annotations

import contextlib
import logging
import os
from pathlib import Path

import msgspec
import platformdirs

_log = logging.getLogger(__name__)


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """Which solver said `Valid`, which `Invalid`, and the whole query."""

    digest: str
    query: str
    valid: str
    invalid: str
    versions: dict[str, str]

    def keep(self) -> Path | None:
        """Writes the query to the person's state folder; None when that cannot be done."""
        _log.error(
            "solvers disagree: %s answered valid, %s invalid (query %s)",
            self.valid,
            self.invalid,
            self.digest,
        )
        with contextlib.suppress(OSError):
            folder = alarms_folder()
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = folder / f"{self.digest}.smt2"
            versions = " ".join(f"{name} {number}" for name, number in self.versions.items())
            head = f"; valid: {self.valid}, invalid: {self.invalid}; {versions}\n"
            path.write_text(head + self.query, encoding="utf-8")
            return path
        return None


def alarms_folder() -> Path:
    """Where queries on which solvers disagree are kept; `AXIOM_STATE` moves it."""
    moved = os.environ.get("AXIOM_STATE")
    root = Path(moved) if moved else Path(platformdirs.user_state_dir("axiom", appauthor=False))
    return root / "alarms"
