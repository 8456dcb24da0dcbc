"""A look through a statement, or its import, that a person does not want to wait for."""

from __future__ import annotations

from threading import Event

import pytest
from pilots import app_on, at, choose_file, name_file, press, screen_text, settled, statement

from expense_core import Database, LedgerCreate, Settings, ledgers, users
from expense_tui.backends.local import LocalBackend
from expense_tui.widgets.asked_line import AskedLine
from expense_tui.widgets.listing import Listing

pytestmark = pytest.mark.anyio


def brought(backend):
    """How many expenses were imported."""
    return sum(one.coming.count for one in backend.imports().items)


class Halting(LocalBackend):
    """A way to a book that stops in the middle of a statement until a test lets it go on."""

    def __init__(self, book):
        super().__init__(Settings.load(database_url=book))
        self.begun, self.looks_go_on, self.imports_go_on = Event(), Event(), Event()

    def preview_statement(self, path, options, progress, **how):
        """Wait when the first rows are read."""
        return super().preview_statement(path, options, self._waiting(self.looks_go_on, progress), **how)

    def import_statement(self, path, options, choice, progress):
        """Wait when the first rows are in."""
        return super().import_statement(path, options, choice, self._waiting(self.imports_go_on, progress))

    def _waiting(self, event, progress):
        def told(done, total):
            self.begun.set()
            event.wait(60)
            progress(done, total)

        return told

    async def wait_for_begin(self, pilot):
        """Until the next one that is begun has its first rows."""
        while not self.begun.is_set():
            await pilot.pause()
        await pilot.pause()


async def test_an_import_can_be_stopped_with_nothing_done(book, tmp_path):
    """Escape, while it runs; keys are answered meanwhile, and the file is still there to be imported."""
    backend = Halting(book)
    backend.looks_go_on.set()
    app = app_on(backend)
    lines = [f"2026-10-02,Bun {number},-1.00,EUR," for number in range(3_000)]

    async with at(app) as pilot:
        await choose_file(pilot, statement(tmp_path, *lines))
        backend.begun.clear()
        await pilot.press("i")
        await backend.wait_for_begin(pilot)
        running = screen_text(app)
        await pilot.press("escape")
        backend.imports_go_on.set()
        await settled(pilot)

        assert "Escape stops it" in running
        assert app.status.text == "Stopped; nothing was imported"
        assert app.screen.has_class("-looking")
        assert brought(backend) == 0
        await press(pilot, "i")
        assert brought(backend) == 3_000


async def test_a_look_through_a_file_can_be_stopped_and_begun_again(book, tmp_path):
    """Escape, too, from the line in which the file was named; it waits for nothing."""
    backend = Halting(book)
    app = app_on(backend)

    async with at(app) as pilot:
        await name_file(pilot, statement(tmp_path, "2026-10-01,Landlord,-950.00,EUR,Housing"))
        await pilot.press("enter")
        await backend.wait_for_begin(pilot)
        running = app.status.text
        await press(pilot, "escape")
        told, is_looking = app.status.text, app.screen.has_class("-looking")
        backend.looks_go_on.set()
        await press(pilot, "o", "enter")

        assert running == "Looking through statement.csv; Escape stops it"
        assert told == "Stopped; statement.csv was not looked through to its end, and nothing of it is kept"
        assert not is_looking
        assert len(app.screen.query_one("#rows", Listing).rows) == 1


async def test_a_file_that_is_looked_through_for_one_ledger_is_not_shown_in_another(book, tmp_path):
    """Whoever goes on in another ledger meanwhile is at the imports of that one."""
    with Database(book) as database, database.transaction() as session:
        ours = ledgers.create(session, users.named(session, "alice"), LedgerCreate(name="Ours"))
    backend = Halting(book)
    app = app_on(backend)

    async with at(app) as pilot:
        await name_file(pilot, statement(tmp_path, "2026-10-01,Landlord,-950.00,EUR,Housing"))
        await pilot.press("enter")
        await backend.wait_for_begin(pilot)
        app.go_on_in(ours)
        await pilot.pause()
        backend.looks_go_on.set()
        await settled(pilot)

        assert app.status.text == "This is Ours"
        assert not app.screen.has_class("-looking")
        assert not app.screen.query_one(AskedLine).display
