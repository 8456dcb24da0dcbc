"""Asking the backend, which may take long, from the event loop, which must not wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TypeVar

Result = TypeVar("Result")


async def in_thread(work: Callable[[], Result]) -> Result:
    """What `work` gives or raises, once it is done in a thread of its own.

    Nobody waits for that thread when the program ends: a server that does not answer must not keep a person from
    quitting. What has to be finished is waited for by `Writes`.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Result] = loop.create_future()

    def settle(settling: Callable[[], None]) -> None:
        if not done.cancelled():
            settling()

    def run() -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits for the answer any more
            try:
                result = work()
            except Exception as error:  # noqa: BLE001 - whoever awaits it deals with it
                raised = error  # a name that outlives the handler
                loop.call_soon_threadsafe(settle, lambda: done.set_exception(raised))
            else:
                loop.call_soon_threadsafe(settle, lambda: done.set_result(result))

    Thread(target=run, name="backend", daemon=True).start()
    return await done


class Writes:
    """Writes one after the other, in the order in which a person made them."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    @property
    def are_running(self) -> bool:
        """Whether something is being saved."""
        return self._turn.locked()

    async def run(self, work: Callable[[], Result]) -> Result:
        """What `work` gives or raises, once all that was asked before it is done.

        It is done even if nobody waits for the result any more.
        """
        return await asyncio.shield(asyncio.ensure_future(self._run(work)))

    async def _run(self, work: Callable[[], Result]) -> Result:
        async with self._turn:
            return await in_thread(work)

    async def finish(self, seconds: float) -> bool:
        """Wait for what is being saved; whether it was, in this time."""
        try:
            async with asyncio.timeout(seconds), self._turn:
                return True
        except TimeoutError:
            return False
