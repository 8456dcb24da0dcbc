"""A bank statement, from the file to the book and back out of it."""

from __future__ import annotations

from datetime import date

import pytest
from pilots import app_on, at, choose_file, either_backend, press, screen_text, settled, statement, typed
from textual.widgets import Input, OptionList

from expense_core import (
    ExpenseCreate,
    ExpenseQuery,
    ExpenseUpdate,
    Settings,
)
from expense_core.statements import ReadingOptions
from expense_tui.backends.local import LocalBackend
from expense_tui.backends.statements import Choice
from expense_tui.config import Config
from expense_tui.dialogs.choose import Choose
from expense_tui.sifting import Sifting
from expense_tui.widgets.asked_line import AskedLine
from expense_tui.widgets.listing import Listing

pytestmark = pytest.mark.anyio

RENT, BUN, SALARY = (
    "2026-10-01,Landlord,-950.00,EUR,Housing",
    "2026-10-02,Bun [b],-3.20,EUR,",
    "2026-10-03,Pay,25.00,EUR,",
)
NOTHING, HALF_A_YEN, NOODLES = "2026-10-04,Nil,0.00,EUR,", "2026-10-05,Ramen,-15.50,JPY,", "2026-10-06,Soba,-1550,JPY,"


def recorded(backend):
    """What the book holds of October's imports: descriptions with their category."""
    wanted = ExpenseQuery(spent_from=date(2026, 10, 1), spent_to=date(2026, 10, 8), limit=500)
    page = backend.find(wanted)
    found = [*page.items]
    while page.next_cursor is not None:
        page = backend.find(wanted.model_copy(update={"cursor": page.next_cursor}))
        found += page.items
    return {one.description: one.category for one in found if one.description != "Rent"}


def signs(app):
    """The sign and the verdict of each row that is listed."""
    rows = app.screen.query_one("#rows", Listing)
    return [f"{rows.marks(row).strip()} {row.verdict.value}".strip() for row in rows.rows]


@either_backend
async def test_a_statement_is_shown_before_anything_comes_in(backend, tmp_path):
    """What becomes of each row is told by a word; counts and sums are above them."""
    app = app_on(backend)

    async with at(app) as pilot:
        await choose_file(pilot, statement(tmp_path, RENT, BUN, SALARY, NOTHING, HALF_A_YEN, NOODLES))
        shown = screen_text(app)

        assert signs(app) == ["✓ new", "✓ new", "money in", "zero", "? unclear", "✓ new"]
        assert recorded(backend) == {}
    assert "3 of 6 rows to import · €953.20 + JP¥1,550" in shown
    assert "3 new · 1 money in" in shown
    assert "Bun [b]" in shown


async def test_a_balance_that_the_rows_do_not_come_to_is_told(backend, tmp_path):
    """With both figures, above the rows."""
    path = tmp_path / "october.sta"
    rows = ":61:2610010000D900,00NTRFNONREF\n:86:177?20Rent\n"
    path.write_text(f":20:A\n:25:NL01\n:28C:1\n:60F:C260930EUR1000,00\n{rows}:62F:C261031EUR55,00\n-\n")
    app = app_on(backend)

    async with at(app, size=(160, 24)) as pilot:
        await choose_file(pilot, path)

        assert "the closing balance of NL01 is €55.00; by its rows it is €100.00" in " ".join(screen_text(app).split())


@either_backend
async def test_what_is_taken_comes_in_and_one_undo_takes_it_back(backend, tmp_path):
    """It says how many."""
    app = app_on(backend)

    async with at(app) as pilot:
        await choose_file(pilot, statement(tmp_path, RENT, BUN))
        await press(pilot, "i")
        told, came_in = app.status.text, recorded(backend)
        await press(pilot, "u")

        assert told == "Imported 2 expenses from statement.csv; u takes them back"
        assert came_in == {"Landlord": "Housing", "Bun [b]": None}
        assert recorded(backend) == {}


