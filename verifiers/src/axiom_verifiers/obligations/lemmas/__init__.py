"""What a problem is told of the functions that occur in it: definitions and lemmas.

A lemma follows from the definition of a fold by induction on the end of its range. Each is stated
once, for any fold of a shape (`shapes`), and `proofs` has the obligations, base and step, that
show it; a test sends these to the solvers. A problem gets instances only for the applications
that occur in it, and those that speak of all members only where it speaks of some itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Function, Term
from axiom_verifiers.obligations.folds import Equation, Fold, Folds, Table, is_bound
from axiom_verifiers.obligations.lemmas import (
    averages,
    choices,
    filters,
    flattening,
    linear,
    listed,
    mappings,
    members,
    places,
    powers,
    recursion,
    removal,
    sums,
    tables,
    tallies,
    text_pairs,
    text_ranges,
    texts,
    total_parts,
)
from axiom_verifiers.obligations.lemmas.ahead import ahead
from axiom_verifiers.obligations.lemmas.compared import only_compared
from axiom_verifiers.obligations.lemmas.few import of_few
from axiom_verifiers.obligations.lemmas.lemma import Lemma
from axiom_verifiers.obligations.lemmas.pairs import additive, of_pairs
from axiom_verifiers.obligations.lemmas.senses import Senses
from axiom_verifiers.obligations.lemmas.shapes import At, application
from axiom_verifiers.obligations.sorting import (
    Permutation,
    Sorting,
    agreeing,
    agreement,
    as_it_is,
    settled,
    turned,
)

# Of one application.
LEMMAS = (
    Lemma("frame and update", sums.stored),
    Lemma("frame and update", sums.appended),
    Lemma("growth", sums.growth),
    Lemma("front", sums.front),
    Lemma("another start", sums.from_nothing),
    Lemma("closed form", sums.closed_form),
    Lemma("members of a sum", sums.members, quantifies=True),
    Lemma("elements of a filter", filters.elements, quantifies=True),
    Lemma("a list without one member", removal.without_one),
    Lemma("places of lists in a row", flattening.places, quantifies=True),
    Lemma("first place", places.first),
    Lemma("best place", places.within),
    Lemma("best place", places.best, quantifies=True),
    Lemma("members of a set", members.members),
    Lemma("items of a dict", mappings.items),
    Lemma("order of a dict's keys", mappings.ordered),
    Lemma("greatest and least", places.extreme, quantifies=True),
    Lemma("a text that is put together", texts.plain),
    Lemma("characters of such a text", texts.of_places, quantifies=True),
)

# Of one application that adds: the same number as another one.
REWRITES = (
    Lemma("cases", choices.cases),
    Lemma("one list after another", tables.joined),
    Lemma("a list given by its elements", tables.mapped),
    Lemma("other places", sums.reindexed),
    Lemma("sum of what a filter keeps", sums.filtered),
    Lemma("sum of lists in a row", flattening.summed),
    Lemma("parts of a sum", linear.parts),
)

# How many applications are rewritten.
_REWRITTEN = 40


# So many places of a table that is filled are told of.
_TABULATED = 3

# Of a range by number, so many members are told one by one.
_WRITTEN_OUT = 4

# So many applications of recursive defines are told of that stand in other ones' equations.
_MOST_BEYOND = 8


def instances(
    folds: Folds, roots: tuple[Term, ...], without: frozenset[str] = frozenset()
) -> tuple[Term, ...]:
    """The facts about folds, tables and defines that a problem made of `roots` is given, each
    once; not about the defines in `without`. The last root is the goal.
    """
    known: dict[Term, None] = {}

    def note(facts: Iterable[Term]) -> None:
        known.update(dict.fromkeys(fact for fact in facts if fact is not terms.TRUE))

    # What an order or a permutation means is said by counting, so that comes first.
    meant: dict[Term, None] = {}
    senses = Senses(roots[:-1], roots[-1])
    compared = only_compared(roots)

    def note_meant(waiting: tuple[Term, ...]) -> None:
        while waiting:
            found: dict[Term, None] = {}
            for term in terms.postorder(waiting):
                meaning = folds.of(term)
                if meaning is None or isinstance(meaning, Fold | Table) or term in meant:
                    continue
                meant[term] = None
                if isinstance(meaning, Equation):
                    if waiting is roots and recursion.marker(meaning.name) not in without:
                        found.update(dict.fromkeys(_tied(folds, meaning, term)))
                elif isinstance(meaning, Permutation):
                    found.update(dict.fromkeys(_of_permutation(meaning, term, senses)))
                elif isinstance(meaning, Sorting) and term in compared:
                    enough = tuple(as_it_is(meaning, term)) or tuple(meaning.facts(term))
                    found.update(dict.fromkeys(enough))
                else:
                    found.update(dict.fromkeys(meaning.facts(term)))
            note(found)
            waiting = tuple(found)

    note_meant(roots)
    note(total_parts.of_totals(folds, (*roots, *known)))
    note(total_parts.of_pairs(folds, roots))
    # A permutation that is owed alone says nothing of anything else.
    telling = tuple(
        term
        for term in meant
        if term in senses.relied or not isinstance(folds.of(term), Permutation)
    )
    note(_of_orders(folds, telling))
    note(tables.beside_orders(folds, roots, telling))
    note(listed.of_totals(folds, roots))
    note(mappings.of_first(folds, roots))
    rewritten = _rewritten(folds, (*roots, *known), telling)
    note(rewritten)
    note(text_ranges.of_parts(folds, roots))
    put = (t for t in terms.postorder(roots) if isinstance(folds.of(t), Fold))
    note(text_pairs.apart(roots[-1], frozenset(put)))
    first = (*roots, *known)
    occurrences = _occurrences(folds, roots, first, tuple(meant))
    note(_of_applied(folds, first, without, occurrences))
    note(of_few(folds, roots, definition))
    note(ahead(folds, terms.postorder(first), definition))
    goals = (roots[-1], *rewritten, *_balances(folds, meant, senses))
    note(of_pairs(folds, first, goals, (*roots, *known)))
    applied = _applied(folds, first)
    asked = frozenset(terms.postorder((roots[-1],)))
    note(text_pairs.of_texts(applied, first, asked))
    note(filters.of_pairs(applied, asked))
    note(places.of_pairs(applied))
    note(averages.of_sums(folds, roots))
    note(filters.of_wholes(applied))
    note(powers.of_powers(folds, first))
    note(tallies.of_members(folds, first, tuple(known)))
    # The facts about a fold may speak of others, once more; and of another table of one kind.
    told = {t for t in terms.postorder(first) if folds.of(t) is not None}
    outside = {t.payload.name for t in told}
    nested = tuple(
        t
        for t in terms.postorder(tuple(known))
        if (meaning := folds.of(t)) is not None
        and (t.payload.name not in outside or (isinstance(meaning, Table) and t not in told))
    )
    note(_of_applied(folds, nested, without))
    # A recursion may start a step beside the one of the define: that takes a second look.
    beyond = _equations(folds, tuple(known), frozenset(terms.postorder((*first, *nested))))
    if len(beyond) <= _MOST_BEYOND:
        note(_of_applied(folds, beyond, without))
    # What is gathered has a size.
    note_meant(tuple(known))
    return tuple(known)


def _equations(folds: Folds, roots: tuple[Term, ...], known: frozenset[Term]) -> tuple[Term, ...]:
    """The applications of recursive defines in these terms that are not known already."""
    found = (t for t in terms.postorder(roots) if isinstance(folds.of(t), Equation))
    return tuple(dict.fromkeys(term for term in found if term not in known))


def _tied(folds: Folds, equation: Equation, term: Term) -> Iterator[Term]:
    """What fold a recursive define is, at one application."""
    if any(is_bound(variable) for variable in term.free):
        return
    for tie in recursion.ties(equation):
        if tie.function == term.payload:
            yield tie.says(folds, term.args)


def _of_permutation(meaning: Permutation, term: Term, senses: Senses) -> Iterator[Term]:
    """What it is told in the sense in which the problem speaks of it."""
    if term in senses.owed:
        yield from meaning.enough(term)
    if term in senses.relied:
        yield from meaning.consequences(term)


def _balances(folds: Folds, meant: Iterable[Term], senses: Senses) -> Iterator[Term]:
    """What permutations that are owed follow from."""
    for term in meant:
        meaning = folds.of(term)
        if isinstance(meaning, Permutation) and term in senses.owed:
            yield from meaning.enough(term)


def _occurrences(
    folds: Folds, roots: tuple[Term, ...], known: tuple[Term, ...], meant: tuple[Term, ...]
) -> frozenset[Term]:
    """The counts that only say what an order or a permutation is: of the value by which two lists
    are none, and of every value.
    """
    said: set[Term] = set()
    witnesses: set[Function] = set()
    for whole in meant:
        meaning = folds.of(whole)
        if isinstance(meaning, Permutation):
            said.update(terms.postorder(tuple(meaning.consequences(whole))))
            witnesses.add(meaning.witness)
        elif isinstance(meaning, Sorting):
            witnesses |= {
                agreement(meaning, whole, other)
                for other in meant
                if other.payload == whole.payload
            }

    def witnessed(term: Term) -> bool:
        return any(arg.op == "apply" and arg.payload in witnesses for arg in term.args)

    counts = {t for t in terms.postorder(known) if isinstance(folds.of(t), Fold)}
    asked = set(terms.postorder(roots))
    return frozenset(t for t in counts if witnessed(t) or (t in said and t not in asked))


def _of_applied(
    folds: Folds,
    roots: tuple[Term, ...],
    without: frozenset[str],
    occurrences: frozenset[Term] = frozenset(),
) -> Iterator[Term]:
    """What the folds, tables and defines that these terms apply are told to be. Of counts that
    are `occurrences` it is not told which members are counted: a permutation's functions between
    places say that of its members.
    """
    order = list(terms.postorder(roots))
    quantified = any(term.op in ("forall", "exists") for term in order)
    seen: set[tuple[int, tuple[Term, ...]]] = set()
    starts = {(id(folds.of(t)), t.args[-2]) for t in order if isinstance(folds.of(t), Fold)}
    several = {one for one, low in starts if any(one == o and low is not n for o, n in starts)}
    named = {term.payload for term in order if term.op == "apply"}
    for term in order:
        fold = folds.of(term)
        if fold is None or (id(fold), term.args) in seen:
            continue
        seen.add((id(fold), term.args))
        match fold:
            case Table():
                yield from fold.facts(term)
            case Equation() if fold.name not in without:
                if not any(is_bound(free) for free in term.free):
                    yield from fold.facts(term)
                else:
                    for place in _stored(order):
                        yield from _tabulated(fold, term, place)
            case Fold() if any(is_bound(variable) for variable in term.free):
                if term not in occurrences:
                    yield from _general(folds, fold, term)
            case Fold() if mappings.is_unordered(fold, named):
                # The order of the keys, and what holds them in it, would only be in the way.
                at = application(folds, fold, term)
                yield from mappings.without_order(at, definition(at))
                yield from members.members(at)
                yield from mappings.items(at)
            case Fold():
                at = application(folds, fold, term)
                yield from _short(at)
                yield from _branched(at)
                for lemma in LEMMAS:
                    if lemma.says is sums.members and term in occurrences:
                        # Of what is left of a count by a filter it matters whether it is any.
                        yield from () if sums.is_tally(at) else sums.some_member(at)
                    elif lemma.says is sums.members and occurrences:
                        # Beside a permutation, pairs of members only stand in the way.
                        yield from sums.each_member(at) if quantified else ()
                    elif quantified or not lemma.quantifies:
                        yield from lemma.says(at)
                    elif lemma.says is places.extreme and _of_table(at):
                        # What its items are is said of each of them anyway.
                        yield from lemma.says(at)
                if at.low.is_literal and id(fold) in several:
                    yield from sums.beheaded(at)
            case _:
                pass


def _of_table(at: At) -> bool:
    """Whether it goes through a list that is given by its elements."""
    return any(isinstance(at.folds.of(argument), Table) for argument in at.arguments)


def _stored(order: list[Term]) -> list[Term]:
    """Places at which items of arrays are set."""
    found = (
        term.args[1]
        for term in order
        if term.op == "store" and term.args[1].sort is sorts.INT and not _speaks_of_bound(term)
    )
    return list(dict.fromkeys(found))[:_TABULATED]


def _speaks_of_bound(term: Term) -> bool:
    return any(is_bound(free) for free in term.free)


def _tabulated(equation: Equation, term: Term, place: Term) -> Iterator[Term]:
    """What a define of every place of a table is at the place that is set."""
    args = [place if is_bound(arg) and arg.sort is sorts.INT else arg for arg in term.args]
    if not any(_speaks_of_bound(arg) for arg in args):
        yield from equation.facts(terms.apply(term.payload, *args))


def definition(at: At) -> Iterator[Term]:
    """The accumulators after the range, by those before its last member."""
    empty = terms.le(at.high, at.low)
    last = terms.sub(at.high, terms.ONE)
    before = at.over(at.low, last).values
    started = at.fold.started(at.arguments)
    stepped = at.fold.stepped(at.arguments, before, last)
    for value, start, after in zip(at.values, started, stepped, strict=True):
        yield terms.implies(empty, terms.eq(value, start))
        yield terms.implies(terms.not_(empty), terms.eq(value, after))


def _short(at: At) -> Iterator[Term]:
    """The definition; of a range that may have a few members by number, also for what it goes
    back to.
    """
    yield from definition(at)
    if not at.low.is_literal:
        return
    high, limit = _by_number(at.high), at.low.payload + _WRITTEN_OUT
    if high is not None:
        for end in range(at.low.payload, min(high, limit)):
            yield from definition(at.over(at.low, terms.integer(end)))
        if not at.high.is_literal and high < limit:
            yield from definition(at.over(at.low, terms.integer(high)))


def _branched(at: At) -> Iterator[Term]:
    """Over a list to which one branch has added an item: what it is in that branch and in the
    other one. That is congruence; lemmas on what is stored see each branch by itself.
    """
    added = (part for part in at.arguments if part.op == "ite" and _stores(part))
    condition = next((part.args[0] for part in added), None)
    if condition is None:
        return
    for side, holds in ((1, condition), (2, terms.not_(condition))):

        def taken(part: Term, side: int = side) -> Term:
            return part.args[side] if part.op == "ite" and part.args[0] is condition else part

        arguments = tuple(taken(part) for part in at.arguments)
        here = At(at.folds, at.fold, arguments, taken(at.low), taken(at.high))
        for whole, one in zip(at.values, here.values, strict=True):
            yield terms.implies(holds, terms.eq(whole, one))
        yield from definition(here)
        yield from sums.stored(here)
        yield from sums.appended(here)


def _stores(part: Term) -> bool:
    return any(branch.op == "store" for branch in part.args[1:])


def _by_number(end: Term) -> int | None:
    """The number that an end is, or may be: `xs[:1]` ends at 1 or at the list's own end."""
    if end.op == "ite":
        numbers = [branch.payload for branch in end.args[1:] if branch.is_literal]
        return numbers[0] if len(numbers) == 1 else None
    return end.payload if end.is_literal else None


