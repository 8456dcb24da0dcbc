"""What is done with expenses that are in the list: one, those that are marked, or all; and taken back."""

from __future__ import annotations

from threading import Event

import pytest
from pilots import Failing, app_on, at, either_backend, listed, press, screen_text, settled, typed
from textual.widgets import ProgressBar

from expense_core import By, Database, ExpenseCreate, ExpenseFilter, expenses, ledgers, users
from expense_core.batches import BatchCreate
from expense_tui.widgets.expense_table import ExpenseTable

pytestmark = pytest.mark.anyio


@either_backend
async def test_deleting_asks_nothing_and_undo_goes_many_steps_back(backend):
    app = app_on(backend)

    async with at(app) as pilot:
        before = listed(app)
        await press(pilot, "d", "d", "delete")
        deleted = len(listed(app))
        await press(pilot, "u", "u", "u")
        back = listed(app)
        await press(pilot, "ctrl+r")

        assert deleted == len(before) - 3
        assert back == before
        assert len(listed(app)) == len(before) - 1


@either_backend
async def test_what_is_marked_is_deleted_at_once_and_comes_back_at_once(backend):
    """Space marks one, v all up to here; the star marks everything. It is said how many are marked."""
    app = app_on(backend)
    told = []

    async with at(app) as pilot:
        before = listed(app)
        for keys in (["asterisk", "home", "space"], ["escape", "home", "space"], ["home", "space"]):
            await press(pilot, *keys)
            told.append(app.status.text)
        await press(pilot, "home", "space", "down", "v", "d")
        left = listed(app)
        await press(pilot, "u", "asterisk", "d")
        nothing = listed(app)
        await press(pilot, "u")

        assert told == [f"Marked {len(before) - 1} expenses", "Marked 1 expense", "Nothing is marked"]
        assert left == before[3:]
        assert nothing == []
        assert listed(app) == before


@either_backend
async def test_what_is_marked_gets_another_category_or_date(backend):
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "space", "space", "c")
        app.screen.query_one("AskedLine Input").value = ""
        await typed(pilot, "Presents")
        await press(pilot, "enter")
        presents = [
            one.description for one in app.screen.query_one(ExpenseTable).expenses if one.category == "Presents"
        ]
        await press(pilot, "u")
        names = [one.name for one in backend.categories()]
        await press(pilot, "ctrl+r", "asterisk", "w")
        app.screen.query_one("AskedLine Input").value = ""
        await typed(pilot, "2 nov")
        await press(pilot, "enter")

        assert presents == ["昼ごはん 🍜", "Returned a book"]
        assert "Presents" not in names
        assert {one.spent_on.isoformat() for one in app.screen.query_one(ExpenseTable).expenses} == {"2026-11-02"}


async def test_a_category_is_known_however_its_name_is_typed(local):
    """As the book compares names: case and width of letters make no other one."""
    app = app_on(local)

    async with at(app) as pilot:
        await press(pilot, "c")
        app.screen.query_one("AskedLine Input").value = "\uff27IFTS"
        await press(pilot, "enter")

        assert app.screen.query_one(ExpenseTable).current.category == "Gifts"


@either_backend
async def test_what_is_listed_can_be_written_to_a_file(backend, tmp_path):
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "x")
        app.screen.query_one("AskedLine Input").value = str(tmp_path / "november.csv")
        await press(pilot, "enter")
        told = app.status.text
        await press(pilot, "space", "x")
        app.screen.query_one("AskedLine Input").value = str(tmp_path / "one.csv")
        await press(pilot, "enter")

        assert told == f"Wrote 5 expenses to {tmp_path / 'november.csv'}"
        assert app.status.text == f"Wrote 1 expense to {tmp_path / 'one.csv'}"
        assert (tmp_path / "november.csv").read_text(encoding="utf-8").count("\n") == 6


async def test_of_what_is_listed_that_which_is_marked_can_be_written_alone(backend, tmp_path):
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "space", "space", "x")
        app.screen.query_one("AskedLine Input").value = str(tmp_path / "two.ndjson")
        await press(pilot, "enter")

        assert (tmp_path / "two.ndjson").read_text(encoding="utf-8").count("\n") == 2


