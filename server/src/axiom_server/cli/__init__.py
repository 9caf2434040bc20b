"""The `axiom` command, one file per subcommand."""

from axiom_server.cli.main import main

__all__ = ["main"]
