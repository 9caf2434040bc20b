"""What may be seen from where: the state of the pass over changes in place, and its rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Comprehension,
    Conditional,
    Expr,
    FunctionRef,
    Variable,
)
from axiom_verifiers.contracts.types import INT
from axiom_verifiers.core.deciding import may_fail, variables
from axiom_verifiers.core.flow import statements, target_names
from axiom_verifiers.core.program import Assign, CallFunction, For, Function, Statement
from axiom_verifiers.frontends.python._places import Place, Writer, apart, joined, place_of
from axiom_verifiers.frontends.python._regions import (
    CALLER,
    SEEN,
    TABLE,
    Flow,
    Levels,
    Node,
    Pair,
    Region,
    Regions,
)


class State(msgspec.Struct, frozen=True):
    """`counts` names the locals that are the number of completed rounds of a loop."""

    pairs: frozenset[Pair] = frozenset()
    places: Mapping[str, Place] = {}
    counts: Mapping[str, str] = {}

    def same(self, name: str) -> str:
        return self.counts.get(name, name)


def join_states(first: State | None, second: State | None) -> State | None:
    if first is None or second is None:
        return second if first is None else first
    places = {n: p for n, p in first.places.items() if second.places.get(n) == p}
    counts = {n: c for n, c in first.counts.items() if second.counts.get(n) == c}
    return State(first.pairs | second.pairs, places, counts)


class Sharing(msgspec.Struct, frozen=True):
    """What calls of a function do to what is given to it, by its parameters' positions.

    `changes` are those whose object it may change, `mixes` the pairs that may hold each other's
    objects afterwards (one alone may hold its own twice), `gives` those whose objects the result
    may hold, `twice` depths of the result at which one object may stand at two places of it.
    """

    changes: frozenset[int] = frozenset()
    mixes: frozenset[frozenset[int]] = frozenset()
    gives: frozenset[int] = frozenset()
    twice: frozenset[tuple[int, int]] = frozenset()

    def beside(self, position: int) -> frozenset[int]:
        """The arguments whose objects this one may hold afterwards; itself, if some twice."""
        mixed = [pair - {position} or pair for pair in self.mixes if position in pair]
        return frozenset[int]().union(*mixed)


def united(one: Sharing, other: Sharing) -> Sharing:
    """What calls do that do one or the other."""
    return Sharing(
        one.changes | other.changes,
        one.mixes | other.mixes,
        one.gives | other.gives,
        one.twice | other.twice,
    )


class Shares:
    """How pairs and places change, for the names of one function."""

    def __init__(self, levels: Levels, writer: Writer, kept: frozenset[str]) -> None:
        """`kept` are names that are read after the function has ended, by its caller."""
        self.levels = levels
        self.writer = writer
        self.kept = kept
        # The names that may be read after the statement at hand.
        self.live: frozenset[str] = frozenset()
        # Every state inside the bodies of the try statements around: each may be a handler's.
        self.watching: list[list[State]] = []

    def matters(self, name: str) -> bool:
        """Whether anything can still be seen through the name."""
        return name.startswith((CALLER, TABLE, SEEN)) or name in self.live or name in self.kept

    # ------------------------------------------------------------ pairs

    def region(self, expr: Expr, state: State) -> Region:
        return Regions(self.levels, state.pairs).of(expr)

    def nodes(self, flow: Flow) -> Iterator[tuple[Node, int]]:
        """The nodes that a flow brings, with the depth where each comes to stand."""
        for further in range(max(0, self.levels.depth(flow.name) - flow.start)):
            yield (flow.name, flow.start + further), flow.at + further

    def _made(self, name: str, region: Region, pairs: frozenset[Pair], gone: str = "") -> set[Pair]:
        """The pairs of a name that takes what the region holds beside what it has; what the
        name `gone` held is its no more.
        """
        made: set[Pair] = set()
        brought: list[tuple[Node, int]] = []
        for flow in sorted(region.flows, key=lambda f: (f.name, f.start, f.at)):
            brought += self.nodes(flow)
        for source, depth in brought:
            here = (name, depth)
            if source[0] != gone and self.levels.alike(source, here):
                made.add(frozenset({source, here}))
            for pair in pairs:
                if source in pair:
                    for other in pair - {source} or {source}:
                        if other[0] != gone and self.levels.alike(other, here):
                            made.add(frozenset({other, here}))
        for source, depth in brought:
            for other, at in brought:
                both = frozenset({source, other})
                if (both in pairs) or (source == other and depth != at):
                    one, two = (name, depth), (name, at)
                    if self.levels.alike(one, two):
                        made.add(frozenset({one, two}))
        for depth, at in region.twice:
            one, two = (name, depth), (name, at)
            if self.levels.alike(one, two):
                made.add(frozenset({one, two}))
        return made

    def bound(self, state: State, name: str, region: Region) -> State:
        """`name` now holds a value that holds what the region says."""
        old = state.pairs
        kept = {pair for pair in old if all(node[0] != name for node in pair)}
        kept |= self._made(name, region, old, gone=name)
        return self.forget(msgspec.structs.replace(state, pairs=frozenset(kept)), name)

    def forget(self, state: State, name: str) -> State:
        """Nothing is a place of the name, nor counted by it, nor is it a place."""
        places = {n: p for n, p in state.places.items() if n != name and not p.mentions(name)}
        counts = {n: c for n, c in state.counts.items() if n != name and c != name}
        return msgspec.structs.replace(state, places=places, counts=counts)

    def stays(self, state: State, name: str, region: Region) -> Region:
        """The region of new contents of an object, without what stays where it stands in it.

        What the contents hold a second time, the region says by itself.
        """
        holders = self.holders(state, name)
        flows = frozenset(
            f
            for f in region.flows
            if not any(f.name == h and f.start == f.at + offset for h, offset in holders)
        )
        return Region(flows, region.twice)

    def gained(self, state: State, name: str, region: Region) -> State:
        """`name` keeps what it held, and may now hold what the region does."""
        made = set(state.pairs)
        for holder, offset in self.holders(state, name):
            made |= self._made(holder, region.moved(offset), state.pairs)
        return msgspec.structs.replace(state, pairs=frozenset(made))

    # ------------------------------------------------------------ places

    def place(self, state: State, name: str) -> Place:
        """The place that a name is: at worst its own."""
        known = state.places.get(name)
        if known is not None:
            return known
        type_ = self.levels.types.get(name, INT)
        return Place(name, (), Variable(type=type_, name=name, role="local"))

    def found(self, state: State, expr: Expr, without: str = "") -> Place | None:
        """The place that an expression reads, from its last root on."""
        place = place_of(expr, state.same)
        if place is None:
            return None
        outer = state.places.get(place.root)
        if outer is not None:
            place = joined(outer, place)
        return None if without and place.mentions(without) else place

    def passes_on(self, state: State, value: Expr) -> bool:
        """Whether it is a temporary that is read here for the last time: whose object it was alone
        belongs to who takes it.
        """
        if not isinstance(value, Variable) or not value.name.startswith("#t"):
            return False
        named = any(place.root == value.name for place in state.places.values())
        return not named and value.name not in state.places and not self.matters(value.name)

    def holders(self, state: State, name: str) -> list[tuple[str, int]]:
        """The names whose values certainly hold the object of `name`, and how deep."""
        place = self.place(state, name)
        found = [(name, 0)]
        for other in (place.root, *state.places):
            if other.startswith(SEEN):
                continue
            at = self.place(state, other)
            depth = len(place.steps) - len(at.steps)
            inside = at.root == place.root and at.steps == place.steps[: len(at.steps)]
            if inside and depth >= 0 and other != name:
                found.append((other, depth))
        return list(dict.fromkeys(found))

    def related(self, state: State, place: Place) -> frozenset[str]:
        """The names that are places of one root: what is written is read again by them."""
        names = {n for n, p in state.places.items() if p.root == place.root}
        return frozenset(n for n in names | {place.root} if not n.startswith(SEEN))

    def seen_elsewhere(self, state: State, name: str, depths: range, step: Expr | None) -> bool:
        """Whether a change of the object so deep in `name` may be seen by other than its places.

        `step` is the index that alone changes, if only one item does.
        """
        place = self.place(state, name)
        related = self.related(state, place)
        for holder, offset in self.holders(state, name):
            for depth in depths:
                changed = (holder, offset + depth)
                for pair in state.pairs:
                    if changed not in pair:
                        continue
                    for other in pair - {changed} or {changed}:
                        if not self.matters(other[0]) and other[0] != holder:
                            continue
                        if other[0] not in related:
                            if not self._behind(state, other, place, step):
                                return True
                        elif other[0] == holder:
                            return True
        return False

    def _behind(self, state: State, other: Node, place: Place, step: Expr | None) -> bool:
        """Whether the other is what a loop runs over, and the change is of the item at hand."""
        name, _ = other
        if not name.startswith(SEEN):
            return False
        through = state.places.get(name)
        if through is None or through.root != place.root:
            return False
        steps = place.steps if step is None else (*place.steps, step)
        size = len(through.steps)
        if steps[:size] != through.steps or len(steps) <= size:
            return False
        at = steps[size]
        return isinstance(at, Variable) and at.name == f"#i{name.removeprefix(SEEN)}"

    def seen_part_way(self, state: State, name: str, depth: int, value: Expr) -> bool:
        """Whether a change of the object so deep in `name` can be seen before it is complete.

        What is read step by step while it changes may read that object; where taking the next
        item fails, those before it stay, for a handler or for the caller.
        """
        parts = list(read_in_steps(value))
        read = frozenset(one for part in parts for one in variables(part))
        nodes = {(holder, offset + depth) for holder, offset in self.holders(state, name)}
        seen = {name, *self.related(state, self.place(state, name))}
        seen |= {other for pair in state.pairs if pair & nodes for other, _ in pair}
        fails = any(isinstance(part, Comprehension) and may_fail(part) for part in parts)
        kept = any(one.startswith((CALLER, TABLE)) or one in self.kept for one in seen)
        return not read.isdisjoint(seen) or (fails and (kept or bool(self.watching)))

    def followed(self, state: State, name: str, like: Statement) -> list[Statement]:
        """After a change of the object of `name`: every other place that is or holds it takes
        it over. What is inside of it may have moved, but has not changed.
        """
        place = self.place(state, name)
        made: list[Statement] = []
        if place.steps or place.root != name:
            value = Variable(type=self.levels.types[name], name=name, role="local")
            made += self.writer.write(place, value, like)
        for other in sorted(self.related(state, place) - {name, place.root}):
            at = state.places[other]
            holds = len(at.steps) <= len(place.steps) and not apart(at.steps, place.steps)
            if self.matters(other) and holds:
                read = Assign(place=like.place, name=other, value=at.read, in_place=True)
                made.append(read)
        return made

    def inside(self, state: State, name: str) -> bool:
        """Whether a name that can still be read may be a part of the object of `name`."""
        place = self.place(state, name)
        return any(
            self.matters(other)
            and len(at.steps) > len(place.steps)
            and not apart(at.steps, place.steps)
            for other, at in state.places.items()
            if at.root == place.root and not other.startswith(SEEN)
        )

    def moved(self, state: State, name: str, keeps: Callable[[Expr | str], bool]) -> State:
        """Items of the object of `name` may stand elsewhere, save where `keeps` holds."""
        place = self.place(state, name)
        size = len(place.steps)
        kept = {
            n: p
            for n, p in state.places.items()
            if p.root != place.root
            or len(p.steps) <= size
            or apart(p.steps[:size], place.steps)
            or keeps(p.steps[size])
        }
        return msgspec.structs.replace(state, places=kept)


def read_in_steps(value: Expr) -> Iterator[Expr]:
    """The parts of an object's new contents that Python evaluates while it changes the object."""
    match value:
        case Comprehension(kind="generator"):
            yield value
        case Binary():
            yield from read_in_steps(value.left)
            yield from read_in_steps(value.right)
        case Conditional():
            yield from read_in_steps(value.then)
            yield from read_in_steps(value.otherwise)
        case Call():
            yield from (key.body for _, key in value.keywords if isinstance(key, FunctionRef))
            for part in value.args:
                yield from read_in_steps(part)
        case _:
            return


def rebound_parameters(function: Function) -> frozenset[str]:
    """Parameters whose name the function binds to something else somewhere."""
    names: set[str] = set()
    for statement in statements(function.body):
        match statement:
            case Assign(in_place=False):
                names.add(statement.name)
            case CallFunction(target=str(target)):
                names.add(target)
            case For():
                names.update(target_names(statement.target))
            case _:
                pass
    return frozenset(p.name for p in function.parameters if p.name in names)
