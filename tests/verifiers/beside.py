"""What the tests of a session need worked out, in processes beside each other, one a core."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import pytest

T = TypeVar("T")
R = TypeVar("R")


def asked_for(
    session: pytest.Session, parameter: str, every: Mapping[str, T], judging: str
) -> dict[str, T]:
    """Of all that there is by its id, what the tests of this session are about: `judging` names
    the test that is about everything, `parameter` what the others are given.
    """
    if judging in {getattr(item, "originalname", item.name) for item in session.items}:
        return dict(every)
    given = [
        item.callspec.params.get(parameter)
        for item in session.items
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
    ]
    return {name: one for name, one in every.items() if one in given}


@contextmanager
def worked_out(work: Callable[[T], R], asked: Mapping[str, T]) -> Generator[Callable[[str], R]]:
    """What comes of each, by its id; waits for it where it is not there yet."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=cores, mp_context=spawn) as pool:
        found: dict[str, Future[R]] = {name: pool.submit(work, one) for name, one in asked.items()}
        yield lambda name: found[name].result()
        pool.shutdown(cancel_futures=True)
