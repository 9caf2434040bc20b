"""What is known of ints wherever they are used: bounds of members of ranges, what is required.

Bounds are linear: a member may be below another member, or below a length less a number. Whether
a sum of such terms can be negative is found by putting bounds in the places of its parts, until a
number is left: so `i + k <= len(xs)` follows from `i < len(xs) - k + 1`, and where `i < j` and
`j <= len(xs)`, the slice `xs[i:j]` has the length `j - i`. What is not found so may hold all the
same.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term

# A sum: its parts, each so many times, and a number, which stands under ONE.
_Form = dict[Term, int]

# How many sums are looked at for one question, and how many parts one of them has at most.
_TRIED = 48
_PARTS = 6


class _Known(NamedTuple):
    """Sums that a term is not below, and sums that it is not above."""

    least: dict[Term, tuple[_Form, ...]]
    most: dict[Term, tuple[_Form, ...]]


class Within:
    """What ints are at least and at most: wherever they are used, and in what is being made."""

    def __init__(self) -> None:
        self._always = _Known({}, {})
        self._here: tuple[_Known, ...] = ()
        self._read: dict[Term, _Known] = {}

    def note(self, member: Term, low: Term, high: Term) -> None:
        """`low <= member < high` holds where the member is used."""
        self._always.least[member] = (_form(low),)
        self._always.most[member] = (_sum((_form(high), 1), ({terms.ONE: -1}, 1)),)

    def note_natural(self, term: Term) -> None:
        """The variable is not negative, wherever it is used."""
        _enter({term: 1}, self._always)

    def note_all(self, facts: Iterable[Term]) -> None:
        """The facts hold wherever anything is used that is made from now on."""
        for fact in facts:
            for form in _said(fact):
                _enter(form, self._always)

    @contextmanager
    def assuming(self, fact: Term) -> Generator[None]:
        """The fact holds where what is made meanwhile is used."""
        before = self._here
        if fact not in self._read:
            self._read[fact] = known = _Known({}, {})
            for form in _said(fact):
                _enter(form, known)
        self._here = (*before, self._read[fact])
        try:
            yield
        finally:
            self._here = before

    def natural(self, term: Term) -> bool:
        """Whether it cannot be negative."""
        return self._natural(_form(term))

    def settled(self, condition: Term) -> Term:
        """The condition itself; false where it says of a number that it is negative, as the place
        `i if i >= 0 else i + len(xs)` is chosen by, and it cannot be.
        """
        if condition.op == "<" and condition.args[1] is terms.ZERO:
            return terms.FALSE if self.natural(condition.args[0]) else condition
        return condition

    def below(self, term: Term, limit: Term) -> bool:
        """Whether it is known to be less than the limit."""
        return self._natural(_sum((_form(limit), 1), (_form(term), -1), ({terms.ONE: -1}, 1)))

    def same(self, one: Term, other: Term) -> bool:
        """Whether the two are known to be equal."""
        apart = _sum((_form(one), 1), (_form(other), -1))
        return not apart or (self._natural(apart) and self._natural(_sum((apart, -1))))

    def _natural(self, form: _Form) -> bool:
        waiting = [form]
        known = {frozenset(form.items())}
        for current in waiting:
            if not current.keys() - {terms.ONE}:
                if current.get(terms.ONE, 0) >= 0:
                    return True
                continue
            for lower in self._lowered(current):
                key = frozenset(lower.items())
                if key not in known and len(waiting) < _TRIED and len(lower) <= _PARTS:
                    known.add(key)
                    waiting.append(lower)
        return False

    def _lowered(self, form: _Form) -> Iterator[_Form]:
        """Sums that are not more: with a bound in the place of one part."""
        for part, times in form.items():
            if part is terms.ONE:
                continue
            for known in (self._always, *self._here):
                for bound in (known.least if times > 0 else known.most).get(part, ()):
                    yield _sum((form, 1), ({part: -1}, times), (bound, times))


def _form(term: Term) -> _Form:
    found: _Form = {}
    _collect(term, 1, found)
    return _sum((found, 1))


def plain(term: Term) -> Term:
    """The term itself, or shorter where parts of it go away: `a + (n - a)` is `n`."""
    parts = _form(term)
    number = terms.integer(parts.pop(terms.ONE, 0))
    if len(parts) >= sum(1 for _ in _summands(term)):
        return term
    more = [terms.mul(terms.integer(count), part) for part, count in parts.items() if count > 0]
    less = [terms.mul(terms.integer(-count), part) for part, count in parts.items() if count < 0]
    whole = terms.add(*more, number) if more else number
    return terms.sub(whole, terms.add(*less)) if less else whole


def _summands(term: Term) -> Iterator[Term]:
    if term.op in ("+", "-", "neg"):
        for arg in term.args:
            yield from _summands(arg)
    elif not term.is_literal:
        yield term


def _collect(term: Term, times: int, found: _Form) -> None:
    match term.op:
        case "+":
            for arg in term.args:
                _collect(arg, times, found)
        case "-":
            _collect(term.args[0], times, found)
            _collect(term.args[1], -times, found)
        case "neg":
            _collect(term.args[0], -times, found)
        case "*" if term.args[0].is_literal:
            rest = terms.mul(*term.args[1:])
            _collect(rest, times * int(term.args[0].payload), found)
        case _ if term.is_literal:
            found[terms.ONE] = found.get(terms.ONE, 0) + times * int(term.payload)
        case _:
            found[term] = found.get(term, 0) + times


def _sum(*weighted: tuple[_Form, int]) -> _Form:
    """The sum of forms, each so many times, without parts that go away."""
    found: _Form = {}
    for form, times in weighted:
        for part, count in form.items():
            found[part] = found.get(part, 0) + times * count
    return {part: count for part, count in found.items() if count}


def _said(fact: Term) -> Iterator[_Form]:
    """What cannot be negative, as comparisons of ints that the fact is made of say it."""
    negated = fact.op == "not"
    inner = fact.args[0] if negated else fact
    if inner.op == "and" and not negated:
        for part in inner.args:
            yield from _said(part)
    if inner.op not in ("<", "<=", "=") or inner.args[0].sort is not sorts.INT:
        return
    left, right = (_form(arg) for arg in inner.args)
    apart = _sum((right, 1), (left, -1))
    match inner.op, negated:
        case "<", False:
            yield _sum((apart, 1), ({terms.ONE: -1}, 1))
        case "<=", False:
            yield apart
        case "<", True:
            yield _sum((apart, -1))
        case "<=", True:
            yield _sum((apart, -1), ({terms.ONE: -1}, 1))
        case "=", False:
            yield apart
            yield _sum((apart, -1))
        case _:
            pass


def _enter(form: _Form, into: _Known) -> None:
    """Enters that the form is not negative as a bound of each part that stands in it once."""
    if len(form) > _PARTS:
        return
    for part, times in form.items():
        if part is terms.ONE or times not in (1, -1):
            continue
        rest = {other: count for other, count in form.items() if other is not part}
        bound, known = (_sum((rest, -1)), into.least) if times > 0 else (rest, into.most)
        if bound not in known.get(part, ()):
            known[part] = (*known.get(part, ()), bound)
