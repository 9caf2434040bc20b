"""Names for what is one thing or another, where quantifiers speak of it.

After a branch a list is `ite(condition, one array, another)`. Solvers match no trigger that has
such a choice in it, so a fact about all members of it would never be used. The choice becomes a
constant, of which each case says what it is there: the question stays the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from axiom_verifiers.logic import terms
from axiom_verifiers.logic.sorts import Kind
from axiom_verifiers.logic.terms import Binder, Term
from axiom_verifiers.obligations.folds import is_bound


def with_choices_named(hypotheses: tuple[Term, ...], goal: Term) -> tuple[tuple[Term, ...], Term]:
    """The hypotheses and the goal, of which no quantifier has an array that is a choice in it, nor
    a trigger any number that is one.
    """
    found = _choices((*hypotheses, goal))
    if not found:
        return hypotheses, goal
    # No name of a program, nor of a part of what it names, begins so.
    names = {
        choice: terms.var(f"#choice.{number}", choice.sort)
        for number, choice in enumerate(found, start=1)
    }
    said: list[Term] = []
    done: dict[Term, Term] = {}
    for choice, name in names.items():
        condition, then, otherwise = (_renamed(arg, names, done) for arg in choice.args)
        said.append(terms.implies(condition, terms.eq(name, then)))
        said.append(terms.implies(terms.not_(condition), terms.eq(name, otherwise)))
    told = tuple(_renamed(one, names, done) for one in hypotheses)
    return (*told, *said), _renamed(goal, names, done)


def _choices(roots: tuple[Term, ...]) -> dict[Term, None]:
    """The choices under quantifiers, in the order in which they are met."""
    found: dict[Term, None] = {}
    for term in terms.postorder(roots):
        if not isinstance(term.payload, Binder):
            continue
        body, *triggers = term.args
        found.update(dict.fromkeys(_outermost((body,), Kind.ARRAY)))
        found.update(dict.fromkeys(_outermost(tuple(triggers), Kind.ARRAY)))
        found.update(dict.fromkeys(_outermost(tuple(triggers), Kind.INT)))
    return found


def _outermost(roots: tuple[Term, ...], kind: Kind) -> Iterator[Term]:
    """The choices of that kind which depend on no quantifier, none inside another."""
    waiting, seen = list(reversed(roots)), set[Term]()
    while waiting:
        term = waiting.pop()
        if term in seen:
            continue
        seen.add(term)
        closed = not any(is_bound(variable) for variable in term.free)
        if closed and term.op == "ite" and term.sort.kind is kind:
            yield term
        else:
            waiting.extend(reversed(term.args))


def _renamed(root: Term, names: dict[Term, Term], done: dict[Term, Term]) -> Term:
    """The term with the names in it; `done` keeps what was looked at already."""
    waiting = [(root, False)]
    while waiting:
        term, ready = waiting.pop()
        if term in done:
            continue
        if ready:
            new = terms.rebuild(term, tuple(done[arg] for arg in term.args))
            done[term] = names.get(term, new)
        else:
            waiting.append((term, True))
            waiting.extend((arg, False) for arg in reversed(term.args))
    return done[root]
