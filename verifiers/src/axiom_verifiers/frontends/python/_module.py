"""A whole module: which functions the entry needs, and the types that they settle on."""

from __future__ import annotations

import builtins

import msgspec
from tree_sitter import Node

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import ConstantRef, Expr
from axiom_verifiers.contracts.types import NONE, UNKNOWN, Type
from axiom_verifiers.contracts.typing_rules import erase, is_known, is_mutable, join, show_type
from axiom_verifiers.core.flow import falls_through, maybe_unbound
from axiom_verifiers.core.program import (
    Assign,
    Function,
    FunctionParameter,
    Program,
    Unmodelled,
)
from axiom_verifiers.frontends.python._aliasing import without_aliases
from axiom_verifiers.frontends.python._binding import (
    augmented_names,
    barrier,
    bound_names,
    changed_names,
)
from axiom_verifiers.frontends.python._context import Signature, Surroundings
from axiom_verifiers.frontends.python._statements import Statements
from axiom_verifiers.frontends.python._toplevel import TopLevel, raisable
from axiom_verifiers.frontends.python._tree import children, place, text
from axiom_verifiers.frontends.python._typing import settled

_ROUNDS = 12
_WHOLE = "#"


def parameters_of(node: Node) -> tuple[list[str], list[Node], str]:
    """A function's parameter names, the defaults of the last of them, and what is not modelled."""
    names: list[str] = []
    defaults: list[Node] = []
    parameters = node.child_by_field_name("parameters")
    if parameters is None:
        return names, defaults, "no parameters"
    for child in children(parameters):
        match child.type:
            case "identifier":
                names.append(text(child))
            case "typed_parameter" if child.children[0].type == "identifier":
                names.append(text(child.children[0]))
            case "default_parameter" | "typed_default_parameter":
                name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
                if name is None or value is None or name.type != "identifier":
                    return names, defaults, "a parameter that is not a name"
                names.append(text(name))
                defaults.append(value)
            case "positional_separator":
                pass
            case "list_splat_pattern" | "dictionary_splat_pattern" | "typed_parameter":
                return names, defaults, "a starred parameter"
            case _:
                return names, defaults, f"a {child.type.replace('_', ' ')}"
    if len(set(names)) != len(names):
        return names, defaults, "two parameters of one name"
    return names, defaults, ""


class _Known:
    """What the rounds so far have found out about one function of the file."""

    def __init__(self, node: Node, result: Type = UNKNOWN) -> None:
        self.node = node
        self.parameters: dict[str, Type] = {}
        self.result = result
        self.types: dict[str, Type] = {}


