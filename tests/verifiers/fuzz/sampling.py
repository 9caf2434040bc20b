"""Which mutants are examined: the same for the same seed, spread over originals and mistakes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from axiom_verifiers.contracts.contract import Contract
from tests.verifiers.fuzz.mutations import mutants
from tests.verifiers.fuzz.originals import Original


class Mutant(NamedTuple):
    """Code with one mistake, perhaps two, of an original."""

    name: str
    kind: str
    contract: Contract
    code: str


def sample(originals: Sequence[Original], count: int, seed: int) -> Iterator[Mutant]:
    """So many mutants: each original in turn, in an order by chance, a kind of mistake by chance,
    one of that kind. Every fifth has a second mistake.
    """
    chance = random.Random(seed)
    originals = chance.sample(originals, len(originals))
    made: dict[str, dict[str, list[str]]] = {}
    seen: set[tuple[str, str]] = set()
    given = misses = 0
    while given < count and misses < 20 * len(originals):
        one = originals[(given + misses) % len(originals)]
        if one.name not in made:
            made[one.name] = _by_kind(one.code)
        kinds = made[one.name]
        kind = chance.choice(sorted(kinds))
        code = chance.choice(kinds[kind])
        if given % 5 == 4:
            again = _by_kind(code)
            second = chance.choice(sorted(again))
            kind, code = f"{kind}, {second}", chance.choice(again[second])
        if (one.name, code) in seen:
            misses += 1
            continue
        seen.add((one.name, code))
        given += 1
        yield Mutant(one.name, kind, one.contract, code)


def _by_kind(code: str) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for kind, text in mutants(code):
        kinds.setdefault(kind, []).append(text)
    return kinds
