"""Tier 0: the code parses, has the asked function with its signature, and keeps its `must`s."""

from __future__ import annotations

import difflib
import time
from collections.abc import Iterator
from typing import assert_never

import tree_sitter_python
from tree_sitter import Language, Node, Parser

from axiom_verifiers.checks import _structure as structure
from axiom_verifiers.checks._size import too_long
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.contracts.contract import Contract, Must
from axiom_verifiers.errors import ArtefactError
from axiom_verifiers.evidence import ClauseEvidence, Evidence, Finding, Proof, Report, Verdict
from axiom_verifiers.sandbox.python import shared

_PYTHON = Language(tree_sitter_python.language())
_HELP = "write it so that reading the code settles it: no exec, no alias, no call of a value"


class SyntaxVerifier:
    """Reads the code, runs nothing. The sandbox's own compiler has the last word on syntax."""

    name = "syntax"
    tier = 0

    def supports(self, subject: Subject) -> bool:
        return subject.language == "python"

    def verify(self, subject: Subject, budget: Budget) -> Iterator[Evidence]:
        start = time.perf_counter()
        contract = subject.contract
        rules = [must for must in contract.musts if must.what not in (None, "terminate")]
        try:
            broken = _syntax_error(subject)
        except ArtefactError as error:
            yield Report(
                verifier=self.name,
                tier=self.tier,
                verdict=Verdict.FAILED,
                seconds=time.perf_counter() - start,
                detail=str(error),
            )
            return
        readable = "" if broken is not None else subject.code
        root = Parser(_PYTHON).parse(readable.encode("utf-8", "replace")).root_node
        findings = [broken] if broken is not None else list(_signature(root, contract))
        if broken is None and root.has_error:
            # Newer syntax than our grammar knows: nothing that rests on the tree is settled.
            for must in rules:
                yield _unread(must, "construct not modelled", structure.place(_first_error(root)))
        elif broken is not None or any(each.rule == "missing-function" for each in findings):
            at = structure.At(findings[0].line, findings[0].column, findings[0].message)
            for must in rules:
                yield _unread(must, "there is no such code to read", at)
        else:
            for must in rules:
                found = _judge(must, root, contract)
                if found.verdict is Verdict.REFUTED:
                    findings.append(_finding_of(must, root, contract))
                yield found
            yield from _callees(root, contract)
        yield Report(
            verifier=self.name,
            tier=self.tier,
            verdict=Verdict.REFUTED if findings else Verdict.TESTED,
            seconds=time.perf_counter() - start,
            findings=tuple(findings),
        )


def _error(message: str, line: int, column: int, rule: str) -> Finding:
    return Finding(severity="error", message=message, line=line, column=column, rule=rule)


def _syntax_error(subject: Subject) -> Finding | None:
    long = too_long(subject)
    if long is not None:
        return _error(long, 1, 1, "too-long")
    fault = shared().syntax_fault(subject.code)
    if fault is None:
        return None
    return _error(f"this is no Python: {fault.message}", fault.line, fault.column, "syntax-error")


def _first_error(root: Node) -> Node:
    return next((node for node in structure.walk(root) if node.is_error or node.is_missing), root)


# ---------------------------------------------------------------- the asked function


def _signature(root: Node, contract: Contract) -> Iterator[Finding]:
    wanted = tuple(parameter.name for parameter in contract.parameters)
    header = f"{contract.name}({', '.join(wanted)})"
    found = structure.find_function(root, contract.name)
    if found is None:
        yield _missing(root, contract.name, header)
        return
    line, column = found.at.line, found.at.column
    if found.kind != "function":
        what = "a generator" if found.kind == "generator" else "an async function"
        yield _error(
            f"`{contract.name}` is {what}; expected an ordinary function {header} that returns "
            "its result",
            line,
            column,
            "wrong-kind",
        )
    # Further parameters that have a default are given by nobody.
    further = {*found.positional[len(wanted) :], *found.keyword_only}
    fits = found.positional[: len(wanted)] == wanted and further <= found.optional
    if fits and not further & set(wanted) and not found.starred:
        return
    if found.positional != wanted and not found.starred and not found.keyword_only:
        what = _difference(found.positional, wanted)
    else:
        what = "takes " + ", ".join(found.starred or found.keyword_only) + " besides"
        if set(found.keyword_only) & set(wanted):
            what = "takes " + ", ".join(found.keyword_only) + " by keyword only"
    yield _error(f"`{contract.name}` {what}; expected {header}", line, column, "wrong-signature")


