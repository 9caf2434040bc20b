"""the formatter: rewrites intent files in their one layout"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from axiom_server.studio.workspace import read_text, write_text
from axiom_verifiers.contracts.formatter import format_text


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if it would")


def run(args: argparse.Namespace) -> int:
    would = False
    for name in args.files:
        path = Path(name)
        text = read_text(path)
        formatted = format_text(text)
        if formatted == text:
            continue
        would = True
        if args.check:
            print(f"{name}:1:1: would be formatted; run: axiom fmt {name}", file=sys.stderr)
        else:
            write_text(path, formatted)
    return 1 if would and args.check else 0
