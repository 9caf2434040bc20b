"""What the checker says of the files in `checking/`.

A line that has problems says so: `# error: CODE` or `# error: CODE: part of the message`,
several divided by `; `, `# warning:` for warnings. There must be no others.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from axiom_verifiers.contracts.reading import Placed, read
from axiom_verifiers.contracts.source import Severity

CASES = Path(__file__).parent / "checking"
_EXPECTED = re.compile(r"# (error|warning): ([a-z-]+)(?:: (.*?))?(?=; # |$)")


def expected_on(line: str) -> list[tuple[str, str, str]]:
    return [(m[1], m[2], (m[3] or "").strip()) for m in _EXPECTED.finditer(line.rstrip())]


def check_file(text: str) -> list[str]:
    """How the problems found differ from those that the comments ask for."""
    found: dict[int, list[Placed]] = {}
    for placed in read(text).problems:
        found.setdefault(placed.line, []).append(placed)
    faults: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        left = found.pop(number, [])
        for severity, code, part in expected_on(line):
            match = next(
                (
                    one
                    for one in left
                    if one.problem.code == code
                    and part in one.problem.message
                    and one.problem.severity == Severity(severity)
                ),
                None,
            )
            if match is None:
                faults.append(f"{number}: no {severity} {code}: {part}")
            else:
                left.remove(match)
        faults += [f"{number}: {one.problem.code}: {one.problem.message}" for one in left]
    return faults + [f"{number}: outside the file" for number in found]


@pytest.mark.parametrize("path", sorted(CASES.glob("*.intent")), ids=lambda path: path.stem)
def test_problems_are_the_ones_asked_for(path: Path) -> None:
    assert check_file(path.read_text()) == []
