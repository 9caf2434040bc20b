"""The copy of a candidate that the type checker reads: annotations added, places mapped back."""

from __future__ import annotations

import ast
import re
import warnings

import msgspec

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.types import Type
from axiom_verifiers.sandbox.codec import annotation

_CONFORMS = "_axiom_conforms"
_GIVEN = "_axiom_given_"


class Annotated(msgspec.Struct, frozen=True):
    """`text` is what is checked; `origin` gives for each of its lines that of the code, from 1.

    0 stands for a line that was put in, -1 for one of the caller that was put after the code.
    """

    text: str
    origin: tuple[int, ...]
    inserted: tuple[tuple[int, int, int], ...]  # line of the code, column from 0, characters
    definition: int  # line of the asked function

    def place(self, line: int, column: int) -> tuple[int, int] | None:
        """1-based place in the code for a 0-based one in `text`; None when it is not of the code.

        What is wrong in the caller is put down to the function's definition.
        """
        at = self.origin[line] if line < len(self.origin) else -1
        if at == 0:
            return None
        if at < 0:
            return self.definition, 1
        for of, start, length in sorted(self.inserted, reverse=True):
            if of == at and column > start:
                column = max(start, column - length)
        return at, column + 1

    def in_caller(self, line: int) -> bool:
        return line >= len(self.origin) or self.origin[line] < 0


def annotate(code: str, contract: Contract) -> Annotated:
    """Adds what the code leaves unsaid: records, callees, the function's annotations.

    The parse is the host's own and only finds places; code that it cannot read (faulty, or of
    a syntax newer than the host's) is checked without added annotations.
    """
    lines = code.splitlines()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree: ast.Module | None = ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            tree = None
    function = None if tree is None else _definition(tree, contract.name)
    rebound = frozenset[str]() if function is None else _rebound(function, contract)
    inserted = [] if function is None else _missing(function, contract, lines, rebound)
    start = None if function is None or not rebound else _start(function)
    if start is not None and start[2]:
        inserted.append((start[0], start[1], "; ".join(_givens(rebound)) + "; "))
    out: list[tuple[str, int]] = []
    future = _future(lines)
    head = [(line, 0) for line in _head(code, contract, rebound)]
    for number, line in enumerate(lines, 1):
        if number == future + 1:
            out += head
        if start is not None and start[0] == number and not start[2]:
            out += [(line[: start[1]] + given, 0) for given in _givens(rebound)]
        for at, column, text in sorted(inserted, reverse=True):
            if at == number:
                line = line[:column] + text + line[column:]
        out.append((line, number))
    if function is not None:
        out += [(line, -1) for line in _tail(contract)]
    return Annotated(
        text="\n".join(line for line, _ in out) + "\n",
        origin=tuple(number for _, number in out),
        inserted=tuple((line, column, len(text)) for line, column, text in inserted),
        definition=1 if function is None else function.lineno,
    )


def _rebound(function: ast.FunctionDef, contract: Contract) -> frozenset[str]:
    """Parameters without annotation that the code assigns to: they may change their type."""
    bare = {a.arg for a in _arguments(function) if a.annotation is None}
    named = {parameter.name for parameter in contract.parameters}
    stored = {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return frozenset(bare & named & stored)


def _givens(names: frozenset[str]) -> list[str]:
    """Assignments that give each parameter its type at the start and leave it free later."""
    return [f"{name} = {_GIVEN}{name}" for name in sorted(names)]


def _start(function: ast.FunctionDef) -> tuple[int, int, bool] | None:
    """Line and column of the first statement that is no docstring, and whether on one line."""
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    if not body:
        return None
    return body[0].lineno, body[0].col_offset, body[0].lineno == function.lineno


def _arguments(function: ast.FunctionDef) -> list[ast.arg]:
    given = function.args
    return [*given.posonlyargs, *given.args, *given.kwonlyargs]


def _definition(tree: ast.Module, name: str) -> ast.FunctionDef | None:
    found = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name]
    return found[-1] if found else None


def _missing(
    function: ast.FunctionDef, contract: Contract, lines: list[str], rebound: frozenset[str]
) -> list[tuple[int, int, str]]:
    """Line, column in characters and text of each annotation that the function lacks."""
    types = {parameter.name: parameter.type for parameter in contract.parameters}
    found: list[tuple[int, int, str]] = []
    for argument in _arguments(function):
        bare = argument.annotation is None and argument.arg not in rebound
        if bare and argument.arg in types:
            line = argument.lineno
            column = _characters(lines[line - 1], argument.col_offset) + len(argument.arg)
            found.append((line, column, f": {_quoted(types[argument.arg])}"))
    if function.returns is None:
        end = _colon(function, lines)
        if end is not None:
            found.append((*end, f" -> {_quoted(contract.result)}"))
    return found


def _quoted(declared: Type) -> str:
    """Quoted, so that it means the same whatever the code's version of Python evaluates."""
    return f'"{annotation(declared)}"'


def _characters(line: str, byte_offset: int) -> int:
    return len(line.encode()[:byte_offset].decode(errors="replace"))


def _colon(function: ast.FunctionDef, lines: list[str]) -> tuple[int, int] | None:
    """Where the header's closing parenthesis ends: the last one before the body's colon."""
    first = function.body[0]
    for line in range(min(first.lineno, len(lines)), function.lineno - 1, -1):
        text = lines[line - 1]
        if line == first.lineno:
            text = text[: _characters(text, first.col_offset)]
        found = [match.end() for match in re.finditer(r"\)(?=\s*:\s*(#.*)?$)", text)]
        if found:
            return line, found[-1]
    return None


def _future(lines: list[str]) -> int:
    """How many lines reach up to the last `from __future__` import, which must stay first."""
    found = [n for n, line in enumerate(lines, 1) if line.startswith("from __future__ import")]
    return found[-1] if found else 0


def _head(code: str, contract: Contract, rebound: frozenset[str]) -> list[str]:
    """Records that the code does not define itself, what its callees look like, parameters."""
    out: list[str] = []
    for record in contract.records:
        if re.search(rf"^class\s+{record.name}\b|^{record.name}\s*=", code, re.MULTILINE):
            continue
        if not out:
            out.append("import dataclasses as _axiom_dataclasses")
        out.append("@_axiom_dataclasses.dataclass(frozen=True)")
        out.append(f"class {record.name}:")
        out.extend(f"    {name}: {_quoted(of)}" for name, of in record.fields)
        if not record.fields:
            out.append("    pass")
    out += [
        f"def {callee.name}({_parameters(callee)}) -> {_quoted(callee.result)}: ..."
        for callee in contract.callees
        if not re.search(rf"^def\s+{callee.name}\b", code, re.MULTILINE)
    ]
    out += [
        f"{_GIVEN}{parameter.name}: {_quoted(parameter.type)}"
        for parameter in contract.parameters
        if parameter.name in rebound
    ]
    return out


def _parameters(contract: Contract) -> str:
    return ", ".join(f"{p.name}: {_quoted(p.type)}" for p in contract.parameters)


def _tail(contract: Contract) -> list[str]:
    """A caller as the intent describes it, in which annotations of the code's own must fit."""
    arguments = ", ".join(parameter.name for parameter in contract.parameters)
    return [
        f"def {_CONFORMS}({_parameters(contract)}) -> {_quoted(contract.result)}:",
        f"    return {contract.name}({arguments})",
    ]
