"""Methods of str and formats: which are modelled, and what they give."""

from __future__ import annotations

from tree_sitter import Node

from axiom_verifiers.contracts.types import (
    BOOL,
    INT,
    STR,
    IntType,
    ListType,
    NoneType,
    StrType,
    TupleType,
    Type,
)

# Methods without an argument, by what they give.
_PLAIN: dict[str, Type] = {
    **dict.fromkeys(
        (
            "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "islower", "isnumeric",
            "isspace", "istitle", "isupper",
        ),
        BOOL,
    ),
    **dict.fromkeys(
        ("capitalize", "casefold", "lower", "lstrip", "rstrip", "strip", "swapcase", "title",
         "upper"),
        STR,
    ),
    **dict.fromkeys(("rsplit", "split", "splitlines"), ListType(STR)),
}  # fmt: skip
_THREE = TupleType((STR, STR, STR))


def _are(args: list[Type], *kinds: type[Type]) -> bool:
    """Whether the arguments are of these types, the last ones left out perhaps."""
    return len(args) <= len(kinds) and all(
        isinstance(arg, kind) for arg, kind in zip(args, kinds, strict=False)
    )


def text_method(method: str, args: list[Type]) -> Type | None:
    """The result type of a method of str; None when the call is not modelled."""
    if not args:
        return _PLAIN.get(method)
    first = args[0]
    match method:
        case "startswith" | "endswith":
            several = isinstance(first, TupleType) and all(
                isinstance(item, StrType) for item in first.items
            )
            if several or isinstance(first, StrType):
                return BOOL if _are(args[1:], IntType, IntType) else None
        case "strip" | "lstrip" | "rstrip" if len(args) == 1:
            return STR if isinstance(first, StrType | NoneType) else None
        case "removeprefix" | "removesuffix" if _are(args, StrType):
            return STR
        case "replace" if len(args) >= 2 and _are(args, StrType, StrType, IntType):
            return STR
        case "find" | "rfind" | "index" | "rindex" | "count" if _are(
            args, StrType, IntType, IntType
        ):
            return INT
        case "split" | "rsplit" if isinstance(first, StrType | NoneType):
            return ListType(STR) if _are(args[1:], IntType) else None
        case "partition" | "rpartition" if _are(args, StrType):
            return _THREE
        case "zfill" if _are(args, IntType):
            return STR
        case "ljust" | "rjust" | "center" if _are(args, IntType, StrType):
            return STR
        case "join" if args == [ListType(STR)] or args == [STR]:
            return STR
        case _:
            pass
    return None


_KEYWORDS = {"split": ("sep", "maxsplit"), "rsplit": ("sep", "maxsplit")}


def in_position(of: Type, method: str, given: int, keywords: dict[str, Node]) -> list[Node] | None:
    """Keyword arguments as those that follow the positional ones; None where they do not."""
    names = _KEYWORDS.get(method, ())[given : given + len(keywords)]
    # In another order they would be evaluated in another order.
    if not isinstance(of, StrType) or tuple(keywords) != names or not names:
        return None
    return list(keywords.values())