class Module(Surroundings):
    """The translation of one module for one contract."""

    def __init__(self, top: TopLevel, contract: Contract) -> None:
        self._top = top
        self._contract = contract
        self._callees = {callee.name: callee for callee in contract.callees}
        self._functions: dict[str, _Known] = {}
        self._constants: dict[str, Expr] = {}
        self._changed = False

    # ------------------------------------------------------------ what functions see

    def constant(self, name: str) -> Expr | None:
        value = self._top.constants.get(name)
        if value is None or not is_mutable(value.type):
            return value
        if any(define.name == name for define in self._contract.defines):
            return None  # One name for two values would be ambiguous in `ConstantRef`.
        self._constants[name] = value
        return ConstantRef(type=value.type, name=name)

    def is_builtin(self, name: str) -> bool:
        return name not in self._top.bound and hasattr(builtins, name)

    def exception(self, name: str) -> str | None:
        if name in self._top.exceptions:
            return self._top.exceptions[name]
        return name if self.is_builtin(name) and raisable(name) else None

    def lift(self, name: str, node: Node) -> bool:
        _, defaults, problem = parameters_of(node)
        if problem or any(self._top.literal(default) is None for default in defaults):
            return False
        self._top.functions[name] = node
        return True

    def is_module(self, name: str) -> str | None:
        return self._top.imports.get(name)

    def signature(self, name: str, args: tuple[Type, ...]) -> Signature | str:
        if name in self._top.functions:
            return self._own(name, args)
        callee = self._callees.get(name)
        if callee is None or name in self._top.bound:
            return f"call of {name}"
        return Signature(
            name=name,
            parameters=tuple((p.name, erase(p.type)) for p in callee.parameters),
            result=erase(callee.result),
            changes=bool(callee.modifies),
        )

    def _own(self, name: str, args: tuple[Type, ...]) -> Signature | str:
        node = self._top.functions[name]
        names, default_nodes, problem = parameters_of(node)
        if problem:
            return f"call of {name}, which has {problem}"
        if name == self._contract.name and len(names) > len(self._contract.parameters):
            # The entry has its further parameters as locals; this is the whole function.
            name = _WHOLE + name
        known = self._functions.get(name)
        if known is None:
            known = self._functions[name] = _Known(node)
            self._changed = True
        defaults: list[Expr] = []
        for default in default_nodes:
            value = self._top.literal(default)
            if value is None or is_mutable(value.type):
                return f"call of {name}, which has a default that is not modelled"
            defaults.append(value)
        given = list(args[: len(names)])
        missing = len(names) - len(given)
        if 0 < missing <= len(defaults):
            given += [value.type for value in defaults[-missing:]]
        for parameter, type_ in zip(names, given, strict=False):
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
            tables = {n for n, type_ in zip(names, given, strict=False) if is_mutable(type_)}
            changed = changed_names(body) | augmented_names(body) & tables
            changes = bool(changed & set(names))
        return Signature(
            name=name,
            parameters=tuple((n, known.parameters.get(n, UNKNOWN)) for n in names),
            result=known.result,
            defaults=tuple(defaults),
            changes=changes,
        )

    # ------------------------------------------------------------ translation

    def program(self) -> Program:
        """The entry and every function that it reaches, once their types have settled."""
        name = self._contract.name
        entry = _Known(self._top.functions[name], erase(self._contract.result))
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
        functions = tuple(self._pass(function, final=True) for function in self._functions)
        return Program(
            entry=name,
            functions=functions,
            records=self._contract.records,
            constants=tuple(sorted(self._constants.items())),
            obstacles=self._top.obstacles,
        )

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
        node = known.node
        is_entry = name == self._contract.name
        all_names, default_nodes, _ = parameters_of(node)
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
        translator.called_by_itself = name.removeprefix(_WHOLE) in self._top.called
        start: list[Assign | Unmodelled] = []
        for parameter, default in zip(extra, default_nodes[-len(extra) :], strict=False):
            value = self._top.literal(default)
            if value is None or is_mutable(value.type):
                construct = f"default of {parameter}"
                start.append(Unmodelled(place=place(default), construct=construct))
                continue
            type_ = translator.bind(default, parameter, value.type)
            value = translator.fitted(default, value, type_)
            start.append(Assign(place=place(default), name=parameter, value=value))
        block = (*start, *translator.block(body))
        if final:
            locals_ = tuple(sorted((n, t) for n, t in translator.found.items() if is_known(t)))
            function = Function(name, parameters, known.result, locals_, block, place(node))
            modifies = self._contract.modifies if is_entry else ()
            function = without_aliases(function, modifies)
            return msgspec.structs.replace(function, maybe_unbound=maybe_unbound(function))
        kept = {n: t for n, t in translator.found.items() if not n.startswith("#")}
        if kept != known.types:
            known.types = kept
            self._changed = True
        if not is_entry:
            self._learn_result(known, translator.result_found, falls=falls_through(block))
        return Function(name, parameters, known.result, (), block, place(node))

    def _learn_result(self, known: _Known, found: Type | None, *, falls: bool) -> None:
        result = found
        if falls:
            result = NONE if found is None else join(found, NONE)
        if result is not None:
            joined = join(known.result, result)
            if joined is not None and joined != known.result:
                known.result = joined
                self._changed = True
