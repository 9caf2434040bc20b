"""the signing key: make it, show its public half"""

from __future__ import annotations

import argparse

from axiom_server.studio.keys import load_key, new_key, public_hex


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=["new", "show"])


def run(args: argparse.Namespace) -> int:
    if args.action == "new":
        key, place = new_key()
        print(f"a new signing key, kept in {place}")
    else:
        key = load_key()
    print(f"public key {public_hex(key)}")
    return 0