def _general(folds: Folds, fold: Fold, term: Term) -> Iterator[Term]:
    """The definition for every range, where an application stands under a quantifier.

    For arguments that the quantifier leaves alone; else for the range that stands there, if
    that is left alone.
    """
    arguments = term.args[:-2]
    if any(is_bound(variable) for argument in arguments for variable in argument.free):
        ends = term.args[-2].free | term.args[-1].free
        here = application(folds, fold, term)
        for fact in places.extreme(here):
            bound = tuple(variable for variable in term.free if is_bound(variable))
            yield terms.forall(bound, fact, ((term,),))
        if not any(is_bound(variable) for variable in ends):
            told = [*definition(here), *sums.growth(here)]
            told += [*members.members(here), *mappings.items(here)]
            variables = tuple(variable for variable in term.free if is_bound(variable))
            yield terms.forall(variables, terms.and_(*told), ((term,),))
            yield from sums.members_of_all(here, variables)
        return
    low = terms.var("low", sorts.INT)
    high = terms.var("high", sorts.INT)
    at = At(folds, fold, arguments, low, high)
    told = [*definition(at), *sums.stored(at), *sums.growth(at), *sums.front(at), *texts.plain(at)]
    told += members.members(at)
    yield terms.forall((low, high), terms.and_(*told), ((at.values[0],),))


