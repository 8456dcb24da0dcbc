"""What a person does on the first screen: look, go elsewhere, search, record, change, delete, and take it back."""

from __future__ import annotations

from decimal import Decimal
from threading import Event

import pytest
from pilots import Failing, app_on, at, either_backend, press, screen_text, settled, typed
from textual.events import Key, Resize
from textual.geometry import Size
from textual.widgets import Input

import expense_core as core
from expense_core.batches import BatchCreate
from expense_tui.dialogs.stale_edit import StaleEdit
from expense_tui.widgets.expense_form import ExpenseForm
from expense_tui.widgets.expense_table import ExpenseTable
from expense_tui.widgets.quick_line import QuickLine

pytestmark = pytest.mark.anyio


def listed(app):
    """The descriptions that are in the list."""
    return [one.description for one in app.screen.query_one(ExpenseTable).expenses]


def under_cursor(app):
    return app.screen.query_one(ExpenseTable).current


async def go_to(pilot, description):
    """Put the cursor on an expense."""
    table = pilot.app.screen.query_one(ExpenseTable)
    index = next(index for index, one in enumerate(table.expenses) if one.description == description)
    await press(pilot, "home", *["down"] * index)


async def fill(pilot, field, text):
    """Replace what stands in a field of the form."""
    place = pilot.app.screen.query_one(f"#field-{field} Input")
    place.focus()
    place.value = ""
    await typed(pilot, text)


async def test_the_month_that_today_is_in_is_shown_with_its_days_and_totals(backend):
    """Alice starts the app and sees this month: each expense, each day, all of it, and October beside it."""
    app = app_on(backend)

    async with at(app, size=(120, 24)):
        text = screen_text(app)

    assert "November 2026" in text
    assert "€946.95" in text
    assert "refund: Returned a book" in text
    assert "-€8.00" in text
    assert "Mon, 2 Nov 2026" in text
    assert "Lunch [with] Sam" in text


async def test_decimal_marks_stand_beneath_each_other_whatever_is_beside_them(backend):
    """Wide characters and emoji move nothing."""
    app = app_on(backend)

    async with at(app):
        lines = [line for line in screen_text(app).splitlines() if "/11 " in line]

    assert len({line.index(".") for line in lines}) == 1
    assert len({line.index("│") for line in lines if "昼" not in line}) == 1


async def test_the_period_moves_with_the_brackets_and_comes_back_with_t(backend):
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "left_square_bracket")
        october = listed(app)
        await press(pilot, "p")
        year = len(listed(app))
        await press(pilot, "p")
        everything = len(listed(app))
        await press(pilot, "p", "t")

        assert october == ["Ramen in Kyoto", "Weekly shop", "Rent"]
        assert (year, everything) == (10, 12)
        assert listed(app)[0] == "昼ごはん 🍜"


@either_backend
async def test_a_line_is_recorded_and_the_next_one_can_be_typed(backend):
    """Enter saves, says what it was, goes to it, and stays."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "a")
        await typed(pilot, "4.80 Cappuccino @gifts yesterday")
        understood = screen_text(app)
        await press(pilot, "enter")

        assert "4.80 EUR · Cappuccino · gifts · 04/11/2026" in understood
        assert "Recorded €4.80 Cappuccino" in screen_text(app)
        assert (under_cursor(app).description, under_cursor(app).category) == ("Cappuccino", "Gifts")
        assert app.screen.query_one(QuickLine).line.has_focus
        assert app.screen.query_one(QuickLine).line.value == ""


async def test_keys_that_come_all_at_once_belong_to_the_line_from_the_first_one_on(backend):
    """A quick hand, or a paste: what follows the a is text, and none of it undoes or deletes anything."""
    app = app_on(backend)

    async with at(app) as pilot:
        before = listed(app)
        for key in "a4.80 dud":
            app.post_message(Key(key, key))
        await settled(pilot)

        assert app.screen.query_one(QuickLine).line.value == "4.80 dud"
        assert listed(app) == before


async def test_a_line_that_is_not_understood_stays_and_says_why(backend):
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "a")
        await typed(pilot, "Lunch")
        await press(pilot, "enter")

        assert app.screen.query_one(QuickLine).line.value == "Lunch"
        assert "write an amount" in screen_text(app)


async def test_a_new_category_comes_and_goes_with_its_expense(backend):
    """One undo takes back both."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "a")
        await typed(pilot, "7 Bus @Transport")
        await press(pilot, "enter")
        said = screen_text(app)
        await press(pilot, "escape", "u")

        assert "Transport is a new category" in said
        assert "Transport" not in [one.name for one in backend.categories()]


