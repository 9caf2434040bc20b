"""Events, projections, the store; the only package with SQL."""

from axiom_server.history.store import History

__all__ = ["History"]
