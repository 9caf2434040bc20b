"""How values cross the border: a typed, tagged form inside JSON.

`null`, `true`, `false`, strings, floats and integers below 2⁶³ stand for themselves; all else
is an array whose first item is a tag:
`["I", hex]` large integer · `["F", bits]` nan and the infinities, their 64 bits in hex ·
`["B", hex]` bytes · `["L", …]` list · `["T", …]` tuple · `["S", …]` set ·
`["D", key, value, …]` dict, in its order · `["R", name, value, …]` record, its fields in their
declared order (in requests `["R", name, field, value, …]`, in any order) ·
`["X", type, text]` foreign: a value that the language does not have (answers only).
Types are compared by identity: a subclass of int is foreign, whatever it pretends to equal. The
dicts of `collections` are carried as dicts, which they equal; what a class of the code's own
makes of a dict is foreign.
"""

import collections
import itertools
import json.encoder
import json.scanner
import math
import operator
import struct

_LARGE = 1 << 63
_DEPTH = 300
_DICTS = (collections.Counter, collections.defaultdict, collections.OrderedDict)
_BUDGET = 4_000_000  # characters and bytes of one value; an item counts for 8 or 40


class TooLarge(Exception):
    """A value is nested too deeply or too large to be worth carrying out."""


def _no_default(value):
    raise TypeError("not a JSON value")


_encode_json = json.encoder.c_make_encoder(
    None, _no_default, json.encoder.encode_basestring_ascii, None, ":", ",", False, False, False
)
_scan = json.scanner.c_make_scanner(json.JSONDecoder())


def dumps(value, make=_encode_json, join="".join):
    return join(make(value, 0))


def loads(text, scan=_scan):
    return scan(text, 0)[0]


def clean_text(text, limit=2000):
    """Text that survives the border: real str, no surrogates, not endless."""
    if type(text) is not str:
        text = str.__str__(text)
    return text[:limit].encode("utf-8", "replace").decode("utf-8")


class Record:
    """How a record type is represented in this candidate: its class, and how to build and read."""

    def __init__(self, name, fields, kind, cls):
        self.name = name
        self.fields = fields
        self.kind = kind  # ours, dataclass, namedtuple or typeddict
        self.cls = cls


def records(declared, ours, space):
    """For each declared record the candidate's own class of that name and fields, else ours."""
    import dataclasses
    import typing

    found = {}
    for name, fields in declared:
        names = tuple(fields)
        cls = space.get(name)
        kind = "ours"
        if cls is not ours[name] and isinstance(cls, type):
            if dataclasses.is_dataclass(cls):
                if tuple(f.name for f in dataclasses.fields(cls) if f.init) == names:
                    kind = "dataclass"
            elif issubclass(cls, tuple):
                if getattr(cls, "_fields", None) == names:
                    kind = "namedtuple"
            elif typing.is_typeddict(cls):
                if tuple(typing.get_type_hints(cls)) == names:
                    kind = "typeddict"
        found[name] = Record(name, names, kind, ours[name] if kind == "ours" else cls)
    return found


def kinds(found):
    return {name: record.kind for name, record in found.items()}


def decode(value, found, type=type, list=list, unpack=struct.unpack):
    """The Python value of a tagged one; every container is new."""
    if type(value) is not list:
        return value
    tag = value[0]
    if tag == "L":
        return [decode(item, found) for item in value[1:]]
    if tag == "T":
        return tuple([decode(item, found) for item in value[1:]])
    if tag == "D":
        items = iter(value[1:])
        return {decode(key, found): decode(item, found) for key, item in zip(items, items)}
    if tag == "S":
        return {decode(item, found) for item in value[1:]}
    if tag == "I":
        return int(value[1], 16)
    if tag == "F":
        return unpack(">d", bytes.fromhex(value[1]))[0]
    if tag == "B":
        return bytes.fromhex(value[1])
    if tag == "R":
        record = found[value[1]]
        given = iter(value[2:])
        named = {n: decode(item, found) for n, item in zip(given, given)}
        parts = {n: named[n] for n in record.fields}
        return parts if record.kind == "typeddict" else record.cls(**parts)
    raise ValueError("unknown tag")