async def test_what_was_recorded_before_brings_its_category_and_amount(backend):
    """Typing the beginning of a description and Down is all that it takes."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "a")
        await typed(pilot, "lunch")
        await press(pilot, "down")

        assert app.screen.query_one(QuickLine).line.value == '12.50 Lunch [with] Sam @"Eating out"'


async def test_a_category_is_completed_behind_its_sign(backend):
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "a")
        await typed(pilot, "9 Roses @gi")
        await press(pilot, "right", "enter")

        assert under_cursor(app).category == "Gifts"


async def test_a_category_of_several_words_is_completed_in_quotes(backend):
    """Whether or not one was typed before it."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "a")
        await typed(pilot, "9 Soup @eat")
        await press(pilot, "right")
        completed = app.screen.query_one(QuickLine).line.value
        await press(pilot, "enter")
        await typed(pilot, '8 Tea @"eat')
        await press(pilot, "right", "enter")

        assert completed == '9 Soup @"Eating out"'
        newest = {one.description: one.category for one in app.screen.query_one(ExpenseTable).expenses[:2]}
        assert newest == {"Tea": "Eating out", "Soup": "Eating out"}


@either_backend
async def test_every_field_can_be_edited_in_place(backend):
    """Enter opens the form under the list; saving closes it."""
    app = app_on(backend)

    async with at(app) as pilot:
        await go_to(pilot, "Lunch [with] Sam")
        await press(pilot, "enter")
        for name, text in {"amount": "13.20", "spent_on": "yesterday", "category": "gifts", "notes": "shared"}.items():
            await fill(pilot, name, text)
        await press(pilot, "enter")

        now = under_cursor(app)
        assert (now.amount, now.spent_on.isoformat(), now.category, now.notes) == (
            Decimal("13.20"),
            "2026-11-04",
            "Gifts",
            "shared",
        )
        assert app.screen.query_one(ExpenseTable).has_focus


async def test_all_that_is_wrong_in_a_form_is_said_beside_its_fields(backend):
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "e")
        await fill(pilot, "amount", "much")
        await fill(pilot, "spent_on", "soon")
        await press(pilot, "enter")

        told = {name: str(app.screen.query_one(f"#field-{name} .wrong").render()) for name in ("amount", "spent_on")}
        assert app.screen.query_one(ExpenseForm).display
        assert "'much' is not an amount" in told["amount"]
        assert "'soon' is not a date" in told["spent_on"]


