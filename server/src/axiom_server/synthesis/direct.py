"""Candidates straight from clauses that say what the goal is, written as a person would.

The rules `value when condition` become an if-chain, in the order of the clauses; conditions
lose the parts that earlier branches settle already. Whether a part may go is decided on the
points, so what is dropped here is for the verifiers to confirm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from axiom_server.synthesis.clauses import Rule
from axiom_server.synthesis.enumeration import FAILED
from axiom_server.synthesis.oracle import Oracle
from axiom_server.synthesis.trees import (
    FALSE,
    TRUE,
    conditional,
    conjunction,
    conjuncts,
    disjunction,
    disjuncts,
    negate,
    size,
)
from axiom_verifiers.contracts import types as t
from axiom_verifiers.contracts.expressions import Compare, Constant, Expr


class _Branch(msgspec.Struct, frozen=True):
    condition: Expr
    value: Expr


class Direct:
    """Builds expressions for the goal from rules, on the oracle's points."""

    def __init__(self, oracle: Oracle) -> None:
        self._oracle = oracle
        self._everything = (1 << len(oracle.points)) - 1
        self._holds: dict[Expr, int] = {}
        self._right: dict[Expr, int] = {}
        self._given: set[Expr] = set()

    def expressions(self, rules: Sequence[Rule]) -> list[Expr]:
        """Expressions right on all points, the plainest first."""
        found = sorted(
            (
                rule.value
                for rule in rules
                if rule.condition == TRUE and self._accepted(rule.value) == self._everything
            ),
            key=size,
        )
        if all(rule.value.type == t.BOOL for rule in rules):
            found += self._boolean(rules)
        chain = None if found and rules[0].value.type == t.BOOL else self._chain(rules)
        if chain is not None:
            found += [self._joined(self._simplified(chain)), self._joined(chain)]
        return list(dict.fromkeys(found))

    def _true(self, condition: Expr) -> int:
        """Points where the condition holds; one that fails somewhere holds nowhere."""
        if condition not in self._holds:
            values = self._oracle.values(condition)
            mask = sum(1 << place for place, value in enumerate(values) if value is True)
            if any(value is FAILED for value in values):
                mask |= 1 << len(values)
            self._holds[condition] = mask
        return self._holds[condition]

    def _accepted(self, value: Expr) -> int:
        """Points where the value is right."""
        if value not in self._right:
            values = self._oracle.values(value)
            self._right[value] = sum(
                1 << place
                for place, each in enumerate(values)
                if each is not FAILED and self._oracle.accepts(place, each)
            )
        return self._right[value]

    # ------------------------------------------------------------ chains

    def _chain(self, rules: Sequence[Rule]) -> list[_Branch] | None:
        """Branches that together settle every point; the last one's condition is TRUE."""
        left = self._everything
        chain: list[_Branch] = []
        self._given = {rule.condition for rule in rules}
        for rule in rules:
            taken = self._true(rule.condition) & left
            if not taken or self._accepted(rule.value) & taken != taken:
                continue
            chain.append(_Branch(rule.condition, rule.value))
            left &= ~taken
            if not left:
                break
        if left or not chain:
            return None
        chain[-1] = _Branch(TRUE, chain[-1].value)
        return chain

    def _simplified(self, chain: list[_Branch]) -> list[_Branch]:
        """The chain without branches and parts of conditions that no point needs."""
        place = 0
        while place < len(chain) - 1:
            shorter = [*chain[:place], *chain[place + 1 :]]
            if self._settles(shorter):
                chain = shorter
            else:
                place += 1
        # A later branch that got shorter may let an earlier one get shorter too.
        while (shorter := self._shortened(chain)) is not None:
            chain = shorter
        return [_Branch(_facing(branch.condition), branch.value) for branch in chain]

    def _shortened(self, chain: list[_Branch]) -> list[_Branch] | None:
        """The chain with one part of one condition less, or None when every part is needed."""
        for place, branch in enumerate(chain[:-1]):
            for condition in _without_one(branch.condition):
                changed = [
                    *chain[:place],
                    _Branch(condition, branch.value),
                    *chain[place + 1 :],
                ]
                if self._settles(changed):
                    return changed
        return None

    def _settles(self, chain: list[_Branch]) -> bool:
        """Whether the chain is right on every point."""
        left = self._everything
        for branch in chain:
            if branch.condition == TRUE:
                return self._accepted(branch.value) & left == left
            holds = self._true(branch.condition)
            # A condition that fails on some point is kept only where it stands unchanged.
            if holds > self._everything and branch.condition not in self._given:
                return False
            if holds & left & ~self._accepted(branch.value):
                return False
            left &= ~holds
        return False

    @staticmethod
    def _joined(chain: list[_Branch]) -> Expr:
        whole = chain[-1].value
        for branch in reversed(chain[:-1]):
            whole = conditional(branch.condition, branch.value, whole)
        return whole

    # ------------------------------------------------------------ truth values

    def _boolean(self, rules: Sequence[Rule]) -> list[Expr]:
        """One condition in place of an if-chain of True and False."""
        wanted = self._accepted(TRUE)
        unwanted = self._accepted(FALSE)
        if wanted & unwanted or wanted | unwanted != self._everything:
            return []
        found: list[Expr] = []
        positive = [rule.condition for rule in rules if rule.value == TRUE]
        negative = [rule.condition for rule in rules if rule.value == FALSE]
        for conditions, inside in ((positive, wanted), (negative, unwanted)):
            whole = self._covering(conditions, inside)
            if whole is not None:
                found.append(whole if inside == wanted else negate(whole))
        found.sort(key=size)
        return found

    def _covering(self, conditions: list[Expr], inside: int) -> Expr | None:
        """A disjunction that holds exactly on `inside`."""
        kept: list[Expr] = []
        covered = 0
        for condition in (part for whole in conditions for part in disjuncts(whole)):
            holds = self._true(condition)
            if holds > self._everything or holds & ~inside or not holds & ~covered:
                continue
            parts = conjuncts(condition)
            for part in parts:
                fewer = conjunction(tuple(p for p in parts if p is not part))
                wider = self._true(fewer)
                if fewer != TRUE and not wider & ~inside and wider <= self._everything:
                    parts = conjuncts(fewer)
            condition = conjunction(parts)
            covered |= self._true(condition)
            kept.append(condition)
        if covered != inside or not kept:
            return None
        return disjunction(tuple(kept))


def _without_one(condition: Expr) -> Iterator[Expr]:
    """The condition with one part of a conjunction or disjunction left out, at any depth."""
    for split, join in ((conjuncts, conjunction), (disjuncts, disjunction)):
        parts = split(condition)
        if len(parts) < 2:
            continue
        for place in range(len(parts)):
            yield join((*parts[:place], *parts[place + 1 :]))
        for place, part in enumerate(parts):
            for smaller in _without_one(part):
                yield join((*parts[:place], smaller, *parts[place + 1 :]))


_FLIPPED: dict[str, str] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def _facing(condition: Expr) -> Expr:
    """A lone comparison with its constant on the right: `80 <= score` is `score >= 80`."""
    if (
        isinstance(condition, Compare)
        and condition.op in _FLIPPED
        and isinstance(condition.left, Constant)
    ):
        return replace(
            condition, op=_FLIPPED[condition.op], left=condition.right, right=condition.left
        )
    return condition
