"""Every code that checking gives is explained, and every explained code is given."""

from __future__ import annotations

import re
from pathlib import Path

from axiom_verifiers.contracts import checker_items, problem_codes

PACKAGE = Path(checker_items.__file__).parent
MODULES = ["checker_*.py", "environment.py", "reading.py", "settings.py", "critic.py", "implied.py"]


def test_codes_are_the_explained_ones() -> None:
    text = "".join(
        path.read_text() for pattern in MODULES for path in sorted(PACKAGE.glob(pattern))
    )
    used = set(re.findall(r'"([a-z]+(?:-[a-z]+)+|surrogate|contradiction|unpacking)"', text))
    others = {"callee-preconditions"}
    assert used - others == set(problem_codes.CODES)
    assert all(words.endswith(".") for words in problem_codes.CODES.values())
