"""Which backends there are: the entry points `axiom.models`, ours like anyone's."""

from __future__ import annotations

from importlib.metadata import entry_points

from axiom_server.errors import EnvironmentFaultError, UserError
from axiom_server.models.backend import Backend
from axiom_server.models.settings import role_named

GROUP = "axiom.models"
# What an intent may say instead of a model's name, because names die fast; the person's
# `models.toml` says under [roles] which model each is. The embedded one needs no word.
ROLES = ("draft", "balanced", "accurate", "frontier", "local")


def backend_names() -> tuple[str, ...]:
    """The names of all registered backends."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def backend_named(name: str) -> Backend:
    """A backend by its name; the part after a `:` is handed to it as the model's name.

    Raises UserError for an unknown name, EnvironmentFaultError when it cannot be loaded.
    """
    name = role_named(name) if name in ROLES else name
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
