"""The terminal app, run where no terminal is: what the tests press, and what is on the screen then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input
from textual.worker import WorkerCancelled

from expense_core.errors import DatabaseUnavailable, ExpenseError
from expense_tui.app import ExpensesApp
from expense_tui.backends import Backend
from expense_tui.connecting import Connected
from expense_tui.formats import Formats
from expense_tui.widgets.asked_line import AskedLine
from expense_tui.widgets.expense_table import ExpenseTable

_QUIET = 2
"""Pauses in which nothing goes on, after which nothing will."""
either_backend = pytest.mark.parametrize("backend", ["local", "remote"], indirect=True)
"""What a person does on a screen works alike on a book of their own and on a server; a few such tests for each."""


def app_on(backend: Backend, today: date = date(2026, 11, 5), *, locale: str = "en_GB", **more: object) -> ExpensesApp:
    """The app, with dates and amounts as they are written in Britain where nothing else is said."""
    return ExpensesApp(lambda: Connected(backend, Formats(locale)), today=lambda: today, **more)


@asynccontextmanager
async def at(app: App[None], *, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[None]]:
    """The app, running, once it has nothing left to do."""
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        yield pilot


async def settled(pilot: Pilot[None]) -> None:
    """Wait until all that was begun is done and shown."""
    pauses = 0
    while pauses < _QUIET:
        await pilot.pause()
        pauses += 1
        if any(not worker.is_finished for worker in pilot.app.workers):
            with suppress(WorkerCancelled):  # by the next one of its kind
                await pilot.app.workers.wait_for_complete()
            pauses = 0


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, each once what the one before it began is done."""
    for one in keys:
        await pilot.press(one)
        await settled(pilot)


async def typed(pilot: Pilot[None], text: str) -> None:
    """Type a text where the focus is."""
    await pilot.press(*text)
    await settled(pilot)


def screen_text(app: App[None]) -> str:
    """All that is on the screen, line by line."""
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


def listed(app: App[None]) -> list[str]:
    """The descriptions that are in the list of expenses."""
    return [one.description for one in app.screen.query_one(ExpenseTable).expenses]


def under_cursor(app: App[None]) -> Any:
    """The expense that the cursor is on."""
    return app.screen.query_one(ExpenseTable).current


async def go_to(pilot: Pilot[None], description: str) -> None:
    """Put the cursor on an expense."""
    table = pilot.app.screen.query_one(ExpenseTable)
    index = next(index for index, one in enumerate(table.expenses) if one.description == description)
    await press(pilot, "home", *["down"] * index)


async def fill(pilot: Pilot[None], field: str, text: str) -> None:
    """Replace what stands in a field of the form."""
    place = pilot.app.screen.query_one(f"#field-{field} Input", Input)
    place.focus()
    place.value = ""
    await typed(pilot, text)


async def name_file(pilot: Pilot[None], path: Path) -> None:
    """Name a file on the screen for imports, from wherever one is; Enter chooses it."""
    await press(pilot, "4", "o")
    pilot.app.screen.query_one(AskedLine).query_one(Input).value = str(path)


async def choose_file(pilot: Pilot[None], path: Path) -> None:
    """Have a file looked through on the screen for imports."""
    await name_file(pilot, path)
    await press(pilot, "enter")


def statement(folder: Path, *lines: str) -> Path:
    """A statement of these rows, in a file."""
    path = folder / "statement.csv"
    path.write_text("\n".join(["Date,Payee,Amount,Currency,Category", *lines, ""]), encoding="utf-8")
    return path


class Failing:
    """A backend that has something fail, or wait, before it goes on."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.fails: set[str] = set()
        self.error: ExpenseError = DatabaseUnavailable("the server does not answer; try again in a moment")
        self.held: dict[str, Event] = {}

    def __getattr__(self, name: str) -> Any:
        """What the backend has, which may fail or wait."""
        method = getattr(self._backend, name)
        if not callable(method):
            return method

        def call(*given: object, **named: object) -> object:
            if name in self.held:
                self.held[name].wait(30)
            if name in self.fails:
                raise self.error
            return method(*given, **named)

        return call
