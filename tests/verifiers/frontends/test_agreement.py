"""Hand-written programs: CPython in the sandbox, the core interpreter and the logic agree.

Each section of agreement/*.md holds an intent, which gives the types and `modifies`, and code
that is modelled throughout: no run may stop at what is not. Inputs are the prover's own samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.equality import same
from axiom_verifiers.contracts.outcomes import Raised, Returned
from axiom_verifiers.contracts.records import RecordValue
from axiom_verifiers.contracts.types import (
    DictType,
    ListType,
    OptionalType,
    RecordType,
    SetType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.values import Value, convert
from axiom_verifiers.core.interpreter import Failed, Finished, RunEnd, run
from axiom_verifiers.core.interpreter import Limits as CoreLimits
from axiom_verifiers.core.show import show_program
from axiom_verifiers.errors import UndeterminedError
from axiom_verifiers.frontends.python import translate
from axiom_verifiers.invariants.sampling import sample_runs
from axiom_verifiers.logic import terms
from axiom_verifiers.logic.evaluate import evaluate
from axiom_verifiers.logic.values import ArrayValue, DatatypeValue
from axiom_verifiers.obligations.execute import Machine
from axiom_verifiers.obligations.meaning import Meaning
from axiom_verifiers.obligations.probe import read as read_value
from axiom_verifiers.obligations.ranges import Bounded
from axiom_verifiers.obligations.state import Exit
from axiom_verifiers.obligations.values import (
    DictValue,
    ListValue,
    OptionalValue,
    RecordParts,
    Scalar,
    SetValue,
    Symbolic,
    TupleValue,
    datatype_of,
    default,
    erase,
    pack,
    parts,
)
from axiom_verifiers.sandbox.python import PythonSandbox
from axiom_verifiers.sandbox.runtime import Limits
from tests.verifiers.fuzz.soundness import contract_of, sections

CASES = [
    pytest.param(intent, code, id=f"{path.stem}: {title}")
    for path in sorted((Path(__file__).parent / "agreement").glob("*.md"))
    for title, intent, code in sections(path)
]
LIMITS = Limits(fuel=500_000_000)
CORE_LIMITS = CoreLimits(steps=2_000)
SIZE = 4


def inside(value: Value, kind: Type) -> object:
    """The value as one of the logic, as it stands inside an array."""
    kind = erase(kind)
    fields: tuple[object, ...]
    match kind:
        case ListType(item):
            fields = (len(value), array(value, item))
        case SetType() | DictType():
            fields = keyed(value, kind)
        case OptionalType(item):
            fields = (value is not None, missing(item) if value is None else inside(value, item))
        case TupleType(items):
            fields = tuple(inside(one, of) for one, of in zip(value, items, strict=True))
        case RecordType(_, members):
            fields = tuple(inside(value.fields[name], of) for name, of in members)
        case _:
            return value
    return DatatypeValue(datatype_of(kind).constructors[0].name, fields)


def keyed(value: Value, kind: SetType | DictType) -> tuple[object, ...]:
    """The parts of a set or a dict, in their order."""
    of = kind.item if isinstance(kind, SetType) else kind.key
    keys = [inside(key, of) for key in value]
    has = ArrayValue(False, dict.fromkeys(keys, True))
    order = array(list(value), of)
    if isinstance(kind, SetType):
        return (has, order, len(keys))
    held = [inside(value[key], kind.value) for key in value]
    values = ArrayValue(missing(kind.value), dict(zip(keys, held, strict=True)))
    place = ArrayValue(0, {key: i for i, key in enumerate(keys)})
    return (has, values, order, len(keys), place)


def missing(kind: Type) -> object:
    return evaluate(pack(default(kind), kind))


def array(values: list[Value], item: Type) -> ArrayValue:
    return ArrayValue(missing(item), {i: inside(one, item) for i, one in enumerate(values)})


def given(symbolic: Symbolic, value: Value, found: dict[terms.Term, object]) -> None:
    """What the constants of a parameter are where it has this value."""
    match symbolic:
        case Scalar(term):
            found[term] = value
        case ListValue(item, items, _, length):
            found[length] = len(value)
            found[items] = array(value, item)
        case SetValue(item):
            found |= zip(parts(symbolic), keyed(value, SetType(item)), strict=True)
        case DictValue(key, held):
            found |= zip(parts(symbolic), keyed(value, DictType(key, held)), strict=True)
        case TupleValue(items):
            for part, one in zip(items, value, strict=True):
                given(part, one, found)
        case RecordParts(record, fields):
            for part, (name, _) in zip(fields, record.fields, strict=True):
                given(part, value.fields[name], found)
        case OptionalValue(item, present, inner):
            found[present] = value is not None
            if value is not None:
                given(inner, value, found)
            else:
                given(inner, _some(item), found)
        case other:
            raise AssertionError(other)


def _some(kind: Type) -> Value:
    match erase(kind):
        case ListType():
            return []
        case SetType():
            return set()
        case DictType():
            return {}
        case OptionalType():
            return None
        case TupleType(items):
            return tuple(_some(item) for item in items)
        case RecordType(name, fields):
            return RecordValue(name, {field: _some(of) for field, of in fields})
        case other:
            return evaluate(pack(default(other), other))


def symbolic(program_exits: list[Exit], env: Mapping[terms.Term, object]) -> Exit:
    taken = [one for one in program_exits if _holds(one.condition, env)]
    assert len(taken) == 1, [(one.kind, one.errors, one.construct) for one in taken]
    return taken[0]


def _holds(term: terms.Term, env: Mapping[terms.Term, object]) -> bool:
    try:
        return evaluate(term, env) is True
    except UndeterminedError:
        return False


def agrees(contract: Contract, core: RunEnd, real: object) -> bool:
    match core, real:
        case Finished(), Returned():
            result = convert(real.result, contract.result)
            return same(convert(core.result, contract.result), result) and same(
                core.after, real.after
            )
        case Failed(), Raised():
            kinds = {real.error, *real.bases}
            return core.error in kinds and same(core.after, real.after)
        case _:
            return False


@pytest.mark.parametrize(("intent", "code"), CASES)
def test_agreement(intent: str, code: str, sandbox: PythonSandbox) -> None:
    contract = contract_of(intent)
    program = translate(code, contract)
    shown = show_program(program)
    assert not program.obstacles, shown
    rows = [made.args for made in sample_runs(program, contract, 30)]
    assert rows, "no input"
    ends = [run(program, args, limits=CORE_LIMITS).end for args in rows]
    outcomes = sandbox.run(code, contract, rows, limits=LIMITS)
    for args, end, outcome in zip(rows, ends, outcomes, strict=True):
        assert agrees(contract, end, outcome), f"{args}\ncore: {end}\nreal: {outcome}\n{shown}"
    ranges = Bounded(SIZE)
    meaning = Meaning(contract, ranges)
    machine = Machine(program, contract, ranges)
    machine.run(meaning.before)
    compared = 0
    names = [parameter.name for parameter in contract.parameters]
    for args, end in zip(rows, ends, strict=True):
        env: dict[terms.Term, object] = {}
        for name, value in zip(names, args, strict=True):
            given(meaning.before[name], value, env)
        out_of_reach = not all(_holds(limit, env) for limit in ranges.limits)
        if out_of_reach or any(_holds(beyond, env) for beyond in ranges.beyond):
            continue
        exit_ = symbolic(machine.exits, env)
        text = f"{args}\ncore: {end}\n{exit_.kind} {exit_.errors} {exit_.construct}\n{shown}"

        def look(term: terms.Term, env: dict[terms.Term, object] = env) -> object:
            return evaluate(term, env)

        match end:
            case Finished():
                assert exit_.kind == "return", text
                assert exit_.value is not None
                assert same(read_value(exit_.value, look, 40), end.result), text
            case Failed():
                assert exit_.kind == "raise", text
                assert end.error in exit_.errors, text
            case other:
                raise AssertionError(other)
        compared += 1
    assert compared > len(rows) // 6, "few runs are small enough for the logic"
