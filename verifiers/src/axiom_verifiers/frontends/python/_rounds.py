"""What loops go on reading while they run, and what they draw from it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from axiom_verifiers.contracts.expressions import (
    Call,
    Comprehension,
    Expr,
    FieldOf,
    Index,
    MethodCall,
    Target,
    Variable,
)
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.types import INT, ListType
from axiom_verifiers.core.flow import target_names
from axiom_verifiers.core.program import For
from axiom_verifiers.frontends.python._regions import SEEN, Region, Regions
from axiom_verifiers.frontends.python._sharing import Shares, State

# Iterators and views read their arguments while the loop runs: they share even immutable items.
_LIVE = frozenset({"enumerate", "zip", "reversed", "keys", "values", "items", "map", "filter"})


class Rounds(Shares):
    """The items of a list stand in it while a loop goes through it, and the list must not move."""

    def begun(self, statement: For, state: State) -> State:
        """What the loop goes on reading while it runs is as if it had a name."""
        through = f"{SEEN}{statement.loop}"
        iterable = statement.iterable
        regions = Regions(self.levels, state.pairs)
        live = any(_is_live(node) for node in walk(iterable))
        lazy = isinstance(iterable, Comprehension) and iterable.kind == "generator"
        region = regions.of(iterable)
        if live or lazy:
            region = regions.anything(iterable, {})
            inner = _walked(iterable)
            if inner is not None:
                region = regions.of(inner)
        place = None
        walked = _walked(iterable)
        if walked is not None:
            place = self.found(state, walked)
        after = self.bound(state, through, region)
        if place is not None:
            after = msgspec.structs.replace(after, places={**after.places, through: place})
        return after

    def drawn(self, statement: For, entry: State) -> State:
        """The state after an item was drawn."""
        loop, iterable = statement.loop, statement.iterable
        counter = Variable(type=INT, name=f"#i{loop}", role="local")
        region = self.region(iterable, entry).part()
        inside = entry
        for name in target_names(statement.target):
            type_ = self.levels.types.get(name, INT)
            given = region
            if statement.target.name is None and self.levels.of(type_):
                names = {flow.name for flow in region.flows}
                regions = Regions(self.levels, entry.pairs)
                given = regions.anywhere(names, len(self.levels.of(type_)))
                given = Region(given.flows, region.twice)
            inside = self.bound(inside, name, given)
        for name, source in _drawn_from(statement.target, iterable):
            item = Index(type=self.levels.types.get(name, INT), value=source, index=counter)
            if self.levels.of(item.type):
                place = self.found(entry, item, without=name)
                if place is not None:
                    inside = msgspec.structs.replace(inside, places={**inside.places, name: place})
        index = _index_name(statement.target, iterable)
        if index is not None:
            inside = msgspec.structs.replace(inside, counts={**inside.counts, index: counter.name})
        return inside

    def advanced(self, state: State, loop: int) -> State:
        """After a round the counter is another number."""
        return self._counted(state, loop)

    def _counted(self, state: State, loop: int) -> State:
        counter = f"#i{loop}"
        places = {n: p for n, p in state.places.items() if not p.mentions(counter)}
        counts = {n: c for n, c in state.counts.items() if c != counter}
        return msgspec.structs.replace(state, places=places, counts=counts)

    def left(self, state: State, loop: int) -> State:
        through = f"{SEEN}{loop}"
        state = self._counted(state, loop)
        pairs = frozenset(p for p in state.pairs if all(node[0] != through for node in p))
        places = {n: p for n, p in state.places.items() if n != through}
        return msgspec.structs.replace(state, pairs=pairs, places=places)


def _is_live(node: Expr) -> bool:
    match node:
        case Call(function=name) | MethodCall(method=name):
            return name in _LIVE
        case _:
            return False


def _walked(iterable: Expr) -> Expr | None:
    """The list that a loop goes through from its first item on."""
    match iterable:
        case Variable() | Index() | FieldOf() if isinstance(iterable.type, ListType):
            return iterable
        case Call(function="enumerate", args=(only, *_)):
            return _walked(only)
        case _:
            return None


def _drawn_from(target: Target, iterable: Expr) -> Iterator[tuple[str, Expr]]:
    """Names of a target that hold the current item of a list, and that list."""
    match iterable:
        case Variable() | Index() | FieldOf() if isinstance(iterable.type, ListType):
            if target.name is not None:
                yield target.name, iterable
        case Call(function="enumerate", args=(only, *_)) if len(target.items) == 2:
            yield from _drawn_from(target.items[1], only)
        case Call(function="zip", args=args) if len(target.items) == len(args):
            for item, arg in zip(target.items, args, strict=True):
                yield from _drawn_from(item, arg)
        case _:
            return


def _index_name(target: Target, iterable: Expr) -> str | None:
    """The name that a loop over `enumerate(xs)` gives the number of completed rounds."""
    match iterable:
        case Call(function="enumerate", args=(_,), keywords=()) if len(target.items) == 2:
            return target.items[0].name
        case _:
            return None
