"""docs/sandbox.md says what is so."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from axiom_verifiers.checks._size import LONGEST
from axiom_verifiers.sandbox import artefact
from axiom_verifiers.sandbox.python import LIMITS

DOCS = Path(__file__).parents[3] / "docs" / "sandbox.md"


def carried() -> set[str]:
    tree = ast.parse((artefact._GUEST / "surroundings.py").read_text())
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MODULES":
            return {*ast.literal_eval(node.value), "sys", "builtins"}
    raise AssertionError("the guest names no modules")


def test_the_modules_are_those_that_are_carried() -> None:
    section = DOCS.read_text().split("## What code may import")[1].split("Anything else")[0]
    assert set(re.findall(r"`([^`]+)`", section)) == carried()


def test_the_limits_are_those_in_force() -> None:
    text = DOCS.read_text()
    assert f"{LIMITS.fuel:,} units" in text
    assert f"{LIMITS.memory >> 20} MB" in text
    assert f"{LONGEST:,} characters" in text
