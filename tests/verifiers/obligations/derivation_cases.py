"""Contracts and code whose obligations are kept as golden SMT-LIB."""

from __future__ import annotations

CASES: dict[str, tuple[str, str]] = {
    "clamp": (
        """intent clamp(x: int, lo: int, hi: int) -> int
  requires lo <= hi
  ensures  in_range: lo <= result <= hi
  ensures  result == x when lo <= x <= hi
""",
        """def clamp(x, lo, hi):
    if x < lo:
        return lo
    if x > hi:
        return hi
    return x
""",
    ),
    "safe_division": (
        """intent safe(a: int, b: int) -> int
  ensures result == a // b
  raises ValueError when b == 0
""",
        """def safe(a, b):
    if b == 0:
        raise ValueError("b")
    return a // b
""",
    ),
    "total": (
        """intent total(xs: list[int]) -> int
  ensures result == sum(xs)
  invariant s == sum(xs[:i])
  invariant 0 <= i <= len(xs)
  decreases len(xs) - i
""",
        """def total(xs):
    i = 0
    s = 0
    while i < len(xs):
        s += xs[i]
        i += 1
    return s
""",
    ),
    "zeros": (
        """intent zeros(xs: list[int]) -> None
  modifies xs
  ensures len(xs) == len(old(xs))
""",
        """def zeros(xs):
    for i in range(len(xs)):
        xs[i] = 0
""",
    ),
    "label": (
        """intent label(n: int?) -> str
  ensures result == "none" when n is None
  ensures result == str(n) when n is not None
""",
        """def label(n):
    return "none" if n is None else str(n)
""",
    ),
    "unmodelled": (
        """intent size(s: str) -> int
  ensures result >= 0
  ensures result == 0 when s == ""
""",
        """def size(s):
    if s == "":
        return 0
    return len(ascii(s))
""",
    ),
    "undefined_contract": (
        """intent first(xs: list[int]) -> int
  ensures result == xs[0]
""",
        """def first(xs):
    return xs[0] if xs else 0
""",
    ),
    "records": (
        """type Line = { price: int, quantity: int }
intent count(lines: list[Line]) -> int
  ensures result == len([l for l in lines if l.price > 0])
""",
        """def count(lines):
    return len(lines)
""",
    ),
}
