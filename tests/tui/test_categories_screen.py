"""The categories, as a person keeps them in order."""

from __future__ import annotations

import pytest
from pilots import app_on, at, either_backend, press, screen_text, settled, typed

from expense_core import Database, categories, ledgers, users
from expense_core.tables import CategoryUpdate
from expense_tui.widgets.asked_line import AskedLine
from expense_tui.widgets.listing import Listing

pytestmark = pytest.mark.anyio


def names(app):
    """The categories that are listed."""
    return [one.name for one in app.screen.query_one(Listing).rows]


async def go_to(pilot, name):
    """Put the cursor on a category."""
    await press(pilot, "home", *["down"] * names(pilot.app).index(name))


@either_backend
async def test_each_category_is_listed_with_its_count_and_its_total_in_each_currency(backend):
    """Currencies stand beside each other, and their decimals beneath each other."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "3")
        lines = screen_text(app).splitlines()
    eating, housing, gifts = (next(one for one in lines if name in one) for name in ("Eating out", "Housing", "Gifts"))

    assert eating.split()[2:] == ["2", "€12.50", "JP¥6,300"]
    assert housing.index("€3,540.00") + len("€3,540.00") == eating.index("€12.50") + len("€12.50")
    assert gifts.split() == ["Gifts", "0"]


@either_backend
async def test_a_category_is_added_by_its_name(backend):
    """The list goes to it."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "3", "a")
        await typed(pilot, "Trips [far]")
        await press(pilot, "enter")

        assert app.screen.query_one(Listing).current.name == "Trips [far]"
        assert "Trips [far]" in screen_text(app)
        assert app.status.text == "Added Trips [far]; u takes it back"


async def test_a_name_that_is_taken_is_told_beneath_it_and_stays(backend):
    """In any letter case."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "3", "a")
        await typed(pilot, "gifts")
        await press(pilot, "enter")

        assert "has a category 'Gifts' already" in screen_text(app)
        await typed(pilot, "!")
        assert "already" not in screen_text(app)
        await press(pilot, "enter")
        assert "gifts!" in names(app)


@either_backend
async def test_a_category_is_renamed_in_place_and_undone(backend):
    """Its old name is there to be mended."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "3")
        await go_to(pilot, "Hobbies")
        await press(pilot, "e")
        await typed(pilot, " and sports")
        await press(pilot, "enter")
        renamed = names(app)
        await press(pilot, "u")

        assert "Hobbies and sports" in renamed
        assert "Hobbies" in names(app)


async def test_a_name_that_somebody_changed_meanwhile_is_not_overwritten_unseen(book, backend):
    """The other's name is shown first; a second Enter then says that one's own shall stand."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "3")
        await go_to(pilot, "Hobbies")
        await press(pilot, "e")
        await typed(pilot, "!")
        with Database(book) as database, database.transaction() as session:
            access = ledgers.open(session, users.named(session, "alice"))
            found = categories.named(session, access, "Hobbies")
            categories.rename(session, access, found.id, CategoryUpdate(version=found.version, name="Pastimes"))
        await press(pilot, "enter")
        shown = screen_text(app)
        await press(pilot, "enter")

        assert "was changed meanwhile" in shown
        assert "Pastimes" in shown
        assert "Hobbies!" in names(app)


async def test_escape_leaves_a_name_as_it_was(backend):
    """And the keys are the list's again."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "3", "e")
        await typed(pilot, "xyz")
        await press(pilot, "escape")

        assert not app.screen.query_one(AskedLine).display
        assert isinstance(app.focused, Listing)
        assert names(app) == ["Eating out", "Gifts", "Groceries", "Hobbies", "Housing"]


@either_backend
async def test_a_category_is_merged_into_the_one_that_is_chosen(backend):
    """Its expenses are there, it is gone, and undo brings both back."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "3")
        await go_to(pilot, "Hobbies")
        await press(pilot, "m")
        await typed(pilot, "gif")
        await press(pilot, "enter")
        counts = {one.name: one.count for one in app.screen.query_one(Listing).rows}
        await press(pilot, "u")

        assert counts == {"Eating out": 2, "Gifts": 2, "Groceries": 3, "Housing": 4}
        assert "Hobbies" in names(app)


async def test_a_category_that_nothing_is_in_goes_without_a_question(backend):
    """Undo brings it back."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "3")
        await go_to(pilot, "Gifts")
        await press(pilot, "d")
        left = names(app)
        await press(pilot, "u")

        assert "Gifts" not in left
        assert "Gifts" in names(app)


@either_backend
@pytest.mark.parametrize(("typed_text", "count"), [("", None), ("gifts", 2)])
async def test_deleting_a_category_in_use_asks_where_its_expenses_go(backend, typed_text, count):
    """To another category, or to none."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "3")
        await go_to(pilot, "Hobbies")
        await press(pilot, "d")
        asked = screen_text(app)
        await typed(pilot, typed_text)
        await press(pilot, "enter")

        assert "Where do its 2 expenses go?" in asked
        counts = {one.name: one.count for one in app.screen.query_one(Listing).rows}
        assert "Hobbies" not in counts
        assert counts["Gifts"] == (count or 0)


async def test_enter_goes_to_the_expenses_of_a_category(backend):
    """Of all time, as its total is; the filter is shown, and Escape goes back to the month that was there before."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "3")
        await go_to(pilot, "Hobbies")
        await press(pilot, "enter")
        shown = screen_text(app)
        await press(pilot, "escape")

        assert "November 2026" in screen_text(app)
        assert "[Hobbies" not in screen_text(app)
        assert app.current_mode == "expenses"
        assert "[Hobbies" in shown
        assert "Cinema" in shown
        assert "Rent" not in shown


async def test_a_click_goes_to_a_category_and_a_second_one_opens_it(backend):
    """The mouse does what the keys do."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "3")
        await pilot.click(Listing, offset=(4, 3))
        await settled(pilot)
        once = app.screen.query_one(Listing).current.name
        await pilot.click(Listing, offset=(4, 3))
        await settled(pilot)

        assert once == "Groceries"
        assert app.current_mode == "expenses"
