"""How many calls wait for a thread."""

from __future__ import annotations

from threading import Event

import anyio
import pytest

from expense_api.problems import Busy
from expense_api.workers import Workers


def test_more_than_may_wait_are_refused_but_what_is_under_way_goes_on():
    """An export that has begun waits for its next page, however many calls there are."""
    held, ended = Event(), []

    async def burst():
        workers = Workers("call", threads=1, waiting=1)

        async def run(number, **how):
            ended.append(await workers.run(lambda: number if held.wait() else None, **how))

        async with anyio.create_task_group() as tasks:
            for number in range(2):
                tasks.start_soon(run, number)
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(Busy):
                await run(2)
            tasks.start_soon(lambda: run(3, is_under_way=True))
            await anyio.wait_all_tasks_blocked()
            held.set()
        workers.close()

    anyio.run(burst)

    assert ended == [0, 1, 3]
