"""Documentation keeps up with the code: codes, commands, events, settings, structs."""

from __future__ import annotations

import ast
import json
import re
import textwrap
from pathlib import Path

from axiom_verifiers.contracts.critic import criticise
from axiom_verifiers.contracts.reading import read
from tests.repo.rules import Rule, tracked


def _text(root: Path, name: str) -> str:
    path = root / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


_CODE = re.compile(r"[a-z]+(?:-[a-z]+)*")
# What reports a problem: the code is the first string that it is given.
_REPORTERS = {"Problem", "problem", "_problem", "report", "_raise", "wrong", "unknown", "add"}


def _codes_of(path: Path) -> set[str]:
    """The codes in a module: every string of the form `some-words`, wherever it stands, and the
    ones of a single word where a problem is reported.
    """
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "-" in node.value:
            found.add(node.value)
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            given = [*node.args, *(word.value for word in node.keywords if word.arg == "code")]
            if name in _REPORTERS:
                found.update(_first_strings(given))
    return {code for code in found if _CODE.fullmatch(code)}


def _first_strings(given: list[ast.expr]) -> list[str]:
    """The first argument that is a string; both, of one that is chosen by a condition."""
    for one in given:
        choices = [one.body, one.orelse] if isinstance(one, ast.IfExp) else [one]
        texts = [c.value for c in choices if isinstance(c, ast.Constant)]
        if texts and all(isinstance(text, str) for text in texts):
            return [str(text) for text in texts]
    return []


def problem_codes(root: Path) -> list[str]:
    """Each code of a problem in an intent file stands in docs/language.md, and no others do."""
    package = root / "verifiers/src/axiom_verifiers"
    used: set[str] = set()
    for path in sorted([*package.glob("contracts/*.py"), *package.glob("checks/critique.py")]):
        used |= _codes_of(path)
    documented = set(
        re.findall(r"^\| `([a-z]+(?:-[a-z]+)*)` \|", _codes_section(root), re.MULTILINE)
    )
    found = [f"docs/language.md: the code {code} is missing" for code in sorted(used - documented)]
    found += [
        f"docs/language.md: no problem has the code {code}" for code in sorted(documented - used)
    ]
    return found


def _codes_section(root: Path) -> str:
    """What stands under the heading `Problem codes` of docs/language.md."""
    _, _, section = _text(root, "docs/language.md").partition("\n## Problem codes\n")
    return section.partition("\n## ")[0]


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


def sandbox_modules(root: Path) -> list[str]:
    """The modules that the sandbox carries are the ones in docs/modelled.md."""
    source = _text(root, "verifiers/src/axiom_verifiers/sandbox/guest/surroundings.py")
    carried = next(
        (
            set(ast.literal_eval(node.value))
            for node in ast.parse(source).body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MODULES"
        ),
        set[str](),
    )
    text = _text(root, "docs/modelled.md")
    row = next((line for line in text.splitlines() if line.startswith("| modules | `__f")), "")
    told = set(re.findall(r"`([\w.]+)`", row)) - {"sys", "builtins"}
    return [
        *(f"docs/modelled.md: the module {name} is missing" for name in sorted(carried - told)),
        *(f"docs/modelled.md: no module {name} is carried" for name in sorted(told - carried)),
    ]


def _anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as they are made of their words."""
    text = re.sub(
        r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def links(root: Path) -> list[str]:
    """Links between the documents lead to a file, and to a heading that it has."""
    found: list[str] = []
    for path in tracked(root):
        if path.suffix != ".md" or path.parts[0] == "tests":
            continue
        text = (root / path).read_text(encoding="utf-8")
        for name, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)", text):
            target = root / path.parent / name if name else root / path
            if "://" in name or name.startswith("mailto:"):
                continue
            if not target.exists():
                found.append(f"{path}: the link to {name} leads nowhere")
            elif anchor and anchor not in _anchors(target):
                found.append(f"{path}: {name or path} has no heading #{anchor}")
    return found


_FENCED = re.compile(r"^( *)```\w*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def intents(root: Path) -> list[str]:
    """The intents that the documents show have no errors."""
    found: list[str] = []
    for path in tracked(root):
        if path.suffix != ".md" or path.parts[0] == "tests":
            continue
        text = (root / path).read_text(encoding="utf-8")
        for block in _FENCED.finditer(text):
            shown = textwrap.dedent(block[2])
            if not re.search(r"^intent \w+\(", shown, re.MULTILINE):
                continue
            first = text.count("\n", 0, block.start(2))
            reading = read(shown, lambda _: None, path.name)
            wrong = [(one.line, one.problem) for one in reading.problems if one.is_error]
            for contract in reading.contracts.values():
                wrong += [(1, one) for one in criticise(contract)]
            found += [f"{path}:{first + line}: {one.code}: {one.message}" for line, one in wrong]
    return found


ALL: tuple[Rule, ...] = (
    problem_codes,
    subcommands,
    events,
    settings,
    sandbox_modules,
    links,
    intents,
)
