"""What runs say of a variant, without any prover: the contract's evaluator is the judge.

`python -m tests.verifiers.corpus.truth [NAME…]` prints what does not fit the files.
"""

from __future__ import annotations

import ast
import functools
import sys

from tests.verifiers.corpus.reading import Variant, chosen
from tests.verifiers.fuzz.soundness import Violation, broken_by_runs


@functools.cache
def broken(variant: Variant) -> tuple[dict[str, Violation], int]:
    """The clauses that some run breaks, each with the run, and how many inputs ran."""
    contract = variant.contract
    given = None
    if variant.breaks:
        names = [parameter.name for parameter in contract.parameters]
        given = [dict(zip(names, ast.literal_eval(f"({variant.breaks},)"), strict=True))]
    return broken_by_runs(contract, variant.code, given=given)


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
