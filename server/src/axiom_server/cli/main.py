"""The entry point: parses arguments, runs a subcommand, turns errors into exit codes."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import NoReturn

from axiom_server.errors import AxiomError

# What `axiom --help` says of each; the module of a command is loaded only when it is run.
COMMANDS = {
    "check": "errors and warnings in intent files",
    "fmt": "the formatter: rewrites intent files in their one layout",
    "generate": "candidates with evidence, best first",
    "verify": "evidence for code from anywhere, or the accepted code of every intent again",
    "accept": "put a candidate's code into its region of the target file",
    "undo": "take back the accept that happened last",
    "redo": "restore the accept that was undone last",
    "history": "what happened, event by event, or the state at a time",
    "export": "the accepted code of an intent with its signed certificate",
    "key": "the signing key: make it, show its public half",
    "models": "the model backends that are installed",
    "serve": "the language server",
    "doctor": "what works on this machine and what is missing",
}
# These check types: the type checker starts while their modules are loaded.
CHECKING = frozenset(("generate", "verify"))
HELP = frozenset(("-h", "--help"))
INTERRUPTED = 130
FAULT = 3


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {message}\n")


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """The command line, with the options of one command or of all."""
    top = _Parser(
        prog="axiom",
        description="Write what code must do; get code that is proved to do it.",
        epilog="Exit codes: 0 done, 1 bad news, 2 wrong use, 3 a fault of ours, 130 interrupted",
    )
    top.add_argument("--version", action="version", version=f"axiom {version('axiom-server')}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, told in COMMANDS.items():
        sub = commands.add_parser(name, help=told, description=told)
        if only is None or only == name:
            module = importlib.import_module(f"axiom_server.cli.{name}_command")
            module.arguments(sub)
            sub.set_defaults(run=module.run)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; gives the exit code. No traceback reaches the person unless
    `AXIOM_DEBUG` is set.
    """
    given = sys.argv[1:] if argv is None else list(argv)
    chosen = next((word for word in given if not word.startswith("-")), "")
    digits = sys.get_int_max_str_digits()
    code = 0
    try:
        if chosen in CHECKING and not HELP & set(given):
            from axiom_verifiers.checks.type_checker import SERVER

            SERVER.warm()
        # Loading a command takes long enough for somebody to press Ctrl-C.
        arguments = parser(chosen).parse_args(given)
        # Integers are exact, however long; what may be computed is limited elsewhere.
        sys.set_int_max_str_digits(0)
        code = arguments.run(arguments)
        sys.stdout.flush()
    except AxiomError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone away: keep the interpreter from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except Exception as error:  # Whatever it is, the person gets a sentence, not a traceback.
        if os.environ.get("AXIOM_DEBUG"):
            raise
        print(
            f"a fault of AXIOM: {type(error).__name__}: {error}. "
            "Set AXIOM_DEBUG=1 to see where, and please report it.",
            file=sys.stderr,
        )
        return FAULT
    finally:
        sys.set_int_max_str_digits(digits)
    return code


if __name__ == "__main__":
    sys.exit(main())
