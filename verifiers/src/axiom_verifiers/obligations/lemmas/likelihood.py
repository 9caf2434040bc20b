"""Which of many facts about sums will help: those whose members are alike whatever they are.

Such a fact says that two sums are equal, or that some member differs. Where a few samples show no
member that could, it likely tells something; where they do, it helps only if something else is
known of the members. Nothing rests on this but the choice among true facts.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import islice

from axiom_verifiers.errors import UndeterminedError
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.evaluate import evaluate
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.logic.values import Value

_SAMPLES = 24
# Conditions of more parts than this are not looked into.
_LARGEST = 40
_PLAIN = frozenset(
    ("literal", "and", "or", "not", "=>", "=", "<", "<=", "+", "-", "neg", "*", "div", "mod", "ite")
)
_INTS = (-2, -1, 0, 1, 2, 3)
_TEXTS = ("", "a", "b", "ab")


def is_likely(fact: Term) -> bool:
    """Whether no sample shows a member that is not alike."""
    return not any(map(_met, _differences(fact)))


def likeliest(facts: Sequence[Term], most: int) -> list[Term]:
    """Those that likely help; where there are none, the first of the others."""
    likely = [fact for fact in facts if is_likely(fact)]
    return likely or list(facts[:most])


def _differences(fact: Term) -> Iterator[Term]:
    """What holds of a member that is not alike."""
    return (term.args[0] for term in terms.postorder((fact,)) if term.op == "exists")


def _met(condition: Term) -> bool:
    """Whether a sample meets the condition, where what it reads may be anything; so it is taken
    to be where it is large.
    """
    opaque: dict[Term, Term] = {}
    done: dict[Term, Term] = {}
    parts = list(islice(_plain_parts(condition), _LARGEST + 1))
    if len(parts) > _LARGEST:
        return True
    for term in parts:
        if term.op in _PLAIN:
            done[term] = terms.rebuild(term, tuple(done[arg] for arg in term.args))
        else:
            name = terms.var(f"sample.{len(opaque)}", term.sort)
            done[term] = opaque[term] = name
    generator = random.Random(20_24)  # noqa: S311 - samples need repeatability, not secrecy.
    for _ in range(_SAMPLES):
        values = {name: _value(name.sort, generator) for name in opaque.values()}
        if any(value is None for value in values.values()):
            return False
        try:
            if evaluate(done[condition], values) is True:  # type: ignore[arg-type]  # none is None
                return True
        except UndeterminedError:
            continue
    return False


def _plain_parts(root: Term) -> Iterator[Term]:
    """The parts, arguments first, but nothing inside of what is opaque."""
    waiting: list[tuple[Term, bool]] = [(root, False)]
    seen: set[Term] = set()
    while waiting:
        term, ready = waiting.pop()
        if ready:
            yield term
        elif term not in seen:
            seen.add(term)
            waiting.append((term, True))
            if term.op in _PLAIN:
                waiting.extend((arg, False) for arg in reversed(term.args))


def _value(sort: sorts.Sort, generator: random.Random) -> Value | None:
    match sort.kind:
        case sorts.Kind.INT:
            return generator.choice(_INTS)
        case sorts.Kind.BOOL:
            return generator.random() < 0.5
        case sorts.Kind.STRING:
            return generator.choice(_TEXTS)
        case _:
            return None
