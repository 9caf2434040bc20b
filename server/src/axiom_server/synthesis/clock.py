"""The overall deadline of one search: the one thing that it asks the clock."""

from __future__ import annotations

import time


class Clock:
    """The overall deadline, by the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def over(self) -> bool:
        return time.monotonic() >= self._end

    def remaining(self) -> float:
        return max(0.0, self._end - time.monotonic())
