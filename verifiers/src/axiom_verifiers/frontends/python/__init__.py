"""Python source to core program, by tree-sitter-python; never by the host's own parser."""

from __future__ import annotations

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.core.flow import statements
from axiom_verifiers.core.program import Place, Program, Unmodelled
from axiom_verifiers.frontends.python import _tree
from axiom_verifiers.frontends.python._infinite import INFINITE
from axiom_verifiers.frontends.python._module import Module
from axiom_verifiers.frontends.python._parameters import parameters_of
from axiom_verifiers.frontends.python._toplevel import TopLevel

__all__ = ["translate"]


def translate(code: str, contract: Contract) -> Program:
    """The module `code` as a core program whose entry is the contract's function.

    Never raises for any text. What is not modelled is an `Unmodelled` statement at its place,
    or an obstacle of the whole program when the module cannot be read, does something when it
    is loaded, or lacks the function with the contract's parameters.
    """
    code = code.replace("\r\n", "\n")
    why = _tree.unreadable(code)
    if why is not None:
        return _nothing(contract, Unmodelled(place=Place(1), construct=why))
    try:
        return _translated(code, contract)
    except RecursionError:
        report = Unmodelled(place=Place(1), construct="code nested too deeply")
        return _nothing(contract, report)


def _nothing(contract: Contract, report: Unmodelled) -> Program:
    return Program(entry=contract.name, functions=(), obstacles=(report,))


def _translated(code: str, contract: Contract) -> Program:
    tree = _tree.parse(code)
    wrong = _tree.misread(tree, code.encode())
    if wrong is not None:
        return _nothing(contract, Unmodelled(place=_tree.place(wrong[0]), construct=wrong[1]))
    top = TopLevel(tree.root_node)
    function = top.functions.get(contract.name)
    if function is None:
        report = Unmodelled(place=Place(1), construct=f"no function {contract.name}")
        return _nothing(contract, top.obstacles[0] if top.obstacles else report)
    parameters = parameters_of(function)
    names, defaults, problem = list(parameters.names), parameters.defaults, parameters.problem
    wanted = [parameter.name for parameter in contract.parameters]
    missing = len(names) - len(wanted)
    if parameters.keyword_only & set(wanted):
        problem = "parameters that must be given by keyword"
    without = set(names[len(wanted) :]) - {name for name, _ in defaults}
    if not problem and (names[: len(wanted)] != wanted or missing < 0 or without):
        shown = ", ".join(names)
        problem = f"parameters ({shown}) where ({', '.join(wanted)}) is expected"
    if problem:
        return _nothing(contract, Unmodelled(place=_tree.place(function), construct=problem))
    program = Module(top, contract).program()
    missing = _missing(program)
    if not missing or b"inf" not in code.encode():
        return program
    # Where infinities stand beside floats they are floats; where that is not modelled, perhaps
    # they stand beside ints.
    beside_ints = Module(TopLevel(tree.root_node), contract)
    beside_ints.infinite = True
    other = beside_ints.program()
    return other if _missing(other) < missing else program


def _missing(program: Program) -> int:
    """How many statements of a program are not modelled, whatever else is in it."""
    blocks = [function.body for function in program.functions]
    return len(program.obstacles) + sum(
        isinstance(statement, Unmodelled) and not statement.construct.endswith(INFINITE)
        for block in blocks
        for statement in statements(block)
    )
