"""The list that the next start draws before the book is open: exactly what was there, or nothing."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import Event

import pytest
from pilots import at, press, screen_text, settled
from sqlalchemy import make_url

from expense_core import Database, ExpenseCreate, Settings, expenses, ledgers, users
from expense_tui.app import ExpensesApp
from expense_tui.backends.local import LocalBackend
from expense_tui.connecting import Connected
from expense_tui.formats import Formats
from expense_tui.last_view import LastView

pytestmark = pytest.mark.anyio
TODAY = date(2026, 11, 5)
SHOWN = "Weekly shop"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Where the last view is kept."""
    return tmp_path / "cache" / "view.json"


@pytest.fixture
def start(book: str, kept: Path, clock: Callable[[], object]) -> Callable[..., ExpensesApp]:
    """Starts the app on Alice's book, which opens once the event is set."""

    def started(opens: Event | None = None, today: date = TODAY) -> ExpensesApp:
        def connect() -> Connected:
            if opens is not None:
                opens.wait()
            backend = LocalBackend(Settings.load(database_url=book), clock=clock)
            return Connected(backend, Formats("en_GB"), Path(str(make_url(book).database)))

        return ExpensesApp(connect, today=lambda: today, last_view=LastView(kept))

    return started


async def left(app: ExpensesApp, *keys: str) -> None:
    """Come in, press keys, and leave."""
    async with at(app) as pilot:
        await press(pilot, *keys, "q")


async def ahead(start: Callable[..., ExpensesApp], **given: date) -> str:
    """What is on the screen as long as the book is not open."""
    opens = Event()
    app = start(opens, **given)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown = screen_text(app)
        opens.set()
        await settled(pilot)
    return shown


async def test_what_was_there_is_drawn_before_the_book_is_open(start: Callable[..., ExpensesApp], kept: Path) -> None:
    """All the lines that could be seen, and once it is open the same; nobody else may read where they are kept."""
    assert SHOWN not in await ahead(start)
    await left(start())
    mode = stat.S_IMODE(kept.stat().st_mode)

    drawn = await ahead(start)

    async with at(start()) as pilot:
        whole = screen_text(pilot.app).splitlines()
    lines = [line for line in drawn.splitlines() if "€" in line]
    assert len(lines) > 5
    assert all(any(line.split("│")[0].strip() in one for one in whole) for line in lines)
    assert mode == 0o600


async def test_what_was_recorded_last_is_in_it(start: Callable[..., ExpensesApp]) -> None:
    """The list is kept as it is when the app is left."""
    await left(start(), "a", *"4.80 Cappuccino", "enter", "escape")

    assert "Cappuccino" in await ahead(start)


async def test_nothing_is_drawn_that_the_book_may_not_hold_any_more(
    start: Callable[..., ExpensesApp], book: str, kept: Path
) -> None:
    """After a change from elsewhere, in another month, or where what was kept is damaged."""
    await left(start())
    in_december = await ahead(start, today=date(2026, 12, 1))
    with Database(book) as database, database.transaction() as session:
        access = ledgers.open(session, users.named(session, "alice"))
        expenses.record(session, access, ExpenseCreate(amount="1", description="Elsewhere"))
    after_a_change = await ahead(start)
    await left(start())
    kept.write_text("[]", encoding="utf-8")
    damaged = await ahead(start)

    assert SHOWN not in in_december + after_a_change + damaged


async def test_what_a_start_would_not_show_is_not_kept(start: Callable[..., ExpensesApp], kept: Path) -> None:
    """Whoever leaves another month, or a search, begins with this month."""
    await left(start())
    await left(start(), "left_square_bracket")

    assert not kept.exists()


def test_each_way_to_a_book_has_its_own(tmp_path: Path) -> None:
    """Another file, another user, another language: what was shown there is not drawn here."""
    here = {"XDG_CACHE_HOME": str(tmp_path), "LANG": "en_GB.UTF-8"}
    ways = [
        LastView.of([None, None], here),
        LastView.of(["sqlite:///b.db", None], here),
        LastView.of([None, "bob"], here),
        LastView.of([None, None], here | {"LANG": "de_DE.UTF-8"}),
        LastView.of([None, None], here | {"EXPENSE_DATABASE_URL": "sqlite:///c.db"}),
    ]

    assert len({way._path for way in ways}) == len(ways)
    assert LastView.of([None, None], here)._path == ways[0]._path
