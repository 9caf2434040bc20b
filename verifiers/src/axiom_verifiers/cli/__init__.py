"""The `axiom-verify` command."""

from axiom_verifiers.cli.main import main

__all__ = ["main"]