def _missing(root: Node, name: str, header: str) -> Finding:
    others = structure.module_names(root)
    near = difflib.get_close_matches(name, others, 1)
    found = f"found {', '.join(f'`{other}`' for other in others[:5])}" if others else "found none"
    hint = f"; rename `{near[0]}`?" if near else ""
    return _error(
        f"the code defines no function {header} at its top level: {found}{hint}",
        1,
        1,
        "missing-function",
    )


def _difference(found: tuple[str, ...], wanted: tuple[str, ...]) -> str:
    given = f"({', '.join(found)})"
    if len(found) != len(wanted):
        return f"has {len(found)} parameter{'s' * (len(found) != 1)} {given}, not {len(wanted)}"
    if sorted(found) == sorted(wanted):
        return f"has its parameters in another order, {given}"
    return f"names its parameters {given}"


# ---------------------------------------------------------------- must


def _read(must: Must, root: Node, contract: Contract) -> structure.Settled | structure.Open:
    match must.what:
        case "import":
            return structure.imports(root)
        case "loop":
            return structure.loops(root)
        case "print":
            return structure.prints(root)
        case "recurse":
            callees = frozenset(callee.name for callee in contract.callees)
            return structure.recurses(root, contract.name, callees)
        case "terminate" | None:
            raise AssertionError("no rule of structure")
        case _:
            assert_never(must.what)


def _judge(must: Must, root: Node, contract: Contract) -> ClauseEvidence:
    found = _read(must, root, contract)
    if isinstance(found, structure.Open):
        return _unread(must, found.reason, found.at)
    kept = found.does is not must.negated
    return ClauseEvidence(
        clause=must.id,
        verifier=SyntaxVerifier.name,
        verdict=Verdict.PROVED if kept else Verdict.REFUTED,
        method="structural",
        proof=Proof(
            status="valid" if kept else "refuted",
            where=None if kept or found.at is None else str(found.at),
            tried=("read the whole module",),
        ),
        detail=_said(must, found, kept=kept),
    )


def _said(must: Must, found: structure.Settled, *, kept: bool) -> str:
    thing = {"import": "an import", "loop": "a loop", "recurse": "recursion"}.get(
        str(must.what), "a call of print"
    )
    if found.at is not None:
        return f"line {found.at.line} has {thing}: {found.at.text}"
    return f"the code has no such thing as {thing}" if kept else f"the code lacks {thing}"


def _finding_of(must: Must, root: Node, contract: Contract) -> Finding:
    found = _read(must, root, contract)
    at = found.at if found.at is not None else structure.At(1, 1, "")
    rule = f"must {'not ' * must.negated}{must.what}"
    return _error(f"{rule}: {_judge(must, root, contract).detail}", at.line, at.column, "must")


def _callees(root: Node, contract: Contract) -> Iterator[ClauseEvidence]:
    """A code that names no other intent owes none of them its precondition."""
    others = frozenset(callee.name for callee in contract.callees)
    for clause in contract.implied:
        if clause.obligation != "callee preconditions":
            continue
        if structure.calls_none_of(root, contract.name, others):
            yield ClauseEvidence(
                clause=clause.id,
                verifier=SyntaxVerifier.name,
                verdict=Verdict.PROVED,
                method="structural",
                proof=Proof(status="valid", tried=("read all that can run",)),
                detail="it calls no other intent",
            )


def _unread(must: Must, reason: str, at: structure.At) -> ClauseEvidence:
    return ClauseEvidence(
        clause=must.id,
        verifier=SyntaxVerifier.name,
        verdict=Verdict.UNKNOWN,
        method="structural",
        proof=Proof(
            status="unknown",
            reason=reason,
            where=str(at),
            tried=("read the whole module",),
            help=_HELP,
        ),
        detail=reason,
    )
