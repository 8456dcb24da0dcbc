"""How far something is that takes a while, and what stops it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

from textual.widgets import ProgressBar

if TYPE_CHECKING:
    from expense_tui.backends import Progress

_EVERY = 0.1
"""Seconds, in which it is shown anew; what is done sooner shows nothing."""


class Stopped(Exception):
    """A person does not want to wait for the rest; nothing of it is done."""


class UnderWay(ProgressBar):
    """A bar that is there only while something is under way."""

    DEFAULT_CSS = """
    UnderWay { display: none; padding: 0 1; width: 1fr; }
    UnderWay Bar { width: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__(id="progress", show_eta=False)
        self._stopped: Event | None = None

    @property
    def is_running(self) -> bool:
        """Whether there is something to stop."""
        return self._stopped is not None

    def stop(self) -> None:
        """Have it stop with nothing done, as soon as it tells how far it is."""
        if self._stopped is not None:
            self._stopped.set()

    @contextmanager
    def running(self) -> Iterator[Progress]:
        """Who has to be told how far it is, from any thread; raises `Stopped` there once somebody has stopped it.

        What nobody waits for any more is stopped, too.
        """
        stopped, reached = Event(), [0, 0]

        def progress(done: int, total: int) -> None:
            reached[:] = done, total
            if stopped.is_set():
                raise Stopped

        def show() -> None:
            self.display = True
            self.update(total=reached[1] or None, progress=reached[0])

        self._stopped = stopped
        shown = self.set_interval(_EVERY, show)
        try:
            yield progress
        finally:
            shown.stop()
            stopped.set()
            if self._stopped is stopped:  # else the next one has begun
                self._stopped, self.display = None, False
