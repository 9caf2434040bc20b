"""Sorts: the types of the logic, one object per sort."""

from __future__ import annotations

import enum
import threading

import msgspec


class Kind(enum.Enum):
    """What family a sort belongs to."""

    BOOL = "Bool"
    INT = "Int"
    REAL = "Real"
    STRING = "String"
    REGEX = "RegLan"
    ROUNDING = "RoundingMode"
    ARRAY = "Array"
    BITVECTOR = "BitVec"
    FLOAT = "FloatingPoint"
    DATATYPE = "Datatype"
    UNINTERPRETED = "Uninterpreted"
    PARAMETER = "Parameter"


class Sort:
    """A sort. Equal sorts are the same object, so `is` and `==` agree.

    `args` are sorts (of an array: index and element; of a datatype: its arguments), `indices`
    are numbers (of a bit-vector: its width; of a float: exponent and significand bits, the
    latter with the hidden one).
    """

    __slots__ = ("args", "indices", "kind", "name")

    kind: Kind
    name: str
    args: tuple[Sort, ...]
    indices: tuple[int, ...]

    def __repr__(self) -> str:
        inside = [*(repr(arg) for arg in self.args), *(str(index) for index in self.indices)]
        return f"{self.name}({', '.join(inside)})" if inside else self.name

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return _intern, (self.kind, self.name, self.args, self.indices)

    def __copy__(self) -> Sort:
        return self

    def __deepcopy__(self, memo: object) -> Sort:
        return self

    @property
    def index(self) -> Sort:
        """The index sort of an array."""
        return self.args[0]

    @property
    def element(self) -> Sort:
        """The element sort of an array."""
        return self.args[1]

    @property
    def width(self) -> int:
        """The number of bits of a bit-vector or a float."""
        return sum(self.indices)


_sorts: dict[tuple[Kind, str, tuple[Sort, ...], tuple[int, ...]], Sort] = {}
_lock = threading.Lock()


def _intern(
    kind: Kind, name: str, args: tuple[Sort, ...] = (), indices: tuple[int, ...] = ()
) -> Sort:
    key = (kind, name, args, indices)
    with _lock:
        sort = _sorts.get(key)
        if sort is None:
            sort = Sort()
            sort.kind, sort.name, sort.args, sort.indices = kind, name, args, indices
            _sorts[key] = sort
        return sort


BOOL = _intern(Kind.BOOL, "Bool")
INT = _intern(Kind.INT, "Int")
REAL = _intern(Kind.REAL, "Real")
STRING = _intern(Kind.STRING, "String")
REGEX = _intern(Kind.REGEX, "RegLan")
ROUNDING = _intern(Kind.ROUNDING, "RoundingMode")


def array(index: Sort, element: Sort) -> Sort:
    """The sort of arrays from `index` to `element`."""
    return _intern(Kind.ARRAY, "Array", (index, element))


def bitvector(width: int) -> Sort:
    """The sort of bit-vectors of `width` bits; ValueError under one bit."""
    if width < 1:
        raise ValueError(f"a bit-vector of {width} bits was asked for; it needs at least one")
    return _intern(Kind.BITVECTOR, "BitVec", (), (width,))


def floating(exponent: int, significand: int) -> Sort:
    """The sort of IEEE 754 floats; `significand` counts the hidden bit."""
    return _intern(Kind.FLOAT, "FloatingPoint", (), (exponent, significand))


FLOAT64 = floating(11, 53)
FLOAT32 = floating(8, 24)


def uninterpreted(name: str) -> Sort:
    """A sort of which nothing is known but that it is not empty."""
    return _intern(Kind.UNINTERPRETED, name)


def datatype_sort(name: str, *args: Sort) -> Sort:
    """The sort of a datatype, by name: it may be used before the datatype is written down."""
    return _intern(Kind.DATATYPE, name, args)


def parameter(name: str) -> Sort:
    """A sort parameter inside the declaration of a parametric datatype."""
    return _intern(Kind.PARAMETER, name)


def instantiate(sort: Sort, binding: dict[Sort, Sort]) -> Sort:
    """`sort` with its parameters replaced."""
    if sort in binding:
        return binding[sort]
    if not sort.args:
        return sort
    return _intern(
        sort.kind, sort.name, tuple(instantiate(arg, binding) for arg in sort.args), sort.indices
    )


class Selector(msgspec.Struct, frozen=True):
    """A field of a constructor: the `index`-th of `constructor`."""

    name: str
    sort: Sort
    constructor: str
    index: int


class Constructor(msgspec.Struct, frozen=True):
    name: str
    selectors: tuple[Selector, ...] = ()


class Datatype(msgspec.Struct, frozen=True):
    """A datatype's declaration. Make it with `datatype`."""

    name: str
    constructors: tuple[Constructor, ...]
    parameters: tuple[Sort, ...] = ()

    def sort(self, *args: Sort) -> Sort:
        """Its sort, at these arguments for its parameters."""
        if len(args) != len(self.parameters):
            raise ValueError(f"{self.name} takes {len(self.parameters)} sorts, got {len(args)}")
        return datatype_sort(self.name, *args)

    def constructor(self, name: str) -> Constructor:
        """The constructor of that name; KeyError when there is none."""
        for constructor in self.constructors:
            if constructor.name == name:
                return constructor
        raise KeyError(f"datatype {self.name} has no constructor {name}")

    def selector(self, name: str) -> Selector:
        """The selector of that name; KeyError when there is none."""
        for constructor in self.constructors:
            for selector in constructor.selectors:
                if selector.name == name:
                    return selector
        raise KeyError(f"datatype {self.name} has no selector {name}")


def datatype(
    name: str,
    constructors: dict[str, dict[str, Sort]],
    parameters: tuple[Sort, ...] = (),
) -> Datatype:
    """A datatype from `{constructor: {selector: sort}}`, in that order."""
    return Datatype(
        name,
        tuple(
            Constructor(
                constructor,
                tuple(
                    Selector(field, sort, constructor, index)
                    for index, (field, sort) in enumerate(fields.items())
                ),
            )
            for constructor, fields in constructors.items()
        ),
        parameters,
    )
