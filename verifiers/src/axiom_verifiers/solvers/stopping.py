"""What a wait for solvers looks at, to end early."""

from __future__ import annotations

from typing import Protocol


class Stop(Protocol):
    """A signal that the answer is no longer wanted; `threading.Event` is one."""

    def is_set(self) -> bool: ...
