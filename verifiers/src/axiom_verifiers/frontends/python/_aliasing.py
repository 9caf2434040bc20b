"""Changes in place are modelled as new values: here every other name that sees one follows.

A forward pass over the core statements keeps two things. *Pairs* say which names may hold a
common object, and at which depth of their values (`_regions`). *Places* say which part of another
name's value a name certainly is (`row` after `row = grid[i]`). A change of an object at a known
place is followed by statements that write it there and read it again for every other name that
is a place of the same root; where an object may be seen from anywhere else too, the change is
`Unmodelled`. Binding a name anew parts it from what it shared. Loops are passed over until the
pairs no longer grow and the places no longer shrink.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

import msgspec

from axiom_verifiers.contracts.expressions import (
    Binary,
    Constant,
    Expr,
    FieldOf,
    Index,
    MakeRecord,
    Variable,
)
from axiom_verifiers.contracts.types import INT, Type
from axiom_verifiers.core.flow import assigned_names, changed_parameters
from axiom_verifiers.core.liveness import Liveness
from axiom_verifiers.core.program import (
    Assert,
    Assign,
    Block,
    Break,
    CallFunction,
    Continue,
    Evaluate,
    For,
    Function,
    Handler,
    If,
    Raise,
    Reraise,
    Return,
    SetItem,
    Statement,
    Try,
    Unmodelled,
    While,
)
from axiom_verifiers.frontends.python._places import (
    Growing,
    Writer,
    apart,
    bare,
    completed,
    is_counted,
    place_of,
)
from axiom_verifiers.frontends.python._regions import (
    CALLER,
    TABLE,
    Levels,
    Node,
    Pair,
    Region,
    Regions,
)
from axiom_verifiers.frontends.python._rounds import Rounds
from axiom_verifiers.frontends.python._sharing import (
    Sharing,
    State,
    join_states,
    rebound_parameters,
)


class _Analysis(Rounds):
    def __init__(
        self,
        function: Function,
        levels: Levels,
        callees: Mapping[str, Sharing],
        writer: Writer,
    ) -> None:
        super().__init__(levels, writer, frozenset(p.name for p in function.parameters))
        self.liveness = Liveness(function.body)
        self.function = function
        self.callees = callees
        self.breaks: list[list[State]] = []
        self.continues: list[list[State]] = []
        self.returned_nodes: set[Node] = set()
        self.returned_twice: set[tuple[int, int]] = set()
        self.ends: list[State] = []

    # ------------------------------------------------------------ statements

    def block(self, block: Block, state: State | None) -> tuple[Block, State | None]:
        made: list[Statement] = []
        for statement in block:
            if state is None:
                made.append(statement)
                continue
            done, state = self.statement(statement, state)
            made += done
        return tuple(made), state

    def statement(self, statement: Statement, state: State) -> tuple[list[Statement], State | None]:
        for seen in self.watching:
            seen.append(state)
        self.live = self.liveness.after(statement)
        match statement:
            case Assign(in_place=True):
                return self.changed(statement, state)
            case Assign():
                return [statement], self.assigned(statement, state)
            case SetItem():
                return self.item_set(statement, state)
            case CallFunction():
                return self.called(statement, state)
            case If():
                then, after_then = self.block(statement.then, state)
                otherwise, after_otherwise = self.block(statement.otherwise, state)
                done = msgspec.structs.replace(statement, then=then, otherwise=otherwise)
                return [done], join_states(after_then, after_otherwise)
            case While() | For():
                return self.loop(statement, state)
            case Try():
                return self.trying(statement, state)
            case Return():
                return [self.returned(statement, state)], None
            case Break():
                self.breaks[-1].append(state)
                return [statement], None
            case Continue():
                self.continues[-1].append(state)
                return [statement], None
            case Raise() | Reraise():
                self.ends.append(state)
                return [statement], None
            case Unmodelled():
                return [statement], None
            case Evaluate() | Assert():
                return [statement], state
            case _:
                assert_never(statement)

    def trying(self, statement: Try, state: State) -> tuple[list[Statement], State | None]:
        """A handler may begin in any state of the body, a finalizer in any at all."""
        seen: list[State] = []
        self.watching.append(seen)
        body, after = self.block(statement.body, state)
        anywhere = _any_of(state, [*seen, after])
        otherwise, after = self.block(statement.otherwise, after)
        handlers: list[Handler] = []
        for handler in statement.handlers:
            block, end = self.block(handler.body, anywhere)
            handlers.append(Handler(handler.errors, handler.classes, block))
            after = join_states(after, end)
        self.watching.pop()
        anywhere = _any_of(anywhere, [*seen, after])
        finalizer, last = self.block(statement.finalizer, anywhere)
        if statement.finalizer:
            # What jumps goes through the finalizer too.
            for jumps in (*self.breaks[-1:], *self.continues[-1:]):
                jumps[:] = [join_states(one, last) or one for one in jumps]
            after = None if after is None else last
        done = msgspec.structs.replace(
            statement,
            body=body,
            handlers=tuple(handlers),
            otherwise=otherwise,
            finalizer=finalizer,
        )
        return [done], after

    def report(self, statement: Statement, name: str) -> tuple[list[Statement], None]:
        shown = "a part of something" if name.startswith("#") else name
        construct = f"change of {shown}, which another name may share"
        return [Unmodelled(place=statement.place, construct=construct)], None

    def assigned(self, statement: Assign, state: State) -> State:
        name = statement.name
        place = None
        if self.levels.of(statement.value.type) and not self.passes_on(state, statement.value):
            place = self.found(state, statement.value, without=name)
        after = self.bound(state, name, self.region(statement.value, state))
        if place is not None:
            return msgspec.structs.replace(after, places={**after.places, name: place})
        match statement.value:
            case Variable(name=other) if other in after.counts:
                return msgspec.structs.replace(
                    after, counts={**after.counts, name: after.counts[other]}
                )
            case _:
                return after

    def changed(self, statement: Assign, state: State) -> tuple[list[Statement], State | None]:
        name = statement.name
        if self.seen_elsewhere(state, name, range(1), None):
            return self.report(statement, name)
        if self.seen_part_way(state, name, 0, statement.value):
            return self.report(statement, f"{name} part-way")
        made = [statement, *self.followed(state, name, statement)]
        # The object takes the contents of the value: it is not the value.
        contents = self.region(statement.value, state).copied()
        after = self.gained(state, name, self.stays(state, name, contents))
        after = self.moved(after, name, _keeping(statement))
        grown = _appended(statement)
        if grown is not None:
            after = self._stored(after, name, Constant(type=INT, value=-1), grown)
        return made, after

    def item_set(self, statement: SetItem, state: State) -> tuple[list[Statement], State | None]:
        name = statement.name
        index = bare(statement.index)
        if statement.in_place:
            return self.item_changed(statement, index, state)
        if isinstance(index, Variable):
            index = Variable(type=index.type, name=state.same(index.name), role="local")
        if self.seen_elsewhere(state, name, range(1), index):
            return self.report(statement, name)
        made = [statement, *self.followed(state, name, statement)]
        after = state
        if not self._put_back(state, name, index, statement.value):
            after = self.gained(state, name, self.region(statement.value, state).moved(1))
        after = self.moved(after, name, lambda step: apart((step,), (index,)))
        return made, self._stored(after, name, index, statement.value)

    def item_changed(
        self, statement: SetItem, index: Expr, state: State
    ) -> tuple[list[Statement], State | None]:
        """A change of the object at an index itself, or of a new one that is put there."""
        name = statement.name
        if self.seen_elsewhere(state, name, range(2), None) or self.inside(state, name):
            return self.report(statement, f"a part of {name}")
        if self.seen_part_way(state, name, 1, statement.value):
            return self.report(statement, f"a part of {name} part-way")
        made = [statement, *self.followed(state, name, statement)]
        contents = self.region(statement.value, state).copied().moved(1)
        after = self.gained(state, name, self.stays(state, name, contents))
        return made, self.moved(after, name, lambda step: apart((step,), (index,)))

    def _put_back(self, state: State, name: str, index: Expr, value: Expr) -> bool:
        """Whether the value is what stands at the index already."""
        if not isinstance(value, Variable) or value.name not in state.places:
            return False
        here, owner = state.places[value.name], self.place(state, name)
        return here.root == owner.root and here.steps == (*owner.steps, index)

    def _stored(self, state: State, name: str, index: Expr, value: Expr) -> State:
        """A name whose object was put at an index is that place from now on."""
        if not isinstance(value, Variable) or value.name in state.places:
            return state
        if not self.levels.of(value.type) or value.name == name or value.role == "bound":
            return state
        if any(p.root == value.name for p in state.places.values()):
            return state
        if value.name in {p.name for p in self.function.parameters}:
            return state
        owner = self.place(state, name)
        type_ = owner.read.type
        if owner.mentions(value.name):
            return state
        place = place_of(Index(type=value.type, value=owner.read, index=index), state.same)
        if place is None or not self.levels.of(type_):
            return state
        # The pairs of the name with the place itself are no other sharing.
        return msgspec.structs.replace(state, places={**state.places, value.name: place})

    def called(self, statement: CallFunction, state: State) -> tuple[list[Statement], State | None]:
        sharing = self.callees.get(statement.function, Sharing())
        mutable = [k for k, arg in enumerate(statement.args) if self.levels.of(arg.type)]
        made: list[Statement] = []
        after = state
        if sharing.changes & set(mutable):
            done = self.arguments_changed(statement, sharing, mutable, state)
            if done is None:
                construct = f"call of {statement.function}, which changes what others may share"
                return [Unmodelled(place=statement.place, construct=construct)], None
            made, after = done
        else:
            made = [statement]
        if statement.target is None:
            return made, after
        depth = len(self.levels.of(self.levels.types.get(statement.target, INT)))
        names: set[str] = set()
        for position in sorted(sharing.gives):
            if position < len(statement.args):
                region = self.region(statement.args[position], state)
                names |= {flow.name for flow in region.flows}
        region = Regions(self.levels, after.pairs).anywhere(names, depth)
        twice = region.twice | {(one, two) for one, two in sharing.twice if two < depth}
        region = Region(region.flows, twice)
        return made, self.bound(after, statement.target, region)

    def arguments_changed(
        self, statement: CallFunction, sharing: Sharing, mutable: list[int], state: State
    ) -> tuple[list[Statement], State] | None:
        """A call that changes arguments: each is a local of its own, seen by nothing else."""
        regions = Regions(self.levels, state.pairs)
        reached = [regions.of(statement.args[k]) for k in mutable]
        updates: list[tuple[int, str]] = []
        for position in mutable:
            arg = statement.args[position]
            if position not in sharing.changes:
                continue
            if not isinstance(arg, Variable):
                if regions.of(arg).flows or regions.of(arg).twice:
                    return None
                continue
            depths = range(len(self.levels.of(arg.type)))
            if self.seen_elsewhere(state, arg.name, depths, None) or self.inside(state, arg.name):
                return None
            updates.append((position, arg.name))
        # The function was looked at as if no two arguments had an object in common.
        if regions.together(reached).twice or _overlap(reached, state, self):
            return None
        done = msgspec.structs.replace(statement, updates=tuple(updates))
        follow: list[Statement] = []
        after = state
        for _, name in updates:
            follow += self.followed(after, name, statement)
            after = self.moved(after, name, lambda _: False)
        for position, name in updates:
            others = sharing.beside(position)
            names = {f.name for k in others for f in regions.of(statement.args[k]).flows}
            if others:
                # What is put in may stand there twice only where the function says so.
                brought = regions.anywhere(names, self.levels.depth(name))
                twice = brought.twice if position in others else frozenset[tuple[int, int]]()
                after = self.gained(after, name, Region(brought.flows, twice))
        given = {parameter.name for parameter in self.function.parameters}
        if not self.watching and given.isdisjoint(assigned_names(tuple(follow))):
            return [done, *follow], after
        # Where the call raises, a handler or the caller sees all places changed as well.
        kept = Try(place=statement.place, body=(done,), handlers=(), finalizer=tuple(follow))
        return [kept], after

    def returned(self, statement: Return, state: State) -> Statement:
        self.ends.append(state)
        if statement.value is None:
            return statement
        nodes: set[Node] = set()
        region = self.region(statement.value, state)
        self.returned_twice |= Regions(self.levels, state.pairs).doubled(region)
        for flow in region.flows:
            nodes |= {node for node, _ in self.nodes(flow) if self.levels.mutable(node)}
        for pair in state.pairs:
            if pair & nodes:
                nodes |= pair
        self.returned_nodes |= nodes
        tables = sorted(name for name, _ in nodes if name.startswith(TABLE))
        if tables:
            what = tables[0].removeprefix(TABLE)
            return Unmodelled(
                place=statement.place, construct=f"return of the module's table {what}"
            )
        return statement

    # ------------------------------------------------------------ loops

    def loop(self, statement: While | For, state: State) -> tuple[list[Statement], State | None]:
        entry = state
        if isinstance(statement, For):
            entry = self.begun(statement, state)
        while True:
            inside = entry
            if isinstance(statement, For):
                inside = self.drawn(statement, entry)
            self.breaks.append([])
            self.continues.append([])
            ends = len(self.ends)
            body, after = self.block(statement.body, inside)
            left, again = self.breaks.pop(), self.continues.pop()
            for continued in again:
                after = join_states(after, continued)
            if after is not None and isinstance(statement, For):
                after = self.advanced(after, statement.loop)
            grown = join_states(entry, after) or entry
            if grown == entry:
                break
            del self.ends[ends:]
            entry = grown
        otherwise, ended = self.block(statement.otherwise, entry)
        for broken in left:
            ended = join_states(ended, broken)
        if ended is not None and isinstance(statement, For):
            ended = self.left(ended, statement.loop)
        return [msgspec.structs.replace(statement, body=body, otherwise=otherwise)], ended


def _any_of(state: State, others: Sequence[State | None]) -> State:
    for other in others:
        state = join_states(state, other) or state
    return state


def _overlap(given: list[Region], state: State, analysis: _Analysis) -> bool:
    """Whether some argument may hold one object twice."""
    names = {flow.name for region in given for flow in region.flows}
    return any(
        len({node[0] for node in pair}) == 1 and next(iter(pair))[0] in names
        for pair in state.pairs
        if all(analysis.levels.mutable(node) for node in pair)
    )


def _keeping(statement: Assign) -> Callable[[Expr | str], bool]:
    """Which items stay where they are when an object takes the contents of a value."""
    match statement.value:
        case Binary(op="+", left=Variable(name=name)) if name == statement.name:
            return is_counted
        case MakeRecord(record=record, values=values):
            kept = {
                field
                for (field, _), value in zip(record.fields, values, strict=True)
                if isinstance(value, FieldOf)
                and value.name == field
                and isinstance(value.value, Variable)
                and value.value.name == statement.name
            }
            return lambda step: step in kept
        case _:
            return lambda _: False


def _appended(statement: Assign) -> Expr | None:
    """The one item that was put at the end of a list."""
    match statement.value:
        case Binary(op="+", left=Variable(name=name), right=added) if name == statement.name:
            items = getattr(added, "items", ())
            return items[0] if len(items) == 1 else None
        case _:
            return None


def without_aliases(
    function: Function,
    modifies: tuple[str, ...],
    types: Mapping[str, Type],
    changeable: frozenset[str],
    callees: Mapping[str, Sharing],
) -> tuple[Function, Sharing]:
    """The function with every change in place seen by all that see it, or reported.

    `modifies` are the parameters that hold no object of another parameter, nor one twice, when
    the function begins; any other may. A parameter that is also rebound starts as sharing with
    the caller's object. `types` gives those of the module's tables.
    """
    names = {p.name: p.type for p in function.parameters}
    known = {**names, **dict(function.locals), **types}
    known |= {f"{CALLER}{name}": type_ for name, type_ in names.items()}
    writer = Writer()
    levels = Levels(Growing(known, writer.temporaries), changeable)
    analysis = _Analysis(function, levels, callees, writer)
    rebound = rebound_parameters(function)
    start: set[Pair] = set()
    for name in names:
        if name in rebound:
            for depth in range(levels.depth(name)):
                start.add(frozenset({(name, depth), (f"{CALLER}{name}", depth)}))
        for other in names:
            if name in modifies or other in modifies:
                continue
            for depth in range(levels.depth(name)):
                for at in range(levels.depth(other)):
                    one, two = (name, depth), (other, at)
                    if (name != other or depth + at) and levels.alike(one, two):
                        start.add(frozenset({one, two}))
    pairs = frozenset(pair for pair in start if all(levels.mutable(node) for node in pair))
    body, end = analysis.block(function.body, State(pairs))
    if end is not None:
        analysis.ends.append(end)
    done = completed(function, body, writer)
    made = changed_parameters(done)
    order = [p.name for p in function.parameters]
    gives = {
        order.index(name.removeprefix(CALLER))
        for name, _ in analysis.returned_nodes
        if name.removeprefix(CALLER) in order
    }
    mixes = frozenset(
        frozenset(order.index(name.removeprefix(CALLER)) for name, _ in pair)
        for state in analysis.ends
        for pair in state.pairs - pairs
        if len({node[0] for node in pair}) == 2 or len(pair) == 1
        if all(node[0].removeprefix(CALLER) in order for node in pair)
    )
    changes = frozenset(order.index(name) for name in made)
    done = msgspec.structs.replace(done, gives=tuple(order[k] for k in sorted(gives)))
    twice = frozenset(analysis.returned_twice)
    return done, Sharing(changes, mixes, frozenset(gives), twice)
