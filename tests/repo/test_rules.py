"""The rules of the repository hold, and each can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.repo import docs, generated, rules
from tests.repo.__main__ import ROOT

EVERY = (*rules.ALL, *docs.ALL, *generated.ALL)

BAD: dict[str, dict[str, str]] = {
    "module_sizes": {"server/long.py": "x = 1\n" * 501},
    "vague_names": {"server/utils.py": ""},
    "top_level": {"stray.txt": ""},
    "no_skipped_tests": {"tests/x/test_x.py": "@pytest.mark.skip\n"},
    "reasons_beside_exemptions": {"server/x.py": "import os  # noqa: F401\n"},
    "locks_without_addresses": {"requirements.lock": "https://files.pythonhosted.org/x\n"},
    "no_paths_of_a_machine": {"docs/x.md": "see /home/me/x\n"},
    "two_set_up_commands": {
        "README.md": "```sh\nmake all\n```\n",
        "Makefile": "run:\n",
        ".ci/run": "",
    },
    "problem_codes": {
        "verifiers/src/axiom_verifiers/contracts/x.py": (
            'Problem("oops", "…", span)\nnotes.problem("a-b" if same else "odd", "…", span)\n'
        ),
        "docs/language.md": "# L\n\n## Problem codes\n| `a-b` | |\n| `made-up` | |\n",
    },
    "subcommands": {"server/src/axiom_server/cli/dance_command.py": ""},
    "events": {"server/src/axiom_server/domain/events.py": '    DANCED = "Danced"\n'},
    "settings": {
        "vscode-extension/package.json": (
            '{"contributes": {"configuration": {"properties": {"axiom.dance": {}}}}}'
        )
    },
    "sandbox_modules": {
        "verifiers/src/axiom_verifiers/sandbox/guest/surroundings.py": 'MODULES = ("abc", "os")\n',
        "docs/modelled.md": "| modules | `__future__` `abc` |\n",
    },
    "intents": {"docs/x.md": "```\nintent f(x: integer) -> int\n```\n"},
    "links": {"docs/x.md": "[there](nowhere.md)\n"},
    "cli_schemas": {"docs/cli.md": "<!-- schemas -->\nold\n<!-- end of schemas -->\n"},
    "protocol": {"vscode-extension/src/protocol.ts": "export interface Range {}\n"},
}


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.__name__)
def test_holds(rule: rules.Rule) -> None:
    assert rule(ROOT) == []


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.__name__)
def test_can_fail(rule: rules.Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AXIOM_BLESS", raising=False)
    for name, text in BAD[rule.__name__].items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert rule(tmp_path)


def test_problem_codes_are_compared_both_ways(tmp_path: Path) -> None:
    for name, text in BAD["problem_codes"].items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert docs.problem_codes(tmp_path) == [
        "docs/language.md: the code odd is missing",
        "docs/language.md: the code oops is missing",
        "docs/language.md: no problem has the code made-up",
    ]
