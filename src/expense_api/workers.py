"""Threads that do what would hold up the event loop, and a bound on how many calls wait for one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from expense_api.problems import Busy

Result = TypeVar("Result")


class Workers:
    """So many threads; calls beyond them wait in turn, and those beyond the bound are refused at once."""

    def __init__(self, name: str, *, threads: int, waiting: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._most = threads + waiting
        self._there = 0

    async def run(self, work: Callable[[], Result], *, is_under_way: bool = False) -> Result:
        """What `work` gives, done in one of the threads.

        Arguments:
            is_under_way: it goes on with what was begun, which is waited for rather than broken off.

        Raises:
            Busy: too many calls are waiting.
        """
        if self._there >= self._most and not is_under_way:
            raise Busy("the server has more to do than it can; try again in a moment")
        self._there += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._there -= 1

    def close(self) -> None:
        """Let what is being done end."""
        self._threads.shutdown()
