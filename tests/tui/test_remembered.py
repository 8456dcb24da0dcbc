"""What was answered about statements: seen, and forgotten."""

from __future__ import annotations

import pytest
from pilots import app_on, at, choose_file, either_backend, press, screen_text, typed

from expense_core.statements import DateOrder, ReadingOptions
from expense_tui.backends import unheard
from expense_tui.backends.statements import Choice
from expense_tui.dialogs.choose import Choose
from expense_tui.dialogs.remembered import Remembered

pytestmark = pytest.mark.anyio


@pytest.fixture
def asked(tmp_path):
    """A file that leaves open which of day and month is first."""
    path = tmp_path / "card.csv"
    path.write_text("Date,Payee,Amount\n03/10/2026,Shop,-5.00\n", encoding="utf-8")
    return path


def answer(backend, path, options):
    """Bring a file in, so that what was said of it is remembered."""
    backend.enter()
    backend.import_statement(path, options, Choice(), unheard)


@either_backend
async def test_an_answer_is_seen_and_forgotten_and_the_statement_that_is_looked_at_asks_again(backend, asked):
    """Once that is confirmed, whose first answer is no; what came in stays."""
    answer(backend, asked, ReadingOptions(date_order=DateOrder.DMY))
    app = app_on(backend)

    async with at(app) as pilot:
        await choose_file(pilot, asked)
        await press(pilot, "a")
        shown = screen_text(app)
        await press(pilot, "d", "enter")
        kept = len(backend.profiles())
        await press(pilot, "d", "y")
        told, none_left = app.status.text, screen_text(app)
        await press(pilot, "escape")

        assert "Date, Payee, Amount" in shown
        assert "date order: dmy" in shown
        assert kept == 1
        assert told == "Forgot date order: dmy"
        assert "Nothing was answered yet" in none_left
        assert isinstance(app.screen, Choose)
        assert "Which of day (d), month (m) and year (y) is first" in screen_text(app)
        assert backend.profiles() == []


async def test_the_palette_has_the_answers_on_every_screen_once(backend, asked, tmp_path):
    """Each in words; nothing is asked of the book again where none was forgotten."""
    answer(backend, asked, ReadingOptions(date_order=DateOrder.DMY))
    till = tmp_path / "till.csv"
    till.write_text("Date,Shop,Amount\n2026-10-01,Deli,4.20\n", encoding="utf-8")
    answer(backend, till, ReadingOptions(invert=True))
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "ctrl+p")
        await typed(pilot, "answers")
        await press(pilot, "enter")
        is_there, shown = isinstance(app.screen, Remembered), screen_text(app)
        changes = app.changes
        await press(pilot, "escape", "4", "ctrl+p")
        await typed(pilot, "answers")
        on_imports = screen_text(app)

        assert is_there
        assert shown.index("money out without a minus") < shown.index("date order: dmy")
        assert app.changes == changes
        assert on_imports.count("See remembered answers") == 1
