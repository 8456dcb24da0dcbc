"""How an expense gets into the book by hand, in a line or field by field, and how it is mended."""

from __future__ import annotations

from decimal import Decimal
from threading import Event

import pytest
from pilots import (
    Failing,
    app_on,
    at,
    either_backend,
    fill,
    go_to,
    listed,
    press,
    screen_text,
    settled,
    typed,
    under_cursor,
)
from textual.events import Key

import expense_core as core
from expense_core import Database, LocalUserCreate, users
from expense_tui.dialogs.stale_edit import StaleEdit
from expense_tui.widgets.expense_form import ExpenseForm
from expense_tui.widgets.expense_table import ExpenseTable
from expense_tui.widgets.quick_line import QuickLine

pytestmark = pytest.mark.anyio


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


@pytest.mark.parametrize(("key", "call"), [("e", "edit"), ("D", "record")])
async def test_what_is_typed_while_a_form_is_saved_stays_to_be_saved_too(backend, key, call):
    """A server that takes its time: the form goes on with what it saved, and Enter saves the rest."""
    failing = Failing(backend)
    app = app_on(failing)

    async with at(app) as pilot:
        await press(pilot, key)
        await fill(pilot, "notes", "paid")
        held = failing.held[call] = Event()
        await pilot.press("enter")
        await pilot.press(*" late")
        held.set()
        await settled(pilot)
        said, still_there = app.status.text, app.screen.query_one(ExpenseForm).display
        saved = under_cursor(app).notes
        await press(pilot, "enter")

        assert saved == "paid"
        assert still_there
        assert "what you typed since is yet to be saved" in said
        assert under_cursor(app).notes == "paid late"
        assert not app.screen.query_one(ExpenseForm).display
        assert len(listed(app)) == (5 if call == "edit" else 6)


async def test_what_somebody_was_typing_is_gone_when_somebody_else_comes_in(backend, book):
    """A form that is open and lines that were typed are theirs alone, and about another book."""
    with Database(book) as database, database.transaction() as session:
        users.register_local(session, LocalUserCreate(username="bob"))
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "enter", "a")
        await typed(pilot, "5 secret")
        await press(pilot, "enter")
        await typed(pilot, "6 letter")
        await press(pilot, "escape", "e")
        app.action_sign_out()
        await settled(pilot)
        await press(pilot, "down", "enter")
        bobs = screen_text(app), app.book.user.username, app.screen.query_one(ExpenseForm).display
        await press(pilot, "a", "up")

        assert bobs[1:] == ("bob", False)
        assert "secret" not in bobs[0]
        assert app.screen.query_one(QuickLine).line.value == ""
