"""Values: their JSON, their text, how they compare, which type they have."""

from __future__ import annotations

import copy
import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axiom_verifiers.contracts.types import (
    BOOL,
    BYTES,
    FLOAT,
    INT,
    NONE,
    STR,
    DictType,
    ListType,
    OptionalType,
    RecordType,
    SetType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.values import (
    ForeignValue,
    RecordValue,
    conforms,
    convert,
    deep_copy,
    equal,
    from_json,
    same,
    same_in_example,
    show,
    to_json,
)
from axiom_verifiers.errors import ValueFormError

LINE = RecordType("Line", (("price", INT), ("names", ListType(STR))))
SCALARS: list[Type] = [INT, BOOL, FLOAT, STR, BYTES, NONE]
HASHABLE = st.recursive(
    st.sampled_from([INT, BOOL, STR, BYTES]),
    lambda inner: st.builds(lambda items: TupleType(tuple(items)), st.lists(inner, max_size=3)),
    max_leaves=3,
)
TYPES: st.SearchStrategy[Type] = st.recursive(
    st.sampled_from([*SCALARS, LINE]),
    lambda inner: st.one_of(
        st.builds(ListType, inner),
        st.builds(SetType, HASHABLE),
        st.builds(DictType, HASHABLE, inner),
        st.builds(lambda items: TupleType(tuple(items)), st.lists(inner, max_size=3)),
        st.builds(lambda of: of if isinstance(of, OptionalType) else OptionalType(of), inner),
    ),
    max_leaves=5,
)


def values_of(of: Type) -> st.SearchStrategy[Any]:
    match of:
        case ListType():
            return st.lists(values_of(of.item), max_size=4)
        case SetType():
            return st.sets(values_of(of.item), max_size=4)
        case DictType():
            return st.dictionaries(values_of(of.key), values_of(of.value), max_size=4)
        case TupleType():
            return st.tuples(*map(values_of, of.items))
        case OptionalType():
            return st.one_of(st.none(), values_of(of.item))
        case RecordType():
            fields = {name: values_of(field) for name, field in of.fields}
            return st.fixed_dictionaries(fields).map(lambda made: RecordValue(of.name, made))
        case _:
            plain = {INT: st.integers(), BOOL: st.booleans(), FLOAT: st.floats(), NONE: st.none()}
            texts = {STR: st.text(), BYTES: st.binary()}
            return {**plain, **texts}[of]


LIMITS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
TYPED = TYPES.flatmap(lambda of: st.tuples(st.just(of), values_of(of)))


@LIMITS
@given(TYPED)
def test_json_and_back(pair: tuple[Type, Any]) -> None:
    of, value = pair
    written = json.dumps(to_json(value, of), allow_nan=False)
    back = from_json(json.loads(written), of)
    assert conforms(back, of)
    assert same(back, value)


@LIMITS
@given(TYPED)
def test_values_conform_and_conversion_leaves_them(pair: tuple[Type, Any]) -> None:
    of, value = pair
    assert conforms(value, of)
    assert same(convert(value, of), value)
    assert not conforms(ForeignValue("complex", "1j"), of)


@LIMITS
@given(TYPED)
def test_copies_are_the_same_and_share_nothing(pair: tuple[Type, Any]) -> None:
    _, value = pair
    copied = deep_copy(value)
    assert same(copied, value)
    assert same_in_example(copied, value)
    if isinstance(value, list):
        copied.append(None)
        assert not same(copied, value)


@LIMITS
@given(TYPED)
def test_the_text_reads_back(pair: tuple[Type, Any]) -> None:
    _, value = pair

    def line(**fields: Any) -> RecordValue:
        return RecordValue("Line", fields)

    assert same(eval(show(value), {"Line": line}), value)


@LIMITS
@given(TYPED)
def test_a_value_equals_itself_unless_it_holds_nan(pair: tuple[Type, Any]) -> None:
    _, value = pair
    assert equal(value, copy.deepcopy(value)) == (not holds_nan(value))


def holds_nan(value: Any) -> bool:
    match value:
        case float():
            return math.isnan(value)
        case list() | tuple() | set():
            return any(map(holds_nan, value))
        case dict():
            return any(map(holds_nan, [*value, *value.values()]))
        case RecordValue():
            return any(map(holds_nan, value.fields.values()))
        case _:
            return False


JSON = [
    ({"b": 1, "a": 2}, DictType(STR, INT), {"b": 1, "a": 2}),
    ({2: "x", 1: "y"}, DictType(INT, STR), [[2, "x"], [1, "y"]]),
    ({}, DictType(INT, STR), []),
    ({}, DictType(STR, STR), {}),
    ({3, 1, 2}, SetType(INT), [1, 2, 3]),
    ((1, "a"), TupleType((INT, STR)), [1, "a"]),
    (b"\x00\xff", BYTES, "00ff"),
    (float("nan"), FLOAT, "nan"),
    (float("-inf"), FLOAT, "-inf"),
    (10**30, INT, 10**30),
    (None, OptionalType(INT), None),
    (RecordValue("Line", {"price": 1, "names": []}), LINE, {"price": 1, "names": []}),
    (ForeignValue("complex", "1j"), INT, "1j"),
]


@pytest.mark.parametrize(("value", "of", "wanted"), JSON)
def test_json_form(value: Any, of: Type, wanted: Any) -> None:
    assert to_json(value, of) == wanted


WRONG = [
    ("a", INT, "expected an integer"),
    (True, INT, "expected an integer"),
    (1, BOOL, "expected true or false"),
    ("big", FLOAT, 'expected a number, "nan"'),
    ("zz", BYTES, "hexadecimal"),
    ([1], TupleType((INT, INT)), "an array of 2 items"),
    ([[1]], DictType(INT, INT), "an array of pairs"),
    ({"price": 1}, LINE, "an object with price, names"),
    (None, INT, "expected an integer"),
]


@pytest.mark.parametrize(("form", "of", "message"), WRONG)
def test_wrong_json_says_what_was_expected(form: Any, of: Type, message: str) -> None:
    with pytest.raises(ValueFormError, match=message):
        from_json(form, of)


CONVERSIONS = [
    (1, FLOAT, 1.0),
    (2**53 + 1, FLOAT, 2**53 + 1),  # Not exact, so it stays and does not conform.
    (True, INT, 1),
    (True, FLOAT, True),
    ([1, 2], ListType(FLOAT), [1.0, 2.0]),
    ({"a": True}, DictType(STR, INT), {"a": 1}),
    (1.0, INT, 1.0),
]


@pytest.mark.parametrize(("value", "of", "wanted"), CONVERSIONS)
def test_the_two_conversions(value: Any, of: Type, wanted: Any) -> None:
    found = convert(value, of)
    assert same(found, wanted)


COMPARED = [
    # left, right, equal, same, same in an example
    (0.0, -0.0, True, False, True),
    (float("nan"), float("nan"), False, True, True),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True, False, True),
    ([1], (1,), False, False, False),
    (1, True, True, False, True),
    ({1.0: [float("nan")]}, {1.0: [float("nan")]}, False, True, True),
    ({1, 2}, {2, 1}, True, True, True),
    ("a", "b", False, False, False),
]


@pytest.mark.parametrize(("left", "right", "equals", "sames", "examples"), COMPARED)
def test_comparisons(left: Any, right: Any, equals: bool, sames: bool, examples: bool) -> None:
    assert (equal(left, right), same(left, right), same_in_example(left, right)) == (
        equals,
        sames,
        examples,
    )
