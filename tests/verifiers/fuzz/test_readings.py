"""Random programs are read alike by CPython, the core interpreter and the logic."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from axiom_verifiers.sandbox.python import PythonSandbox
from tests.verifiers.fuzz.growing import TOPICS, grow, grown
from tests.verifiers.fuzz.readings import SETTLED, differences

_SEED = 2026
_PROGRAMS = 100


def test_readings_agree(sandbox: PythonSandbox) -> None:
    counts: Counter[str] = Counter()
    for one in islice(grown(_SEED), _PROGRAMS):
        found = differences(one, sandbox, counts)
        assert not found, found[0].told()
    # Else the test would say nothing: of four runs of each program many are settled, in both ways.
    assert sum(counts[kind] for kind in SETTLED) > _PROGRAMS
    assert counts["finished"] > _PROGRAMS // 3, counts
    assert counts["in the logic"] > _PROGRAMS // 2, counts


def test_every_topic_grows() -> None:
    """A rule whose names or kinds are misspelt would be left out without a word."""
    seen = {topic for seed in range(100) for topic in grow(seed).topics}
    assert seen == set(TOPICS) - {"ints"}
    for topic in TOPICS.values():
        known = {*topic.types, *TOPICS["ints"].types, "block", "return"}
        for rules in topic.rules.values():
            for one in rules:
                assert one.kind in {*known, "stmt"}, one
                assert one.needs | one.uses <= known, one


def test_the_same_seed_gives_the_same_program() -> None:
    assert grow(7) == grow(7)
