"""Pictures of a state: equal ones mean that code cannot tell the two states apart.

A picture is a flat list of everything that can be reached from some names: values, the order of
dicts and sets, which objects are the same one, the attributes of the candidate's own objects and
classes, defaults and closures of its functions. What cannot be looked into (an iterator, a
generator, an open object of a library) has no picture: then nothing is known.
"""

import collections
import datetime
import decimal
import enum
import fractions
import functools
import re
import sys
import types
import typing


class OpaqueError(Exception):
    """Something has a state that cannot be seen."""


_LARGEST = 20_000  # parts of one picture
_VALUES = (int, bool, float, complex, str, bytes, type(None), range, type(Ellipsis))
_REPR = (
    datetime.date, datetime.datetime, datetime.time, datetime.timedelta, decimal.Decimal,
    fractions.Fraction, re.Pattern, type(NotImplemented),
)
_SEQUENCES = (list, tuple, collections.deque, bytearray)
_DICTS = (dict, collections.Counter, collections.OrderedDict, collections.defaultdict)
_SETS = (set, frozenset)
_BASES = {object, typing.Generic, typing.Protocol}
_LRU = type(functools.lru_cache(None)(len))


def picture(roots):
    """The picture of some values. Raises `OpaqueError`."""
    # What was looked at stays alive, so that no other object gets its identity.
    found, seen, alive = [], {}, []
    waiting = list(reversed(roots))
    while waiting:
        value = waiting.pop()
        if len(found) > _LARGEST:
            raise OpaqueError
        kind = type(value)
        if kind in _VALUES:
            found.append(kind)
            found.append(repr(value) if kind is float or kind is complex else value)
            continue
        if id(value) in seen:
            found.append(("again", seen[id(value)]))
            continue
        seen[id(value)] = len(seen)
        alive.append(value)
        _look(value, kind, found, waiting)
    return found


def _look(value, kind, found, waiting):
    if kind in _SEQUENCES:
        found.append((kind, len(value), getattr(value, "maxlen", None)))
        waiting.extend(reversed(value))
    elif kind in _DICTS:
        found.append((kind, len(value)))
        if kind is collections.defaultdict:
            waiting.append(value.default_factory)
        for key in reversed(list(value)):
            waiting.append(value[key])
            waiting.append(key)
    elif kind in _SETS:
        if not all(type(each) in _VALUES or type(each) is tuple for each in value):
            raise OpaqueError
        # The order of later additions depends on the size of its table.
        found.append((kind, len(value), sys.getsizeof(value)))
        waiting.extend(reversed(list(value)))
    elif kind in _REPR:
        found.append((kind, repr(value)))
    elif kind is types.FunctionType:
        found.append(("function", id(value.__code__)))
        if value.__globals__.get("__file__") == "candidate.py":
            cells = value.__closure__ or ()
            waiting += [value.__dict__, value.__kwdefaults__, value.__defaults__]
            for name, cell in zip(value.__code__.co_freevars, cells):
                if name == "__classdict__":
                    continue  # What annotations are read from: the class's names, looked at there.
                try:
                    waiting.append(cell.cell_contents)
                except ValueError:
                    found.append("empty cell")
    elif kind is types.ModuleType:
        found.append(("module", value.__name__))
    elif kind is types.BuiltinFunctionType:
        found.append(("builtin", value.__name__))
        if not isinstance(value.__self__, types.ModuleType):
            waiting.append(value.__self__)
    elif kind is types.MethodType:
        found.append("method")
        waiting += [value.__self__, value.__func__]
    elif kind is functools.partial:
        found.append("partial")
        waiting += [value.func, value.args, value.keywords]
    elif kind is _LRU:
        # Without a miss between two equal pictures nothing was stored between them.
        told = value.cache_info()
        found.append(("cache", told.misses, told.currsize))
        waiting.append(value.__wrapped__)
    elif kind in (staticmethod, classmethod):
        found.append(kind)
        waiting.append(value.__func__)
    elif kind is property:
        found.append(kind)
        waiting += [value.fget, value.fset, value.fdel]
    elif isinstance(value, type):
        found.append(("class", id(value)))
        if value.__module__ == "candidate" and not isinstance(value, enum.EnumMeta):
            own = dict(value.__dict__)
            waiting.append({name: each for name, each in own.items() if _told(name, each)})
    elif isinstance(value, enum.Enum):
        found.append(("member", id(kind), value.name))
    elif kind.__module__ == "candidate":
        _own(value, kind, found, waiting)
    elif kind.__module__ in ("typing", "types", "__future__", "_thread"):
        found.append(("form", repr(value)))
    else:
        raise OpaqueError


def _told(name, value):
    """Attributes of a class that may change; what Python makes of it by itself may not."""
    if name in ("__dataclass_fields__", "__dataclass_params__", "__abstractmethods__", "_abc_impl"):
        return False
    if name.startswith("__annotat"):
        return False  # Evaluated by nobody while the code runs, or the same each time.
    if name.startswith("__") and name.endswith("__") and not isinstance(value, types.FunctionType):
        return False
    return type(value).__name__ not in ("member_descriptor", "_tuplegetter", "getset_descriptor")


def _own(value, kind, found, waiting):
    """An object of the candidate's own class."""
    bases = [base for base in kind.__mro__ if base.__module__ != "candidate"]
    if tuple in bases:
        found.append((id(kind), len(value)))
        waiting.append(tuple(value))
    elif not set(bases) <= _BASES and not all(base.__module__ == "abc" or base in _BASES for base in bases):
        raise OpaqueError
    else:
        found.append(("object", id(kind)))
    parts = dict(getattr(value, "__dict__", {}))
    for base in kind.__mro__:
        names = base.__dict__.get("__slots__", ())
        for name in (names,) if isinstance(names, str) else names:
            if hasattr(value, name):
                parts[name] = getattr(value, name)
    waiting.append(kind)
    waiting.append(parts)
