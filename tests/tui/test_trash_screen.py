"""The trash: looking through it, taking things out of it, and emptying it."""

from __future__ import annotations

from datetime import date

import pytest
from pilots import Failing, app_on, at, either_backend, press, screen_text

from expense_core import Database, ExpenseCreate, ExpenseQuery, expenses, ledgers, users
from expense_core.batches import BatchDelete
from expense_tui.widgets.listing import Listing

pytestmark = pytest.mark.anyio


@pytest.fixture
def thrown(backend, clock):
    """Three expenses of November are in the trash: the rent was thrown away first, then the lunch."""
    backend.enter()
    there = backend.find(ExpenseQuery(spent_from=date(2026, 11, 1))).items
    by_name = {one.description: one.id for one in there}
    for name in ("Rent", "Lunch [with] Sam", "Returned a book"):
        clock.advance(hours=1)
        backend.apply([BatchDelete(do="delete", id=by_name[name])])


def left(app):
    """What is in the trash."""
    return [one.description for one in app.screen.query_one(Listing).rows]


async def test_the_trash_says_what_was_deleted_and_when(thrown, backend):
    """The last one first; a refund is called one."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "5")
        lines = screen_text(app).splitlines()

    assert lines[1].split() == ["Deleted", "Date", "Amount", "Description", "Category"]
    assert "refund: Returned a book" in lines[2]
    assert lines[3].split()[:4] == ["05/11/2026", "03/11/2026", "€12.50", "Lunch"]


@either_backend
async def test_what_is_restored_is_back_and_one_undo_puts_it_into_the_trash_again(thrown, backend):
    """Two that are marked, at once."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "5", "space", "space")
        marked = screen_text(app)
        await press(pilot, "r")
        after = left(app)
        await press(pilot, "u")

        assert marked.count("✓") == 2
        assert after == ["Rent"]
        assert set(left(app)) == {"Rent", "Lunch [with] Sam", "Returned a book"}


@either_backend
async def test_enter_restores_the_one_under_the_cursor(thrown, backend):
    """The expenses have it again."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "5", "down", "enter")
        told = app.status.text
        await press(pilot, "1")

        assert told == "Restored Lunch [with] Sam; u takes it back"
        assert "Lunch [with] Sam" in screen_text(app)


async def test_purging_asks_first_and_whoever_just_presses_enter_keeps_everything(thrown, backend):
    """It says that it cannot be undone."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "5", "p")
        asked = screen_text(app)
        await press(pilot, "enter")

        assert "This cannot be undone." in asked
        assert len(left(app)) == 3


@either_backend
async def test_what_is_purged_is_gone_for_good(thrown, backend):
    """Only the one that was chosen."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "5", "p", "right", "enter")

        assert left(app) == ["Lunch [with] Sam", "Rent"]
        assert app.status.text == "Deleted 1 expense for good"


@either_backend
async def test_the_whole_trash_can_be_emptied(thrown, backend):
    """After a question, too."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "5", "P", "y")

        assert left(app) == []
        assert "The trash is empty" in screen_text(app)


async def test_a_large_trash_comes_page_by_page(book, backend, clock):
    """The first page at once, the next when one goes down, and again where it could not be read."""
    with Database(book, clock=clock) as database, database.transaction() as session:
        access = ledgers.open(session, users.named(session, "alice"))
        for number in range(160):
            new = ExpenseCreate(amount="1", description=f"Thing {number}", spent_on=date(2026, 11, 1))
            expenses.delete(session, access, expenses.record(session, access, new).id)
    failing = Failing(backend)
    app = app_on(failing)

    async with at(app) as pilot:
        await press(pilot, "5")
        first = len(left(app))
        failing.fails = {"trash"}
        await press(pilot, "end")
        failing.fails.clear()
        await press(pilot, "end", "end", "end", "end")

        assert first < 160
        assert len(left(app)) == 160
        assert app.screen.query_one(Listing).current.description == "Thing 0"
