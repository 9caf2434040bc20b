"""Every variant comes out as the truth about it asks, or is listed as open, and none is wrong."""

from __future__ import annotations

import pytest

from tests.verifiers.corpus import ledger
from tests.verifiers.corpus.measuring import SECONDS, measure
from tests.verifiers.corpus.reading import Variant, variants
from tests.verifiers.corpus.truth import broken, doubt

# Enough for what is settled well; what is open needs no more to stay so.
_OPEN_SECONDS = 4.0
CASES = [pytest.param(one, id=one.id) for one in variants()]
OPEN = ledger.load()


@pytest.mark.parametrize("variant", CASES)
def test_truth(variant: Variant) -> None:
    """Runs agree with what the file says of the variant; no prover has a part in it."""
    said = doubt(variant)
    assert said is None, said


@pytest.mark.parametrize("variant", CASES)
def test_corpus(variant: Variant) -> None:
    listed = OPEN.get(variant.id)
    measured = measure(variant, SECONDS if listed is None else _OPEN_SECONDS)
    if listed is None and not measured.settled and not measured.wrong:
        # A machine that is busy with something else may have let a solver run out of time.
        measured = measure(variant)
    assert not measured.wrong, f"{measured.outcome} of {variant.truth} code: {measured.reason}"
    false = measured.proved & broken(variant)[0].keys()
    assert not false, f"proved, although runs break it: {false}"
    if listed is None:
        assert measured.settled, measured.reason
    else:
        assert not measured.settled, "it is settled now: take it off (the corpus's --bless does)"


def test_list_of_what_is_open() -> None:
    known = {one.id for one in variants()}
    assert OPEN.keys() <= known, "open.toml names variants that are gone"


def test_size() -> None:
    """Good and bad variants of each function, and not more than a third called hard."""
    by_function: dict[str, set[str]] = {}
    for one in variants():
        by_function.setdefault(one.function, set()).add(one.truth)
    lacking = [name for name, truths in by_function.items() if truths != {"good", "bad"}]
    assert not lacking
    hard = {one.function for one in variants() if one.mark == "hard"}
    assert len(hard) * 3 <= len(by_function)
