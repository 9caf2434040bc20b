"""the language server"""

from __future__ import annotations

import argparse

from axiom_server.lsp.main import serve_stdio, serve_tcp


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stdio", action="store_true", help="over standard input (the default)")
    parser.add_argument("--tcp", metavar="HOST:PORT", help="for one client on a socket")


def run(args: argparse.Namespace) -> int:
    return serve_tcp(args.tcp) if args.tcp else serve_stdio()
