"""Settings: `axiom.toml` at a workspace's root; the editor's `axiom.*` have the same names."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from axiom_server.errors import UserError

FILE = "axiom.toml"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a workspace may set. Endpoints, keys and executables are not among them: they are
    read from the person's own settings only.
    """

    output: str = ""  # folder for derived code, relative to the root; empty: beside the intent
    model: str = "embedded"
    candidates: int = 4
    seconds: float = 20.0  # of wall-clock time for one verification
    trust: int = 3


def load_settings(root: Path) -> Settings:
    """Read the workspace's settings; the defaults when there is no file.

    Raises UserError naming the key that is wrong.
    """
    path = root / FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError(f"{path}: {error}") from error
    try:
        return msgspec.convert(data, Settings)
    except msgspec.ValidationError as error:
        known = ", ".join(Settings.__struct_fields__)
        raise UserError(f"{path}: {error}. Known settings: {known}") from error
