"""Which backends there are: the entry points `axiom.models`, ours like anyone's."""

from __future__ import annotations

from importlib.metadata import entry_points

from axiom_server.errors import EnvironmentFaultError, UserError
from axiom_server.models.backend import Backend

GROUP = "axiom.models"


def backend_names() -> tuple[str, ...]:
    """The names of all registered backends."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def backend_named(name: str) -> Backend:
    """A backend by its name; the part after a `:` is handed to it as the model's name.

    Raises UserError for an unknown name, EnvironmentFaultError when it cannot be loaded.
    """
    kind, _, model = name.partition(":")
    for point in entry_points(group=GROUP):
        if point.name == kind:
            try:
                make = point.load()
            except ImportError as error:
                raise EnvironmentFaultError(
                    f"the backend {kind!r} cannot be loaded: {error}"
                ) from error
            return make(model) if model else make()
    have = ", ".join(backend_names())
    raise UserError(f"no model backend is called {kind!r}; there is: {have}")
