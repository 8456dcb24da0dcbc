"""The way to a book: the one of this machine, the demo book, or one behind a server."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from expense_core import Settings
    from expense_tui.backends import Backend
    from expense_tui.formats import Formats


@dataclass(frozen=True)
class Connected:
    """The way to a book, before anybody has come in."""

    backend: Backend
    formats: Formats
    file: Path | None = None
    """The SQLite file that the book is in."""


def today_here() -> date:
    """The date here, now."""
    return datetime.now().astimezone().date()


def local(settings: Callable[[], Settings], *, make_demo: bool = False) -> Callable[[], Connected]:
    """What opens the book that the settings name.

    Arguments:
        settings: gives them, once they are needed.
        make_demo: whether to make the demo book there, if it is not there.
    """

    def connect() -> Connected:
        from expense_core.locales import local_currency, locale_of
        from expense_core.opening import make_demo as made
        from expense_tui.backends.local import LocalBackend
        from expense_tui.formats import Formats

        chosen = settings()
        locale = locale_of(chosen.locale, os.environ)
        file = chosen.embedded_file
        if make_demo and file is not None and not file.exists():
            made(chosen, today_here(), chosen.currency or local_currency(locale))
        return Connected(LocalBackend(chosen), Formats(locale), file)

    return connect


def remote(server: str, settings: Callable[[], Settings], *, insecure: bool = False) -> Callable[[], Connected]:
    """What speaks to a server.

    Arguments:
        server: its address, such as https://expenses.example.org.
        settings: gives the locale, once it is needed.
        insecure: let passwords and the book go unencrypted to another machine.
    """

    def connect() -> Connected:
        from expense_core.locales import locale_of
        from expense_tui.backends.connection import Connection
        from expense_tui.backends.remote import RemoteBackend
        from expense_tui.formats import Formats

        locale = locale_of(settings().locale, os.environ)
        return Connected(RemoteBackend(Connection(server, insecure=insecure)), Formats(locale))

    return connect
