"""Calls that mean what longer words of Python mean: copies, powers with a modulus, tables of
characters, numbers in other bases, printing.
"""

from __future__ import annotations

import abc

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Call,
    Compare,
    Constant,
    Expr,
    FunctionRef,
    MakeDict,
    MakeRecord,
    MakeTuple,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.traversal import bound_anywhere, rename_bound
from axiom_verifiers.contracts.types import (
    BOOL,
    INT,
    NONE,
    STR,
    DictType,
    IntType,
    ListType,
    NoneType,
    OptionalType,
    RecordType,
    SetType,
    StrType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import is_mutable, records_in, show_type
from axiom_verifiers.core.deciding import may_fail
from axiom_verifiers.core.flow import DEEP_COPY
from axiom_verifiers.core.program import Evaluate, If, Raise
from axiom_verifiers.frontends.python._binding import bound_names
from axiom_verifiers.frontends.python._context import integer_constant
from axiom_verifiers.frontends.python._iteration import Keywords
from axiom_verifiers.frontends.python._operators import is_int
from axiom_verifiers.frontends.python._parameters import parameters_of
from axiom_verifiers.frontends.python._records import Records
from axiom_verifiers.frontends.python._tree import children, place, span, text
from axiom_verifiers.frontends.python._typing import SeriesType

_PRINTED = frozenset({"sep", "end"})
# Bases in which the digits of a text are read: what they count, one after the other.
_BASES = frozenset({2, 8, 10, 16})


class Phrases(Records, abc.ABC):
    """Calls that are translated as the words that say the same."""

    # ------------------------------------------------------------ copies

    def copied(self, node: Node, origin: str, argument: Node) -> Expr:
        """`copy.copy(x)` and `copy.deepcopy(x)`."""
        value = self.expression(argument)
        deep = origin == "copy.deepcopy"
        if deep and any(records_in(value.type)):
            # Their objects would have to be made anew, too.
            raise self.missing(node, f"copy.deepcopy of {show_type(value.type)}")
        if not is_mutable(value.type) and not isinstance(value.type, RecordType):
            return value
        if not isinstance(value, Variable):
            value = self.saved(node, value)
        if isinstance(value.type, RecordType):
            return self._of_same_fields(node, value)
        words = _copy_in_words(value.type, "held") if deep else _shallow_in_words(value.type)
        if words is None:
            raise self.missing(node, f"{origin} of {show_type(value.type)}")
        with self.standing("held", value):
            made = self.in_words(node, words, self.expression)
        # What a caller gives to a function may stand twice in it, which only the caller knows.
        elsewhere = self.pure or self.function != self.entry
        if deep and words.startswith(("[", "{")) and elsewhere:
            raise self.missing(node, "copy.deepcopy of collections in a function that is called")
        # No name of the source is one of these.
        names = bound_anywhere(made) if deep else ()
        return rename_bound(made, {name: f"{DEEP_COPY}{name}" for name in names})

    def _of_same_fields(self, node: Node, value: Expr) -> Expr:
        """A record of the same fields, which nothing checks again."""
        made = self.class_of(value.type)
        if made is None or made.form not in ("dataclass", "frozen"):
            raise self.missing(node, f"copy.copy of {show_type(value.type)}")
        parts = tuple(self.part(node, value, name) for name, _ in made.type.fields)
        return MakeRecord(type=made.type, record=made.type, values=parts, span=span(node))

    def _builtin_tuple(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        """`tuple(values)`: read as the list of the items, which nothing changes."""
        if keywords or len(positional) != 1:
            raise self.missing(node, "call of tuple")
        values = self.consumed(positional[0])
        if isinstance(values.type, TupleType | SeriesType):
            return values
        item = self.drawn(node, values)
        return Call(type=SeriesType(item), function="list", args=(values,), span=span(node))

    # ------------------------------------------------------------ numbers

    def _builtin_pow(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        if keywords or len(positional) not in (2, 3):
            raise self.missing(node, "call of pow")
        left, right, *modulus = self.in_order(positional, self.expression)
        if not modulus:
            return self.operate(node, "**", left, right)
        left, right, by = (self.numeric(part) for part in (left, right, *modulus))
        if not all(is_int(part) for part in (left, right, by)):
            raise self.missing(node, "pow of something other than ints")
        if not isinstance(by, Constant) or by.value == 0:
            left, right, by = (self.saved(node, part) for part in (left, right, by))
            nothing = Compare(type=BOOL, op="==", left=by, right=integer_constant(0))
            failing = Raise(place=place(node), error="ValueError")
            self.emit(node, If(place=place(node), condition=nothing, then=(failing,), otherwise=()))
        return self.operate(node, "%", self.operate(node, "**", left, right), by)

    def _builtin_hex(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        if keywords or len(positional) != 1:
            raise self.missing(node, "call of hex")
        value = self.numeric(self.expression(positional[0]))
        if not is_int(value):
            raise self.missing(node, f"hex of {show_type(value.type)}")
        if not isinstance(value, Variable | Constant):
            value = self.saved(node, value)
        with self.standing("held", value):
            words = 'f"0x{held:x}" if held >= 0 else f"-0x{-held:x}"'
            return self.in_words(node, words, self.expression)

    def in_base(self, node: Node, positional: list[Node]) -> Expr:
        """`int(s, 2)`: the digits of a text in another base."""
        written, base = self.in_order(positional, self.expression)
        known = isinstance(base, Constant) and base.value in _BASES and is_int(base)
        if not known or not isinstance(written.type, StrType):
            raise self.missing(node, "call of int with 2 arguments")
        if not self.surroundings.is_builtin("ValueError"):
            raise self.missing(node, "call of int with 2 arguments")
        return self.called(node, "int:parsed", [written, base])

    @abc.abstractmethod
    def called(self, node: Node, name: str, args: list[Expr]) -> Expr:
        """The value of a call of a function of the program."""

    # ------------------------------------------------------------ tables of characters

    def table_made(self, node: Node, arguments: Node) -> Expr:
        """`str.maketrans(…)` of constants: the dict that it is, by numbers of characters."""
        positional, keywords = self.arguments(arguments)
        parts = [self.expression(part) for part in positional]
        if keywords or not all(_is_constant(part) for part in parts):
            raise self.missing(node, "a table of characters that are no constants")
        texts = [part.value for part in parts if isinstance(part, Constant)]
        pairs: dict[int, str | int | None] = {}
        of: Type = INT
        match parts, texts:
            case [MakeDict(items=items)], _:
                for key, value in items:
                    assert isinstance(key, Constant)
                    assert isinstance(value, Constant)
                    number = key.value
                    if isinstance(number, str):
                        number = ord(number) if len(number) == 1 else None
                    if type(number) is not int or not isinstance(value.value, str | None):
                        raise self.missing(node, "a table of other things than characters")
                    pairs[number] = value.value
                of = STR
            case [_, _] | [_, _, _], [str() as old, str() as new, *gone] if len(old) == len(new):
                pairs = {ord(one): ord(other) for one, other in zip(old, new, strict=True)}
                for letters in gone:
                    if not isinstance(letters, str):
                        raise self.missing(node, "a table of other things than characters")
                    pairs |= dict.fromkeys(map(ord, letters))
            case _:
                raise self.missing(node, "a table of characters")
        kind = OptionalType(of) if None in pairs.values() else of
        made = tuple(
            (
                Constant(type=INT, value=key, span=span(node)),
                Constant(type=kind if value is None else of, value=value, span=span(node)),
            )
            for key, value in pairs.items()
        )
        return MakeDict(type=DictType(INT, kind), items=made, span=span(node))

    def translated(self, node: Node, value: Expr, argument: Node) -> Expr:
        """`s.translate(table)` of a table that is known: character by character."""
        table = self._table(argument)
        if table is None or not isinstance(value.type, StrType):
            raise self.missing(node, "translate by a table that is not known")
        if not isinstance(value, Variable | Constant) and not self.pure:
            value = self.saved(node, value)
        gone = ""
        changed: list[str] = []
        for key, new in table.items:
            assert isinstance(key, Constant)
            assert isinstance(new, Constant)
            letter = chr(int(key.value or 0))
            shown = chr(new.value) if type(new.value) is int else str(new.value or "")
            if shown:
                changed.append(f"{_quoted(letter)}: {_quoted(shown)}")
            else:
                gone += letter
        one = f"{{{', '.join(changed)}}}.get(letter_, letter_)" if changed else "letter_"
        kept = f" if letter_ not in {_quoted(gone)}" if gone else ""
        with self.standing("held", value):
            return self.in_words(
                node, f'"".join([{one} for letter_ in held{kept}])', self.expression
            )

    def _table(self, node: Node) -> MakeDict | None:
        """The table that an argument is: made there, a constant of the module, or a local that is
        given a known one and nothing else.
        """
        name = text(node)
        if node.type == "call":
            made = self.expression(node)
            return made if isinstance(made, MakeDict) else None
        if node.type != "identifier" or name in self.bound:
            return None
        if name in self.scope:
            known = self.tables.get(name)
            if known is not None:
                # That the local has a value by then is asked where it is read.
                read = self.local(node, name)
                self.emit(node, Evaluate(place=place(node), value=read))
            return known
        found = self.surroundings.literal(node)
        keys = found.type.key if found is not None and isinstance(found.type, DictType) else None
        return found if isinstance(found, MakeDict) and isinstance(keys, IntType) else None

    def note_table(self, where: Node, name: str, value: Expr) -> None:
        """A local that is given a table of characters here, and nothing else."""
        statement = where.parent
        call = None if statement is None else statement.child_by_field_name("right")
        if statement is None or statement.type != "assignment" or call is None:
            return
        if call.type != "call" or not isinstance(value, MakeDict):
            return
        around = statement.parent
        while around is not None and around.type != "function_definition":
            around = around.parent
        body = None if around is None else around.child_by_field_name("body")
        if body is None or around is None or name in parameters_of(around).names:
            return
        if name not in bound_names(body, without=statement) and self.only_translates(body, name):
            self.tables[name] = value

    def only_translates(self, body: Node, name: str) -> bool:
        """Whether the name is used for nothing but to translate by it."""
        uses = [n for n in _identifiers(body) if text(n) == name]
        return all(_is_target(use) or _translates(use) for use in uses)

    # ------------------------------------------------------------ keys

    def in_order_of_ints(self, key: Expr) -> Expr:
        """A key that is a bool, or a tuple with some in it, as the ints that order as they do."""
        match key:
            case MakeTuple(items=items):
                parts = tuple(map(self.in_order_of_ints, items))
                kind = TupleType(tuple(part.type for part in parts))
                return MakeTuple(type=kind, items=parts, span=key.span)
            case _:
                return self.numeric(key)

    # ------------------------------------------------------------ printing

    def _builtin_print(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        """Printing changes nothing that a contract speaks of; its arguments may fail."""
        if set(keywords) - _PRINTED:
            raise self.missing(node, "call of print with keyword arguments")
        values = self.in_order([*positional, *keywords.values()], self.expression)
        for part in values[len(positional) :]:
            if not isinstance(part.type, StrType | NoneType):
                raise self.missing(node, "call of print with keyword arguments")
        # Every argument is evaluated before the first is made a text.
        values = [self._evaluated(node, part) for part in values]
        for part in values[: len(positional)]:
            said = self.own_text(node, part)
            if said is part:
                self.told(node, part)
            elif not isinstance(said, Constant):
                self.emit(node, Evaluate(place=place(node), value=said))
        return Constant(type=NONE, value=None, span=span(node))

    def _evaluated(self, node: Node, part: Expr) -> Expr:
        """An argument that is evaluated before the others are made texts."""
        if self.class_of(part.type) is not None and not isinstance(part, Variable | Constant):
            return self.saved(node, part)
        if not isinstance(part, Constant):
            self.emit(node, Evaluate(place=place(node), value=part))
        return part


def _copy_in_words(type_: Type, name: str, depth: int = 0) -> str | None:
    """A copy of all that can change of what the name holds."""
    item = f"item{depth}"
    match type_:
        case _ if not is_mutable(type_):
            return name
        case ListType() if type(type_) is ListType:
            if not is_mutable(type_.item):
                return f"{name}[:]"
            inner = _copy_in_words(type_.item, item, depth + 1)
            return None if inner is None else f"[{inner} for {item} in {name}]"
        case SetType() if type(type_) is SetType:
            return f"{name}.copy()"
        case DictType() if type(type_) is DictType:
            if not is_mutable(type_.value):
                return f"{name}.copy()"
            key, inner = f"key{depth}", _copy_in_words(type_.value, item, depth + 1)
            pairs = f"for {key}, {item} in {name}.items()"
            return None if inner is None else f"{{{key}: {inner} {pairs}}}"
        case _:
            return None


def _shallow_in_words(type_: Type) -> str | None:
    match type_:
        case ListType() if type(type_) is ListType:
            return "held[:]"
        case SetType() | DictType() if type(type_) in (SetType, DictType):
            return "held.copy()"
        case _:
            return None


def tells_apart(key: FunctionRef) -> bool:
    """Whether a key is another for every other item, and never fails: the item itself, the int
    less than nothing that it is, or a tuple with one of these in it.
    """
    return not may_fail(key.body) and _tells_apart(key.body, key.parameter)


def _tells_apart(body: Expr, item: str) -> bool:
    match body:
        case Variable(role="bound", name=name):
            return name == item
        case Unary(op="-", operand=operand):
            return _tells_apart(operand, item)
        case MakeTuple(items=items):
            return any(_tells_apart(part, item) for part in items)
        case _:
            return False


def _is_constant(expr: Expr) -> bool:
    if isinstance(expr, MakeDict):
        return all(_is_constant(part) for pair in expr.items for part in pair)
    return isinstance(expr, Constant)


def _quoted(letters: str) -> str:
    """A literal of Python that holds these characters."""
    return '"' + "".join(f"\\U{ord(letter):08x}" for letter in letters) + '"'


def _identifiers(node: Node) -> list[Node]:
    found = [node] if node.type == "identifier" else []
    return found + [one for child in children(node) for one in _identifiers(child)]


def _is_target(node: Node) -> bool:
    around = node.parent
    return (
        around is not None
        and around.type == "assignment"
        and node == around.child_by_field_name("left")
    )


def _translates(node: Node) -> bool:
    """Whether it is the argument of a call of `translate`."""
    given = node.parent
    call = None if given is None else given.parent
    function = None if call is None else call.child_by_field_name("function")
    if given is None or given.type != "argument_list" or function is None:
        return False
    method = function.child_by_field_name("attribute")
    return method is not None and text(method) == "translate"


__all__ = ["Phrases"]
