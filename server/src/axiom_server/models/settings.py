"""Where the person's models are: `models.toml` in their own configuration, never a workspace's.

    [openai]
    url = "http://127.0.0.1:11434/v1"
    model = "qwen2.5-coder"
    key = "OPENAI_API_KEY"        # the NAME of the variable that holds the key

    [roles]
    balanced = "openai"           # what `model balanced` in an intent means

Keys themselves are read from the environment only; they are never written anywhere.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import platformdirs

from axiom_server.errors import UserError


class Endpoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one backend is reached. Times are seconds: `idle` is the longest silence allowed."""

    url: str = ""
    model: str = ""
    key: str = ""
    connect: float = 10.0
    idle: float = 30.0
    retries: int = 3

    def secret(self) -> str | None:
        """The key's value, from the variable that is named."""
        return os.environ.get(self.key) if self.key else None


def settings_file() -> Path:
    """The person's file; `AXIOM_CONFIG` names another folder."""
    folder = os.environ.get("AXIOM_CONFIG") or platformdirs.user_config_dir("axiom")
    return Path(folder) / "models.toml"


def _read() -> dict[str, Any]:
    path = settings_file()
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError(f"{path}: {error}") from error


def role_named(role: str) -> str:
    """The model that stands for a role: the embedded one where the person says nothing.

    Raises UserError when the file says something else than a name.
    """
    try:
        return msgspec.convert(_read().get("roles", {}), dict[str, str]).get(role, "embedded")
    except msgspec.ValidationError as error:
        raise UserError(f"{settings_file()}: [roles]: {error}") from error


def endpoint(kind: str, fallback: Endpoint) -> Endpoint:
    """The person's endpoint of that kind; what it leaves open comes from `fallback`.

    Raises UserError naming the file and what is wrong in it.
    """
    path = settings_file()
    data = _read()
    try:
        given = msgspec.convert(data.get(kind, {}), dict[str, str | float | int])
        return msgspec.convert({**msgspec.to_builtins(fallback), **given}, Endpoint, strict=False)
    except msgspec.ValidationError as error:
        known = ", ".join(Endpoint.__struct_fields__)
        raise UserError(f"{path}: [{kind}]: {error}. Known: {known}") from error
