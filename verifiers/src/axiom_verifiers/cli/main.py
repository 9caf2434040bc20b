"""`axiom-verify check BUNDLE`: checks a certificate without running a test.

Exit codes: 0 sound and strong enough, 1 not (or the signer is unknown), 2 wrong use or an
unreadable file, 3 a fault of ours.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn, TextIO

import msgspec

from axiom_verifiers.certificates.check import Checked, check
from axiom_verifiers.certificates.statement import LABELS
from axiom_verifiers.errors import CertificateError


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {message}\n")


def _public_key(text: str) -> str:
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise argparse.ArgumentTypeError(
            f"{text}: 64 hexadecimal digits were expected, as `axiom key show` prints them"
        )
    return text.lower()


def parser() -> argparse.ArgumentParser:
    """The command line; docs/cli.md is generated from it."""
    top = _Parser(prog="axiom-verify", description="Check what somebody else has proved.")
    top.add_argument(
        "--version", action="version", version=f"axiom-verify {version('axiom-verifiers')}"
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    sub = commands.add_parser("check", help="a bundle: signature, obligations, history")
    sub.add_argument("bundle", metavar="BUNDLE")
    sub.add_argument("--trust", action="append", default=[], metavar="PUBLIC_KEY", type=_public_key)
    sub.add_argument("--integrity-only", action="store_true", help="whoever signed it")
    sub.add_argument("--require", choices=LABELS, default="test-attested")
    sub.add_argument("--code", metavar="FILE", help="also: this file holds the code, unchanged")
    sub.add_argument("--brief", action="store_true", help="count the assertions, do not list them")
    sub.add_argument("--json", action="store_true")
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit code.

    Whatever becomes of the output, 1 means a certificate that does not pass, and nothing else.
    """
    args = parser().parse_args(argv)
    try:
        answer = _answer(args)
        _write(answer.out, sys.stdout)
        _write(answer.err, sys.stderr)
    except KeyboardInterrupt:
        _write("interrupted\n", sys.stderr)
        return 130
    except Exception as error:  # Whatever it is, the person gets a sentence, not a traceback.
        if os.environ.get("AXIOM_DEBUG"):
            raise
        _write(f"a fault of axiom-verify: {type(error).__name__}: {error}\n", sys.stderr)
        return 3
    return answer.code


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The exit code, and what is written where."""

    code: int
    out: str = ""
    err: str = ""


def _answer(args: argparse.Namespace) -> _Answer:
    try:
        data = Path(args.bundle).read_bytes()
        code = Path(args.code).read_text(encoding="utf-8") if args.code else None
    except OSError as error:
        return _Answer(code=2, err=f"{error.filename}: {error.strerror}\n")
    except UnicodeDecodeError as error:
        return _Answer(code=2, err=f"{args.code}: {error}\n")
    try:
        checked = check(
            data,
            trusted_keys=args.trust,
            integrity_only=args.integrity_only,
            require=args.require,
        )
    except CertificateError as error:
        name = type(error).__name__.removesuffix("Error")
        return _Answer(code=1, err=f"{args.bundle}: {name}: {error}\n")
    if code is not None and checked.predicate.code.strip() not in code.replace("\r\n", "\n"):
        return _Answer(code=1, err=f"{args.code}: does not hold the code that was certified\n")
    if args.json:
        return _Answer(code=0, out=_json(checked))
    return _Answer(code=0, out=_text(checked, brief=args.brief))


def _write(text: str, stream: TextIO | None) -> None:
    if not text or stream is None:
        return
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        # What could not be written is dropped, so that the interpreter does not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        # A reader that has gone away, as `head` does, is no fault: the answer has its exit code.
        if not isinstance(error, BrokenPipeError):
            raise


def _json(checked: Checked) -> str:
    document = {
        "intent": checked.intent,
        "signer": checked.signer,
        "public_key": checked.public_key,
        "trusted": checked.trusted,
        "assertions": checked.assertions,
        "trusted_base": checked.predicate.trusted_base,
    }
    return msgspec.json.encode(document).decode() + "\n"


def _text(checked: Checked, *, brief: bool) -> str:
    lines: list[str] = []
    if brief:
        labels = [assertion.label for assertion in checked.assertions]
        counts = [f"{labels.count(label)} {label}" for label in LABELS if label in labels]
        lines.append(f"  {', '.join(counts)}")
    else:
        for assertion in checked.assertions:
            by = ", ".join(name for name, said in assertion.answers.items() if said == "valid")
            lines.append(
                f"  {assertion.label:<16} {assertion.property}" + (f"  [{by}]" if by else "")
            )
    who = "trusted" if checked.trusted else "not asked whether trusted"
    lines.append(
        f"{checked.intent}: the certificate is sound: {len(checked.assertions)} assertions, "
        f"{len(checked.predicate.obligations)} obligations derived again, "
        f"{len(checked.predicate.history)} events in one chain"
    )
    lines.append(f"signed by public key {checked.public_key} ({who})")
    return "\n".join(lines) + "\n"
