"""Events, projections, the store; the only package with SQL."""

from axiom_server.history.store import ChainError, History, HistoryError

__all__ = ["ChainError", "History", "HistoryError"]
