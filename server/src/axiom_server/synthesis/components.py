"""The typed operations that bottom-up enumeration combines.

Each has two faces: `apply`, Python's own operation on values, by which terms are told apart, and
`build`, the expression that a candidate is made of. A whole candidate is judged by the
contracts' evaluator before anyone gets it, so a component whose two faces disagreed could
cost a candidate but never let a wrong one through.
"""

# Components of every arity share one type, so the parameters of their lambdas have none.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false
# Generic builtins are partially unknown without their arguments.
# pyright: reportUnknownMemberType=false
from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Literal, cast

import msgspec

from axiom_server.errors import TooLargeError
from axiom_server.synthesis.trees import call, constant, erase, negate
from axiom_verifiers.contracts import types as t
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Comprehension,
    Constant,
    Expr,
    FieldOf,
    FunctionRef,
    Generator,
    Index,
    Logical,
    MakeList,
    MethodCall,
    Slice,
    Target,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.values import RecordValue, Value

LARGEST = 10**12  # Larger numbers are no help in finding a function, and slow.
LONGEST = 400

Apply = Callable[..., Value]
Build = Callable[..., Expr]
BinaryOp = Literal["+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "<<", ">>"]
CompareOp = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in"]


class Component(msgspec.Struct, frozen=True):
    """`cost` is added to those of its arguments; commutative ones have two of one type."""

    name: str
    args: tuple[t.Type, ...]
    result: t.Type
    apply: Apply
    build: Build
    cost: int = 1
    commutative: bool = False


def kept(value: Value) -> Value:
    """The value itself. Raises TooLargeError when it is too large to be worth keeping."""
    if isinstance(value, int):
        if not -LARGEST <= value <= LARGEST:
            raise TooLargeError
    elif isinstance(value, str | list) and len(cast("list[Value]", value)) > LONGEST:
        raise TooLargeError
    return value


# ---------------------------------------------------------------- builders


def _binary(op: BinaryOp, kind: t.Type) -> Build:
    return lambda a, b: Binary(type=kind, op=op, left=a, right=b)


def _compare(op: CompareOp) -> Build:
    return lambda a, b: Compare(type=t.BOOL, op=op, left=a, right=b)


def _logical(op: Literal["and", "or"]) -> Build:
    return lambda a, b: Logical(type=t.BOOL, op=op, left=a, right=b)


def _function(name: str, kind: t.Type) -> Build:
    return lambda *args: Call(type=kind, function=name, args=args)


def _method(name: str, kind: t.Type) -> Build:
    return lambda value, *args: MethodCall(type=kind, value=value, method=name, args=args)


def _index(kind: t.Type) -> Build:
    return lambda value, place: Index(type=kind, value=value, index=place)


def _slice(kind: t.Type, *, from_start: bool) -> Build:
    if from_start:
        return lambda value, end: Slice(type=kind, value=value, lower=None, upper=end, step=None)
    return lambda value, start: Slice(type=kind, value=value, lower=start, upper=None, step=None)


def _reversed(kind: t.Type) -> Build:
    step = Unary(type=t.INT, op="-", operand=constant(1))
    return lambda value: Slice(type=kind, value=value, lower=None, upper=None, step=step)


def _selecting(
    iterable: Expr, item: Variable, element: Expr, condition: Expr | None, kind: t.Type
) -> Comprehension:
    conditions = () if condition is None else (condition,)
    generator = Generator(Target(item.name, item.type), iterable, conditions)
    shape = "list" if isinstance(kind, t.ListType) else "generator"
    listed = kind if isinstance(kind, t.ListType) else t.ListType(kind)
    return Comprehension(
        type=listed, kind=shape, element=element, value=None, generators=(generator,)
    )


# ---------------------------------------------------------------- the sets


def _ints(*, divides: bool, multiplies: bool) -> list[Component]:
    i, b = t.INT, t.BOOL
    found = [
        Component("+", (i, i), i, operator.add, _binary("+", i), commutative=True),
        Component("-", (i, i), i, operator.sub, _binary("-", i)),
        Component("max", (i, i), i, max, _function("max", i), commutative=True),
        Component("min", (i, i), i, min, _function("min", i), commutative=True),
        Component("abs", (i,), i, abs, _function("abs", i)),
        Component("neg", (i,), i, operator.neg, lambda a: Unary(type=i, op="-", operand=a)),
        Component("<", (i, i), b, operator.lt, _compare("<")),
        Component("<=", (i, i), b, operator.le, _compare("<=")),
        Component("==", (i, i), b, operator.eq, _compare("=="), commutative=True),
        Component("!=", (i, i), b, operator.ne, _compare("!="), commutative=True),
    ]
    if multiplies:
        found.append(Component("*", (i, i), i, operator.mul, _binary("*", i), commutative=True))
    if divides:
        found += [
            Component("//", (i, i), i, operator.floordiv, _binary("//", i)),
            Component("%", (i, i), i, operator.mod, _binary("%", i)),
        ]
    return found


def _bools() -> list[Component]:
    b = t.BOOL
    return [
        Component("not", (b,), b, operator.not_, negate),
        Component("and", (b, b), b, lambda x, y: x and y, _logical("and"), commutative=True),
        Component("or", (b, b), b, lambda x, y: x or y, _logical("or"), commutative=True),
    ]


def _strs() -> list[Component]:
    s, i, b, listed = t.STR, t.INT, t.BOOL, t.ListType(t.STR)
    return [
        Component("s+", (s, s), s, operator.add, _binary("+", s)),
        Component("slen", (s,), i, len, _function("len", i)),
        Component("sat", (s, i), s, operator.getitem, _index(s)),
        Component("sto", (s, i), s, lambda x, k: x[:k], _slice(s, from_start=True)),
        Component("sfrom", (s, i), s, lambda x, k: x[k:], _slice(s, from_start=False)),
        Component("srev", (s,), s, lambda x: x[::-1], _reversed(s)),
        Component("supper", (s,), s, str.upper, _method("upper", s)),
        Component("slower", (s,), s, str.lower, _method("lower", s)),
        Component("sstrip", (s,), s, str.strip, _method("strip", s)),
        Component("s==", (s, s), b, operator.eq, _compare("=="), commutative=True),
        Component("s!=", (s, s), b, operator.ne, _compare("!="), commutative=True),
        Component("sin", (s, s), b, lambda x, y: x in y, _compare("in")),
        Component("sstarts", (s, s), b, str.startswith, _method("startswith", b)),
        Component("sends", (s, s), b, str.endswith, _method("endswith", b)),
        Component("sfind", (s, s), i, str.find, _method("find", i)),
        Component("scount", (s, s), i, str.count, _method("count", i)),
        Component("ssplit", (s, s), listed, str.split, _method("split", listed)),
        Component("swords", (s,), listed, str.split, _method("split", listed)),
        Component("sjoin", (s, listed), s, str.join, _method("join", s)),
        Component("sreplace", (s, s, s), s, str.replace, _method("replace", s), cost=2),
    ]


def _lists(item: t.Type) -> list[Component]:
    i, b, xs = t.INT, t.BOOL, t.ListType(item)
    found = [
        Component("llen", (xs,), i, len, _function("len", i)),
        Component("lat", (xs, i), item, operator.getitem, _index(item)),
        Component("lto", (xs, i), xs, lambda x, k: x[:k], _slice(xs, from_start=True)),
        Component("lfrom", (xs, i), xs, lambda x, k: x[k:], _slice(xs, from_start=False)),
        Component("lrev", (xs,), xs, lambda x: x[::-1], _reversed(xs)),
        Component("l+", (xs, xs), xs, operator.add, _binary("+", xs)),
        Component("lin", (item, xs), b, lambda x, y: x in y, _compare("in")),
        Component("lcount", (xs, item), i, list.count, _method("count", i)),
        Component("lindex", (xs, item), i, list.index, _method("index", i)),
        Component("l==", (xs, xs), b, operator.eq, _compare("=="), commutative=True),
        Component("l1", (item,), xs, lambda x: [x], lambda a: MakeList(type=xs, items=(a,))),
        Component("l0", (), xs, list, lambda: MakeList(type=xs, items=())),
    ]
    if item in (t.INT, t.STR, t.FLOAT):
        found += [
            Component("lmax", (xs,), item, max, _function("max", item)),
            Component("lmin", (xs,), item, min, _function("min", item)),
            Component("lsort", (xs,), xs, sorted, _function("sorted", xs)),
            Component(
                "ldistinct",
                (xs,),
                xs,
                lambda x: sorted(set(x)),
                lambda a: call("sorted", xs, call("set", t.SetType(item), a)),
                cost=2,
            ),
            _most_frequent(item),
        ]
    if item == t.INT:
        found.append(Component("lsum", (xs,), i, sum, _function("sum", i)))
    return found


def _most_frequent(item: t.Type) -> Component:
    xs = t.ListType(item)

    def build(source: Expr) -> Expr:
        each = Variable(type=item, name="each", role="bound")
        counted = MethodCall(type=t.INT, value=source, method="count", args=(each,))
        key = FunctionRef(type=t.INT, parameter="each", parameter_type=item, body=counted)
        return Call(type=item, function="max", args=(source,), keywords=(("key", key),))

    return Component("lmode", (xs,), item, lambda x: max(x, key=x.count), build, cost=3)


_TESTS: tuple[tuple[CompareOp, Callable[[Any, Any], bool]], ...] = (
    (">", operator.gt),
    ("<", operator.lt),
    (">=", operator.ge),
    ("<=", operator.le),
    ("==", operator.eq),
    ("!=", operator.ne),
)


def _selections(item: t.Type, name: str) -> list[Component]:
    """Comprehensions as templates: those items of a list that compare so with a value."""
    if item not in (t.INT, t.STR):
        return []
    xs = t.ListType(item)
    variable = Variable(type=item, name=name, role="bound")

    def selecting(op: CompareOp, test: Callable[[Any, Any], bool]) -> list[Component]:
        def build(source: Expr, other: Expr) -> Expr:
            condition = Compare(type=t.BOOL, op=op, left=variable, right=other)
            return _selecting(source, variable, variable, condition, xs)

        def among(quantifier: str) -> Build:
            def built(source: Expr, other: Expr) -> Expr:
                condition = Compare(type=t.BOOL, op=op, left=variable, right=other)
                inside = _selecting(source, variable, condition, None, t.BOOL)
                return Call(type=t.BOOL, function=quantifier, args=(inside,))

            return built

        return [
            Component(
                f"filter{op}",
                (xs, item),
                xs,
                lambda source, other: [x for x in source if test(x, other)],
                build,
                cost=3,
            ),
            Component(
                f"all{op}",
                (xs, item),
                t.BOOL,
                lambda source, other: all(test(x, other) for x in source),
                among("all"),
                cost=3,
            ),
        ]

    return [component for op, test in _TESTS for component in selecting(op, test)]


def _transformations(name: str, *, multiplies: bool) -> list[Component]:
    """Comprehensions that change each number of a list."""
    i, xs = t.INT, t.ListType(t.INT)
    variable = Variable(type=i, name=name, role="bound")

    def mapping(label: str, apply: Callable[[int, int], int], op: BinaryOp) -> Component:
        def build(source: Expr, other: Expr) -> Expr:
            element = Binary(type=i, op=op, left=variable, right=other)
            return _selecting(source, variable, element, None, xs)

        def applied(source: list[int], other: int) -> list[int]:
            return [apply(x, other) for x in source]

        return Component(label, (xs, i), xs, applied, build, cost=3)

    found = [mapping("map+", operator.add, "+")]
    if multiplies:
        found.append(mapping("map*", operator.mul, "*"))

        def squares(source: Expr) -> Expr:
            element = Binary(type=i, op="*", left=variable, right=variable)
            return _selecting(source, variable, element, None, xs)

        found.append(
            Component("squares", (xs,), xs, lambda source: [x * x for x in source], squares, cost=3)
        )
    return found


def _dicts(kind: t.DictType) -> list[Component]:
    found = [
        Component("dlen", (kind,), t.INT, len, _function("len", t.INT)),
        Component("din", (kind.key, kind), t.BOOL, lambda x, y: x in y, _compare("in")),
        Component("dat", (kind, kind.key), kind.value, operator.getitem, _index(kind.value)),
    ]
    if not isinstance(kind.value, t.OptionalType):
        optional = t.OptionalType(kind.value)
        found.append(
            Component("dget", (kind, kind.key), optional, dict.get, _method("get", optional))
        )
        found.append(
            Component(
                "dgetor",
                (kind, kind.key, kind.value),
                kind.value,
                dict.get,
                _method("get", kind.value),
            )
        )
    return found


def _records(kind: t.RecordType) -> list[Component]:
    def field(name: str, of: t.Type) -> Component:
        def read(value: RecordValue) -> Value:
            return value.fields[name]

        return Component(
            f"{kind.name}.{name}",
            (kind,),
            erase(of),
            read,
            lambda value: FieldOf(type=erase(of), value=value, name=name),
        )

    return [field(name, of) for name, of in kind.fields]


def _floats() -> list[Component]:
    f, b = t.FLOAT, t.BOOL
    return [
        Component("f+", (f, f), f, operator.add, _binary("+", f)),
        Component("f-", (f, f), f, operator.sub, _binary("-", f)),
        Component("f*", (f, f), f, operator.mul, _binary("*", f)),
        Component("f/", (f, f), f, operator.truediv, _binary("/", f)),
        Component("f<", (f, f), b, operator.lt, _compare("<")),
        Component("f<=", (f, f), b, operator.le, _compare("<=")),
    ]


def _types_inside(kind: t.Type) -> set[t.Type]:
    match kind:
        case t.ListType() | t.SetType() | t.OptionalType():
            return {kind} | _types_inside(kind.item)
        case t.DictType():
            return {kind} | _types_inside(kind.key) | _types_inside(kind.value)
        case t.TupleType():
            return {kind}.union(*(_types_inside(item) for item in kind.items))
        case t.RecordType():
            return {kind}.union(*(_types_inside(erase(field)) for _, field in kind.fields))
        case _:
            return {kind}


def components_for(contract: Contract, exprs: tuple[Expr, ...], name: str) -> list[Component]:
    """The operations for a contract: by the types in its signature and clauses.

    Multiplication and division take part when the contract speaks of them or of numbers
    larger than 2, so that simple tasks stay small. `name` is a free name for bound items.
    """
    kinds: set[t.Type] = set()
    for kind in (*(p.type for p in contract.parameters), contract.result):
        kinds |= _types_inside(erase(kind))
    nodes = [node for expr in exprs for node in walk(expr)]
    operators = {node.op for node in nodes if isinstance(node, Binary)}
    functions = {node.function for node in nodes if isinstance(node, Call)}
    large = any(
        isinstance(node, Constant)
        and isinstance(node.value, int)
        and not isinstance(node.value, bool)
        and abs(node.value) > 2
        for node in nodes
    )
    divides = bool(operators & {"//", "%", "*"}) or bool(functions & {"divmod"}) or large
    multiplies = bool(operators & {"*", "**"}) or large
    found = [*_ints(divides=divides, multiplies=multiplies), *_bools()]
    if t.STR in kinds:
        found += _strs()
        if t.ListType(t.STR) not in kinds:
            # The words of a text are counted, picked and turned round.
            of_words = ("llen", "lat", "lrev")
            found += [each for each in _lists(t.STR) if each.name in of_words]
        if t.INT in kinds:
            found.append(Component("str", (t.INT,), t.STR, str, _function("str", t.STR)))
    if t.FLOAT in kinds:
        found += _floats()
    for kind in sorted(kinds, key=repr):
        match kind:
            case t.ListType():
                found += [*_lists(kind.item), *_selections(kind.item, name)]
                if kind.item == t.INT:
                    found += _transformations(name, multiplies=multiplies)
            case t.DictType():
                found += _dicts(kind)
            case t.RecordType():
                found += _records(kind)
            case _:
                pass
    hidden = hidden_builtins(contract)
    return [component for component in found if _builtin(component) not in hidden]


def hidden_builtins(contract: Contract) -> frozenset[str]:
    """Names that mean something else in the module than the builtin of that name."""
    names = {contract.name, *(p.name for p in contract.parameters)}
    names |= {define.name for define in contract.defines}
    return frozenset(names | {record.name for record in contract.records})


# Operations on texts that the prover does not model: what is made without them can be proved.
UNMODELLED = frozenset(
    {"supper", "slower", "sstrip", "scount", "ssplit", "swords", "sjoin", "sreplace", "srev"}
)

_BUILTINS = {
    "slen": "len",
    "llen": "len",
    "dlen": "len",
    "lmax": "max",
    "lmin": "min",
    "lsort": "sorted",
    "lsum": "sum",
}


def _builtin(component: Component) -> str:
    """The builtin that a component calls; its own name, which hides nothing, for none."""
    if component.name.startswith("all"):
        return "all"
    return _BUILTINS.get(component.name, component.name)
