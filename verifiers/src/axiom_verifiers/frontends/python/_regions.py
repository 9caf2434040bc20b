"""Which objects a value holds, how deep inside it, and where else they stand.

A *node* is a name and a depth: the mutable objects that so many steps (an index, a field) lead to
from the name's value. Two nodes are a pair where one object may be at both; a node is paired
with itself where one object may stand twice at that depth of one value. Objects of different
types are never the same, so only nodes of a common type make a pair.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Comprehension,
    Conditional,
    ConstantRef,
    Expr,
    FieldOf,
    Index,
    Let,
    Logical,
    MakeDict,
    MakeList,
    MakeRecord,
    MakeSet,
    MakeTuple,
    MethodCall,
    Slice,
    Target,
    Variable,
)
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.types import (
    DictType,
    ListType,
    OptionalType,
    RecordType,
    RefinedType,
    SetType,
    TupleType,
    Type,
)
from axiom_verifiers.core.flow import is_deep_copy

Node = tuple[str, int]
Pair = frozenset[Node]
TABLE = "#constant "
CALLER = "#caller "
SEEN = "#s"
# Of a name whose type is not known, objects are looked for down to this depth.
DEEPEST = 5
_NOTHING: frozenset[Type] = frozenset()


class Flow(msgspec.Struct, frozen=True):
    """What is `start` steps inside `name`, and all below, may stand `at` steps inside a value."""

    name: str
    start: int
    at: int


class Region(msgspec.Struct, frozen=True):
    """What a value holds. `twice`: depths at which one object may stand at two places of it."""

    flows: frozenset[Flow] = frozenset()
    twice: frozenset[tuple[int, int]] = frozenset()

    def moved(self, steps: int) -> Region:
        """The value that many steps inside another one."""
        flows = frozenset(Flow(f.name, f.start, f.at + steps) for f in self.flows)
        return Region(flows, frozenset((a + steps, b + steps) for a, b in self.twice))

    def part(self) -> Region:
        """An item or a field of the value."""
        flows = frozenset(
            Flow(f.name, f.start, f.at - 1) if f.at else Flow(f.name, f.start + 1, 0)
            for f in self.flows
        )
        return Region(flows, frozenset((a - 1, b - 1) for a, b in self.twice if a and b))

    def copied(self) -> Region:
        """A new container of the same items."""
        return self.part().moved(1)


EMPTY = Region()


class Levels:
    """The mutable types at each depth of the values of names.

    `changeable` are the records whose objects code may change.
    """

    def __init__(self, types: Mapping[str, Type], changeable: frozenset[str]) -> None:
        self.types = types
        self.changeable = changeable
        self._known: dict[Type, tuple[frozenset[Type], ...]] = {}

    def of(self, type_: Type) -> tuple[frozenset[Type], ...]:
        """The mutable types at each depth; empty for a value that nothing can change."""
        found = self._known.get(type_)
        if found is None:
            found = self._known[type_] = self._levels(type_)
        return found

    def _levels(self, type_: Type) -> tuple[frozenset[Type], ...]:
        match type_:
            case OptionalType():
                return self.of(type_.item)
            case RefinedType():
                return self.of(type_.base)
            case ListType() | SetType():
                inner: tuple[Type, ...] = (type_.item,)
                own = frozenset({type_})
            case DictType():
                inner = (type_.key, type_.value)
                own = frozenset({type_})
            case TupleType():
                inner, own = type_.items, _NOTHING
            case RecordType():
                inner = tuple(field for _, field in type_.fields)
                own = frozenset({type_}) if type_.name in self.changeable else _NOTHING
            case _:
                return ()
        below = [self.of(part) for part in inner]
        deepest = max((len(part) for part in below), default=0)
        inside = (
            _NOTHING.union(*(p[depth] for p in below if depth < len(p))) for depth in range(deepest)
        )
        levels = [own, *inside]
        while levels and not levels[-1]:
            levels.pop()
        return tuple(levels)

    def depth(self, name: str) -> int:
        """How many depths of the name's value may hold something mutable."""
        type_ = self.types.get(name)
        return DEEPEST if type_ is None else len(self.of(type_))

    def alike(self, one: Node, other: Node) -> bool:
        """Whether the nodes may be one object, by their types."""
        first, second = self._at(one), self._at(other)
        if first is None or second is None:
            return first != _NOTHING and second != _NOTHING
        return bool(first & second)

    def mutable(self, node: Node) -> bool:
        """Whether there may be something mutable at the node."""
        return self._at(node) != _NOTHING

    def _at(self, node: Node) -> frozenset[Type] | None:
        type_ = self.types.get(node[0])
        if type_ is None:
            return None if node[1] < DEEPEST else _NOTHING
        levels = self.of(type_)
        return levels[node[1]] if node[1] < len(levels) else _NOTHING


