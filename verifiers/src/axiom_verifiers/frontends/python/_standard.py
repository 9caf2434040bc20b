"""Functions of the standard library that are written out in Python, to be translated as such,
and its constants.

They use no name but their own and `len` and `ValueError`: where a module binds one of these they
are not called.
"""

from __future__ import annotations

import string
from functools import cache

import msgspec
from tree_sitter import Node

from axiom_verifiers.contracts.expressions import Constant
from axiom_verifiers.contracts.source import Span
from axiom_verifiers.contracts.types import STR
from axiom_verifiers.core.program import Block, For, If, Place, Statement, Try, While
from axiom_verifiers.frontends.python._tree import children, parse, text

_SOURCE = """
def gcd(a, b):
    if a < 0:
        a = -a
    if b < 0:
        b = -b
    while b != 0:
        a, b = b, a % b
    return a


def lcm(a, b):
    if a == 0 or b == 0:
        return 0
    product = a * b
    if a < 0:
        a = -a
    if b < 0:
        b = -b
    while b != 0:
        a, b = b, a % b
    return product // a if product > 0 else -product // a


def isqrt(n):
    if n < 0:
        raise ValueError("isqrt() argument must be nonnegative")
    root = 0
    while (root + 1) * (root + 1) <= n:
        root += 1
    return root


def factorial(n):
    if n < 0:
        raise ValueError("factorial() not defined for negative values")
    product = 1
    k = 1
    while k <= n:
        product *= k
        k += 1
    return product


def comb(n, k):
    if n < 0 or k < 0:
        raise ValueError("must be a non-negative integer")
    if k > n:
        return 0
    ways = 1
    i = 0
    while i < k:
        ways = ways * (n - i) // (i + 1)
        i += 1
    return ways


def bit_count(n):
    if n < 0:
        n = -n
    ones = 0
    while n > 0:
        ones += n % 2
        n //= 2
    return ones


def bin(n):
    sign = ""
    if n < 0:
        sign = "-"
        n = -n
    digits = ""
    if n == 0:
        digits = "0"
    while n > 0:
        digits = ("1" if n % 2 == 1 else "0") + digits
        n //= 2
    return sign + "0b" + digits


def binary(n):
    sign = ""
    if n < 0:
        sign = "-"
        n = -n
    digits = ""
    if n == 0:
        digits = "0"
    while n > 0:
        digits = ("1" if n % 2 == 1 else "0") + digits
        n //= 2
    return sign + digits


def hexadecimal(n):
    sign = ""
    if n < 0:
        sign = "-"
        n = -n
    digits = ""
    if n == 0:
        digits = "0"
    while n > 0:
        digits = "0123456789abcdef"[n % 16] + digits
        n //= 16
    return sign + digits


def parsed(written, base):
    if written == "":
        raise ValueError("invalid literal for int()")
    value = 0
    for one in written:
        digit = "0123456789abcdefghijklmnopqrstuvwxyz".find(one)
        if digit < 0:
            digit = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".find(one)
        if digit < 0 or (digit >= base and one in "xXoObB"):
            raise
        if digit >= base:
            raise ValueError("invalid literal for int()")
        value = value * base + digit
    return value


def grouped(n):
    sign = ""
    if n < 0:
        sign = "-"
        n = -n
    groups = ""
    while n >= 1000:
        groups = f",{n % 1000:03d}" + groups
        n //= 1000
    return f"{sign}{n}{groups}"


def bisect_left(a, x):
    low = 0
    high = len(a)
    while low < high:
        middle = (low + high) // 2
        if a[middle] < x:
            low = middle + 1
        else:
            high = middle
    return low


def bisect_right(a, x):
    low = 0
    high = len(a)
    while low < high:
        middle = (low + high) // 2
        if x < a[middle]:
            high = middle
        else:
            low = middle + 1
    return low


def isleap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days(year, month):
    if not 1 <= month <= 12:
        raise
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    if month == 4 or month == 6 or month == 9 or month == 11:
        return 30
    return 31


def prod(values):
    product = 1
    for value in values:
        product *= value
    return product
"""


# Those that are no functions of `math`, by what they belong to. That a month is none ends
# `monthrange` with an error of its own, which is not modelled; nor are the signs, spaces, prefixes
# and digits of other scripts that `int` takes beside the plain digits of a base.
_OWNERS = {
    **dict.fromkeys(("bin", "binary", "bit_count", "grouped", "hexadecimal", "parsed"), "int"),
    **dict.fromkeys(("bisect_left", "bisect_right"), "bisect"),
    **dict.fromkeys(("days", "isleap"), "calendar"),
}
_TEXTS = {
    f"string.{name}": str(getattr(string, name))
    for name in (
        "ascii_letters",
        "ascii_lowercase",
        "ascii_uppercase",
        "digits",
        "hexdigits",
        "octdigits",
        "punctuation",
        "whitespace",
    )
}


def library_constant(dotted: str, where: Span) -> Constant | None:
    """What a name of the library stands for, where that is a constant."""
    value = _TEXTS.get(dotted)
    return None if value is None else Constant(type=STR, value=value, span=where)


@cache
def standard() -> dict[str, Node]:
    """The definitions by the names that programs call them by: no source name has a colon."""
    found: dict[str, Node] = {}
    for node in children(parse(_SOURCE).root_node):
        name = node.child_by_field_name("name")
        if name is not None:
            found[f"{_OWNERS.get(text(name), 'math')}:{text(name)}"] = node
    return found


def placed(block: Block, place: Place) -> Block:
    """The statements as if they stood at one place: theirs is in no file of the person's."""

    def change(statement: Statement) -> Statement:
        statement = msgspec.structs.replace(statement, place=place)
        match statement:
            case If():
                return msgspec.structs.replace(
                    statement,
                    then=placed(statement.then, place),
                    otherwise=placed(statement.otherwise, place),
                )
            case While() | For() | Try():
                return msgspec.structs.replace(
                    statement,
                    body=placed(statement.body, place),
                    otherwise=placed(statement.otherwise, place),
                )
            case _:
                return statement

    return tuple(change(statement) for statement in block)
