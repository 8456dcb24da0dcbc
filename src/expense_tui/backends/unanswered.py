"""Writes to which no answer came: whoever tries one again means the same one, and it is done once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from uuid import uuid4

_MOST = 1_000
_LONGEST = 600.0
"""Seconds, after which a person who types the same again means another one."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A write that nobody knows the end of."""

    key: str
    lasts: bool
    at: float


class Unanswered:
    """The keys of writes that were not answered, by what they said. Several threads may use it at once.

    One that lasts, such as a new expense, says the same whatever else is recorded or edited before it is tried again.
    Every other one, such as an undo, means something else once there is another write, and may have taken back what
    was not answered before it: then whoever types that again means it anew.

    Arguments:
        clock: gives seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._lock = Lock()

    def key(self, said: str, *, lasts: bool) -> str:
        """The key under which something is sent; the one that it had, where no answer came to it."""
        oldest = self._clock() - _LONGEST
        with self._lock:
            kept = self._kept.pop(said, None)
            self._kept = {text: one for text, one in self._kept.items() if lasts and one.lasts}
        return kept.key if kept is not None and kept.at >= oldest else uuid4().hex

    def keep(self, said: str, key: str, *, lasts: bool) -> None:
        """Remember a key to which no answer came; the oldest is forgotten where there are too many."""
        with self._lock:
            self._kept[said] = _Kept(key, lasts, self._clock())
            if len(self._kept) > _MOST:
                del self._kept[next(iter(self._kept))]
