"""A whole module: which functions the entry needs, and the types that they settle on."""

from __future__ import annotations

import builtins
from typing import Literal

import msgspec
from tree_sitter import Node

from axiom_verifiers.contracts.contract import Contract, Define
from axiom_verifiers.contracts.expressions import ConstantRef, Expr, MakeList
from axiom_verifiers.contracts.traversal import without_spans
from axiom_verifiers.contracts.types import (
    NONE,
    UNKNOWN,
    Type,
)
from axiom_verifiers.contracts.typing_rules import erase, is_known, is_mutable, join, show_type
from axiom_verifiers.core.flow import falls_through, maybe_unbound
from axiom_verifiers.core.limits import within_limits
from axiom_verifiers.core.program import (
    Assign,
    Block,
    Function,
    FunctionParameter,
    Place,
    Program,
    Return,
    Unmodelled,
)
from axiom_verifiers.core.unrolling import with_rounds
from axiom_verifiers.frontends.python._aliasing import without_aliases
from axiom_verifiers.frontends.python._binding import (
    augmented_names,
    barrier,
    bound_names,
    changed_names,
    is_generator,
    read_inside,
)
from axiom_verifiers.frontends.python._class_methods import is_class_method
from axiom_verifiers.frontends.python._context import (
    Nested,
    RecordClass,
    Shape,
    Signature,
    Surroundings,
)
from axiom_verifiers.frontends.python._dispatch import FunctionTable
from axiom_verifiers.frontends.python._effects import handed_on, unread
from axiom_verifiers.frontends.python._floats import int_literals
from axiom_verifiers.frontends.python._generators import (
    GIVEN,
    changed_objects,
    changes_given,
    telling,
)
from axiom_verifiers.frontends.python._module_records import ModuleRecords
from axiom_verifiers.frontends.python._parameters import parameters_of
from axiom_verifiers.frontends.python._regions import CALLER, TABLE
from axiom_verifiers.frontends.python._sharing import Sharing, united
from axiom_verifiers.frontends.python._signatures import (
    giving,
    may_keep,
    object_name,
    parameters_given,
    promised,
    without_reports,
)
from axiom_verifiers.frontends.python._standard import placed, standard
from axiom_verifiers.frontends.python._statements import Statements
from axiom_verifiers.frontends.python._toplevel import TopLevel, raisable
from axiom_verifiers.frontends.python._tree import place, text, walk
from axiom_verifiers.frontends.python._typing import settled

_ROUNDS = 12
_WHOLE = "#"


class _Known:
    """What the rounds so far have found out about one function of the file."""

    def __init__(self, nested: Nested, result: Type = UNKNOWN) -> None:
        self.nested = nested
        self.parameters: dict[str, Type] = {}
        self.result = result
        self.types: dict[str, Type] = {}
        self.telling: Literal["silent", "quiet", "late"] = "silent"  # Of a generator, so far.


