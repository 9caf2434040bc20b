"""errors and warnings in intent files"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from axiom_server.cli.output import print_json
from axiom_server.studio.checking import findings
from axiom_server.studio.workspace import Workspace, format_problem
from axiom_verifiers.contracts.source import Severity


class FileFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One finding, as `axiom check --json` prints it; line and column count from 1."""

    file: str
    line: int
    column: int
    severity: Severity
    code: str
    message: str


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    found: list[FileFinding] = []
    errors = False
    for name in args.files:
        path = Path(name)
        workspace = Workspace.of(path)
        file = workspace.open(path)
        for problem in findings(file):
            errors = errors or problem.problem.severity is Severity.ERROR
            if args.json:
                found.append(
                    FileFinding(
                        file=name,
                        line=problem.line,
                        column=problem.column,
                        severity=problem.problem.severity,
                        code=problem.problem.code,
                        message=problem.problem.message,
                    )
                )
            else:
                print(format_problem(name, problem), file=sys.stderr)
    if args.json:
        print_json(found)
    return 1 if errors else 0
