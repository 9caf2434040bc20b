"""Documentation keeps up with the code: codes, commands, events, settings, structs."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.repo.rules import Rule, tracked


def _text(root: Path, name: str) -> str:
    path = root / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def problem_codes(root: Path) -> list[str]:
    """Each code of a problem in an intent file stands in docs/language.md, and no others do."""
    contracts = root / "verifiers/src/axiom_verifiers/contracts"
    used: set[str] = set()
    for path in contracts.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        used.update(re.findall(r"code=\"([a-z]+(?:-[a-z]+)+)\"", text))
    documented = set(
        re.findall(r"^\| `([a-z]+(?:-[a-z]+)+)` \|", _text(root, "docs/language.md"), re.MULTILINE)
    )
    return [
        f"docs/language.md: the code {code} is not documented" for code in sorted(used - documented)
    ]


def subcommands(root: Path) -> list[str]:
    """Each subcommand stands in docs/cli.md."""
    names = [
        path.stem.removesuffix("_command")
        for path in sorted((root / "server/src/axiom_server/cli").glob("*_command.py"))
    ]
    text = _text(root, "docs/cli.md")
    return [
        f"docs/cli.md: `axiom {name}` is missing" for name in names if f"axiom {name}" not in text
    ]


def events(root: Path) -> list[str]:
    """Each event stands in docs/cli.md, where `axiom history` is described."""
    source = _text(root, "server/src/axiom_server/domain/events.py")
    names = re.findall(r'^    [A-Z_]+ = "(\w+)"$', source, re.MULTILINE)
    text = _text(root, "docs/cli.md")
    return [f"docs/cli.md: the event {name} is missing" for name in names if name not in text]


def settings(root: Path) -> list[str]:
    """Each setting of the extension stands in docs/guide.md."""
    path = root / "vscode-extension/package.json"
    if not path.exists():
        return []
    contributed = json.loads(path.read_text(encoding="utf-8"))["contributes"]["configuration"]
    parts = contributed if isinstance(contributed, list) else [contributed]
    names = [name for part in parts for name in part["properties"]]
    text = _text(root, "docs/guide.md")
    return [f"docs/guide.md: the setting {name} is missing" for name in names if name not in text]


def links(root: Path) -> list[str]:
    """Links between the documents lead somewhere."""
    found: list[str] = []
    for path in tracked(root):
        if path.suffix != ".md" or path.parts[0] == "tests":
            continue
        for target in re.findall(
            r"\]\(([^)#\s]+)[^)]*\)", (root / path).read_text(encoding="utf-8")
        ):
            if "://" not in target and not (root / path.parent / target).exists():
                found.append(f"{path}: the link to {target} leads nowhere")
    return found


ALL: tuple[Rule, ...] = (problem_codes, subcommands, events, settings, links)