class Regions:
    """Regions of expressions, where these pairs share objects."""

    def __init__(self, levels: Levels, pairs: frozenset[Pair]) -> None:
        self.levels = levels
        self.pairs = pairs
        # So many have names of their own for what they draw.
        self._comprehensions = 0

    def of(self, expr: Expr, bound: Mapping[str, Region] | None = None) -> Region:
        """What the value of the expression holds; `bound` says it of bound variables."""
        env = bound or {}
        if not self.levels.of(expr.type):
            return EMPTY
        match expr:
            case Variable():
                known = env.get(expr.name) if expr.role == "bound" else None
                if known is not None:
                    return known
                return Region(frozenset({Flow(expr.name, 0, 0)}))
            case ConstantRef():
                return Region(frozenset({Flow(TABLE + expr.name, 0, 0)}))
            case Conditional():
                return self._either(self.of(expr.then, env), self.of(expr.otherwise, env))
            case Logical():
                return self._either(self.of(expr.left, env), self.of(expr.right, env))
            case Index() | FieldOf():
                return self.of(expr.value, env).part()
            case Slice():
                return self.of(expr.value, env).copied()
            case Let():
                return self.of(expr.body, {**env, expr.name: self.of(expr.value, env)})
            case MakeList() | MakeTuple() | MakeSet():
                return self.together([self.of(item, env).moved(1) for item in expr.items])
            case MakeRecord():
                return self.together([self.of(value, env).moved(1) for value in expr.values])
            case MakeDict():
                parts = [part for pair in expr.items for part in pair]
                return self.together([self.of(part, env).moved(1) for part in parts])
            case Binary(op="*"):
                operand = expr.left if isinstance(expr.left.type, ListType) else expr.right
                return self._repeated(self.of(operand, env).copied(), expr.type)
            case Binary(op="+" | "|" | "&" | "-" | "^"):
                sides = [self.of(side, env) for side in (expr.left, expr.right)]
                return self.together([side.copied() for side in sides])
            case Comprehension():
                return self._comprehension(expr, env)
            case Call():
                return self._call(expr, env)
            case MethodCall():
                return self._method(expr, env)
            case _:
                return self.anything(expr, env)

    def together(self, parts: list[Region]) -> Region:
        """A value that holds all of these, each at its own place."""
        flows = frozenset(flow for part in parts for flow in part.flows)
        twice = {depths for part in parts for depths in part.twice}
        for position, part in enumerate(parts):
            for other in parts[:position]:
                twice |= self._common(part, other)
        return Region(flows, frozenset(twice))

    def _common(self, one: Region, other: Region) -> set[tuple[int, int]]:
        """Depths at which two values may hold one object."""
        found: set[tuple[int, int]] = set()
        for flow in one.flows:
            for with_ in other.flows:
                for k in range(max(0, self.levels.depth(flow.name) - flow.start)):
                    here = (flow.name, flow.start + k)
                    for m in range(max(0, self.levels.depth(with_.name) - with_.start)):
                        there = (with_.name, with_.start + m)
                        same = here == there and self.levels.mutable(here)
                        if same or frozenset({here, there}) in self.pairs:
                            found.add(_ordered(flow.at + k, with_.at + m))
        return found

    def _either(self, one: Region, other: Region) -> Region:
        return Region(one.flows | other.flows, one.twice | other.twice)

    def _repeated(self, items: Region, type_: Type) -> Region:
        """A list whose items may stand in it several times."""
        depths = range(1, len(self.levels.of(type_)))
        again = {(depth, depth) for depth in depths}
        return Region(items.flows, items.twice | again)

    def anything(self, expr: Expr, bound: Mapping[str, Region]) -> Region:
        """Where nothing better is known: everything that the expression reads, anywhere in it."""
        names: set[str] = set()
        for node in walk(expr):
            match node:
                case Variable():
                    if node.role != "bound":
                        names.add(node.name)
                    elif node.name in bound:
                        names |= {flow.name for flow in bound[node.name].flows}
                case ConstantRef():
                    names.add(TABLE + node.name)
                case _:
                    pass
        return self.anywhere(names, len(self.levels.of(expr.type)))

    def anywhere(self, names: set[str] | frozenset[str], depth: int) -> Region:
        """All that is in these names, anywhere in a value of that depth."""
        flows = frozenset(
            Flow(name, start, at)
            for name in names
            for start in range(self.levels.depth(name))
            for at in range(depth)
        )
        twice = frozenset((a, b) for a in range(depth) for b in range(a, depth))
        return Region(flows, twice if flows else frozenset())

    def _call(self, expr: Call, env: Mapping[str, Region]) -> Region:
        keywords = [self.of(value, env) for name, value in expr.keywords if name == "default"]
        match expr.function, expr.args:
            case (("min" | "max"), (only,)):
                return self._all([self.of(only, env).part(), *keywords])
            case (("min" | "max"), _):
                return self._all([self.of(arg, env) for arg in expr.args])
            case "dict", (only,) if not isinstance(only.type, DictType):
                # Of pairs: what stands in them stands in the dict itself.
                return self.of(only, env).part().copied()
            case (("list" | "sorted" | "reversed" | "tuple" | "set" | "dict"), (only, *_)):
                return self.of(only, env).copied()
            case "range", _:
                return EMPTY
            case "enumerate", (only, *_):
                return self.of(only, env).part().moved(2)
            case "zip", args:
                return self.together([self.of(arg, env).part().moved(2) for arg in args])
            case _:
                return self.anything(expr, env)

    def _all(self, parts: list[Region]) -> Region:
        whole = EMPTY
        for part in parts:
            whole = self._either(whole, part)
        return whole

    def _method(self, expr: MethodCall, env: Mapping[str, Region]) -> Region:
        owner = self.of(expr.value, env)
        match expr.method:
            case "get":
                rest = [self.of(arg, env) for arg in expr.args[1:]]
                return self._all([owner.part(), *rest])
            case "values":
                return owner.copied()
            case "items":
                return owner.part().moved(2)
            case "copy":
                return owner.copied()
            case _:
                return self.anything(expr, env)

    def doubled(self, source: Region) -> frozenset[tuple[int, int]]:
        """Depths of such a value at which one object may stand at two places of it."""
        twice = set(source.twice)
        nodes = [
            ((flow.name, flow.start + k), flow.at + k)
            for flow in source.flows
            for k in range(max(0, self.levels.depth(flow.name) - flow.start))
        ]
        for here, at in nodes:
            for there, deep in nodes:
                if frozenset({here, there}) in self.pairs or (here == there and at != deep):
                    twice.add(_ordered(at, deep))
        # The value itself stands at one place.
        return frozenset(twice - {(0, 0)})

    def _comprehension(self, expr: Comprehension, env: Mapping[str, Region]) -> Region:
        """Items drawn one after the other from one value are different places of it; whatever
        else the element reads stands in every item.
        """
        if is_deep_copy(expr):
            # Every object of the copy is a new one.
            return Region(twice=self._still_twice(expr, env))
        inside = dict(env)
        drawn: dict[str, Region] = {}
        self._comprehensions += 1
        distinct = len(expr.generators) == 1
        for number, generator in enumerate(expr.generators):
            items = self.of(generator.iterable, inside).part()
            distinct = distinct and not items.twice and _plain(generator.iterable)
            for name in _names(generator.target):
                # A name of its own tells what is drawn from what stands around.
                marker = f"#drawn {self._comprehensions} {number} {name}"
                drawn[marker] = items
                inside[name] = Region(frozenset({Flow(marker, 0, 0)}))
        parts = [self.of(one, inside) for one in (expr.element, expr.value) if one is not None]
        element = self.together(parts).moved(1)
        flows: set[Flow] = set()
        again = not distinct and bool(element.flows)
        for flow in element.flows:
            if flow.name not in drawn:
                flows.add(flow)
                again = True
                continue
            simple = all(g.target.name is not None for g in expr.generators)
            flows |= self._from_outside(flow, drawn, None if simple else expr.type)
        region = Region(frozenset(flows), element.twice)
        if not again:
            return region
        # What is drawn several times may stand at any two places that can hold it.
        depths = range(1, len(self.levels.of(expr.type)))
        anywhere = {(one, two) for one in depths for two in depths if one <= two}
        return Region(region.flows, region.twice | anywhere)

    def _from_outside(
        self, flow: Flow, drawn: Mapping[str, Region], whole: Type | None
    ) -> set[Flow]:
        """What flows in by names that generators draw, which may draw from what others drew; to
        anywhere in a value of the type `whole`, if there is one.
        """
        if flow.name not in drawn:
            return {flow}
        found: set[Flow] = set()
        for item in drawn[flow.name].flows:
            here = _through(item, flow)
            if whole is not None:
                here = self.anywhere({item.name}, len(self.levels.of(whole))).flows
            for one in here:
                found |= self._from_outside(one, drawn, whole)
        return found

    def _still_twice(
        self, copy: Comprehension, env: Mapping[str, Region]
    ) -> frozenset[tuple[int, int]]:
        """Where one object stands twice in a deep copy: where one does in what is copied. That of
        a parameter is taken to hold none, which the proof says.
        """
        source = copy.generators[0].iterable
        if isinstance(source, MethodCall):
            source = source.value
        if isinstance(source, Variable) and source.role == "parameter":
            return frozenset()
        return self.doubled(self.of(source, env))


def _through(item: Flow, flow: Flow) -> set[Flow]:
    """Where what flows into an item gets to, when the item flows on from `flow.start`."""
    # The item holds `item.name` at `item.at`; the element holds the item from `flow.start` on.
    below = flow.start - item.at
    if below >= 0:
        return {Flow(item.name, item.start + below, flow.at)}
    return {Flow(item.name, item.start, flow.at - below)}


def _plain(iterable: Expr) -> bool:
    """Whether going through it meets each place of one value once."""
    match iterable:
        case Variable() | Index() | FieldOf():
            return True
        case Slice():
            return _plain(iterable.value)
        case Call(function="reversed" | "enumerate" | "list" | "sorted", args=(only, *_)):
            return _plain(only)
        case MethodCall(method="values" | "items"):
            return _plain(iterable.value)
        case Call(function="range"):
            return True
        case _:
            return False


def _names(target: Target) -> Iterator[str]:
    if target.name is not None:
        yield target.name
    for item in target.items:
        yield from _names(item)


def _ordered(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one <= other else (other, one)