def _make_encode(
    type=type,
    int=int,
    str=str,
    float=float,
    bool=bool,
    bytes=bytes,
    list=list,
    tuple=tuple,
    set=set,
    dict=dict,
    pairs=dict.items,
    ordered=collections.OrderedDict,
    ordered_pairs=collections.OrderedDict.items,
    counter=collections.Counter,
    default=collections.defaultdict,
    none=type(None),
    hex=hex,
    len=len,
    getattr=object.__getattribute__,
    isfinite=math.isfinite,
    every=all,
    same=operator.is_,
    repeat=itertools.repeat,
    map=map,
    min=min,
    max=max,
    next=next,
    iter=iter,
    join="".join,
    repr=repr,
    pack=struct.pack,
    too_large=TooLarge,
    large=_LARGE,
    depth=_DEPTH,
    budget=_BUDGET,
    attribute_error=AttributeError,
    unicode_error=UnicodeEncodeError,
    clean=clean_text,
    base=BaseException,
):
    spent = 0

    def pay(amount):
        nonlocal spent
        spent += amount
        if spent > budget:
            raise too_large("a value is larger than the sandbox carries out")

    def foreign(value, found):
        pay(200)
        kind = type(value)
        name = type.__dict__["__name__"].__get__(kind)
        try:
            text = clean(repr(value), 200)
        except base:
            text = ""
        return ["X", clean(name, 100), text]

    def plain(value):
        """Whether all items are of one kind and stand for themselves; found without a loop here.

        Types are compared by identity, never in a set: a metaclass may define equality.
        """
        kind = type(next(iter(value)))
        if not every(map(same, map(type, value), repeat(kind))):
            return False
        if kind is int:
            return -large < min(value) and max(value) < large
        if kind is float:
            return every(map(isfinite, value))
        if kind is str:
            text = join(value)
            pay(len(text))
            return text.isascii()
        return kind is bool or kind is none

    def walk(value, found, level):
        kind = type(value)
        if kind is int:
            if -large < value < large:
                return value
            pay(value.bit_length() // 4)
            return ["I", hex(value)]
        if kind is bool or kind is none:
            return value
        if kind is str:
            pay(len(value))
            if not value.isascii():
                try:
                    value.encode()
                except unicode_error:
                    return ["X", "str", "str with a lone surrogate"]
            return value
        if kind is float:
            return value if isfinite(value) else ["F", pack(">d", value).hex()]
        if level > depth:
            return ["X", clean(type.__dict__["__name__"].__get__(kind), 100), "nested too deeply"]
        if kind is list or kind is tuple or kind is set:
            tag = "L" if kind is list else "T" if kind is tuple else "S"
            pay(8 + 8 * len(value))
            if len(value) > 4 and plain(value):
                return [tag, *value]
            pay(72 + 32 * len(value))
            out = [tag]
            for item in value:
                out.append(walk(item, found, level + 1))
            return out
        if kind is dict or kind is counter or kind is default or kind is ordered:
            # A dict of another kind is carried as the plain dict that it equals.
            pay(80 + 80 * len(value))
            out = ["D"]
            for key, item in ordered_pairs(value) if kind is ordered else pairs(value):
                out.append(walk(key, found, level + 1))
                out.append(walk(item, found, level + 1))
            return out
        if kind is bytes:
            pay(len(value))
            return ["B", value.hex()]
        for record in found.values():
            if record.cls is kind and record.kind != "typeddict":
                pay(80 + 40 * len(record.fields))
                out = ["R", record.name]
                for name in record.fields:
                    try:
                        part = getattr(value, name)
                    except attribute_error:
                        return foreign(value, found)
                    out.append(walk(part, found, level + 1))
                return out
        return foreign(value, found)

    def encode(value, found):
        nonlocal spent
        spent = 0
        return walk(value, found, 0)

    return encode


encode = _make_encode()


def shares(
    result,
    arguments,
    found,
    type=type,
    id=id,
    containers=(list, dict, set, *_DICTS),
    dicts=(dict, *_DICTS),
    values=dict.values,
    through=(tuple, frozenset),
    get=object.__getattribute__,
):
    """Whether the result and these arguments have a mutable object in common."""

    def mutable_ids(value, seen):
        waiting = [value]
        visited = set()
        while waiting:
            here = waiting.pop()
            kind = type(here)
            if id(here) in visited:
                continue
            if kind in containers:
                seen[id(here)] = here
            elif kind not in through:
                record = next((r for r in found.values() if r.cls is kind), None)
                if record is None:
                    continue
                if record.kind == "dataclass" and not kind.__dataclass_params__.frozen:
                    seen[id(here)] = here
                visited.add(id(here))
                waiting.extend(get(here, name) for name in record.fields)
                continue
            visited.add(id(here))
            if kind in dicts:
                waiting.extend(values(here))
            elif kind is not set:
                waiting.extend(here)
        return seen

    mine = mutable_ids(result, {})
    for argument in arguments:
        if not mine.keys().isdisjoint(mutable_ids(argument, {})):
            return True
    return False
