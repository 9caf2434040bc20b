"""Rules of the tree: sizes, names, forbidden words. Each takes the root and gives complaints."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

Rule = Callable[[Path], list[str]]

LINES = {".py": 500, ".ts": 400}
# Modules that are longer, each with its reason; the list only shrinks.
LONGER: dict[str, str] = {}

VAGUE = {"utils", "helpers", "common", "manager", "base", "util", "misc"}
TOP = {
    ".ci",
    ".gitignore",
    ".npmrc",
    ".prettierignore",
    ".prettierrc.json",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "changes",
    "docs",
    "eslint.config.mjs",
    "grammars",
    "package-lock.json",
    "package.json",
    "pyproject.toml",
    "requirements.lock",
    "server",
    "tests",
    "tsconfig.json",
    "verifiers",
    "vscode-extension",
}


def tracked(root: Path) -> Iterator[Path]:
    """The files that git knows, relative to the root; all files where there is no git."""
    if (root / ".git").exists():
        said = subprocess.run(
            ["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True
        )
        names = [name for name in said.stdout.split("\0") if name]
        yield from (Path(name) for name in names if (root / name).is_file())
    else:
        yield from (path.relative_to(root) for path in root.rglob("*") if path.is_file())


def module_sizes(root: Path) -> list[str]:
    """Python under 500 lines a module, TypeScript under 400."""
    found: list[str] = []
    for path in tracked(root):
        limit = LINES.get(path.suffix)
        if limit is None or "corpus" in path.parts or "hostile" in path.parts:
            continue
        count = len((root / path).read_text(encoding="utf-8").splitlines())
        if count > limit and str(path) not in LONGER:
            found.append(f"{path}: {count} lines; at most {limit}")
        if count <= limit and str(path) in LONGER:
            found.append(f"{path}: is short enough now; take it off the list")
    return found


def vague_names(root: Path) -> list[str]:
    """A module is named for what it holds."""
    return [
        f"{path}: {path.stem.strip('_')!r} does not say what the module holds"
        for path in tracked(root)
        if path.suffix in LINES and path.stem.strip("_") in VAGUE
    ]


def top_level(root: Path) -> list[str]:
    """Nothing appears at the top without a reason in docs/architecture.md."""
    return [
        f"{name}: not a known part of the top level"
        for name in sorted({path.parts[0] for path in tracked(root)})
        if name not in TOP
    ]


_SKIPPED = re.compile(
    r"pytest\.(?:mark\.)?(?:skip|xfail|importorskip)|\b(?:it|test|describe)\.(?:skip|only|todo)\("
)


def no_skipped_tests(root: Path) -> list[str]:
    """A skipped test is a defect."""
    found: list[str] = []
    for path in tracked(root):
        if path.parts[0] == "tests" and path.suffix in (".py", ".ts", ".mjs", ".js"):
            if path.parts[1] == "repo":
                continue
            for number, line in enumerate((root / path).read_text().splitlines(), start=1):
                if _SKIPPED.search(line):
                    found.append(f"{path}:{number}: a skipped test")
    return found


_EXEMPTION = re.compile(
    r"#\s*(?:noqa|type: ignore|pyright: ignore)(?::\s*[A-Z0-9, ]+)?(?:\[[^\]]*\])?"
)


def reasons_beside_exemptions(root: Path) -> list[str]:
    """An exemption from a checker stands with its reason: `# noqa: X - reason`."""
    found: list[str] = []
    for path in tracked(root):
        if path.suffix != ".py" or path.parts[0] == "tests" or "guest" in path.parts:
            continue
        for number, line in enumerate((root / path).read_text().splitlines(), start=1):
            match = _EXEMPTION.search(line)
            if match and not re.search(r"[a-z]{2}", line[match.end() :]):
                found.append(f"{path}:{number}: an exemption without its reason")
    return found


_ADDRESS = re.compile(
    r"https?://[^\s\"']*(?:pypi|npmjs|registry|pythonhosted|crates|maven)[^\s\"']*"
)


def locks_without_addresses(root: Path) -> list[str]:
    """Lock files hold hashes, not where the packages came from."""
    found: list[str] = []
    for path in tracked(root):
        if path.name.endswith((".lock", "package-lock.json", "npm-shrinkwrap.json")):
            match = _ADDRESS.search((root / path).read_text(encoding="utf-8"))
            if match:
                found.append(f"{path}: holds the address {match[0]}")
    return found


_MACHINE = re.compile(r"(?<![\w.])/(?:root|home/\w+|work)/")


def no_paths_of_a_machine(root: Path) -> list[str]:
    """No file names a place of one machine."""
    found: list[str] = []
    for path in tracked(root):
        if path.parts[0] == "LICENSE" or path.suffix in (".png", ".c", ".h", ".json"):
            continue
        if path.parts[:2] == ("tests", "repo"):
            continue
        try:
            text = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if _MACHINE.search(line):
                found.append(f"{path}:{number}: a path of one machine")
    return found


def two_set_up_commands(root: Path) -> list[str]:
    """README has exactly two set-up commands, and CI runs what README says."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", readme, re.DOTALL)
    commands = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    found: list[str] = []
    if commands[:2] != ["make run", "make test"]:
        found.append("README.md: the first two commands must be `make run` and `make test`")
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    found += [
        f"README.md: `{command}` is no target of the Makefile"
        for command in commands
        if command.startswith("make ")
        and not re.search(rf"^{command[5:]}:", makefile, re.MULTILINE)
    ]
    ci = (root / ".ci" / "run").read_text(encoding="utf-8")
    found += [
        f".ci/run does not call `{one}`" for one in ("make check", "make test") if one not in ci
    ]
    return found


ALL: tuple[Rule, ...] = (
    module_sizes,
    vague_names,
    top_level,
    no_skipped_tests,
    reasons_beside_exemptions,
    locks_without_addresses,
    no_paths_of_a_machine,
    two_set_up_commands,
)