async def test_a_line_becomes_a_form_with_tab(backend):
    """What the line says is in the fields."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "a")
        await typed(pilot, "5 Tea @Gifts")
        await press(pilot, "tab")
        await fill(pilot, "notes", "with milk")
        await press(pilot, "enter")

        assert (under_cursor(app).description, under_cursor(app).notes) == ("Tea", "with milk")


@either_backend
@pytest.mark.parametrize(("key", "amount"), [("m", "99.00"), ("t", "77.00")])
async def test_who_edits_what_somebody_else_has_changed_chooses_which_stands(backend, key, amount):
    """Both versions are shown, and nothing is lost before one is chosen."""
    app = app_on(backend)

    async with at(app) as pilot:
        await go_to(pilot, "Rent")
        await press(pilot, "e")
        seen = under_cursor(app)
        backend.edit(seen.id, core.ExpenseUpdate(version=seen.version, amount="77"))
        await fill(pilot, "amount", "99")
        await press(pilot, "enter")
        asked = isinstance(app.screen, StaleEdit), screen_text(app)
        await press(pilot, key)

        assert asked[0]
        assert "99" in asked[1]
        assert "77.00" in asked[1]
        assert str(backend.get(seen.id).amount) == amount


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
    """Space marks one, v all up to here; the star marks everything."""
    app = app_on(backend)

    async with at(app) as pilot:
        before = listed(app)
        await press(pilot, "space", "down", "v", "d")
        left = listed(app)
        await press(pilot, "u", "asterisk", "d")
        nothing = listed(app)
        await press(pilot, "u")

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


@either_backend
async def test_a_search_goes_through_all_time_as_it_is_typed_and_escape_goes_back(backend):
    app = app_on(backend)

    async with at(app) as pilot:
        before = listed(app)
        await press(pilot, "slash")
        await typed(pilot, "rent")
        found = listed(app)
        await press(pilot, "enter")
        chip = screen_text(app)
        await press(pilot, "escape")

        assert found == ["Rent"] * 4
        assert "“rent”" in chip
        assert listed(app) == before


async def test_where_there_is_nothing_it_is_said_what_to_do(backend):
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "right_square_bracket")
        empty = screen_text(app)
        await press(pilot, "slash")
        await typed(pilot, "zzyzx")

        assert "No expenses here yet; a records one" in empty
        assert "Nothing found; escape goes back" in screen_text(app)


async def test_the_order_changes_with_s_and_is_shown_until_it_is_taken_off(backend):
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "s", "s")
        largest = listed(app)[0]
        shown = screen_text(app)
        app.screen.action_drop_filter("sort")
        await settled(pilot)

        assert largest == "Rent"
        assert "largest first" in shown
        assert listed(app)[0] == "昼ごはん 🍜"


@either_backend
async def test_what_is_listed_can_be_written_to_a_file(backend, tmp_path):
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "x")
        app.screen.query_one("AskedLine Input").value = str(tmp_path / "november.csv")
        await press(pilot, "enter")

        assert "Wrote 5 expenses" in screen_text(app)
        assert (tmp_path / "november.csv").read_text(encoding="utf-8").count("\n") == 6


async def test_of_what_is_listed_that_which_is_marked_can_be_written_alone(backend, tmp_path):
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "space", "space", "x")
        app.screen.query_one("AskedLine Input").value = str(tmp_path / "two.ndjson")
        await press(pilot, "enter")

        assert (tmp_path / "two.ndjson").read_text(encoding="utf-8").count("\n") == 2


async def test_the_status_line_says_whom_a_person_waits_for(backend):
    """A server that takes long is named; once it has answered, the line is free again."""
    failing = Failing(backend)
    app = app_on(failing)

    async with at(app) as pilot:
        held = failing.held["find"] = Event()
        await pilot.press("left_square_bracket")
        while not app.status.text:
            await pilot.pause(0.05)
        said = app.status.text
        held.set()
        await settled(pilot)

        assert said == f"Waiting for {backend.place}"
        assert app.status.text == ""


async def test_a_line_that_could_not_be_saved_is_given_back(backend):
    """The server is gone when Enter is pressed: what was typed is there, and can be entered again."""
    failing = Failing(backend)
    app = app_on(failing)

    async with at(app) as pilot:
        failing.fails.add("record")
        await press(pilot, "a")
        await typed(pilot, "4.80 Cappuccino")
        await press(pilot, "enter")
        given_back, said = app.screen.query_one(QuickLine).line.value, screen_text(app)
        failing.fails.clear()
        await press(pilot, "enter")

        assert given_back == "4.80 Cappuccino"
        assert "does not answer" in said
        assert under_cursor(app).description == "Cappuccino"


async def test_a_form_that_could_not_be_saved_stays_with_all_that_was_typed(backend):
    failing = Failing(backend)
    app = app_on(failing)

    async with at(app) as pilot:
        failing.fails.add("edit")
        await go_to(pilot, "Rent")
        await press(pilot, "e")
        await fill(pilot, "notes", "paid late")
        await press(pilot, "enter")
        said = screen_text(app)
        failing.fails.clear()
        await press(pilot, "enter")

        assert "does not answer" in said
        assert under_cursor(app).notes == "paid late"


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


async def test_more_expenses_come_as_they_are_looked_at(backend):
    """A month of 450 is there in full, page by page."""
    book = backend
    book.enter()
    for _ in range(45):
        lines = [{"do": "create", "amount": "1", "description": f"Tea {number}"} for number in range(10)]
        book.apply([core.batches.BatchCreate(**line, spent_on="2026-11-05") for line in lines])
    app = app_on(book)

    async with at(app) as pilot:
        first = len(listed(app))
        await press(pilot, "end", "end", "end", "end", "end")

        assert first <= 200
        assert len(listed(app)) == 455
        assert under_cursor(app).description == "Rent"


async def test_a_narrow_window_has_room_for_every_screen_and_every_field(backend):
    """Of the other screens their keys are left; the fields stand one under the other."""
    app = app_on(backend)

    async with at(app, size=(40, 20)) as pilot:
        await press(pilot, "e")
        lines = screen_text(app).splitlines()

    assert lines[0].strip() == "[1 Expenses] 2  3  4  5"
    assert [line.split()[0] for line in lines[-8:-2]] == ["Amount", "Currency", "Date", "Category", "What", "Notes"]
    assert "05/11/2026" in lines[-6]


async def test_a_size_that_is_told_too_late_is_not_believed(backend):
    """A window that gets small and large again at once: the small one may be told last, to the screen alone."""
    app = app_on(backend)

    async with at(app) as pilot:
        whole = screen_text(app)
        app.screen.post_message(Resize(Size(10, 5), Size(10, 5)))
        await settled(pilot)

        assert screen_text(app) == whole


@pytest.mark.parametrize("size", [(40, 12), (10, 5), (250, 60)])
async def test_whatever_the_size_was_all_is_there_again_where_there_is_room(backend, size):
    """A window that was as small as a stamp: the list begins with its first day again, and the cursor is seen."""
    app = app_on(backend)

    async with at(app) as pilot:
        await pilot.resize_terminal(*size)
        await settled(pilot)
        await press(pilot, "end")
        small = screen_text(app)
        await pilot.resize_terminal(100, 30)
        await settled(pilot)

        assert small.strip()
        assert "Thu, 5 Nov 2026" in screen_text(app)
        assert "Rent" in screen_text(app)


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


async def test_a_search_takes_as_much_as_can_be_searched_for(backend):
    """What is pasted may be longer: then it is not taken, and the list stays."""
    async with at(app_on(backend)) as pilot:
        await press(pilot, "slash")
        field = pilot.app.screen.query_one("#search", Input)
        field.insert_text_at_cursor("x" * 201)
        field.insert_text_at_cursor("rent" + "x" * 196)
        await settled(pilot)

        assert field.value == "rent" + "x" * 196
        assert "Nothing found" in screen_text(pilot.app)
