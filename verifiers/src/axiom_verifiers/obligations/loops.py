"""Loops: cut at their heads by invariants, or written out.

In a proof a loop's head is a place where all that is known of the locals which the loop assigns
is its invariants. A `for` loop counts its iterations (`#i1` …); that it ends, and what its target
holds, follow from that. In a bounded search, and where a loop has a small constant number of
iterations, the body is written out once for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.contracts.types import INT
from axiom_verifiers.core.flow import assigned_names, statements, target_names
from axiom_verifiers.core.program import Block, For, If, SetItem, Statement, Try, While
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import encode_sequences
from axiom_verifiers.obligations.counters import Counter, counters, rising
from axiom_verifiers.obligations.encode import integer
from axiom_verifiers.obligations.encode_sequences import Sequence
from axiom_verifiers.obligations.ranges import Bounded, constant_size
from axiom_verifiers.obligations.state import (
    Check,
    LoopHints,
    State,
    Trial,
    join_all,
    toggle,
    well_formed,
)
from axiom_verifiers.obligations.values import ONE, ZERO, ListValue, Scalar, Symbolic, choose

if TYPE_CHECKING:
    from axiom_verifiers.obligations.execute import Machine

# A loop of at most this many iterations, known beforehand, is written out in proofs too.
WRITTEN_OUT = 8


def run_for(machine: Machine, loop: For, state: State) -> State | None:
    if encode_sequences.is_generator(loop.iterable):
        machine.give_up(state, loop.place, "generator that is read step by step")
        return None
    try:
        with machine.encoder.capturing() as failures:
            items = encode_sequences.sequence(machine.encoder, loop.iterable, machine.scope(state))
    except NotModelledError as error:
        machine.give_up(state, loop.place, error.construct)
        return None
    state = machine.past(failures, state, loop.place)
    size = constant_size(items.low, items.high)
    if isinstance(machine.ranges, Bounded):
        exact = size is not None and size <= 2 * WRITTEN_OUT
        return _write_out_for(
            machine, loop, items, state, size if exact and size is not None else machine.ranges.size
        )
    if size is not None and size <= WRITTEN_OUT:
        return _write_out_for(machine, loop, items, state, size)
    return _cut_for(machine, loop, items, state)


def run_while(machine: Machine, loop: While, state: State) -> State | None:
    if isinstance(machine.ranges, Bounded):
        return _write_out_while(machine, loop, state, machine.ranges.size)
    return _cut_while(machine, loop, state)


# ---------------------------------------------------------------- written out


def _write_out_for(
    machine: Machine, loop: For, items: Sequence, state: State, count: int
) -> State | None:
    machine.frame.breaks.append([])
    finished: list[State] = []
    current: State | None = state
    for number in range(count):
        if current is None:
            break
        at = terms.add(items.low, terms.integer(number))
        more = terms.lt(at, items.high)
        finished.append(current.under(terms.not_(more)))
        current = current.assign({f"#i{loop.loop}": Scalar(terms.integer(number))})
        current = _iteration(machine, loop, items, at, current.under(more))
    if current is not None:
        at = terms.add(items.low, terms.integer(count))
        finished.append(current.under(terms.le(items.high, at)))
        if isinstance(machine.ranges, Bounded):
            machine.ranges.beyond.append(terms.and_(current.live, terms.lt(at, items.high)))
    return _after(machine, loop, finished)


def _iteration(
    machine: Machine, loop: For, items: Sequence, at: Term, state: State
) -> State | None:
    """One iteration with the item at `at`; the state in which the next one begins."""
    try:
        bound = encode_sequences.bind(loop.target, items.at(at))
    except NotModelledError as error:
        machine.give_up(state, loop.place, error.construct)
        return None
    return run_body(machine, loop, state.assign(bound))


def run_body(machine: Machine, loop: For | While, state: State) -> State | None:
    """The state in which the next round begins, after the body or a `continue` in it."""
    machine.frame.continues.append([])
    end = machine.block(loop.body, state)
    ends = machine.frame.continues.pop()
    return join_all([*ends, *([end] if end is not None else [])])


def _after(machine: Machine, loop: For | While, finished: list[State]) -> State | None:
    """After the loop: its `else` where it ran out, and what its breaks left."""
    breaks = machine.frame.breaks.pop()
    done = join_all([state for state in finished if state.live is not terms.FALSE])
    if loop.otherwise and done is not None:
        done = machine.block(loop.otherwise, done)
    return join_all([*breaks, *([done] if done is not None else [])])


def _write_out_while(machine: Machine, loop: While, state: State, count: int) -> State | None:
    machine.frame.breaks.append([])
    finished: list[State] = []
    current: State | None = state
    for number in range(count + 1):
        if current is None or current.live is terms.FALSE:
            break
        tested = machine.test(loop.condition, current, loop.place)
        if tested is None:
            break
        going, current = tested
        finished.append(current.under(terms.not_(going)))
        if number == count:
            if isinstance(machine.ranges, Bounded):
                machine.ranges.beyond.append(terms.and_(current.live, going))
            break
        current = run_body(machine, loop, current.under(going))
    return _after(machine, loop, finished)


# ---------------------------------------------------------------- cut


def _stored_into(block: Block) -> frozenset[str]:
    """Lists of which the block assigns items but which it never rebinds: they keep their
    length.
    """
    rebound: set[str] = set()
    stored: set[str] = set()
    for statement in statements(block):
        if isinstance(statement, SetItem):
            stored.add(statement.name)
        else:
            rebound |= assigned_names((statement,)) if not _has_blocks(statement) else set()
        if isinstance(statement, For):
            rebound.update(target_names(statement.target))
    return frozenset(stored - rebound)


def _has_blocks(statement: Statement) -> bool:
    """Whether what it holds comes as statements of their own."""
    return isinstance(statement, If | While | For | Try)


def _havoc(machine: Machine, names: frozenset[str], body: Block, state: State) -> State:
    """The state in which nothing is known of these locals but their types."""
    kept = _stored_into(body)
    new: dict[str, Symbolic] = {}
    unbound = dict(state.unbound)
    facts: list[Term] = []
    for name in sorted(names):
        kind = machine.frame.types.get(name)
        if kind is None:
            continue
        value = machine.fresh(name, kind)
        before = state.names.get(name)
        if name in kept and isinstance(value, ListValue) and isinstance(before, ListValue):
            value = ListValue(value.item, value.items, before.offset, before.length)
        new[name] = value
        facts.append(well_formed(value, machine.ranges))
        if name not in state.names or name in state.unbound:
            machine.made += 1
            unbound[name] = terms.var(f"{name}.unbound@{machine.made}", sorts.BOOL)
    return State(terms.and_(state.live, *facts), {**state.names, **new}, unbound, state.sequences)


def _claim(machine: Machine, expr: Expr, state: State) -> Term:
    """That an invariant is defined and holds; NotModelledError when it cannot be said.

    A `forall` that holds was evaluated for every member, so all of these are defined: that an
    earlier one may have settled it is not said. Where a `forall` need not hold for the invariant
    to do so, as under `not`, this claims more than Python asks for, at the start, at the end of a
    round and at the head alike.
    """
    encoder = machine.encoder
    encoder.claiming = True
    try:
        # It is claimed of runs that come here, and of no others.
        with machine.ranges.within.assuming(state.live):
            holds, failures = encoder.condition(expr, machine.scope(state))
    finally:
        encoder.claiming = False
    return terms.and_(terms.not_(terms.or_(*(f.condition for f in failures))), holds)


def _hints(machine: Machine, loop: For | While) -> LoopHints | Trial:
    key = machine.frame.function.name, loop.loop
    return machine.trials.get(key) or machine.hints.get(key) or LoopHints(*key)


def _usable(
    machine: Machine, hints: LoopHints | Trial, start: State, head: State
) -> list[tuple[int, Expr]]:
    """The invariants that can be said at the start and at the head, with their numbers."""
    kept: list[tuple[int, Expr]] = []
    for number, expr in enumerate(hints.invariants, start=1):
        try:
            _claim(machine, expr, start)
            _claim(machine, expr, head)
        except NotModelledError:
            continue
        kept.append((number, expr))
    return kept


def _assume(
    machine: Machine, loop: For | While, claims: list[tuple[int, Expr]], head: State
) -> tuple[State, dict[int, Term]]:
    """The head, where the invariants hold; those on trial where they are switched on. With what
    each of them says there.
    """
    function = machine.frame.function.name
    machine.cut.append((function, loop.loop))
    said = [(number, _claim(machine, expr, head)) for number, expr in claims]
    held = dict(said)
    if (function, loop.loop) in machine.trials:
        said = [
            (number, terms.implies(toggle(function, loop.loop, number), claim))
            for number, claim in said
        ]
    return head.under(terms.and_(*(claim for _, claim in said))), held


def _check_claims(
    machine: Machine,
    kind: str,
    claims: list[tuple[int, Expr]],
    state: State,
    loop: For | While,
    held: Mapping[int, Term] = MappingProxyType({}),
) -> None:
    """That they hold in a state. What they say of it word for word as in `held`, which is what
    each of them says at the head, need not be shown again.
    """
    for number, expr in claims:
        try:
            with machine.ranges.last_apart():
                goal = _claim(machine, expr, state)
        except NotModelledError:
            goal = terms.FALSE
        goal = _further(goal, held.get(number, terms.TRUE))
        machine.checks.append(
            Check(
                "invariant holds at start" if kind == "start" else "invariant is kept",
                state.live,
                goal,
                loop.place,
                machine.frame.function.name,
                loop.loop,
                number,
            )
        )


def _further(goal: Term, held: Term) -> Term:
    """What a goal says that does not stand in what holds."""

    def parts(term: Term) -> tuple[Term, ...]:
        return term.args if term.op == "and" else (term,)

    known = parts(held)
    return terms.and_(*(part for part in parts(goal) if part not in known))


def _cut_for(machine: Machine, loop: For, items: Sequence, state: State) -> State | None:
    hints = _hints(machine, loop)
    counter, through = f"#i{loop.loop}", f"#s{loop.loop}"
    start = State(
        state.live,
        {**state.names, counter: Scalar(ZERO)},
        state.unbound,
        {**state.sequences, through: items},
    )
    assigned = assigned_names(loop.body)
    head = _havoc(machine, assigned, loop.body, start)
    _note_rising(machine, loop, start, head)
    done = machine.fresh(counter, INT)
    assert isinstance(done, Scalar)
    k = done.term
    machine.ranges.within.note(k, ZERO, terms.add(items.length, ONE))
    head = head.assign({counter: done}).under(
        terms.and_(terms.le(ZERO, k), terms.le(k, items.length))
    )
    try:
        head = _with_target(loop, items, k, start, head, assigned)
    except NotModelledError as error:
        machine.give_up(state, loop.place, error.construct)
        return None
    claims = _usable(machine, hints, start, head)
    _check_claims(machine, "start", claims, start, loop)
    head, held = _assume(machine, loop, claims, head)
    machine.frame.breaks.append([])
    more = terms.lt(k, items.length)
    with machine.ranges.within.assuming(more):
        end = _iteration(machine, loop, items, terms.add(items.low, k), head.under(more))
    if end is not None:
        following = terms.add(k, ONE)
        end = end.assign({counter: Scalar(following)})
        # There was one more item: in what is claimed here the next place is within the length.
        with machine.ranges.within.assuming(terms.le(following, items.length)):
            _check_claims(machine, "kept", claims, end, loop, held)
    return _after(machine, loop, [head.under(terms.eq(k, items.length))])


def _with_target(
    loop: For,
    items: Sequence,
    k: Term,
    start: State,
    head: State,
    assigned: frozenset[str],
) -> State:
    """At the head the target holds the item of the iteration before, unless it is the first."""
    names = dict(head.names)
    unbound = dict(head.unbound)
    last = encode_sequences.bind(loop.target, items.at(terms.sub(terms.add(items.low, k), ONE)))
    begun = terms.lt(ZERO, k)
    for name in target_names(loop.target):
        before = start.names.get(name)
        if name not in assigned:
            value = last[name]
            names[name] = value if before is None else choose(begun, value, before)
        missing = start.unbound.get(name, terms.TRUE if before is None else terms.FALSE)
        missing = terms.and_(terms.not_(begun), missing)
        unbound.pop(name, None)
        if missing is not terms.FALSE:
            unbound[name] = missing
    return msgspec.structs.replace(head, names=names, unbound=unbound)


def _cut_while(machine: Machine, loop: While, state: State) -> State | None:
    hints = _hints(machine, loop)
    head = _havoc(machine, assigned_names(loop.body), loop.body, state)
    _note_rising(machine, loop, state, head)
    counted = list(_counted(machine, loop, state, head))
    head = head.under(
        terms.and_(
            *(
                terms.and_(terms.le(counter.low, here), terms.lt(here, counter.high))
                for counter, here in counted
            )
        )
    )
    claims = _usable(machine, hints, state, head)
    _check_claims(machine, "start", claims, state, loop)
    head, held = _assume(machine, loop, claims, head)
    machine.frame.breaks.append([])
    tested = machine.test(loop.condition, head, loop.place)
    if tested is None:
        machine.frame.breaks.pop()
        return None
    going, head = tested
    inside = head.under(going)
    with machine.ranges.within.assuming(going):
        end = run_body(machine, loop, inside)
    if end is not None:
        with ExitStack() as known:
            for counter, _ in counted:
                # A round goes one step further at most.
                after = end.names[counter.name]
                if isinstance(after, Scalar):
                    below = terms.lt(after.term, counter.high)
                    known.enter_context(machine.ranges.within.assuming(below))
            _check_claims(machine, "kept", claims, end, loop, held)
        match hints:
            case Trial(measures=measures):
                for number, measure in enumerate(measures, start=1):
                    _check_measure(machine, loop, measure, inside, end, number)
            case LoopHints(measure=measure):
                _check_measure(machine, loop, measure, inside, end)
    return _after(machine, loop, [head.under(terms.not_(going))])


def _note_rising(machine: Machine, loop: For | While, start: State, head: State) -> None:
    """Notes what is never negative at the head, for it was not at first and is only raised."""
    within = machine.ranges.within
    for name in rising(loop.body):
        first, here = start.names.get(name), head.names.get(name)
        if (
            isinstance(first, Scalar)
            and isinstance(here, Scalar)
            and here.term.op == "var"
            and first.term.sort is here.term.sort is sorts.INT
            and name not in start.unbound
            and within.natural(first.term)
        ):
            within.note_natural(here.term)


def _counted(
    machine: Machine, loop: While, start: State, head: State
) -> Iterator[tuple[Counter, Term]]:
    """The loop's counters with what they are at the head, where that is noted of them."""
    within = machine.ranges.within
    for counter in counters(loop, start, _stored_into(loop.body), within):
        here = head.names[counter.name]
        if isinstance(here, Scalar) and here.term.op == "var":
            within.note(here.term, counter.low, counter.high)
            yield counter, here.term


def _check_measure(
    machine: Machine,
    loop: While,
    measure: Expr | None,
    inside: State,
    end: State,
    number: int = 0,
) -> None:
    function = machine.frame.function.name

    def check(kind: str, condition: Term, goal: Term) -> None:
        machine.checks.append(
            Check(kind, condition, goal, loop.place, function, loop.loop, number)  # type: ignore[arg-type]  # a literal at each call
        )

    if measure is not None:
        try:
            before, failures = machine.encoder.top(measure, machine.scope(inside))
            after, later = machine.encoder.top(measure, machine.scope(end))
            first, second = integer(before), integer(after)
        except NotModelledError:
            pass
        else:
            wrong = terms.or_(*(failure.condition for failure in failures))
            wrong_later = terms.or_(*(failure.condition for failure in later))
            bounded = terms.and_(terms.not_(wrong), terms.le(ZERO, first))
            check("measure is bounded", inside.live, bounded)
            less = terms.and_(terms.not_(wrong_later), terms.lt(second, first))
            check("measure decreases", end.live, less)
            return
    check("no measure", end.live, terms.FALSE)