async def test_a_row_is_left_and_money_in_is_taken_with_space(backend, tmp_path):
    """The sums follow."""
    app = app_on(backend)

    async with at(app) as pilot:
        await choose_file(pilot, statement(tmp_path, RENT, BUN, SALARY))
        await press(pilot, "space", "down", "space")
        shown = screen_text(app)
        await press(pilot, "i")

        assert "2 of 3 rows to import · -€21.80" in shown
        assert set(recorded(backend)) == {"Bun [b]", "Pay"}


async def test_a_click_on_the_row_under_the_cursor_leaves_it_and_imports_nothing(backend, tmp_path):
    """The mouse decides about a row; only a key imports."""
    app = app_on(backend)

    async with at(app) as pilot:
        await choose_file(pilot, statement(tmp_path, RENT, BUN))
        for _ in range(2):
            await pilot.click("#rows", offset=(20, 2))
            await settled(pilot)

        assert signs(app) == ["✓ new", "new"]
        assert recorded(backend) == {}


@either_backend
async def test_nothing_comes_in_before_a_person_has_left_what_is_unclear(backend, tmp_path):
    """Either one by one, or all of it at a question whose first answer is no."""
    app = app_on(backend)

    async with at(app) as pilot:
        await choose_file(pilot, statement(tmp_path, RENT, HALF_A_YEN))
        await press(pilot, "i")
        asked = screen_text(app)
        await press(pilot, "enter")
        kept_out = recorded(backend)
        await press(pilot, "i", "y")

        assert "1 row cannot come in" in asked
        assert kept_out == {}
        assert set(recorded(backend)) == {"Landlord"}


@either_backend
async def test_marked_rows_are_given_a_category_which_may_be_new(backend, tmp_path):
    """C is for those that are marked, else for the one under the cursor."""
    app = app_on(backend)

    async with at(app) as pilot:
        await choose_file(pilot, statement(tmp_path, BUN, NOODLES, RENT))
        await press(pilot, "m", "m", "c")
        await typed(pilot, "Snacks")
        await press(pilot, "enter", "end", "c")
        await typed(pilot, "gifts")
        await press(pilot, "enter", "i")

        assert recorded(backend) == {"Bun [b]": "Snacks", "Soba": "Snacks", "Landlord": "Gifts"}


async def test_what_was_imported_before_does_not_come_in_again(backend, tmp_path):
    """Nor can it be taken."""
    app = app_on(backend)

    async with at(app) as pilot:
        await choose_file(pilot, statement(tmp_path, RENT, BUN))
        await press(pilot, "i")
        await choose_file(pilot, statement(tmp_path, RENT, BUN))
        await press(pilot, "space", "i")

        assert signs(app) == ["duplicate", "duplicate"]
        assert app.status.text == "Nothing of statement.csv is new"


@either_backend
async def test_a_question_about_the_file_is_asked_and_its_answer_used(backend, tmp_path):
    """Which of day and month is first; the words of the command line are left out."""
    path = tmp_path / "statement.csv"
    path.write_text("Date,Payee,Amount\n03/10/2026,Shop,-5.00\n04/10/2026,Inn,-6.00\n", encoding="utf-8")
    app = app_on(backend)

    async with at(app) as pilot:
        await choose_file(pilot, path)
        question = screen_text(app)
        choices = [str(option.prompt) for option in app.screen.query_one(OptionList).options]
        await press(pilot, "enter")
        days = [row.spent_on for row in app.screen.query_one("#rows", Listing).rows]

        assert "Which of day (d), month (m) and year (y) is first" in question
        assert "--" not in question
        assert choices == ["dmy", "mdy"]
        assert days == [date(2026, 10, 3), date(2026, 10, 4)]


async def test_an_answer_of_ones_own_that_is_none_is_told_and_asked_again(backend, tmp_path):
    """Which column is the amount: one of those that are named, or another way to say it."""
    path = tmp_path / "statement.csv"
    path.write_text("Day,What,First,Second\n2026-10-03,Shop,1.00,5.00\n2026-10-04,Inn,-2.00,7.30\n", encoding="utf-8")
    app = app_on(backend)

    async with at(app) as pilot:
        await choose_file(pilot, path)
        await typed(pilot, "nonsense")
        await press(pilot, "enter")
        told, asked_again = app.status.text, isinstance(app.screen, Choose)
        await press(pilot, "enter", "down", "enter")

        assert "is not ROLE=COLUMN" in told
        assert asked_again
        assert [str(row.amount) for row in app.screen.query_one("#rows", Listing).rows] == ["-1.00", "2.00"]


