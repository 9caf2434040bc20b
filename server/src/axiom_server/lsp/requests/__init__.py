"""The requests and notifications, one file each; each registers itself on the server."""

from __future__ import annotations

import importlib
import pkgutil

from axiom_server.lsp.session import Session


def register_all(session: Session) -> None:
    """Register every request of this package."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        importlib.import_module(f"{__name__}.{module.name}").register(session)
