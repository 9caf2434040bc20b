"""The host's character tables agree with the pinned Python's on all that is not refused."""

from __future__ import annotations

import pytest

from axiom_verifiers.contracts.outcomes import Returned
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.contracts.tables import require_known
from axiom_verifiers.errors import UnevaluableError
from axiom_verifiers.sandbox.python import PythonSandbox

CODE = """
def f(chars: str) -> list[str]:
    found = []
    for c in chars:
        flags = c.isdigit(), c.isalpha(), c.isspace(), c.strip() == "", c.split() == []
        found.append(c.lower() + c.upper() + "".join(str(int(flag)) for flag in flags))
    return found
"""
BLOCK = 0x400
# Past this there are ideographs alone, tags and private use, which no method here tells apart.
LAST = 0x20000


def known(char: str) -> bool:
    try:
        require_known(char)
    except UnevaluableError:
        return False
    return True


def test_every_known_character_has_the_same_properties(sandbox: PythonSandbox) -> None:
    contract = read("intent f(chars: str) -> list[str]\n").contracts["f"]
    blocks = [
        "".join(
            char
            for char in map(chr, range(start, start + BLOCK))
            if not "\ud800" <= char <= "\udfff" and known(char)
        )
        for start in range(0, LAST, BLOCK)
    ]
    assert sum(map(len, blocks)) > 80_000
    host: dict[str, object] = {}
    exec(CODE, host)
    outcomes = sandbox.run(CODE, contract, [{"chars": block} for block in blocks])
    for block, outcome in zip(blocks, outcomes, strict=True):
        assert isinstance(outcome, Returned), outcome
        theirs = outcome.result
        ours = host["f"](block)  # type: ignore[operator] # The function that CODE defines.
        wrong = [c for c, a, b in zip(block, ours, theirs, strict=True) if a != b]
        assert [f"U+{ord(char):04X}" for char in wrong] == []


@pytest.mark.parametrize("char", ["\u0378", "\u019b", "\u0264", "\u1c89"])
def test_a_character_that_may_differ_is_refused(char: str) -> None:
    assert not known(char)
