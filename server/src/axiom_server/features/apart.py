"""Features that take long on a long text, as a worker process runs them; see `jobs.child`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from axiom_verifiers.contracts.formatter import format_text


def formatted(payload: Any, emit: Callable[[Any], None], stop: threading.Event) -> str:
    """The text in its one layout."""
    del emit, stop
    return format_text(str(payload))
