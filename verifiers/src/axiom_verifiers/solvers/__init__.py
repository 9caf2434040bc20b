"""Solvers: drivers as data, worker processes, the race. The only package that imports a solver."""
