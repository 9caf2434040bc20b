"""Lemmas about a text that a fold puts together, piece by piece.

They are about folds that begin with a text and whose step joins a piece to what there is, to its
right or to its left, or leaves it as it is:

* length: each piece is at least and at most so long, so the whole is;
* places: where every piece is one character, the character at each place;
* filter: where pieces are the characters of a text that pass a test, all characters pass it;
* whole: the characters of a range, in order, are that part of the text; in upper case, it in
  upper case.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.semantics import MAX_CODE
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import characters as ch
from axiom_verifiers.obligations.lemmas.shapes import At
from axiom_verifiers.obligations.values import ONE, ZERO

# Names that no program has.
STATE = terms.var("#state", sorts.STRING)
AT = terms.var("#at", sorts.INT)
_CHAR = terms.var("#char", sorts.STRING)
_PLACE = terms.var("#place", sorts.INT)


def plain(at: At) -> Iterator[Term]:
    """The lemmas on its length and on the whole."""
    built = _built(at)
    if built is not None:
        yield from built.plain()


def of_places(at: At) -> Iterator[Term]:
    """The lemmas on each of its characters."""
    built = _built(at)
    if built is not None:
        yield from built.of_places()


def _built(at: At) -> Built | None:
    """The fold as a text that is put together; None for other folds."""
    fold = at.fold
    if len(fold.step) != 1 or fold.state[0].sort is not sorts.STRING:
        return None
    (step,) = fold.stepped(at.arguments, (STATE,), AT)
    return Built(at.start, step, at.value, at.low, at.high)


class Size(msgspec.Struct, frozen=True):
    """How long a text is: `least` to `most` (None: no bound is known) characters, where each
    read of a character counts one if `reads` are all inside of their texts, else none.
    """

    none: int
    least: int
    most: int | None
    reads: frozenset[tuple[Term, Term]] = frozenset()


class Built(msgspec.Struct, frozen=True):
    """A text that a fold puts together: `start` and `step` speak of `STATE` and `AT`; `here` is
    the fold from `low` to `high`.
    """

    start: Term
    step: Term
    here: Term
    low: Term
    high: Term

    def plain(self) -> Iterator[Term]:
        """The lemmas on its length and on the whole."""
        grown = _grown(self.step)
        if grown is not None:
            yield from self._lengths(grown)
        piece, left = joined(self.step)
        if piece is not None and not left and self.start is terms.EMPTY:
            yield from self._whole(piece)

    def of_places(self) -> Iterator[Term]:
        """The lemmas on each of its characters."""
        if self.start is not terms.EMPTY:
            return
        yield from self._filtered()
        grown = _grown(self.step)
        piece, left = joined(self.step)
        if piece is None or grown is None:
            return
        if grown.most is None and grown.none == 0:
            yield self._single(piece)
        if not grown.least == grown.most == 1:
            return
        last = terms.sub(self.high, ONE)
        first = terms.sub(last, _PLACE) if left else terms.add(self.low, _PLACE)
        char = terms.at(self.here, _PLACE)
        same = terms.eq(char, terms.substitute(piece, {AT: first}))
        inside = terms.and_(
            terms.le(ZERO, _PLACE),
            terms.lt(_PLACE, terms.sub(self.high, self.low)),
            *_inside(grown.reads, self.low, self.high),
        )
        yield terms.forall((_PLACE,), terms.implies(inside, same), ((char,),))

    def _single(self, piece: Term) -> Term:
        """That the whole has as many characters as pieces, or some piece has not one."""
        size = terms.maximum(terms.sub(self.high, self.low), ZERO)
        longer = terms.ne(terms.length(terms.substitute(piece, {AT: _PLACE})), ONE)
        inside = terms.and_(terms.le(self.low, _PLACE), terms.lt(_PLACE, self.high))
        some = terms.exists((_PLACE,), terms.and_(inside, longer))
        return terms.or_(terms.eq(terms.length(self.here), size), some)

    def _filtered(self) -> Iterator[Term]:
        """That all characters pass the test by which they are taken."""
        if self.step.op != "ite":
            return
        condition, then, otherwise = self.step.args
        if then is STATE:
            condition, then, otherwise = terms.not_(condition), otherwise, then
        piece, _ = joined(then)
        if otherwise is not STATE or piece is None or piece.op != "str.at":
            return
        passed = _replaced(condition, piece, _CHAR)
        if AT in passed.free or STATE in passed.free:
            return
        char = terms.at(self.here, _PLACE)
        inside = terms.and_(terms.le(ZERO, _PLACE), terms.lt(_PLACE, terms.length(self.here)))
        said = terms.substitute(passed, {_CHAR: char})
        yield terms.forall((_PLACE,), terms.implies(inside, said), ((char,),))

    def _lengths(self, grown: Size) -> Iterator[Term]:
        length, begun = terms.length(self.here), terms.length(self.start)
        size = terms.maximum(terms.sub(self.high, self.low), ZERO)

        def grown_by(each: int) -> Term:
            return terms.add(begun, terms.mul(terms.integer(each), size))

        yield terms.le(grown_by(grown.none), length)
        if grown.most is not None:
            yield terms.le(length, grown_by(grown.most))
        if grown.least > grown.none:
            reads = _inside(grown.reads, self.low, self.high)
            inside = terms.and_(terms.lt(self.low, self.high), *reads)
            yield terms.implies(inside, terms.le(grown_by(grown.least), length))

    def _whole(self, piece: Term) -> Iterator[Term]:
        function = None
        if piece.op == "apply" and piece.payload.name in ("text.upper", "text.casefold"):
            function, piece = piece.payload, piece.args[0]
        if piece.op != "str.at" or piece.args[1] is not AT or AT in piece.args[0].free:
            return
        text = piece.args[0]
        part = terms.substring(text, self.low, terms.sub(self.high, self.low))
        whole = part if function is None else terms.apply(function, part)
        inside = terms.and_(
            terms.le(ZERO, self.low),
            terms.le(self.low, self.high),
            terms.le(self.high, terms.length(text)),
        )
        yield terms.implies(inside, terms.eq(self.here, whole))


def joined(step: Term) -> tuple[Term | None, bool]:
    """The piece that a step joins to the state, and whether to its left; None for other steps."""
    if step.op != "str.++":
        return None, False
    if step.args[0] is STATE:
        piece, left = terms.concat(*step.args[1:]), False
    elif step.args[-1] is STATE:
        piece, left = terms.concat(*step.args[:-1]), True
    else:
        return None, False
    return (None, False) if STATE in piece.free else (piece, left)


def _replaced(root: Term, what: Term, by: Term) -> Term:
    """`root` with each occurrence of a term outside of quantifiers replaced."""
    done: dict[Term, Term] = {what: by}
    for term in terms.postorder((root,)):
        if term not in done:
            binds = isinstance(term.payload, terms.Binder)
            args = tuple(done[arg] for arg in term.args)
            done[term] = term if binds else terms.rebuild(term, args)
    return done[root]


# ---------------------------------------------------------------- length


def _grown(step: Term) -> Size | None:
    """How much longer a step makes the state; None where that is not plain."""
    if step is STATE:
        return Size(0, 0, 0)
    if step.op == "ite":
        then, otherwise = _grown(step.args[1]), _grown(step.args[2])
        return None if then is None or otherwise is None else _either(then, otherwise)
    piece, _ = joined(step)
    return None if piece is None else _size(piece)


def _either(one: Size, other: Size) -> Size:
    most = None if one.most is None or other.most is None else max(one.most, other.most)
    reads = one.reads | other.reads
    return Size(min(one.none, other.none), min(one.least, other.least), most, reads)


def _size(text: Term) -> Size:
    """How long a piece is."""
    if text.is_literal:
        size = len(text.payload)
        return Size(size, size, size)
    match text.op:
        case "str.at":
            if _is_linear(text.args[1]) and AT not in text.args[0].free:
                return Size(0, 1, 1, frozenset(((text.args[0], text.args[1]),)))
            return Size(0, 0, 1)
        case "str.from_code":
            low, high = _range(text.args[0])
            known = low is not None and high is not None and low >= 0 and high <= MAX_CODE
            return Size(1, 1, 1) if known else Size(0, 0, 1)
        case "apply" if text.payload == ch.FAR:
            return Size(1, 1, 1)
        case "str.++":
            whole = Size(0, 0, 0)
            for part in map(_size, text.args):
                most = None if whole.most is None or part.most is None else whole.most + part.most
                none, least = whole.none + part.none, whole.least + part.least
                whole = Size(none, least, most, whole.reads | part.reads)
            return whole
        case "ite":
            return _either(_size(text.args[1]), _size(text.args[2]))
        case "apply" if text.payload.name in _CASES:
            inner = _size(text.args[0])
            # A character becomes one to three.
            most = None if inner.most is None else 3 * inner.most
            return Size(inner.none, inner.least, most, inner.reads)
        case _:
            return Size(0, 0, None)


_CASES = frozenset(f"text.{name}" for name in ch.CASES)


def _range(code: Term) -> tuple[int | None, int | None]:
    """The least and the most that a number can be, when its text shows them."""
    if code.is_literal:
        return code.payload, code.payload
    if code.op == "mod" and code.args[1].is_literal and code.args[1].payload > 0:
        return 0, code.args[1].payload - 1
    if code.op == "+":
        low = high = 0
        for part in map(_range, code.args):
            if part[0] is None or part[1] is None:
                return None, None
            low, high = low + part[0], high + part[1]
        return low, high
    return None, None


def _is_linear(index: Term) -> bool:
    """Whether it is a constant times `AT` plus what does not depend on it."""
    if index is AT or AT not in index.free:
        return True
    match index.op:
        case "+" | "-" | "neg":
            return all(_is_linear(arg) for arg in index.args)
        case "*":
            moving = [arg for arg in index.args if AT in arg.free]
            still = [arg for arg in index.args if AT not in arg.free]
            return len(moving) == 1 and _is_linear(moving[0]) and all(s.is_literal for s in still)
        case _:
            return False


def _inside(reads: frozenset[tuple[Term, Term]], low: Term, high: Term) -> Iterator[Term]:
    """That every read is inside of its text. An index that is linear in `AT` is between its
    values at the ends of the range.
    """
    last = terms.sub(high, ONE)
    for text, index in sorted(reads, key=repr):
        for end in (low, last):
            place = terms.substitute(index, {AT: end})
            yield terms.and_(terms.le(ZERO, place), terms.lt(place, terms.length(text)))
