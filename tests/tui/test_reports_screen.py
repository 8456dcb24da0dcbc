"""What was spent, looked at from both sides."""

from __future__ import annotations

import pytest
from pilots import app_on, at, either_backend, press, screen_text, settled, typed
from textual.color import Color

from expense_core import Database, ExpenseFilter, expenses, ledgers, users
from expense_tui.themes import HIGH_CONTRAST
from expense_tui.widgets.spending_chart import SpendingChart

pytestmark = pytest.mark.anyio
MARK = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
"""What stands before the name of the bar that keys act on."""


def line(app, start):
    """The words of the first line of the table that begins so."""
    lines = screen_text(app).splitlines()
    heading = next(number for number, one in enumerate(lines) if "Spent" in one)
    return next(one for one in lines[heading:] if one.strip().startswith(start)).split()


@either_backend
async def test_the_months_of_this_year_are_there_at_first(backend):
    """One line each, up to today; those in which nothing was spent, too; with shares, and the whole at the end."""
    app = app_on(backend)

    async with at(app, size=(80, 32)) as pilot:
        await press(pilot, "2")

        assert line(app, "January 2026")[2:] == ["€0.00", "0"]
        assert line(app, "November 2026")[2:] == ["€946.95", "33%", "5"]
        assert line(app, "Total")[1:] == ["€2,841.75", "100%", "9"]
        assert "December" not in screen_text(app)


async def test_the_chart_has_the_months_along_its_foot_as_the_locale_calls_them(backend):
    """And a scale in the currency, at its side."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "2")
        shown = screen_text(app)
    foot = next(one for one in shown.splitlines() if "Jan" in one and "Feb" in one)

    assert foot.split() == [f"{MARK}Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov"]
    assert "€500.00" in shown
    assert "█" in shown


@either_backend
async def test_g_shows_the_categories_the_most_expensive_first(backend):
    """Also those expenses that have none."""
    app = app_on(backend)

    async with at(app, size=(80, 32)) as pilot:
        await press(pilot, "2", "g")
        text = screen_text(app)

        assert line(app, "Housing")[1:] == ["€2,700.00", "95%", "3"]
        assert line(app, "(none)")[1:] == ["€4.20", "0%", "1"]
        assert line(app, "Hobbies")[1] == "-€8.00"
        assert "By category, in EUR" in text


async def test_currencies_are_never_added_but_shown_one_after_the_other(backend):
    """The ledger's own first; c goes on to the yen and back."""
    app = app_on(backend)

    async with at(app, size=(80, 32)) as pilot:
        await press(pilot, "2")
        told = screen_text(app)
        await press(pilot, "c")
        yen = line(app, "Total")
        await press(pilot, "c")

        assert "in EUR · c shows JPY" in told
        assert yen[1] == "JP¥6,300"
        assert line(app, "Total")[1] == "€2,841.75"


@either_backend
async def test_a_year_stands_beside_the_one_before(backend):
    """Both, and how much more or less it is; what was nothing then is new."""
    app = app_on(backend)

    async with at(app, size=(80, 32)) as pilot:
        await press(pilot, "2", "b")
        told = screen_text(app)

        assert "beside 2025" in told
        assert line(app, "October 2026")[2:] == ["€951.70", "€840.00", "+13%"]
        assert line(app, "September 2026")[2:] == ["€943.10", "€0.00", "new"]
        await press(pilot, "g")
        assert line(app, "Housing")[1:] == ["€2,700.00", "€840.00", "+221%"]


async def test_a_month_is_shown_day_by_day_and_all_time_year_by_year(backend):
    """What its lines are follows from how long the period is."""
    app = app_on(backend)

    async with at(app, size=(80, 45)) as pilot:
        await press(pilot, "2", "p", "g", "g")
        year = line(app, "2025")
        await press(pilot, "p", "p")

        assert year[1:] == ["€861.00", "23%", "2"]
        assert line(app, "Sun, 1 Nov 2026")[4] == "€900.00"


async def test_the_period_moves_and_comes_back(backend):
    """As in the list of expenses."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "2", "left_square_bracket")
        earlier = screen_text(app)
        await press(pilot, "t")

        assert "€861.00" in earlier
        assert "€2,841.75" in screen_text(app)


@either_backend
async def test_any_period_can_be_typed_and_moves_by_its_length(backend):
    """From a day to another one, or named; Enter on a line goes to what of it was added up."""
    app = app_on(backend)

    async with at(app, size=(80, 32)) as pilot:
        await press(pilot, "2", "P")
        await typed(pilot, "10 sep to 9 oct")
        await press(pilot, "enter", "end")
        whole = screen_text(app), line(app, "Total")
        await press(pilot, "right_square_bracket", "end")
        moved = line(app, "Total")
        await press(pilot, "left_square_bracket", "home", *["down"] * 4, "enter")

        assert "10 Sept – 9 Oct 2026" in whole[0]  # noqa: RUF001 - as the locale has it
        assert whole[1][1:] == ["€994.80", "100%", "3"]
        assert moved[1:] == ["€946.95", "100%", "5"]
        assert [one.description for one in app.book_screen.table.expenses] == ["Weekly shop"]


async def test_a_period_that_is_not_understood_stays_to_be_mended(backend):
    """Letters that are keys elsewhere are text in the line; Escape leaves it with nothing done."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "2", "P")
        await typed(pilot, "soon P")
        await press(pilot, "enter")
        told = screen_text(app)
        await press(pilot, "escape")

        assert "'soon P' is not a period" in told
        assert "€2,841.75" in screen_text(app)


