"""docs/benchmarks.md: each table stands between two marks, with the command that made it."""

from __future__ import annotations

import datetime as dt
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docs" / "benchmarks.md"


def put(name: str, command: str, body: str) -> None:
    """Replaces what stands between the marks called `name`; asserts that they are there."""
    text = FILE.read_text()
    opening, closing = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, _, rest = text.partition(opening)
    _, mark, after = rest.partition(closing)
    assert mark, f"{FILE} has no place for {name}"
    made = f"`{command}`, {_commit()}:\n\n{body.strip()}\n"
    FILE.write_text(f"{before}{opening}{made}{closing}{after}")


def _commit() -> str:
    asked = ["git", "log", "-1", "--format=%cs"]
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    return said.stdout.strip() or dt.datetime.now(dt.UTC).date().isoformat()
