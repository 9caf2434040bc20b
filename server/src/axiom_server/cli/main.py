"""The entry point: parses arguments, runs a subcommand, turns errors into exit codes."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

from axiom_server.errors import AxiomError

COMMANDS = (
    "check",
    "fmt",
    "generate",
    "verify",
    "accept",
    "undo",
    "redo",
    "history",
    "export",
    "key",
    "models",
    "serve",
    "doctor",
)
INTERRUPTED = 130
FAULT = 3


class _Parser(argparse.ArgumentParser):
    def error(self, message: str):
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {message}\n")


def parser() -> argparse.ArgumentParser:
    """The whole command line; docs/cli.md is generated from it."""
    top = _Parser(
        prog="axiom",
        description="Write what code must do; get code that is proved to do it.",
        epilog="Exit codes: 0 done · 1 bad news · 2 wrong use · 3 a fault of ours · 130 interrupted",
    )
    top.add_argument("--version", action="version", version=f"axiom {version('axiom-server')}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = importlib.import_module(f"axiom_server.cli.{name}_command")
        sub = commands.add_parser(name, help=module.__doc__.splitlines()[0], parents=[])
        module.arguments(sub)
        sub.set_defaults(run=module.run)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; gives the exit code. No traceback reaches the person unless
    `AXIOM_DEBUG` is set.
    """
    arguments = parser().parse_args(argv)
    try:
        return arguments.run(arguments)
    except AxiomError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone away: keep the interpreter from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except Exception as error:
        if os.environ.get("AXIOM_DEBUG"):
            raise
        print(
            f"a fault of AXIOM: {type(error).__name__}: {error}. "
            "Set AXIOM_DEBUG=1 to see where, and please report it.",
            file=sys.stderr,
        )
        return FAULT
