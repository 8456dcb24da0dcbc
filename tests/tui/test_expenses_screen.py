"""What a person sees on the first screen: a month, another time, what they search for, in whatever window."""

from __future__ import annotations

from threading import Event

import pytest
from backends import record
from pilots import Failing, app_on, at, either_backend, listed, press, screen_text, settled, typed, under_cursor
from textual.events import Resize
from textual.geometry import Size
from textual.widgets import Input

import expense_core as core
from expense_tui.widgets.expense_table import ExpenseTable
from expense_tui.widgets.quick_line import QuickLine

pytestmark = pytest.mark.anyio


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
        await press(pilot, "p", "p")
        year = len(listed(app))
        await press(pilot, "p")
        everything = len(listed(app))
        await press(pilot, "p", "p", "left_square_bracket", "t")

        assert october == ["Ramen in Kyoto", "Weekly shop", "Rent"]
        assert (year, everything) == (10, 12)
        assert listed(app)[0] == "昼ごはん 🍜"


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


async def test_the_status_line_says_whom_a_person_waits_for(backend):
    """A server that takes long is named; once it has answered, the line says again what it said last."""
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
        free = app.status.text
        held.clear()
        await pilot.press("d")
        while app.status.text != said:
            await pilot.pause(0.05)
        held.set()
        await settled(pilot)

        assert said == f"Waiting for {backend.place}"
        assert free == ""
        assert app.status.text == "Deleted Ramen in Kyoto; u takes it back"


async def test_more_expenses_come_as_they_are_looked_at(backend):
    """A month of 450 is there in full, page by page, and a page that could not be read is asked for again."""
    book = Failing(backend)
    book.enter()
    for _ in range(45):
        lines = [{"do": "create", "amount": "1", "description": f"Tea {number}"} for number in range(10)]
        book.apply([core.batches.BatchCreate(**line, spent_on="2026-11-05") for line in lines])
    app = app_on(book)

    async with at(app) as pilot:
        first = len(listed(app))
        book.fails = {"find"}
        await press(pilot, "end")
        told = app.status.text
        book.fails.clear()
        await press(pilot, "end", "end", "end", "end", "end")

        assert first <= 200
        assert told == book.error.message
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


@pytest.mark.parametrize(
    ("locale", "amount", "currency", "copied"),
    [
        ("de_DE", "1.500", "KWD", "1,500 KWD"),
        ("en_GB", "1.500", "KWD", "1.500 KWD"),
        ("de_DE", "-1234", "JPY", "-1234 JPY"),
    ],
)
async def test_what_is_copied_can_be_typed_back(local, locale, amount, currency, copied):
    """With the decimal mark of whoever copies it: three decimals are no thousands."""
    local.enter()
    record(local, "Dinner", "Eating out", amount=amount, currency=currency)
    app = app_on(local, locale=locale)

    async with at(app) as pilot:
        await press(pilot, "home", "y", "a")
        line = app.clipboard
        app.screen.query_one(QuickLine).line.value = line
        await press(pilot, "enter")

        assert line.startswith(copied)
        first, second = app.screen.query_one(ExpenseTable).expenses[:2]
        assert (first.amount, first.currency, first.category) == (second.amount, second.currency, second.category)
        assert first.description == second.description == "Dinner"


async def test_what_is_written_from_right_to_left_keeps_the_columns_straight(local):
    """Hebrew and Arabic descriptions and categories: each amount and each category is where the others have theirs."""
    local.enter()
    record(local, "קפה ומאפה", "מזון", amount="23.50", currency="ILS")
    record(local, "غداء مع سام", "طعام", amount="7.25")
    app = app_on(local)

    async with at(app, size=(120, 24)) as pilot:
        lines = [line for line in screen_text(app).splitlines() if "/11" in line and "昼" not in line]
        await press(pilot, "slash", *"קפה", "enter")

        assert len({line.index("."): line for line in lines}) == 1
        assert len({line.index("│") for line in lines}) == 1
        assert listed(app) == ["קפה ומאפה"]
        assert "מזון" in screen_text(app)


async def test_with_no_colour_marks_the_cursor_and_the_focus_are_told_otherwise(backend, monkeypatch):
    """As NO_COLOR asks: whatever is on the screen is a shade of grey, and what matters has a sign or a style."""
    monkeypatch.setenv("NO_COLOR", "1")
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "space")
        drawn = app.screen._compositor.render_strips()
        shown = screen_text(app)

    colours = {
        colour.triplet
        for strip in drawn
        for one in strip
        if one.style
        for colour in (one.style.color, one.style.bgcolor)
        if colour and colour.triplet
    }
    assert "✓ " in shown
    assert all(len({*colour}) == 1 for colour in colours)


@pytest.mark.parametrize("width", [40, 48, 60, 80])
async def test_no_key_in_the_last_line_is_cut_and_help_is_always_there(backend, width):
    """Those for which there is no room are left out whole, on every screen."""
    app = app_on(backend)

    async with at(app, size=(width, 20)) as pilot:
        for screen in "12345":
            await press(pilot, screen)
            shown = screen_text(app).splitlines()[-1]
            whole = " ".join(
                f"{app.get_key_display(one.binding)} {one.binding.description}"
                for one in app.screen.active_bindings.values()
                if one.binding.show
            )

            assert "? Help" in shown
            assert all(word in whole.split() for word in shown.split())
            assert len(shown.rstrip()) <= width
