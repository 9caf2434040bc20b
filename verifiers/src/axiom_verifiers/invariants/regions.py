"""What holds of a part of a list, or of a range, that a loop has dealt with or not touched yet.

A claim about every position is tried on each part between two marks: the ends, the counters and
what is beside them. Its truth at single positions is recorded once for each state, so that many
parts cost little; of the parts that all states confirm only those are kept that no other covers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.evaluator import Evaluator
from axiom_verifiers.contracts.expressions import (
    Call,
    Compare,
    Constant,
    Expr,
    Index,
    Logical,
    Old,
    Quantifier,
    Variable,
)
from axiom_verifiers.contracts.traversal import walk, without_spans
from axiom_verifiers.contracts.types import IntType, ListType, StrType
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import assigned_names, expressions, statements
from axiom_verifiers.core.program import Assign, For, Function, While
from axiom_verifiers.core.show import show_expression
from axiom_verifiers.errors import ContractError
from axiom_verifiers.invariants.bodies import Body
from axiom_verifiers.invariants.building import (
    NEGATED,
    at,
    bound,
    compare,
    conjuncts,
    forall,
    fresh,
    implies,
    length,
    local,
    minus,
    number,
    numbers,
    plus,
    replaced,
    size,
    substituted,
)
from axiom_verifiers.invariants.effects import before
from axiom_verifiers.invariants.filtering import Head
from axiom_verifiers.invariants.grids import item_of, made_bodies, stored, sums_so_far
from axiom_verifiers.invariants.marks import marks as marks_of
from axiom_verifiers.invariants.removing import kept_bodies

# How many parts are kept of one claim, how many states are looked at.
_KEPT = 2
_STATES = 60
# The most positions of one state.
_POSITIONS = 40
# A part must have positions in one of so many states.
_SHARE = 10


def regions(
    function: Function,
    loop: While | For,
    contract: Contract,
    claims: Iterable[Expr],
    states: Sequence[Head],
) -> Iterator[Expr]:
    """The parts of each claim that all states confirm."""
    if not states:
        return
    seen = _Seen(Evaluator(contract.defines), states[:: max(1, len(states) // _STATES)])
    marks = marks_of(function, loop)
    known: set[str] = set()
    said = list(claims)
    said += sums_so_far(function, loop, said)
    bodies = [*_of_claims(said, stored(loop)), *_of_guards(loop),
              *kept_bodies(function, loop, said), *_kept(function, loop, contract),
              *_of_requires(contract, function, loop), *_orders(function, loop),
              *made_bodies(function, loop)]  # fmt: skip
    for body in bodies:
        text = show_expression(substituted(body.claim, {}))
        if text in known:
            continue
        known.add(text)
        yield from _parts(body, marks, seen)


# ---------------------------------------------------------------- claims


def _of_claims(claims: Iterable[Expr], changed: Sequence[str]) -> Iterator[Body]:
    for claim in claims:
        guard: Expr | None = None
        part = claim
        if isinstance(part, Logical) and part.op == "implies":
            guard, part = part.left, part.right
        body = _item_by_item(part, changed) or _positional(part)
        if body is None:
            continue
        yield msgspec.structs.replace(body, guard=guard)
        turned = _turned(body)
        if turned is not None:
            yield msgspec.structs.replace(turned, guard=guard)


def _turned(body: Body) -> Body | None:
    """A claim of two positions, the second beyond the first or wherever it is, as one of the
    second: of that one a loop may have dealt with a part as well.
    """
    inner = _positional(body.claim)
    if inner is None:
        return None
    first = bound(body.name)
    if body.name not in _bound_in(inner.low) | _bound_in(inner.high):
        whole = numbers(body.low, body.high)
    elif inner.low == plus(first, number(1)) and inner.high == body.high:
        # The second goes up to where the first does.
        whole = numbers(body.low, bound(inner.name))
    else:
        return None
    return Body(inner.name, forall(body.name, whole, inner.claim), body.low, inner.high)


def _bound_in(expr: Expr) -> set[str]:
    return {node.name for node in walk(expr) if isinstance(node, Variable) and node.role == "bound"}


def _positional(part: Expr) -> Body | None:
    """A universal claim over a range or a list, as one about positions."""
    if not isinstance(part, Quantifier) or part.kind != "forall" or part.target.name is None:
        return None
    name = part.target.name
    match part.domain:
        case Call(function="range", args=(high,) | (_, high) as args):
            low: Expr = number(0) if len(args) == 1 else args[0]
            index = fresh("k", part.body)
            claim = _bound_replaced(part.body, name, bound(index))
            return Body(index, claim, low, high)
        case Variable() as whole if isinstance(whole.type, ListType | StrType):
            index = fresh("k", part.body, whole)
            member = at(whole, bound(index))
            claim = _bound_replaced(part.body, name, member)
            return Body(index, claim, number(0), length(whole))
        case _:
            return None


def _item_by_item(part: Expr, changed: Sequence[str]) -> Body | None:
    """That a list of which items are assigned is equal to another one, item by item."""
    if not isinstance(part, Compare) or part.op != "==":
        return None
    for here, other in ((part.left, part.right), (part.right, part.left)):
        if isinstance(here, Variable) and here.name in changed and isinstance(here.type, ListType):
            index = fresh("k", here, other)
            same = compare(at(here, bound(index)), "==", item_of(other, bound(index)))
            return Body(index, same, number(0), length(here))
    return None


def _bound_replaced(expr: Expr, name: str, value: Expr) -> Expr:
    def change(node: Expr) -> Expr | None:
        if isinstance(node, Variable) and node.name == name and node.role == "bound":
            return value
        return None

    return replaced(expr, change)


def _of_guards(loop: While | For) -> Iterator[Body]:
    """What a comparison with an item says, claimed of every position."""
    changed = assigned_names((loop,))
    named = _named_items(loop)
    for statement in statements((loop,)):
        for expr in expressions(statement):
            for part in walk(expr):
                if not isinstance(part, Compare) or part.op not in NEGATED:
                    continue
                left, right = (
                    named.get(side.name, side) if isinstance(side, Variable) else side
                    for side in (part.left, part.right)
                )
                for side, other in ((left, right), (right, left)):
                    if (
                        isinstance(side, Index)
                        and isinstance(side.value, Variable)
                        and isinstance(side.value.type, ListType | StrType)
                        and not variables(other) & (variables(side.index) & changed)
                        and (
                            type(other) in (Constant, Variable, Index)
                            or not variables(other) & changed
                        )
                    ):
                        sequence = without_spans(side.value)
                        other = without_spans(other)
                        name = fresh("k", other, sequence)
                        item = at(sequence, bound(name))
                        for op in NEGATED.values():
                            claim = compare(item, op, other)
                            yield Body(name, claim, number(0), length(sequence))


def _named_items(loop: While | For) -> dict[str, Index]:
    """The items that a round takes under a name: `value = xs[middle]`."""
    given: dict[str, list[Expr]] = {}
    for statement in statements((loop,)):
        if isinstance(statement, Assign):
            given.setdefault(statement.name, []).append(statement.value)
    return {
        name: values[0]
        for name, values in given.items()
        if len(values) == 1 and isinstance(values[0], Index)
    }


def _kept(function: Function, loop: While | For, contract: Contract) -> Iterator[Body]:
    """That items of a list that is changed in place are as they were."""
    types = dict(function.locals)
    parameters = {p.name: p for p in contract.parameters}
    initial = before(function.body, loop.loop) or {}
    for name in stored(loop):
        kind = types.get(name)
        if not isinstance(kind, ListType):
            continue
        origin: Expr | None = None
        if name in parameters and name not in initial:
            parameter = Variable(type=kind, name=name, role="parameter")
            origin = Old(type=kind, value=parameter)
        else:
            origin = _copied(initial.get(name))
        if origin is None or variables(origin) & assigned_names((loop,)) - {name}:
            continue
        index = fresh("k", origin)
        here = local(name, kind)
        same = compare(at(here, bound(index)), "==", at(origin, bound(index)))
        yield Body(index, same, number(0), length(here))


def _copied(value: Expr | None) -> Expr | None:
    """The list that an expression is a copy of."""
    match value:
        case Variable() if isinstance(value.type, ListType):
            return without_spans(value)
        case Call(function="list", args=(inner,)):
            return _copied(inner)
        case _ if value is not None and isinstance(value.type, ListType):
            inner = getattr(value, "value", None)
            whole = getattr(value, "lower", 0) is None and getattr(value, "upper", 0) is None
            step = getattr(value, "step", 0) is None
            return _copied(inner) if whole and step else None
        case _:
            return None


def _of_requires(contract: Contract, function: Function, loop: While | For) -> Iterator[Body]:
    """What the contract requires of a list's items may be true of them still, or of a copy's."""
    assigned = stored(loop)
    types = dict(function.locals)
    initial = before(function.body, loop.loop) or {}
    copies: dict[str, list[Expr]] = {}
    for name in assigned:
        origin = _copied(initial.get(name))
        kind = types.get(name)
        if isinstance(origin, Variable) and kind is not None:
            copies.setdefault(origin.name, []).append(local(name, kind))
    for clause in contract.requires:
        for part in conjuncts(without_spans(clause.condition)):
            body = _positional(part)
            if body is None:
                continue
            if variables(body.claim) & set(assigned):
                yield body
            for name in sorted(variables(body.claim) & copies.keys()):
                for copy in copies[name]:
                    claim = substituted(body.claim, {name: copy})
                    yield Body(body.name, claim, body.low, substituted(body.high, {name: copy}))


def _orders(function: Function, loop: While | For) -> Iterator[Body]:
    """Order of a list whose items are assigned, up and down: of neighbours, and against all
    before or after.
    """
    types = dict(function.locals)
    for name in stored(loop):
        kind = types.get(name)
        if not isinstance(kind, ListType):
            continue
        here = local(name, kind)
        k, q = bound("k"), bound("q")
        end = length(here)
        one = number(1)
        for key in _keys(loop, here):
            item, other = key(at(here, k)), key(at(here, q))
            for op in ("<=", ">="):
                neighbours = compare(item, op, key(at(here, plus(k, one))))
                yield Body("k", neighbours, number(0), minus(end, one))
                later = forall("q", numbers(plus(k, one), end), compare(item, op, other))
                yield Body("k", later, number(0), end, single=True)
                earlier = forall("q", numbers(number(0), k), compare(other, op, item))
                yield Body("k", earlier, number(0), end, single=True)


def _keys(loop: While | For, whole: Variable) -> Iterator[Callable[[Expr], Expr]]:
    """What of the list's items the loop compares: the items themselves, or the same part of two
    of them.
    """
    assert isinstance(whole.type, ListType)
    if isinstance(whole.type.item, IntType | StrType):
        yield lambda item: item
    known: set[Expr] = set()
    hole = local("#item", whole.type.item)
    for statement in statements((loop,)):
        for expr in expressions(statement):
            for part in walk(expr):
                if not isinstance(part, Compare) or part.op not in NEGATED:
                    continue
                left, right = (_of_item(side, whole.name, hole) for side in (part.left, part.right))
                if left is None or left != right or left == hole or left in known:
                    continue
                known.add(left)
                yield lambda item, left=left: substituted(left, {"#item": item})


def _of_item(side: Expr, name: str, hole: Expr) -> Expr | None:
    """An expression of one item of the list, of that item as a local."""

    def change(part: Expr) -> Expr | None:
        match part:
            case Index(value=Variable(name=found)) if found == name:
                return hole
            case _:
                return None

    said = replaced(without_spans(side), change)
    return said if variables(said) == frozenset(("#item",)) else None


# ---------------------------------------------------------------- parts


class _Seen:
    """The recorded states, and the values that marks have in them, each found once."""

    def __init__(self, evaluator: Evaluator, states: Sequence[Head]) -> None:
        self.evaluator = evaluator
        self.states = states
        self._known: dict[Expr, list[int | None]] = {}

    def numbers(self, expr: Expr) -> list[int | None]:
        """The value in each state, where it is a number there."""
        found = self._known.get(expr)
        if found is None:
            values = [self.value(expr, head) for head in self.states]
            found = [value if isinstance(value, int) else None for value in values]
            self._known[expr] = found
        return found

    def value(self, expr: Expr, head: Head) -> object:
        try:
            return self.evaluator.evaluate(expr, head.state, head.before)
        except ContractError:
            return None


def _parts(body: Body, marks: list[Expr], seen: _Seen) -> Iterator[Expr]:
    lows = list(dict.fromkeys([body.low, *marks]))
    highs = list(dict.fromkeys([body.high, *marks]))
    firsts = [seen.numbers(low) for low in lows]
    lasts = [seen.numbers(high) for high in highs]
    claim = _bound_replaced(body.claim, body.name, local("#probe"))
    rows: list[tuple[list[int | None], list[int | None], dict[int, bool]]] = []
    for place, head in enumerate(seen.states):
        if body.guard is not None and seen.value(body.guard, head) is not True:
            continue
        first, last = [row[place] for row in firsts], [row[place] for row in lasts]
        holds = _holding(claim, first, last, seen, head)
        if holds is not None:
            rows.append((first, last, holds))
    if not rows:
        return
    found: list[tuple[Expr, list[frozenset[int]]]] = []
    for i, low in enumerate(lows):
        for j, high in enumerate(highs):
            if high == low or (high == plus(low, number(1)) and not body.single):
                continue
            covered = _covered(i, j, rows, body.single)
            if covered is not None:
                found.append((_stated(body, low, high), covered))
    found.sort(key=lambda pair: (-sum(map(len, pair[1])), size(pair[0])))
    if isinstance(body.claim, Quantifier):
        # Of pairs a loop deals with those at the one end and those at the other.
        ends = (lows[0], highs[0])
        found.sort(key=lambda pair: not _reaches(pair[0], *ends))
    kept: list[tuple[Expr, list[frozenset[int]]]] = []
    for expr, covered in found:
        if len(kept) == (2 * _KEPT if body.single else _KEPT):
            break
        weaker = any(
            all(mine <= theirs for mine, theirs in zip(covered, other, strict=True))
            for _, other in kept
        )
        if not weaker:
            kept.append((expr, covered))
            yield expr


def _reaches(part: Expr, low: Expr, high: Expr) -> bool:
    """Whether a claim about a part of a range begins or ends where the range does."""
    while isinstance(part, Logical):
        part = part.right
    match part:
        case Quantifier(domain=Call(function="range", args=(first, last))):
            return low == first or high == last
        case Quantifier(domain=Call(function="range", args=(last,))):
            return low == number(0) or high == last
        case _:
            return False


def _stated(body: Body, low: Expr, high: Expr) -> Expr:
    claim = forall(body.name, numbers(low, high), body.claim)
    return claim if body.guard is None else implies(body.guard, claim)


def _covered(
    i: int,
    j: int,
    rows: list[tuple[list[int | None], list[int | None], dict[int, bool]]],
    single: bool,
) -> list[frozenset[int]] | None:
    """The positions of each state; None when the claim fails at one, or there are too few."""
    found: list[frozenset[int]] = []
    for lows, highs, holds in rows:
        low, high = lows[i], highs[j]
        if low is None or high is None:
            return None
        span = range(low, high)
        if not all(holds.get(k, False) for k in span):
            return None
        found.append(frozenset(span))
    many = any(len(positions) > 1 or single for positions in found)
    return found if many and sum(map(bool, found)) * _SHARE >= len(found) else None


def _holding(
    claim: Expr,
    first: Sequence[int | None],
    last: Sequence[int | None],
    seen: _Seen,
    head: Head,
) -> dict[int, bool] | None:
    """Where the claim, of the position `#probe`, holds in one state, from the first mark to the
    last.
    """
    marks = [value for value in (*first, *last) if value is not None]
    if not marks:
        return None
    low = max(min(marks), -_POSITIONS)
    high = min(max(marks), low + _POSITIONS)
    holds: dict[int, bool] = {}
    for k in range(low, high):
        try:
            state = {**head.state, "#probe": k}
            holds[k] = seen.evaluator.evaluate(claim, state, head.before) is True
        except ContractError:
            holds[k] = False
    return holds
