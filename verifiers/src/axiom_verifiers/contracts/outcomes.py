"""What came of running code once: shared by the sandbox, which runs, and judging, which reads.

Values are those of `contracts.values`. What the code gave that is no value of the language
(a generator, a complex number, an instance of an unknown class, a subclass of int) is a
`values.ForeignValue`, which conforms to no type.
"""

from __future__ import annotations

import msgspec

from axiom_verifiers.contracts.values import Value


class Call(msgspec.Struct, frozen=True):
    """The arguments of one call by parameter name, in the order of the parameters.

    They are the state before the call; whoever runs code works on a deep copy.
    """

    args: dict[str, Value]


class Returned(msgspec.Struct, frozen=True, tag="returned"):
    """`after` holds every parameter as it was found after the call.

    `shared` says that the result shares something mutable, by identity, with a parameter in
    `modifies`.
    """

    result: Value
    after: dict[str, Value]
    shared: bool = False


class Raised(msgspec.Struct, frozen=True, tag="raised"):
    """`error` is the class's name, `bases` the names of all its base classes, nearest first."""

    error: str
    bases: tuple[str, ...]
    message: str
    after: dict[str, Value]


class OutOfFuel(msgspec.Struct, frozen=True, tag="out_of_fuel"):
    """The run was stopped at its fuel limit: nothing is known of how it would end."""


class Discarded(msgspec.Struct, frozen=True, tag="discarded"):
    """The run met a limit outside the semantics (recursion depth, memory, digits)."""

    reason: str


Outcome = Returned | Raised | OutOfFuel | Discarded
