"""Finding out what can be done: the help page, the palette, and lists to choose from."""

from __future__ import annotations

import pytest
from pilots import app_on, at, either_backend, press, screen_text, typed
from textual.widgets import OptionList

from expense_core import Database, LedgerCreate, LocalUserCreate, ledgers, users
from expense_tui.config import Config
from expense_tui.dialogs.choose import Choose
from expense_tui.dialogs.coming_in import ComingIn
from expense_tui.dialogs.help import Help

pytestmark = pytest.mark.anyio


def listed(app):
    """What a list on top of the screen offers."""
    return [str(option.prompt) for option in app.screen.query_one(OptionList).options]


async def test_the_help_lists_what_the_keys_do_here_in_the_list_and_everywhere(backend):
    """Each key that works, with what it does, and Escape goes back."""
    app = app_on(backend)

    async with at(app, size=(80, 70)) as pilot:
        await press(pilot, "question_mark")
        shown = screen_text(app)
        await press(pilot, "escape")

        assert not isinstance(app.screen, Help)
    for line in ("On this screen", "Search all time as you type", "In the list", "Everywhere", "Take back the last"):
        assert line in shown


async def test_the_help_shows_a_key_as_the_person_has_chosen_it(backend):
    """Their own key in the place of ours."""
    app = app_on(backend, config=Config(keymap={"expenses.add": "ctrl+t"}))

    async with at(app, size=(80, 70)) as pilot:
        await press(pilot, "question_mark")

        line = next(line for line in screen_text(app).splitlines() if "Record an expense" in line)
        assert line.split()[1] == "^t"


@either_backend
async def test_the_palette_does_what_a_key_would_do(backend):
    """Whoever has forgotten the key for the trash of an expense finds it by a word."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "ctrl+p")
        await typed(pilot, "duplicate")
        offered = screen_text(app)
        await press(pilot, "escape", "ctrl+p")
        await typed(pilot, "delete")
        await press(pilot, "enter")

        assert "Record the same again, today  ·  D" in offered
        assert app.status.text.startswith("Deleted")


async def test_the_palette_switches_to_another_ledger(book, backend):
    """A household's book beside one's own; what was filtered in the one is forgotten in the other."""
    with Database(book) as database, database.transaction() as session:
        ledgers.create(session, users.named(session, "alice"), LedgerCreate(name="Household [ours]", currency="CHF"))
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "ctrl+p")
        await typed(pilot, "ledger")
        await press(pilot, "enter")
        offered = listed(app)
        await typed(pilot, "house")
        await press(pilot, "enter")

        assert "Household [ours] · CHF" in offered
        assert app.book.ledger.currency == "CHF"
        assert "Rent" not in screen_text(app)


async def test_signing_out_asks_who_comes_in_and_hides_what_was_there(book, backend):
    """In a file of two people, the next one chooses; the expenses of the one before are not seen beneath."""
    app = app_on(backend)

    async with at(app) as pilot:
        with Database(book) as database, database.transaction() as session:
            users.register_local(session, LocalUserCreate(username="bob"))
        await press(pilot, "ctrl+p")
        await typed(pilot, "sign out")
        await press(pilot, "enter")

        assert isinstance(app.screen, ComingIn)
        assert "Rent" not in screen_text(app)
        assert listed(app) == ["alice", "bob"]


async def test_a_list_gets_shorter_as_one_types_and_begins_with_what_begins_so(backend):
    """Typing filters; arrows move; Enter takes."""
    app = app_on(backend)
    taken = []

    async with at(app) as pilot:
        names = ["Groceries", "Gifts", "Eating out", "Big gifts [odd]"]
        app.push_screen(Choose("Which?", [(name, name) for name in names]), taken.append)
        await typed(pilot, "gift")
        left = listed(app)
        await press(pilot, "down", "enter")

        assert left == ["Gifts", "Big gifts [odd]"]
        assert taken == ["Big gifts [odd]"]


async def test_a_list_can_take_what_is_not_in_it_yet(backend):
    """Where new ones can be made, what was typed is offered last; elsewhere Enter takes nothing."""
    app = app_on(backend)
    taken = []

    async with at(app) as pilot:
        app.push_screen(Choose("Which?", [("Gifts", "Gifts")]), taken.append)
        await typed(pilot, "zoo")
        await press(pilot, "enter", "escape")
        app.push_screen(Choose("Which?", [("Gifts", "Gifts")], new=str), taken.append)
        await typed(pilot, "Zoo")
        offered = listed(app)
        await press(pilot, "enter")

        assert offered == ["New: Zoo"]
        assert taken == [None, "Zoo"]