async def test_what_could_not_be_done_with_what_is_marked_is_asked_again(backend, tmp_path):
    """A category while the server is away, a file that is there already: what was typed can be mended."""
    failing = Failing(backend)
    app = app_on(failing)
    taken = tmp_path / "taken.csv"
    taken.write_text("mine", encoding="utf-8")

    async with at(app) as pilot:
        failing.fails.add("apply")
        await press(pilot, "space", "space", "c", *"Trips", "enter")
        given_back, said = app.screen.query_one("AtOnce Input").value, screen_text(app)
        failing.fails.clear()
        await press(pilot, "enter", "x")
        app.screen.query_one("AtOnce Input").value = "~nobody-of-this-name/x.csv"
        await press(pilot, "enter")
        homeless = screen_text(app)
        app.screen.query_one("AtOnce Input").value = str(taken)
        await press(pilot, "enter")

        assert "there is no home folder for ~nobody-of-this-name" in homeless
        assert given_back == "Trips"
        assert "does not answer" in said
        assert [one.category for one in app.screen.query_one(ExpenseTable).expenses[:2]] == ["Trips", "Trips"]
        assert app.screen.query_one("AtOnce Input").value == str(taken)
        assert taken.read_text(encoding="utf-8") == "mine"


async def test_keys_are_answered_while_the_backend_takes_long(backend):
    """A write waits for a server that says nothing; the cursor moves all the same."""
    failing = Failing(backend)
    app = app_on(failing)

    async with at(app) as pilot:
        failing.held["apply"] = Event()
        await pilot.press("d")
        await pilot.press("down", "down")
        moved = app.screen.query_one(ExpenseTable).cursor
        failing.held["apply"].set()
        await settled(pilot)

        assert moved == 2
        assert len(listed(app)) == 4


async def test_what_is_marked_far_down_stays_marked_when_the_list_is_read_anew(backend):
    """And the cursor stays there: a key acts on what a person sees, on whichever page it was."""
    lines = [BatchCreate(do="create", amount="1", description=f"Row {number:03}") for number in range(130)]
    app = app_on(backend)
    async with at(app) as pilot:
        backend.apply(lines)
        app.changed()
        await settled(pilot)
        await press(pilot, "end", "end", "space", "up")
        marked, looked_at = app.book_screen.table.chosen[0].id, app.book_screen.table.current.id
        app.changed()
        await settled(pilot)

        assert [one.id for one in app.book_screen.table.chosen] == [marked]
        assert app.book_screen.table.current.id == looked_at
        assert app.book_screen.table.cursor > 100


async def test_a_change_before_the_book_is_open_waits_for_it(backend):
    """Type-ahead: a key that is pressed while the app starts."""
    app = app_on(backend)
    async with app.run_test() as pilot:
        app.action_undo()
        await settled(pilot)

        assert app.status.text.startswith("Undone: recorded")


@either_backend
async def test_a_file_that_takes_long_to_write_can_be_stopped(backend, tmp_path):
    """How far it is is told; Escape leaves no file, and not half of one."""
    failing = Failing(backend)
    app = app_on(failing)
    folder = tmp_path / "files"
    folder.mkdir()

    async with at(app) as pilot:
        held = failing.held["export"] = Event()
        await press(pilot, "x")
        app.screen.query_one("AskedLine Input").value = str(folder / "november.csv")
        await pilot.press("enter")
        while not app.screen.query(ProgressBar):
            await pilot.pause()
        said = app.status.text
        await pilot.press("x", "escape")
        held.set()
        await settled(pilot)

        assert said == "Writing november.csv; Escape stops it, with nothing done"
        assert "Stopped; nothing was written" in screen_text(app)
        assert not app.screen.query(ProgressBar)
        assert list(folder.iterdir()) == []


