"""Work-done progress of long requests, under the token that the client gave."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, cast

from lsprotocol import types

from axiom_server.lsp.wire import Server


class WorkDone:
    """`$/progress` of one request; silent when the client gave no token.

    The client may cancel by the token too. It is freed at the end, however that comes.
    """

    def __init__(self, server: Server, token: str | int | None) -> None:
        self._progress = server.work_done_progress
        self._token = token
        self._began = False

    @contextmanager
    def under_way(self, title: str) -> Generator[None]:
        """Tells of the beginning and the end; a cancelled token cancels the task within."""
        token = self._token
        # pygls leaves open what its futures would give; they are only ever cancelled.
        tokens = cast("dict[str | int, Future[Any]]", self._progress.tokens)
        task = asyncio.current_task()
        if token is None or token in tokens or task is None:
            yield
            return
        self._progress.begin(token, types.WorkDoneProgressBegin(title=title, cancellable=True))
        self._began = True

        def stop(future: Future[Any]) -> None:
            if future.cancelled() and self._began:
                task.cancel()

        tokens[token].add_done_callback(stop)
        try:
            yield
        finally:
            self._began = False
            tokens.pop(token, None)
            self._progress.end(token, types.WorkDoneProgressEnd())

    def report(self, words: str) -> None:
        """Tell how far it is."""
        if self._began and self._token is not None:
            self._progress.report(self._token, types.WorkDoneProgressReport(message=words))
