"""The five screens of the app, one module each; `book_screen` has what they share."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from textual.screen import Screen


def later(module: str, name: str) -> Callable[[], Screen[None]]:
    """A screen that is loaded when it is first gone to."""

    def made() -> Screen[None]:
        screen: Screen[None] = getattr(import_module(f"{__name__}.{module}"), name)()
        return screen

    return made
