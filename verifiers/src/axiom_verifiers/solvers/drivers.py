"""Solvers as data: what each takes, how it is started and told its options, in which order
a portfolio asks them.
"""

from __future__ import annotations

import functools
import importlib.metadata
import sys
from pathlib import Path

import msgspec

from axiom_verifiers.logic.features import Features

_WORKER = str(Path(__file__).with_name("worker.py"))


class Driver(msgspec.Struct, frozen=True, kw_only=True):
    """One configuration of one solver.

    `name` is the configuration's, `solver` the solver's: two answers agree only when they are
    of different solvers. `command` starts the worker; the pool appends the memory limit (MB)
    and the number of the lifeline's file descriptor. Drivers with the same command share
    workers: options are sent with each request. `lacks` names the fields of `Features` that
    it cannot take, `needs` those of which it wants at least one. `resources` is how much of
    its resource limit stands for one second; None when it has only time limits. `logics` are
    the names of logics that it is told, after a first try, in the place of others.
    """

    name: str
    solver: str
    command: tuple[str, ...]
    options: tuple[tuple[str, str], ...] = ()
    lacks: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    resources: int | None = None
    logics: tuple[tuple[str, str], ...] = ()
    package: str | None = None

    def logic(self, name: str) -> str:
        """What it is told of the logic of a problem, in the end."""
        return dict(self.logics).get(name, name)

    def takes(self, features: Features) -> bool:
        """Whether a problem with these features is within what it can read."""
        if any(getattr(features, name) for name in self.lacks):
            return False
        return not self.needs or any(getattr(features, name) for name in self.needs)


def _command(library: str) -> tuple[str, ...]:
    return (sys.executable, "-I", _WORKER, library)


# The resource rates are of typical obligations on a slow machine, and rounded: the limit must
# fall before the wall clock's, or answers would depend on the machine's load.
Z3 = Driver(
    name="z3",
    solver="z3",
    command=_command("z3"),
    package="z3-solver",
    options=(("smt.random_seed", "0"), ("sat.random_seed", "0")),
    resources=2_000_000,
    # For this one z3 has settings of its own, which no option changes: often far slower than its
    # general ones where quantifiers stand in quantifiers, and far quicker with some orders.
    logics=(("AUFLIA", "ALL"),),
)
# Triggers alone, no model-based instantiation, and the settings that go with a logic: another way
# through quantifiers.
Z3_TRIGGERS = msgspec.structs.replace(
    Z3,
    name="z3-triggers",
    options=(*Z3.options, ("smt.mbqi", "false"), ("smt.auto_config", "false")),
    needs=frozenset(("quantifiers", "recursion")),
    logics=(),
)
CVC5 = Driver(
    name="cvc5",
    solver="cvc5",
    command=_command("cvc5"),
    package="cvc5",
    lacks=frozenset(("filled_arrays",)),
    options=(
        ("seed", "0"),
        ("sat-random-seed", "0"),
        ("strings-exp", "true"),  # Without these two it refuses whole operators.
        ("arrays-exp", "true"),
    ),
    resources=200_000,
)
# Instantiation by enumeration, for quantifiers that have no useful triggers.
CVC5_ENUMERATE = msgspec.structs.replace(
    CVC5,
    name="cvc5-enumerate",
    options=(*CVC5.options, ("enum-inst", "true")),
    needs=frozenset(("quantifiers", "recursion")),
)
BITWUZLA = Driver(
    name="bitwuzla",
    solver="bitwuzla",
    command=_command("bitwuzla"),
    package="bitwuzla",
    options=(("SEED", "42"),),
    lacks=frozenset(("integers", "reals", "strings", "datatypes", "recursion")),
    needs=frozenset(("bitvectors", "floats")),
)

DRIVERS: tuple[Driver, ...] = (Z3, CVC5, BITWUZLA, Z3_TRIGGERS, CVC5_ENUMERATE)
SOLVERS: tuple[Driver, ...] = (Z3, CVC5, BITWUZLA)


def portfolio(features: Features) -> tuple[Driver, ...]:
    """The drivers that take such a problem, the likeliest to answer first."""
    if features.bitvectors or features.floats:
        order = (BITWUZLA, CVC5, Z3)
    elif features.strings or (features.nonlinear and not features.quantifiers):
        order = (CVC5, Z3)
    else:
        order = (Z3, CVC5)
    if features.quantifiers or features.recursion:
        order = (*order, Z3_TRIGGERS, CVC5_ENUMERATE)
    return tuple(driver for driver in order if driver.takes(features))


@functools.cache
def _installed(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def version_of(driver: Driver) -> str | None:
    """The version of a driver's solver as installed; None when it is missing or not a package."""
    return None if driver.package is None else _installed(driver.package)


def versions() -> dict[str, str]:
    """The installed solvers with their versions, for certificates and for the doctor."""
    found = {driver.solver: version_of(driver) for driver in SOLVERS}
    return {solver: version for solver, version in found.items() if version is not None}


def missing() -> tuple[str, ...]:
    """The solvers that are not installed."""
    return tuple(driver.solver for driver in SOLVERS if version_of(driver) is None)
