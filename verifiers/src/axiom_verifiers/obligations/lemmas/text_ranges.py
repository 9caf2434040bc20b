"""A lemma about a fold over the characters of a part of a text.

It is about folds that read a text at the range's member alone, and use the member for nothing
else: over a part of a text such a fold is what it is over the range of the whole text where that
part stands. So what a function that calls itself on `text[1:]` or `text[1:-1]` gives is told of
the text itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import AT, Fold, Folds, is_bound
from axiom_verifiers.obligations.lemmas.shapes import At, along, application
from axiom_verifiers.obligations.values import ZERO

# So many folds over parts of texts are told of in one problem.
_MOST = 4


def of_parts(folds: Folds, roots: tuple[Term, ...]) -> Iterator[Term]:
    """The lemma for the folds that these terms apply, outside of quantifiers."""
    told = 0
    for term in terms.postorder(roots):
        fold = folds.of(term)
        if not isinstance(fold, Fold) or any(is_bound(variable) for variable in term.free):
            continue
        facts = tuple(part(application(folds, fold, term)))
        yield from facts
        told += bool(facts)
        if told == _MOST:
            return


def part(at: At) -> Iterator[Term]:
    """Of a fold over `substring(text, start, size)`: the fold over the text, from `start` on.

    Such a part has the text's characters at all places from 0 up to `size`, if `start` is not
    negative (none where the text has ended), so all members are read alike.
    """
    for position, parameter in enumerate(at.fold.parameters):
        whole = at.arguments[position]
        if whole.op != "str.substr" or not _read_at_member(at.fold, parameter):
            continue
        text, start, size = whole.args
        there = at.given(position, text)
        for begun in _starts(start):
            high = _end(at.high, whole, begun)
            moved = there.over(along(at.low, begun), high)
            same = terms.and_(
                *(terms.eq(one, other) for one, other in zip(at.values, moved.values, strict=True))
            )
            inside = terms.and_(
                terms.eq(start, begun),
                terms.le(ZERO, begun),
                terms.le(ZERO, at.low),
                terms.le(at.high, size),
                terms.eq(high, terms.add(at.high, begun)),
            )
            yield terms.implies(inside, same)


def _starts(start: Term) -> Iterable[Term]:
    """What a part may begin at: `text[1:]` begins at 1, or at the text's end."""
    literals = [one for one in start.args if one.is_literal] if start.op == "ite" else []
    return literals if len(literals) == 1 else (start,)


def _end(high: Term, whole: Term, begun: Term) -> Term:
    """Where the range ends in the text. Of the whole part, that is where the part was cut: the
    size of a slice is what lies between its ends, or nothing.
    """
    if high is terms.length(whole):
        size = whole.args[2]
        if size.op == "ite":
            size = next((one for one in size.args[1:] if not one.is_literal), size)
        return along(size, whole.args[1])
    return along(high, begun)


def _read_at_member(fold: Fold, parameter: Term) -> bool:
    """Whether the step reads the text at the member alone, and the member serves nothing else."""
    if parameter.sort is not sorts.STRING:
        return False
    read = terms.at(parameter, AT)
    if any(parameter in start.free for start in fold.start):
        return False
    if any(step is parameter or step is AT for step in fold.step):
        return False
    return all(
        term is read or (parameter not in term.args and AT not in term.args)
        for term in terms.postorder(fold.step)
    )
