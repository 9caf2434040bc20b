"""Every code that the parser gives is explained, and every explained code is given."""

from __future__ import annotations

import re
from pathlib import Path

from axiom_verifiers.contracts import parser, parser_codes

PACKAGE = Path(parser.__file__).parent


def test_codes_are_the_explained_ones() -> None:
    files = [*PACKAGE.glob("parser*.py"), PACKAGE / "literals.py"]
    text = "".join(file.read_text() for file in files if file.name != "parser_codes.py")
    used = set(re.findall(r'"([a-z]+(?:-[a-z]+)+|surrogate)"', text)) - {"utf-8"}
    assert used - {"latin-1"} == set(parser_codes.CODES)
    assert all(words.endswith(".") for words in parser_codes.CODES.values())
