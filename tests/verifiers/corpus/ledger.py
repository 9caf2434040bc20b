"""What is not settled yet: `open.toml`, measured, beside the truth, which is not.

A variant that is not in it must come out as its truth asks. One that is in it and comes out well
must be taken off. `python -m tests.verifiers.corpus --bless` rewrites it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

from tests.verifiers.corpus.reading import Variant, variants

FILE = Path(__file__).parent / "open.toml"
_HEAD = """\
# The variants that do not come out as they should yet, each with the reason given last.
# Written by `python -m tests.verifiers.corpus --bless`; the truth stands in the Markdown files.
"""


def load() -> dict[str, str]:
    """The reason for each variant that is open, by its id."""
    tables = tomllib.loads(FILE.read_text()) if FILE.exists() else {}
    return {
        f"{function}/{name}": reason
        for function, reasons in tables.items()
        for name, reason in reasons.items()
    }


def save(reasons: Mapping[str, str]) -> None:
    """Writes the file anew, one line a variant, sorted."""
    lines = [_HEAD]
    table = ""
    for one in sorted(reasons):
        function, _, name = one.partition("/")
        if function != table:
            lines.append(f"\n[{function}]\n")
            table = function
        lines.append(f"{name} = {json.dumps(reasons[one], ensure_ascii=False)}\n")
    FILE.write_text("".join(lines))


def proved_variants() -> list[Variant]:
    """The good ones of which every clause is proved today."""
    known = load()
    return [one for one in variants() if one.truth == "good" and one.id not in known]
