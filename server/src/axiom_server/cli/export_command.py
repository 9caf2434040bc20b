"""the accepted code of an intent with its signed certificate"""

from __future__ import annotations

import argparse
from pathlib import Path

from axiom_server.cli.output import print_json
from axiom_server.studio.exporting import export
from axiom_server.studio.keys import load_key, public_hex, throw_away_key
from axiom_server.studio.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--intent", metavar="NAME")
    parser.add_argument("-o", "--output", required=True, metavar="BUNDLE", help="NAME.axb")
    parser.add_argument(
        "--throw-away-key", action="store_true", help="sign with a key that is kept nowhere"
    )
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    path = Path(args.file)
    workspace = Workspace.of(path)
    file = workspace.open(path)
    key = throw_away_key() if args.throw_away_key else load_key()
    done = export(workspace, file, args.intent, Path(args.output), key)
    if args.json:
        print_json({"exported": done, "public_key": public_hex(key)})
        return 0
    labels = ", ".join(f"{count} {label}" for label, count in done.labels.items())
    print(f"{done.path}: {done.bytes:,} bytes, {labels}")
    kind = "a throw-away key: it shows who signed to nobody" if args.throw_away_key else "your key"
    print(f"signed with {kind}; public key {public_hex(key)}")
    return 0
