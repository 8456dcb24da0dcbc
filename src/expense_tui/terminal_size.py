"""The size of the terminal, which Textual may tell a screen too late."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.screen import Screen


def catch_up(screen: Screen[Any], event: events.Resize) -> None:
    """Believe the terminal itself: of two sizes that come close together, the first one may be told last."""
    size = screen.app.size
    if event.size != size:
        screen.post_message(events.Resize(size, size))
