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
from typing import NoReturn

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
    """Run the command line; gives the exit code."""
    args = parser().parse_args(argv)
    try:
        data = Path(args.bundle).read_bytes()
        code = Path(args.code).read_text(encoding="utf-8") if args.code else None
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    except UnicodeDecodeError as error:
        print(f"{args.code}: {error}", file=sys.stderr)
        return 2
    try:
        checked = check(
            data,
            trusted_keys=args.trust,
            integrity_only=args.integrity_only,
            require=args.require,
        )
    except CertificateError as error:
        print(
            f"{args.bundle}: {type(error).__name__.removesuffix('Error')}: {error}", file=sys.stderr
        )
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except Exception as error:
        if os.environ.get("AXIOM_DEBUG"):
            raise
        print(f"a fault of axiom-verify: {type(error).__name__}: {error}", file=sys.stderr)
        return 3
    if code is not None and checked.predicate.code.strip() not in code.replace("\r\n", "\n"):
        print(f"{args.code}: does not hold the code that was certified", file=sys.stderr)
        return 1
    if args.json:
        _print_json(checked)
    else:
        _print(checked, brief=args.brief)
    return 0


def _print_json(checked: Checked) -> None:
    document = {
        "intent": checked.intent,
        "signer": checked.signer,
        "public_key": checked.public_key,
        "trusted": checked.trusted,
        "assertions": checked.assertions,
        "trusted_base": checked.predicate.trusted_base,
    }
    print(msgspec.json.encode(document).decode())


def _print(checked: Checked, *, brief: bool) -> None:
    if brief:
        labels = [assertion.label for assertion in checked.assertions]
        counts = [f"{labels.count(label)} {label}" for label in LABELS if label in labels]
        print(f"  {', '.join(counts)}")
    else:
        for assertion in checked.assertions:
            by = ", ".join(name for name, said in assertion.answers.items() if said == "valid")
            print(f"  {assertion.label:<16} {assertion.property}" + (f"  [{by}]" if by else ""))
    who = "trusted" if checked.trusted else "not asked whether trusted"
    print(
        f"{checked.intent}: the certificate is sound: {len(checked.assertions)} assertions, "
        f"{len(checked.predicate.obligations)} obligations derived again, "
        f"{len(checked.predicate.history)} events in one chain"
    )
    print(f"signed by public key {checked.public_key} ({who})")
