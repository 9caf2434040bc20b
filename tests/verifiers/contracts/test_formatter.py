"""What the formatter makes of texts: `format/*.intent` beside `format/*.expected`.

`AXIOM_BLESS=1` writes the expected texts anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from axiom_verifiers.contracts.formatter import WIDTH, format_text

FOLDER = Path(__file__).parent / "format"
CASES = sorted(FOLDER.glob("*.intent"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_format(case: Path) -> None:
    expected = case.with_suffix(".expected")
    made = format_text(case.read_text(encoding="utf-8"))
    if os.environ.get("AXIOM_BLESS") == "1":
        expected.write_text(made, encoding="utf-8")
    assert made == expected.read_text(encoding="utf-8")
    assert format_text(made) == made


def test_every_expected_text_has_its_case() -> None:
    assert {file.stem for file in FOLDER.glob("*.expected")} == {case.stem for case in CASES}
    assert len(CASES) > 5


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_are_those_of_the_first_line(line_end: str) -> None:
    text = f"# a{line_end}type  X = int\n\r\n\rtype Y = int\r"
    assert format_text(text) == f"# a{line_end}type X = int{line_end}type Y = int{line_end}"


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("", ""),
        ("\n \n", ""),
        ("\ufeff", "\ufeff"),
        ("\ufefftype  X = int", "\ufefftype X = int\n"),
        ("# a", "# a\n"),
        ("#a\n\n\n\n# b  \n\n", "#a\n\n# b\n"),
        ("\n\ntype X = int\n\n\n", "type X = int\n"),
    ],
)
def test_edges(text: str, made: str) -> None:
    assert format_text(text) == made


def test_lines_keep_to_the_width_where_they_can_be_broken() -> None:
    words = " and ".join(f"some_condition_{n}(x, y)" for n in range(30))
    made = format_text(f"intent f(x: int, y: int) -> bool\n  ensures long: {words}  when {words}\n")
    assert max(map(len, made.split("\n"))) <= WIDTH


EXAMPLES = sorted((Path(__file__).parents[3] / "docs/examples").glob("**/*.intent"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_the_examples_are_formatted(example: Path) -> None:
    text = example.read_text(encoding="utf-8")
    assert format_text(text) == text, f"run: axiom fmt {example}"
