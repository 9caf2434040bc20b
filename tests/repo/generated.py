"""Generated parts are current: the schemas in docs/cli.md. `AXIOM_BLESS=1` writes them anew."""

from __future__ import annotations

import os
import re
import types
import typing
from pathlib import Path
from typing import Any

import msgspec

from axiom_server.cli.check_command import FileFinding
from axiom_server.studio.results import Generation
from axiom_verifiers.orchestra import Result
from tests.repo.rules import Rule

_MARK = re.compile(r"<!-- schemas -->\n.*?<!-- end of schemas -->\n", re.DOTALL)


def _type(kind: Any) -> str:
    origin = typing.get_origin(kind)
    args = typing.get_args(kind)
    if kind is type(None):
        return "null"
    if origin in (typing.Union, types.UnionType):
        return " or ".join(dict.fromkeys(_type(one) for one in args))
    if origin is typing.Literal:
        return " or ".join(f'"{one}"' for one in args)
    if origin in (tuple, list):
        return f"array of {_type(args[0])}"
    if origin is dict:
        return f"object of {_type(args[1])}"
    if isinstance(kind, type) and issubclass(kind, str) and kind is not str:
        return " or ".join(f'"{one.value}"' for one in kind)  # type: ignore[attr-defined]
    names = {str: "string", int: "integer", float: "number", bool: "boolean", Any: "any value"}
    return names.get(kind, getattr(kind, "__name__", str(kind)))


def _structs(kind: Any, found: dict[str, type[msgspec.Struct]]) -> None:
    for arg in typing.get_args(kind):
        _structs(arg, found)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind.__name__ not in found:
        found[kind.__name__] = kind
        for field in msgspec.structs.fields(kind):
            _structs(field.type, found)


def schemas() -> str:
    """The structs behind `--json`, as Markdown."""
    found: dict[str, type[msgspec.Struct]] = {}
    for top in (Result, Generation, FileFinding):
        _structs(top, found)
    parts: list[str] = []
    for name, kind in found.items():
        parts.append(f"**{name}**\n\n| field | value |\n|---|---|")
        parts += [
            f"| `{field.encode_name}` | {_type(field.type)} |"
            for field in msgspec.structs.fields(kind)
        ]
        parts.append("")
    return "<!-- schemas -->\n" + "\n".join(parts) + "<!-- end of schemas -->\n"


def cli_schemas(root: Path) -> list[str]:
    """docs/cli.md shows the structs as they are."""
    path = root / "docs/cli.md"
    if not path.exists():
        return ["docs/cli.md: missing"]
    text = path.read_text(encoding="utf-8")
    wanted = _MARK.sub(lambda _: schemas(), text)
    if wanted == text:
        return []
    if os.environ.get("AXIOM_BLESS") == "1":
        path.write_text(wanted, encoding="utf-8")
        return []
    return ["docs/cli.md: the schemas are not current; run: make bless"]


ALL: tuple[Rule, ...] = (cli_schemas,)