class Module(Surroundings):
    """The translation of one module for one contract."""

    def __init__(self, top: TopLevel, contract: Contract) -> None:
        self._top = top
        self._contract = contract
        self._callees = {callee.name: callee for callee in contract.callees}
        self._functions: dict[str, _Known] = {}
        self._nested: dict[str, Nested] = {}
        self._constants: dict[str, Expr] = {}
        self._records = ModuleRecords(top, contract)
        self._changed = False
        # Whether locals that begin as an infinity are taken for ints that may be infinite.
        self.infinite = False

    # ------------------------------------------------------------ what functions see

    def constant(self, name: str) -> Expr | None:
        value = self._top.constants.get(name)
        if value is None or not is_mutable(value.type):
            return value
        # A define of that name may be another value: then the code's has a name of its own.
        taken = [define for define in self._contract.defines if define.name == name]
        if any(not _is_value(define, value) for define in taken):
            name = f"#{name}"
        self._constants[name] = value
        return ConstantRef(type=value.type, name=name)

    def table(self, name: str) -> Expr | None:
        return self._constants.get(name)

    def is_builtin(self, name: str) -> bool:
        return name not in self._top.bound and hasattr(builtins, name)

    def exception(self, name: str) -> str | None:
        if name in self._top.exceptions:
            return self._top.exceptions[name]
        return name if self.is_builtin(name) and raisable(name) else None

    def error_classes(self, name: str) -> tuple[str, ...]:
        return self._top.error_classes.get(name, ())

    def error_arguments(self, name: str) -> int | None:
        return self._top.error_arguments.get(name)

    def lift(self, name: str, nested: Nested) -> bool:
        parameters = parameters_of(nested.node)
        defaults = [self.literal(default) for _, default in parameters.defaults]
        if parameters.problem or any(v is None or is_mutable(v.type) for v in defaults):
            return False
        self._nested[name] = nested
        return True

    def function_table(self, name: str) -> FunctionTable | None:
        return self._top.function_tables.get(name)

    def generates(self, name: str) -> Literal["", "silent", "quiet", "late"]:
        nested = self._code(name)
        if nested is None or not is_generator(nested.node):
            return ""
        known = self._functions.get(name)
        return "silent" if known is None else known.telling

    def definition(self, name: str) -> Node | None:
        return None if name in self._top.kept else self._defined(name)

    def _defined(self, name: str) -> Node | None:
        return self._top.functions.get(name) or self._records.method(name)

    def literal(self, node: Node) -> Expr | None:
        return self._top.literal(node)

    def shape(self, name: str) -> Shape | str:
        nested = self._code(name)
        if nested is None:
            callee = self._callees.get(name)
            if callee is None or name in self._top.bound:
                return f"call of {name}"
            return Shape(tuple(parameter.name for parameter in callee.parameters))
        parameters = parameters_given(name, nested.node)
        if parameters.problem:
            return f"call of {name}, which has {parameters.problem}"
        defaults: dict[str, Expr] = {}
        for parameter, default in parameters.defaults:
            value = self.literal(default)
            body = nested.node.child_by_field_name("body")
            if value is None or body is None or not self._read_only(body, parameter, value.type):
                return f"call of {name}, which has a default that is not modelled"
            defaults[parameter] = value
        return Shape(
            (*parameters.names, *nested.captures),
            defaults,
            parameters.positional_only,
            parameters.keyword_only,
            nested.captures,
        )

    def _code(self, name: str) -> Nested | None:
        """The code of the file that is called by that name."""
        if name in self._nested:
            return self._nested[name]
        if name in standard():
            return Nested(standard()[name])
        node = self._defined(name)
        return None if node is None else Nested(node)

    def is_module(self, name: str) -> str | None:
        return self._top.imports.get(name)

    def renames(self, name: str) -> bool:
        return name in self._top.renaming

    def record(self, name: str) -> RecordClass | None:
        return self._records.record(name)

    def untyped(self, name: str) -> tuple[str, ...] | None:
        return self._records.untyped(name)

    def learn(self, name: str, field: str, type_: Type) -> None:
        if self._records.learn(name, field, type_):
            self._changed = True

    def typed_dicts(self) -> tuple[RecordClass, ...]:
        return self._records.typed_dicts()

    def type_named(self, name: str) -> Type | None:
        return self._records.type_named(name)

    def signature(self, name: str, args: tuple[Type, ...]) -> Signature | str:
        nested = self._code(name)
        if nested is not None:
            return self._own(name, nested, args)
        callee = self._callees.get(name)
        if callee is None or name in self._top.bound:
            return f"call of {name}"
        return Signature(
            name=name,
            parameters=tuple((p.name, erase(p.type)) for p in callee.parameters),
            result=erase(callee.result),
            changes=bool(callee.modifies),
        )

    def _own(self, name: str, nested: Nested, args: tuple[Type, ...]) -> Signature | str:
        node = nested.node
        names = (*parameters_given(name, node).names, *nested.captures)
        if name == self._contract.name and len(names) > len(self._contract.parameters):
            # The entry has its further parameters as locals; this is the whole function.
            name = _WHOLE + name
        known = self._functions.get(name)
        if known is None:
            known = self._functions[name] = _Known(nested)
            self._changed = True
        if name in self._top.kept and not may_keep((*args, known.result)):
            return f"call of {name}, whose results are kept"
        for parameter, type_ in zip(names, args, strict=True):
            so_far = known.parameters.get(parameter, type_)
            joined = join(so_far, type_)
            if joined is None:
                return f"call of {name} with {show_type(type_)} and {show_type(so_far)}"
            if name != self._contract.name and known.parameters.get(parameter) != joined:
                known.parameters[parameter] = joined
                self._changed = True
        body = node.child_by_field_name("body")
        changes = False
        if body is not None:
            tables = {n for n, type_ in zip(names, args, strict=True) if is_mutable(type_)}
            changed = changed_names(body) | augmented_names(body) & tables
            changes = bool(changed & set(names))
        return Signature(
            name=name,
            parameters=tuple((n, known.parameters.get(n, UNKNOWN)) for n in names),
            result=known.result,
            changes=changes,
        )

    # ------------------------------------------------------------ translation

    def program(self) -> Program:
        """The entry and every function that it reaches, once their types have settled."""
        name = self._contract.name
        entry = _Known(Nested(self._top.functions[name]), erase(self._contract.result))
        entry.parameters = {p.name: erase(p.type) for p in self._contract.parameters}
        self._functions[name] = entry
        self._settle()
        # A list that nothing is ever put in may have items of any type: they are taken as ints.
        for known in self._functions.values():
            known.types = {n: settled(t) for n, t in known.types.items()}
            if known is not entry:
                known.parameters = {n: settled(t) for n, t in known.parameters.items()}
        self._settle()
        self._constants.clear()
        kinds = (*(p.type for p in self._contract.parameters), self._contract.result)
        if name in self._top.kept and not may_keep(tuple(map(erase, kinds))):
            report = Unmodelled(place=place(self._top.functions[name]), construct="decorator")
            self._top.obstacles = (*self._top.obstacles, report)
        made: dict[str, Function] = {}
        # What is called for the first time here is not modelled at its call, as of no known result.
        while waiting := [one for one in self._functions if one not in made]:
            made |= {one: self._pass(one, final=True) for one in waiting}
        program = Program(
            entry=name,
            functions=self._shared(list(made.values())),
            records=self._records.all(),
            constants=tuple(sorted(self._constants.items())),
            obstacles=(*self._top.obstacles, *self._records.obstacles),
        )
        return with_rounds(within_limits(program))

    def _shared(self, functions: list[Function]) -> tuple[Function, ...]:
        """The functions with changes in place seen by all that see them.

        What calls do to their arguments is found by rounds, from nothing on.
        """
        callees = {name: promised(callee) for name, callee in self._callees.items()}
        sharings = {**callees, **{function.name: Sharing() for function in functions}}
        tables = {f"{TABLE}{name}": value.type for name, value in self._constants.items()}
        changeable = self._records.changeable()
        while True:
            made: list[Function] = []
            found = dict(sharings)
            for function in functions:
                # Calls are only modelled where what they change is shared by no other argument.
                apart = tuple(parameter.name for parameter in function.parameters)
                if function.name == self._contract.name:
                    apart = self._contract.modifies
                done, sharing = without_aliases(function, apart, tables, changeable, sharings)
                found[function.name] = united(sharings[function.name], sharing)
                missing = maybe_unbound(done)
                made.append(msgspec.structs.replace(done, maybe_unbound=missing))
            if found == sharings:
                return tuple(self._read_at_once(function) for function in made)
            sharings = found

    def _read_at_once(self, function: Function) -> Function:
        """The function, refused where it is a generator and whoever reads it step by step sees
        its changes of an argument, or of what it has given, come later than the list of it has
        them.
        """
        nested = self._code(function.name)
        if nested is None or not is_generator(nested.node):
            return function
        names = [parameter.name for parameter in function.parameters]
        shared = {*names, *(f"{CALLER}{name}" for name in names)}
        if not changes_given(function.body) and not shared & changed_objects(function.body):
            return function
        report = Unmodelled(place=function.place, construct="generator that changes an object")
        return msgspec.structs.replace(function, body=(report,))

    def _settle(self) -> None:
        """Translate every function until nothing new is learnt of their types."""
        for _ in range(_ROUNDS):
            self._changed = False
            for function in list(self._functions):
                self._pass(function, final=False)
            if not self._changed:
                return

    def _pass(self, name: str, *, final: bool) -> Function:
        known = self._functions[name]
        node = known.nested.node
        is_entry = name == self._contract.name
        shown = parameters_given(name, node)
        all_names = [*shown.names, *known.nested.captures]
        names = [n for n in all_names if n in known.parameters or not is_entry]
        types = {n: known.parameters.get(n, UNKNOWN) for n in names}
        parameters = tuple(FunctionParameter(n, t) for n, t in types.items())
        body = node.child_by_field_name("body")
        stop = barrier(node)
        if stop is not None or body is None:
            found, construct = stop or (node, "function without a body")
            report = Unmodelled(place=place(found), construct=construct)
            return Function(name, parameters, known.result, (), (report,), place(node))
        changeable = bound_names(body) | changed_names(body)
        extra = all_names[len(names) :]
        rebound = frozenset({n for n in names if n in changeable} | set(extra))
        table = known.types | {n: t for n, t in types.items() if n in rebound}
        translator = Statements(
            self,
            types,
            frozenset(bound_names(body) | set(all_names)),
            rebound,
            table,
            known.result if is_entry or final else UNKNOWN,
        )
        translator.final = final
        translator.function = name
        translator.entry = self._contract.name
        making = self._records.record(name.removesuffix(".__init__"))
        own = ""
        if making is not None and name.endswith(".__init__"):
            own = object_name(node)
            translator.making = (own, making)
            translator.scope |= {f"{own}.{field}" for field, _ in making.type.fields}
        if is_class_method(node):
            translator.own_class = (parameters_of(node).names[0], name.partition(".")[0])
        translator.mixed = int_literals(body)
        if self.infinite:
            translator.infinite = translator.infinite_names(body)
        translator.called_by_itself = name.removeprefix(_WHOLE) in self._top.called
        translator.lifted.update(known.nested.functions)
        start: list[Assign | Unmodelled] = []
        defaults = dict(shown.defaults)
        for parameter in extra:
            default = defaults[parameter]
            value = self._top.literal(default)
            if value is None or not self._read_only(body, parameter, value.type):
                construct = f"default of {parameter}"
                start.append(Unmodelled(place=place(default), construct=construct))
                continue
            type_ = translator.bind(default, parameter, value.type)
            value = translator.fitted(default, value, type_)
            start.append(Assign(place=place(default), name=parameter, value=value))
        translator.generator = is_generator(node)
        block = (*start, *translator.block(body))
        if making is not None and own:
            block = (*block, giving(making, own, node))
            translator.result_found = making.type
        if translator.generator:
            block = self._generating(known, translator, parameters, block)
            tables = {n for n, type_ in types.items() if is_mutable(type_)}
            changed = tables & (changed_names(body) | augmented_names(body))
            report = Unmodelled(place=place(node), construct="generator function")
            block = (report,) if is_entry or changed else block
        if name in standard():
            block = placed(block, Place(1, 1, name.replace(":", ".")))
        if final:
            locals_ = tuple(sorted((n, t) for n, t in translator.found.items() if is_known(t)))
            function = Function(name, parameters, known.result, locals_, block, place(node))
            missing = set(maybe_unbound(function))
            stored = {n for n in missing if own and n.startswith(f"{own}.")}
            if stored or (translator.captured | read_inside(body)) & missing:
                # Where a function inside reads a name without a value the error is another.
                reader = "an __init__" if stored else "a nested function"
                construct = f"{reader} that reads a name which may have no value"
                report = Unmodelled(place=place(node), construct=construct)
                function = msgspec.structs.replace(function, body=(report, *function.body))
            return function
        kept = {n: t for n, t in translator.found.items() if not n.startswith("#")}
        if kept != known.types:
            known.types = kept
            self._changed = True
        for name_, learnt in kept.items():
            before = known.parameters.get(name_)
            # What it puts into an empty collection tells what that is of.
            if before is not None and not is_known(before) and not is_entry:
                joined = join(before, learnt)
                if joined is not None and joined != before:
                    known.parameters[name_] = joined
                    self._changed = True
        if not is_entry:
            falls = falls_through(without_reports(block)) and not translator.generator
            self._learn_result(known, translator.result_found, falls=falls)
        return Function(name, parameters, known.result, (), block, place(node))

    def _generating(
        self,
        known: _Known,
        translator: Statements,
        parameters: tuple[FunctionParameter, ...],
        block: Block,
    ) -> Block:
        """A generator's body as one that gives the list of what it yields."""
        where = place(known.nested.node)
        given = translator.given()
        translator.result_found = given.type
        begin = Assign(place=where, name=GIVEN, value=MakeList(type=given.type, items=()))
        whole = (begin, *block, Return(place=where, value=given))
        made = Function("", parameters, given.type, tuple(translator.found.items()), whole, where)
        told = "late" if maybe_unbound(made) else telling(block)
        if told != known.telling:
            known.telling = told
            self._changed = True
        return whole

    def _read_only(self, body: Node, name: str, type_: Type) -> bool:
        """Whether the function can neither change nor hand on what a parameter holds."""
        if not is_mutable(type_):
            return True
        if name in bound_names(body) | changed_names(body):
            return False
        bound = unread(self._top.bound, self._top.imports)
        uses = (n for n in walk(body) if n.type == "identifier" and text(n) == name)
        return not any(handed_on(use, type_, bound) for use in uses)

    def _learn_result(self, known: _Known, found: Type | None, *, falls: bool) -> None:
        result = found
        if falls:
            result = NONE if found is None else join(found, NONE)
        if result is not None:
            joined = join(known.result, result)
            if joined is not None and joined != known.result:
                known.result = joined
                self._changed = True


def _is_value(define: Define, value: Expr) -> bool:
    """Whether the define is a constant, written out as this value is: -0.0 is not 0.0."""
    alike = define.parameters is None and define.result == value.type
    return alike and repr(without_spans(define.body)) == repr(without_spans(value))