async def test_the_star_marks_more_than_one_batch_takes_and_one_undo_takes_it_back(local, book):
    """All that is listed, on pages to come too: another category, another day, the trash."""
    with Database(book) as database, database.transaction() as session:
        access = ledgers.open(session, users.named(session, "alice"))
        new = [ExpenseCreate(amount=1, description=f"Tea {number}", spent_on="2026-11-05") for number in range(1_100)]
        expenses.record_many(session, access, new)
    app = app_on(local)

    def counts():
        """How many expenses of November there are in each category."""
        november = ExpenseFilter(spent_from="2026-11-01", spent_to="2026-11-30")
        return {row.category: row.count for row in local.spending([By.CATEGORY], november).rows}

    async with at(app) as pilot:
        before = counts()
        await press(pilot, "asterisk")
        said = app.status.text
        await press(pilot, "c", *"Trips", "enter")
        changed, did = counts(), app.status.text
        await press(pilot, "u", "asterisk", "w", *"1 oct", "enter")
        moved = counts()
        await press(pilot, "u", "asterisk", "d")
        deleted = counts()
        await press(pilot, "u")

        assert said == "Marked all 1,105 expenses"
        assert did == "all 1,105 expenses in Trips; u takes it back"
        assert changed == {"Trips": 1_105}
        assert (moved, deleted) == ({}, {})
        assert counts() == before


@either_backend
async def test_a_row_is_taken_out_of_all_that_the_star_marks_and_put_back(backend, tmp_path):
    """Space and v; what is taken out gets no other category or date, is in no file and not deleted."""
    lines = [BatchCreate(do="create", amount="1", description=f"Row {number:03}") for number in range(120)]
    app = app_on(backend)

    def are(**conditions):
        """How many meet these."""
        return sum(row.count for row in backend.spending([], ExpenseFilter(**conditions)).totals)

    async with at(app) as pilot:
        backend.apply(lines)
        app.changed()
        await settled(pilot)
        await press(pilot, "asterisk", "space", "space", "space")
        said, ticks = app.status.text, [line[:1] for line in screen_text(app).splitlines() if "Row 1" in line]
        await press(pilot, "up", "v")
        put_back = app.status.text
        await press(pilot, "c")
        asked = screen_text(app)
        await press(pilot, *"Trips", "enter")
        trips = are(category_ids=[one.id for one in backend.categories() if one.name == "Trips"])
        did = app.status.text
        await press(pilot, "u", "asterisk", "space", "x")
        app.screen.query_one("AskedLine Input").value = str(tmp_path / "rest.csv")
        await press(pilot, "enter", "w", *"1 oct", "enter")
        moved, left = are(spent_from="2026-10-01", spent_to="2026-10-01"), listed(app)
        await press(pilot, "u", "asterisk", "home", "space", "d")
        kept = listed(app)
        await press(pilot, "u")

        assert said == "Marked 122 of 125 expenses"
        assert ticks[:4] == [" ", " ", " ", "✓"]
        assert put_back == "Marked 123 of 125 expenses"
        assert "Category of 123 of 125 expenses" in asked
        assert (trips, did) == (123, "123 of 125 expenses in Trips; u takes it back")
        assert (tmp_path / "rest.csv").read_text(encoding="utf-8").count("\n") == 1 + 124
        assert (moved, len(left)) == (124, 1)
        assert kept == ["Row 119"]
        assert are(spent_from="2026-11-01") == 125


async def test_no_more_rows_are_taken_out_of_all_than_can_be_said(backend):
    """It is told, and what was taken out stays so; where none is left in, none is marked."""
    app = app_on(backend)

    async with at(app) as pilot:
        table = app.screen.query_one(ExpenseTable)
        table.mark((), in_all=300, but=range(1_000, 1_250))
        await press(pilot, "space")
        told, taken_out = app.status.text, len(table.taken_out)
        table.mark((), in_all=3)
        await press(pilot, "home", "space", "space", "space")

        assert told == "250 are taken out, and that is the most; Escape unmarks all"
        assert taken_out == 250
        assert (app.status.text, table.has_marks) == ("Marked 0 of 3 expenses", False)


async def test_what_came_in_since_all_was_marked_is_not_changed_with_it(backend):
    """Somebody records one more: nothing is done, and it is said why."""
    lines = [BatchCreate(do="create", amount="1", description=f"Row {number}") for number in range(120)]
    app = app_on(backend)

    async with at(app) as pilot:
        backend.apply(lines)
        app.changed()
        await settled(pilot)
        await press(pilot, "asterisk")
        backend.apply(lines[:1])
        await press(pilot, "d")

        assert "126 meet the filter by now, not 125; look at them again" in screen_text(app)
        await press(pilot, "escape")
        assert not app.screen.table.has_marks
