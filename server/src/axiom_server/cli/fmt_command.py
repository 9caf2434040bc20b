"""the formatter: rewrites intent files in their one layout"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from axiom_server.studio.workspace import read_text, write_text
from axiom_verifiers.contracts.formatter import format_text


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if it would")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    changed: dict[str, bool] = {}
    for name in args.files:
        path = Path(name)
        text = read_text(path)
        formatted = format_text(text)
        changed[name] = formatted != text
        if not changed[name]:
            continue
        if not args.check:
            write_text(path, formatted)
        elif not args.json:
            print(f"{name}:1:1: would be formatted; run: axiom fmt {name}", file=sys.stderr)
    if args.json:
        told = [{"file": name, "changes": changes} for name, changes in changed.items()]
        print(json.dumps(told, indent=2, ensure_ascii=False))
    return 1 if args.check and any(changed.values()) else 0
