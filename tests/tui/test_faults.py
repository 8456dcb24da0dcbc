"""Bad days of the terminal: whatever is away, locked or full, it is said, and nothing that was typed is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from threading import Event

import pytest
from pilots import Failing, app_on, at, press, screen_text, settled, typed
from sqlalchemy import event
from sqlalchemy.pool import Pool

from expense_core import Settings
from expense_tui.backends.local import LocalBackend
from expense_tui.widgets.expense_form import ExpenseForm
from expense_tui.widgets.expense_table import ExpenseTable
from expense_tui.widgets.quick_line import QuickLine

pytestmark = pytest.mark.anyio

LONG = "A long letter, with all that has to be said about it. " * 150
"""More than any page of the file has room for."""


async def write_line(pilot):
    """Type a new expense into the line."""
    await press(pilot, "a")
    await typed(pilot, "4.80 Cappuccino")


async def fill_form(pilot):
    """Change the notes of the expense under the cursor."""
    await press(pilot, "e")
    pilot.app.screen.query_one("#field-notes Input").value = LONG
    await settled(pilot)


def line(app):
    """What the line says."""
    return app.screen.query_one(QuickLine).line.value


def form(app):
    """What the notes of the form that is open say."""
    opened = app.screen.query_one(ExpenseForm)
    return opened.display and opened.typed.notes


def current(app):
    """The expense that the list has gone to."""
    return app.screen.query_one(ExpenseTable).current


WAYS = pytest.mark.parametrize(
    ("type_it", "left", "saved"),
    [
        (write_line, lambda app: line(app) == "4.80 Cappuccino", lambda app: current(app).description == "Cappuccino"),
        (fill_form, lambda app: form(app) == LONG, lambda app: current(app).notes == LONG.strip()),
    ],
    ids=["line", "form"],
)


@WAYS
async def test_a_server_that_dies_takes_nothing_with_it_that_was_typed(remote, server, type_it, left, saved):
    """Killed without a word while somebody types; once it is back at its address, Enter is all that it takes."""
    process, _ = server
    app = app_on(remote)

    async with at(app) as pilot:
        await type_it(pilot)
        process.kill()
        await press(pilot, "enter")
        told, still_there = screen_text(app), left(app)
        process.start()
        await press(pilot, "enter")

        assert f"! {process.address} cannot be reached" in told
        assert still_there
        assert saved(app)


@WAYS
async def test_a_book_that_another_program_holds_is_told_and_nothing_typed_is_lost(book, clock, type_it, left, saved):
    """As one that copies it; once it has let go, the same goes well."""
    app = app_on(LocalBackend(Settings.load(database_url=book), clock=clock, patience=0.1))

    async with at(app) as pilot:
        await type_it(pilot)
        with closing(sqlite3.connect(book.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            await press(pilot, "enter")
            told, still_there = screen_text(app), left(app)
        await press(pilot, "enter")

        assert "another program" in told
        assert still_there
        assert saved(app)


async def test_what_takes_too_long_to_save_is_given_up_only_by_quitting_twice(local, monkeypatch):
    """Keys are answered meanwhile; what is changed after that is waited for again."""
    failing = Failing(local)
    app = app_on(failing)

    async with at(app) as pilot:
        held = failing.held["apply"] = Event()
        await pilot.press("d", "q", "down")
        told, cursor = app.status.text, app.screen.query_one(ExpenseTable).cursor
        monkeypatch.setattr("expense_tui.app.SECONDS_TO_SAVE", 0)
        await pilot.press("q", "d", "q")
        while not app._gives_up:
            await pilot.pause()
        stays = not app._exit
        monkeypatch.undo()
        await pilot.press("q")
        await pilot.pause()
        leaves = app._exit
        held.set()

    assert (told, cursor) == ("Saving what you changed", 1)
    assert stays
    assert leaves


class Disk:
    """Where a file can be kept from growing, as on a disk that is full."""

    pages = 1_000_000_000
    """How many a file may have, or as many as it has."""

    def limit(self, connection, *_):
        """Tell a connection that is about to be used."""
        connection.execute(f"PRAGMA max_page_count = {self.pages}")


@pytest.fixture
def disk():
    """The disk that this test's books are on."""
    found = Disk()
    event.listen(Pool, "checkout", found.limit)
    yield found
    event.remove(Pool, "checkout", found.limit)


async def test_a_full_disk_is_told_and_nothing_typed_is_lost(disk, local):
    """Once there is room again, the same goes well."""
    app = app_on(local)

    async with at(app) as pilot:
        await fill_form(pilot)
        disk.pages = 1
        await press(pilot, "enter")
        told, still_there = screen_text(app), form(app)
        disk.pages = Disk.pages
        await press(pilot, "enter")

        assert "free some space" in told
        assert still_there == LONG
        assert current(app).notes == LONG.strip()
