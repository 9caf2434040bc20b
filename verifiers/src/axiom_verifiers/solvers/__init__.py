"""Solvers: drivers as data, worker processes, the race. The only package that imports a solver."""

from axiom_verifiers.solvers.drivers import missing, versions

__all__ = ["missing", "versions"]