def _of_orders(folds: Folds, meant: tuple[Term, ...]) -> Iterator[Term]:
    """What orders say of one another, and of permutations."""
    free = [term for term in meant if not any(is_bound(variable) for variable in term.free)]
    orders = [(term, one) for term in free if isinstance(one := folds.of(term), Sorting)]
    for (term, one), (other, two) in combinations(orders, 2):
        if one is two:
            yield from agreeing(one, term, other)
        else:
            yield from turned(one, term, two, other)
    for term, one in orders:
        for other in free:
            if isinstance(folds.of(other), Permutation):
                yield from settled(one, term, other)


def _rewritten(folds: Folds, roots: tuple[Term, ...], meant: tuple[Term, ...]) -> tuple[Term, ...]:
    """What sums are by other sums, and these by others again."""
    seen = additive(folds, roots)
    waiting = list(seen)
    found: dict[Term, None] = {}
    for at in waiting:
        facts = [fact for lemma in REWRITES for fact in lemma.says(at)]
        facts += [fact for term in meant for fact in _rearranged(folds, at, term)]
        found.update(dict.fromkeys(facts))
        for one in additive(folds, tuple(facts)):
            if one not in seen and len(seen) < _REWRITTEN:
                seen[one] = None
                waiting.append(one)
    return tuple(found)


def _applied(folds: Folds, roots: tuple[Term, ...]) -> tuple[At, ...]:
    """The applications of folds of one accumulator, outside of quantifiers."""
    found: dict[At, None] = {}
    for term in terms.postorder(roots):
        fold = folds.of(term)
        if (
            isinstance(fold, Fold)
            and len(fold.functions) == 1
            and not any(is_bound(variable) for variable in term.free)
        ):
            found[application(folds, fold, term)] = None
    return tuple(found)


def _rearranged(folds: Folds, at: At, term: Term) -> Iterator[Term]:
    """What an order or a permutation says of a sum over its array."""
    if any(is_bound(variable) for variable in term.free):
        return
    match folds.of(term):
        case Sorting():
            *_, items, offset, length = term.args
            source = (items, offset, terms.add(offset, length))
            yield from sums.rearranged(at, term, source)
        case Permutation() as permutation if permutation.is_identity:
            one, other = term.args[:3], term.args[3:]
            for left, right in ((one, other), (other, one)):
                for fact in sums.permuted(at, tuple(left), tuple(right)):  # type: ignore[arg-type]  # three terms each
                    yield terms.implies(term, fact)
        case _:
            pass
