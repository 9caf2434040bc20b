"""No variant comes out wrong, and those that are not listed as open come out as they should."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from tests.verifiers.beside import asked_for, worked_out
from tests.verifiers.corpus import ledger
from tests.verifiers.corpus.measuring import SECONDS, Measured, measure
from tests.verifiers.corpus.reading import Variant, variants
from tests.verifiers.corpus.truth import broken, doubt

# Nothing is asked of what is open but that no verdict is wrong: there is no need to wait for more.
_OPEN_SECONDS = 1.5
# The share of those not listed as open that may fail to be settled in one run.
_LOST = 0.03
CASES = [pytest.param(one, id=one.id) for one in variants()]
OPEN = ledger.load()


class Seen(NamedTuple):
    """What runs say against the truth in the file and which clauses they break; the measure."""

    doubt: str | None
    broken: frozenset[str]
    measured: Measured


def see(variant: Variant) -> Seen:
    """Runs and measures a variant, in a process of its own."""
    listed = variant.id in OPEN
    measured = measure(variant, _OPEN_SECONDS if listed else SECONDS)
    if not listed and not measured.settled and not measured.wrong:
        # A machine that is busy with something else may have let a solver run out of time.
        measured = measure(variant)
    return Seen(doubt(variant), frozenset(broken(variant)[0]), measured)


@pytest.fixture(scope="session")
def seen(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Seen]]:
    """What came of the variant of an id."""
    every = {one.id: one for one in variants()}
    judging = test_what_was_settled_is_settled.__name__
    with worked_out(see, asked_for(request.session, "variant", every, judging)) as found:
        yield found


@pytest.mark.parametrize("variant", CASES)
def test_variant(variant: Variant, seen: Callable[[str], Seen]) -> None:
    one = seen(variant.id)
    measured = one.measured
    # No prover has a part in this: runs agree with what the file says of the variant.
    assert one.doubt is None, one.doubt
    assert not measured.wrong, f"{measured.outcome} of {variant.truth} code: {measured.reason}"
    false = measured.proved & one.broken
    assert not false, f"proved, although runs break it: {false}"


def test_what_was_settled_is_settled(seen: Callable[[str], Seen]) -> None:
    """But for a few: on a busy machine a solver runs out of time here and there."""
    asked = [one for one in variants() if one.id not in OPEN]
    came = {one.id: seen(one.id).measured for one in asked}
    lost = {name: measured.reason for name, measured in came.items() if not measured.settled}
    assert len(lost) <= len(asked) * _LOST, f"{len(lost)} of {len(asked)}: {lost}"


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
    assert len(by_function) >= 150
    assert len({one.family for one in variants()}) >= 12
    hard = {one.function for one in variants() if one.mark == "hard"}
    assert len(hard) * 3 <= len(by_function)
