"""Generated parts are current: the schemas in docs/cli.md, the messages in TypeScript.
`AXIOM_BLESS=1` writes them anew.
"""

from __future__ import annotations

import inspect
import os
import re
import textwrap
import types
import typing
from pathlib import Path
from typing import Any

import msgspec

from axiom_server.cli.check_command import FileFinding
from axiom_server.lsp import messages
from axiom_server.studio.results import Generation
from axiom_verifiers.evidence import Verdict
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


PROTOCOL = "vscode-extension/src/protocol.ts"
_HEAD = """\
// The messages of AXIOM's own that the client and the language server exchange.
// Generated from the structs of axiom_server/lsp/messages.py by `make bless`; do not edit.

import type { Range, WorkspaceEdit } from "vscode-languageserver-protocol";
"""
# What the structs behind `--json` are called in the editor, where they stand beside others.
_TYPESCRIPT = {
    "ClauseResult": "ClauseVerdict",
    "Result": "Verification",
    "ShownCandidate": "Candidate",
    "VerifierResult": "VerifierReport",
}
_IMPORTED = (messages.Range, messages.Position)
_ALIASES = {"Verdict": Verdict, "Stage": messages.Stage, "Freshness": messages.Freshness}
_WIDTH = 100


def _quoted(values: Any) -> list[str]:
    return [f'"{one}"' for one in values]


def _typescript(kind: Any) -> str:
    """The TypeScript type of a field's type."""
    for name, alias in _ALIASES.items():
        if kind == alias:
            return name
    origin = typing.get_origin(kind)
    args = typing.get_args(kind)
    if origin is typing.Annotated:
        return str(args[1].extra["typescript"])
    if origin in (typing.Union, types.UnionType):
        return " | ".join(_typescript(one) for one in args)
    if origin is typing.Literal:
        return " | ".join(_quoted(args))
    if origin in (tuple, list):
        element = _typescript(args[0])
        return f"({element})[]" if " " in element and "<" not in element else f"{element}[]"
    if origin is dict:
        return f"Record<{_typescript(args[0])}, {_typescript(args[1])}>"
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _TYPESCRIPT.get(kind.__name__, kind.__name__)
    names = {
        str: "string",
        int: "number",
        float: "number",
        bool: "boolean",
        Any: "unknown",
        type(None): "null",
    }
    return names[kind]


def _comment(text: str | None, indent: str = "") -> str:
    if not text:
        return ""
    lines = inspect.cleandoc(text).splitlines()
    if len(lines) == 1 and len(indent + lines[0]) + 7 <= _WIDTH:
        return f"{indent}/** {lines[0]} */\n"
    body = textwrap.indent("\n".join(lines), f"{indent} * ", lambda _: True)
    body = "\n".join(line.rstrip() for line in body.splitlines())
    return f"{indent}/**\n{body}\n{indent} */\n"


def _alias(name: str, values: list[str]) -> str:
    line = f"export type {name} = {' | '.join(values)};"
    if len(line) > _WIDTH:
        line = f"export type {name} =\n" + "\n".join(f"  | {one}" for one in values) + ";"
    return f"{line}\n"


def _interface(kind: type[msgspec.Struct]) -> str:
    """A field with a default may be left out of what the client sends; the server leaves out
    nothing.
    """
    base = kind.__mro__[1]
    inherited: set[str] = set()
    extends = ""
    if base is not msgspec.Struct:
        extends = f" extends {_TYPESCRIPT.get(base.__name__, base.__name__)}"
        inherited = {field.name for field in msgspec.structs.fields(base)}
    sent = kind.__name__.endswith("Params")
    name = _TYPESCRIPT.get(kind.__name__, kind.__name__)
    lines = [f"{_comment(kind.__dict__.get('__doc__'))}export interface {name}{extends} {{"]
    for field in msgspec.structs.fields(kind):
        if field.name not in inherited:
            mark = "?" if sent and not field.required else ""
            lines.append(f"  {field.encode_name}{mark}: {_typescript(field.type)};")
    return "\n".join([*lines, "}"]) + "\n"


def protocol_module() -> str:
    """The TypeScript twin of the messages."""
    found: dict[str, type[msgspec.Struct]] = {}
    for top in (*vars(messages).values(), Result):
        if isinstance(top, type) and issubclass(top, msgspec.Struct):
            _structs(top, found)
    parts = [_HEAD, _alias("Verdict", _quoted(one.value for one in reversed(Verdict)))]
    parts += [
        _alias(name, _quoted(typing.get_args(kind)))
        for name, kind in _ALIASES.items()
        if kind is not Verdict
    ]
    parts += [_interface(kind) for kind in found.values() if kind not in _IMPORTED]
    return "\n".join(parts)


def protocol(root: Path) -> list[str]:
    """The client's types of the messages are the server's."""
    path = root / PROTOCOL
    wanted = protocol_module()
    if path.exists() and path.read_text(encoding="utf-8") == wanted:
        return []
    if os.environ.get("AXIOM_BLESS") == "1":
        path.write_text(wanted, encoding="utf-8")
        return []
    return [f"{PROTOCOL}: differs from axiom_server/lsp/messages.py; run: make bless"]


ALL: tuple[Rule, ...] = (cli_schemas, protocol)
