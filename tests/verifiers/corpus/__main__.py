"""`python -m tests.verifiers.corpus [NAME…]`: runs the corpus and prints its figures.

NAME is a function, a variant or a family. A run that was cut off goes on where it was, as long
as the commit is the same (`--fresh` forgets it); so commit first, or name what you changed:
what is named is always run. `--bless` rewrites `open.toml` for what was run.
Exit code 1 when a verdict is wrong, or without `--bless` when `open.toml` does not fit.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections import Counter
from pathlib import Path

from tests.bench import document
from tests.verifiers.corpus import ledger
from tests.verifiers.corpus.figures import Row, goals, table
from tests.verifiers.corpus.measuring import SECONDS, Measured, measure
from tests.verifiers.corpus.reading import Variant, chosen

ROOT = Path(__file__).resolve().parents[3]
KEPT = ROOT / ".cache" / "corpus-run.jsonl"


def _commit() -> str:
    said = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return said.stdout.strip()


def _key(variant: Variant) -> str:
    return repr((_commit(), variant.intent, variant.code, variant.truth))


def _earlier() -> dict[str, Measured]:
    if not KEPT.exists():
        return {}
    found: dict[str, Measured] = {}
    for line in KEPT.read_text().splitlines():
        key, fields = json.loads(line)
        clauses = tuple((name, verdict, value) for name, verdict, value in fields.pop("confidence"))
        proved = frozenset(fields.pop("proved"))
        found[key] = Measured(**fields, proved=proved, confidence=clauses)
    return found


def _keep(key: str, measured: Measured) -> None:
    KEPT.parent.mkdir(exist_ok=True)
    fields = {**measured._asdict(), "proved": sorted(measured.proved)}
    with KEPT.open("a") as file:
        file.write(json.dumps([key, fields]) + "\n")


def show(variant: Variant, measured: Measured) -> str:
    """One line."""
    sign = "WRONG" if measured.wrong else "" if measured.settled else "open"
    line = f"{variant.id:44} {variant.truth:4} {measured.outcome:8} {measured.seconds:6.2f} s"
    return f"{line} {sign:5} {measured.reason}".rstrip()


def run(names: list[str], seconds: float) -> list[Row]:
    """Every variant that is named; all, with those of an earlier run, when none is."""
    earlier = {} if names else _earlier()
    rows: list[Row] = []
    for one in chosen(names):
        key = _key(one)
        measured = earlier.get(key)
        if measured is None:
            measured = measure(one, seconds)
            _keep(key, measured)
        rows.append((one, measured))
        print(show(one, measured), flush=True)
    return rows


def main() -> int:
    """Run, print, bless."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.verifiers.corpus",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--bless", action="store_true", help="rewrite open.toml")
    parser.add_argument("--open", action="store_true", help="those that open.toml lists")
    parser.add_argument("--fresh", action="store_true", help="forget an earlier run")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for each variant")
    parser.add_argument("--write", action="store_true", help="put the figures into the documents")
    asked = parser.parse_args()
    if asked.fresh:
        KEPT.unlink(missing_ok=True)
    known = ledger.load()
    names = (
        [one.id for one in chosen(asked.names) if one.id in known] if asked.open else asked.names
    )
    rows = run(names, asked.seconds) if names or not asked.open else []
    if not rows:
        parser.error("nothing has that name, or nothing of it is open")
    found = {
        variant.id: f"{measured.outcome}: {measured.reason}"
        for variant, measured in rows
        if not measured.settled and not measured.wrong
    }
    ran = {variant.id for variant, _ in rows}
    print(f"\n{table(rows)}\n\n{goals(rows)}\n")
    for reason, count in Counter(_kind(one) for one in found.values()).most_common():
        print(f"{count:4} open: {reason}")
    stale = sorted(one for one in known if one in ran and one not in found)
    new = sorted(one for one in found if one not in known)
    print(f"settled now, listed as open: {stale}\nopen now, not listed: {new}")
    if asked.bless:
        everything = {variant.id for variant in chosen([])}
        kept = {one: why for one, why in known.items() if one in everything - ran}
        ledger.save({**kept, **found})
    if asked.write:
        listed = "\n".join(f"- {line}" for line in goals(rows).splitlines())
        document.put(
            "corpus", "python -m tests.verifiers.corpus --write", f"{table(rows)}\n\n{listed}"
        )
    wrong = any(measured.wrong for _, measured in rows)
    return 1 if wrong or (not asked.bless and (stale or new)) else 0


def _kind(reason: str) -> str:
    """The reason without its clause and place."""
    _, _, said = reason.partition(": ")
    _, _, said = said.partition(": ")
    return said.partition(" (")[0]


if __name__ == "__main__":
    raise SystemExit(main())
