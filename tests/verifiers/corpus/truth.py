"""What runs say of a variant, without any prover: the contract's evaluator is the judge.

`python -m tests.verifiers.corpus.truth [NAME…]` prints what does not fit the files.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.records import RecordValue
from axiom_verifiers.contracts.values import Value
from tests.verifiers.corpus.reading import Variant, chosen
from tests.verifiers.fuzz.soundness import Violation, broken_by_runs


@functools.cache
def broken(variant: Variant) -> tuple[dict[str, Violation], int]:
    """The clauses that some run breaks, each with the run, and how many inputs ran."""
    contract = variant.contract
    given = None
    if variant.breaks:
        names = [parameter.name for parameter in contract.parameters]
        given = [dict(zip(names, _values(variant.breaks, contract), strict=True))]
    return broken_by_runs(contract, variant.code, given=given)


def _values(text: str, contract: Contract) -> tuple[Value, ...]:
    """The values that a file's literals stand for; records are written as in contracts."""

    def made(name: str) -> Callable[..., RecordValue]:
        return lambda **fields: RecordValue(name, fields)

    records = {record.name: made(record.name) for record in contract.records}
    return eval(f"({text},)", {"__builtins__": {}, "set": set}, records)


def doubt(variant: Variant) -> str | None:
    """What runs say against the truth that the file states; None when nothing does."""
    found, ran = broken(variant)
    if not ran:
        return "no input that meets `requires` was found"
    if variant.truth == "bad" and not found:
        return f"called bad, but {ran} runs break nothing: name arguments that do"
    if variant.truth == "good" and found:
        clause, one = next(iter(found.items()))
        return (
            f"called good, but {clause} breaks on {one.inputs}: {one.outcome}, not {one.expected}"
        )
    return None


def main(names: list[str]) -> int:
    """Prints each doubt; 1 when there is any."""
    doubts = 0
    for one in chosen(names):
        said = doubt(one)
        if said is not None:
            doubts += 1
            print(f"{one.id}: {said}", flush=True)
    print(f"{len(chosen(names))} variants, {doubts} in doubt")
    return 1 if doubts else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
