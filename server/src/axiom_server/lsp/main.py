"""Starting the language server."""

from __future__ import annotations

import logging
import os
import sys
from importlib.metadata import version

from axiom_server.errors import UserError
from axiom_server.lsp.requests import register_all
from axiom_server.lsp.session import Session
from axiom_server.lsp.wire import Server


def make_server() -> Server:
    """A server with all its requests."""
    server = Server(version("axiom-server"))
    session = Session(server)
    server.at_end(session.end)
    register_all(session)
    return server


def _log() -> None:
    level = os.environ.get("AXIOM_LOG", "WARNING").upper()
    logging.basicConfig(
        stream=sys.stderr, level=level, format="%(levelname)s %(name)s: %(message)s"
    )


def serve_stdio() -> int:
    """Serve standard input and output until they end; logs go to stderr."""
    _log()
    make_server().serve()
    return 0


def serve_tcp(address: str) -> int:
    """Serve one client on HOST:PORT.

    Raises UserError for an address that is none.
    """
    _log()
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise UserError(f"--tcp {address}: HOST:PORT was expected, such as 127.0.0.1:4000")
    make_server().serve_socket(host, int(port))
    return 0