async def test_whoever_leaves_a_question_has_chosen_no_file(backend, tmp_path):
    """The name of the file is there to be mended."""
    path = tmp_path / "statement.csv"
    path.write_text("Date,Payee,Amount\n03/10/2026,Shop,-5.00\n", encoding="utf-8")
    app = app_on(backend)

    async with at(app) as pilot:
        await choose_file(pilot, path)
        await press(pilot, "escape")

        assert not app.screen.has_class("-looking")
        assert app.screen.query_one(AskedLine).display
        assert recorded(backend) == {}


async def test_a_file_that_is_no_statement_is_told_beneath_its_name(backend, tmp_path):
    """The name stays, to be mended; so it is with one that is not there, and with a folder."""
    app = app_on(backend)

    async with at(app) as pilot:
        await choose_file(pilot, tmp_path / "nowhere.csv")
        missing = screen_text(app)
        await choose_file(pilot, tmp_path)
        folder = str(app.screen.query_one("#wrong").render())

        assert "! " in missing
        assert app.screen.query_one(AskedLine).query_one(Input).value == str(tmp_path)
        assert "is a folder" in folder


async def test_the_name_of_a_file_is_completed(backend, tmp_path, monkeypatch):
    """From its first letters, in one's home folder too."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "bank").mkdir()
    statement(tmp_path / "bank", RENT)
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "4", "o")
        await typed(pilot, "~/ba")
        await press(pilot, "right")
        await typed(pilot, "st")
        await press(pilot, "right")
        completed = app.screen.query_one(AskedLine).query_one(Input).value
        await press(pilot, "enter")

        assert completed == "~/bank/statement.csv"
        assert signs(app) == ["✓ new"]


@either_backend
async def test_an_earlier_import_is_listed_and_reverted_whole(backend, tmp_path):
    """It stays in the list as what it is; redo brings it back."""
    app = app_on(backend)

    async with at(app) as pilot:
        await choose_file(pilot, statement(tmp_path, RENT.replace("Housing", "Flat"), BUN))
        await press(pilot, "i", "1", "d", "4", "r")
        shown = screen_text(app)
        gone = recorded(backend)
        await press(pilot, "r")
        again = app.status.text
        await press(pilot, "ctrl+r")

        listed = next(one.split() for one in shown.splitlines() if "reverted" in one and "statement.csv" in one)
        assert listed[1:3] == ["statement.csv", "reverted"]
        assert gone == {}
        assert again == "statement.csv is reverted already"
        assert recorded(backend) == {"Landlord": "Flat", "Bun [b]": None}


@either_backend
async def test_what_may_be_in_the_book_already_is_shown_beside_it_and_taken_by_hand(backend, tmp_path):
    """It stays out otherwise; a duplicate says which expense it is."""
    app = app_on(backend)
    new = ExpenseCreate(amount="3.20", currency="EUR", description="Breakfast", spent_on="2026-10-01")

    async with at(app) as pilot:
        known = backend.record(new).id
        await choose_file(pilot, statement(tmp_path, BUN, RENT))
        shown, told = screen_text(app), signs(app)
        await press(pilot, "space", "i")
        await choose_file(pilot, tmp_path / "statement.csv")

        assert told == ["perhaps", "✓ new"]
        assert "Bun [b] ≈ Breakfast" in shown
        assert f"may be expense {known} 01/10/2026 €3.20 Breakfast" in " ".join(shown.split())
        assert "this row 02/10/2026 €3.20 Bun [b]" in " ".join(shown.split())
        assert signs(app) == ["duplicate", "duplicate"]
        assert "is expense" in screen_text(app)
        assert set(recorded(backend)) == {"Breakfast", "Bun [b]", "Landlord"}


@either_backend
async def test_an_import_that_was_edited_since_is_reverted_when_a_person_says_so(backend, tmp_path):
    """All that is left of it goes to the trash, and one undo brings it back."""
    app = app_on(backend)
    path = statement(tmp_path, RENT, BUN)

    async with at(app) as pilot:
        backend.import_statement(path, ReadingOptions(), Choice(), lambda *_: None)
        bun = next(one for one in backend.find(ExpenseQuery()).items if one.description == "Bun [b]")
        backend.edit(bun.id, ExpenseUpdate(version=bun.version, notes="With butter"))
        await press(pilot, "4", "r")
        asked = screen_text(app)
        await press(pilot, "enter")
        kept = recorded(backend)
        await press(pilot, "r", "y")
        told, gone = app.status.text, recorded(backend)
        await press(pilot, "u")

        assert "1 of the expenses of statement.csv were edited" in " ".join(asked.split())
        assert told == "Reverted statement.csv; u brings it back"
        assert gone == {}
        assert recorded(backend) == kept == {"Landlord": "Housing", "Bun [b]": None}


async def test_an_import_of_long_ago_can_still_be_reverted(backend, tmp_path):
    """However many came after it: they are listed page by page."""
    backend.enter()
    for number in range(51):
        path = statement(tmp_path, BUN.replace("Bun", f"Bun {number}"))
        backend.import_statement(path, ReadingOptions(), Choice(), lambda *_: None)
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "4", "end", "end", "r")

        past = app.screen.query_one("#past", Listing)
        assert len(past.rows) == 51
        assert past.current.id == min(one.id for one in past.rows)
        assert past.current.undone_at is not None


@either_backend
async def test_payees_take_the_place_of_the_banks_text_and_give_it_back_with_one_key(backend, tmp_path):
    """What was decided about the rows stays, and what comes in is called as it is shown."""
    app = app_on(backend)
    text = "SQ *COFFEE CO 04/11 LONDON GB"

    async with at(app, size=(100, 24)) as pilot:
        await choose_file(pilot, statement(tmp_path, f"2026-10-02,{text},-3.20,EUR,", RENT))
        await press(pilot, "down", "space", "p")
        shown, told = screen_text(app), app.status.text
        await press(pilot, "p")
        given_back = screen_text(app)
        await press(pilot, "p", "i")

        assert "€3.20  Coffee Co  " in shown
        assert "1 of 2 rows to import · €3.20 · 2 new · payees cleaned" in shown
        assert text not in shown
        assert told == "Called by their payees alone; the file's own text goes into the notes"
        assert text in given_back
        assert "payees cleaned" not in given_back
        assert recorded(backend) == {"Coffee Co": None}


async def test_payees_are_cleaned_from_the_first_look_where_the_settings_say_so(backend, tmp_path):
    """One key brings the bank's text back, for this file."""
    app = app_on(backend, config=Config(clean_payees=True))

    async with at(app) as pilot:
        await choose_file(pilot, statement(tmp_path, "2026-10-02,SQ *COFFEE CO 04/11 LONDON GB,-3.20,EUR,"))
        first = screen_text(app)
        await press(pilot, "p", "i")

        assert "Coffee Co" in first
        assert recorded(backend) == {"SQ *COFFEE CO 04/11 LONDON GB": None}


@either_backend
async def test_escape_leaves_a_file_with_nothing_done(backend, tmp_path):
    """Back at the imports before it."""
    app = app_on(backend)

    async with at(app) as pilot:
        await choose_file(pilot, statement(tmp_path, RENT))
        await press(pilot, "escape")

        assert "o chooses a statement" in screen_text(app)
        assert recorded(backend) == {}


async def test_a_change_of_the_book_is_seen_in_the_file_and_what_was_decided_stays(book, backend, tmp_path):
    """What came in from elsewhere is a duplicate now; the row that was left is still left."""
    app = app_on(backend)
    path = statement(tmp_path, RENT, BUN, NOODLES)

    async with at(app) as pilot:
        await choose_file(pilot, path)
        await press(pilot, "down", "space")
        other = LocalBackend(Settings.load(database_url=book))
        other.enter()
        first = Sifting(other.preview_statement(path, app.screen._options))
        first.turn(first.preview.rows[1])
        first.turn(first.preview.rows[2])
        other.import_statement(path, app.screen._options, first.choice(), lambda *_: None)
        other.close()
        app.changed()
        await settled(pilot)

        assert signs(app) == ["duplicate", "new", "✓ new"]