async def test_a_bar_of_the_chart_goes_to_its_expenses(backend):
    """Arrows go from bar to bar, and the table with them; Enter goes to the expenses, as from the table."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "2", "shift+tab", *["right"] * 12, "left")
        focused, marked = app.focused, screen_text(app)
        at_line = app.screen.listing.current
        await press(pilot, "enter")

        assert isinstance(focused, SpendingChart)
        assert "▒" in marked
        assert f"{MARK}Oct" in marked
        assert at_line.day.month == 10
        assert app.book_screen.showing.period.title(app.formats) == "October 2026"


@pytest.mark.parametrize(("pressed", "x", "y", "found"), [("b", 70, 5, 9), ("g", 40, 0, 0), ("g", 40, 4, 1)])
async def test_a_bar_is_clicked_to_go_to_it_and_once_more_to_open_it(backend, pressed, x, y, found):
    """As a line of a list is; upright bars and lying ones."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "2", pressed, "down", "down", "down")
        await pilot.click(SpendingChart, offset=(x, y))
        await settled(pilot)
        gone_to = app.screen.listing.cursor
        await pilot.click(SpendingChart, offset=(x, y))
        await settled(pilot)

        assert gone_to == found
        assert app.current_mode == "expenses"


async def test_enter_on_a_month_goes_to_its_expenses(backend):
    """In the currency that was shown, and nothing else; without that filter, all of the month."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "2", "end", "up", "up", "enter")
        in_euros = screen_text(app)
        app.screen.action_drop_filter("currency")
        await settled(pilot)

        assert app.current_mode == "expenses"
        assert "October 2026" in in_euros
        assert "Weekly shop" in in_euros
        assert "Ramen" not in in_euros
        assert "Ramen" in screen_text(app)


@either_backend
async def test_enter_on_a_category_goes_to_its_expenses_of_that_period(backend):
    """And on what has none, to those without."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "2", "g", "home", "enter")
        housing = screen_text(app)
        await press(pilot, "2", "end", "up", "up", "enter")
        rest = screen_text(app)

    assert "[Housing" in housing
    assert "2026" in housing.splitlines()[1]
    assert "[(none)" in rest
    assert "昼" in rest
    assert "Rent" not in rest


async def test_in_a_narrow_or_low_terminal_a_bar_stands_in_each_line(backend):
    """There is no room for a chart; when there is, it is back."""
    app = app_on(backend)

    async with at(app, size=(40, 16)) as pilot:
        await press(pilot, "2", "end")
        has_chart = app.screen.query_one(SpendingChart).display
        narrow = line(app, "Nov 2026")
        await pilot.resize_terminal(100, 30)
        await settled(pilot)

        assert not has_chart
        assert narrow[2:4] == ["€946.95", "33%"]
        assert narrow[4].startswith("█")
        assert app.screen.query_one(SpendingChart).display


async def test_a_period_with_nothing_in_it_says_so(backend):
    """No empty chart."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "2", "right_square_bracket")

        assert "Nothing was spent" in screen_text(app)
        assert not app.screen.query_one(SpendingChart).display


async def test_the_chart_takes_the_colours_of_another_theme_at_once(backend):
    """In the one of high contrast its bars are as bright as text."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "2")
        app.theme = HIGH_CONTRAST.name
        await settled(pilot)
        bars = {
            segment.style.color.name
            for strip in app.screen._compositor.render_strips()
            for segment in strip
            if "█" in segment.text and segment.style and segment.style.color
        }

    assert min(Color.parse(colour).brightness for colour in bars) > 0.8


async def test_the_report_follows_a_change_of_the_book(book, backend):
    """What is undone elsewhere is not counted when one comes back."""
    app = app_on(backend)

    async with at(app, size=(80, 32)) as pilot:
        await press(pilot, "2", "1", "d", "2")

        with Database(book) as database, database.reading() as session:
            access = ledgers.open(session, users.named(session, "alice"))
            left = sum(
                1 for _ in expenses.each(session, access, ExpenseFilter(currency="EUR", spent_from="2026-01-01"))
            )
        assert line(app, "Total")[3] == str(left) == "8"
