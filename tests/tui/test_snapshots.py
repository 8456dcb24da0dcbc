"""How the screens look, with the demo book on a day that stands still; what can be done on them is tested beside this.

A picture that is to be another one is made anew by `--snapshot-update`, and looked at before it is committed.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pilots import app_on, at, choose_file, press, settled, statement, typed
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from expense_core import Database, RuleCreate, Settings, demo
from expense_tui.backends.local import LocalBackend
from expense_tui.themes import HIGH_CONTRAST

NOW = datetime(2026, 11, 24, 12, 15, tzinfo=UTC)
SMALL, LARGE = (80, 24), (160, 50)
SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "160x50"])

Look = Callable[..., Awaitable[bool]]

pytestmark = pytest.mark.anyio


class Picture(SingleFileSnapshotExtension):
    """A screen as an SVG file, which a browser shows."""

    file_extension = "svg"
    _write_mode = WriteMode.TEXT


@pytest.fixture(scope="session")
def demo_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo book, as it is made on that day."""
    path = shutil.copyfile(sqlite_template, tmp_path_factory.mktemp("demo") / "expenses.db")
    with Database(f"sqlite:///{path}", clock=lambda: NOW) as database, database.transaction() as session:
        demo.make(session, NOW.date(), "EUR")
    return path


@pytest.fixture
def app(demo_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App[None]:
    """The app on a copy of it, in colours."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    copy = shutil.copyfile(demo_file, tmp_path / "expenses.db")
    return app_on(LocalBackend(Settings.load(database_url=f"sqlite:///{copy}"), clock=lambda: NOW), NOW.date())


@pytest.fixture
def looks_as_before(snapshot: SnapshotAssertion, app: App[None]) -> Look:
    """Whether the app looks as it did, once somebody has done this in a terminal of this size."""

    async def compare(do: Callable[[Pilot[None]], Awaitable[None]], size: tuple[int, int] = SMALL) -> bool:
        async with at(app, size=size) as pilot:
            await do(pilot)
            for field in app.screen.query(Input):
                field.cursor_blink = False
            await settled(pilot)
            drawn = app.export_screenshot()
        numbered = re.sub(r"terminal-\d+-", "terminal-", drawn)  # its names are unique among pictures on one page
        return snapshot(extension_class=Picture) == numbered

    return compare


def keys(*pressed: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Somebody who presses these."""

    async def do(pilot: Pilot[None]) -> None:
        await press(pilot, *pressed)

    return do


@SIZES
@pytest.mark.parametrize(
    "do",
    [
        pytest.param(keys("down", "down", "space"), id="expenses"),
        pytest.param(keys("2"), id="reports"),
        pytest.param(keys("3"), id="categories"),
        pytest.param(keys("d", "d", "down", "d", "5", "space"), id="trash"),
    ],
)
async def test_each_screen(looks_as_before: Look, do, size: tuple[int, int]) -> None:
    """The month, the year, the categories, and what was thrown away."""
    assert await looks_as_before(do, size)


@SIZES
async def test_a_statement_before_it_is_imported(looks_as_before: Look, tmp_path: Path, size: tuple[int, int]) -> None:
    """Rows that come in, one that may be in the book already, one that cannot come in, one that is left."""
    lines = (
        "2026-11-23,Chapter Nine,-8.35,EUR,",
        "2026-11-20,Corner Market,-31.80,EUR,Groceries",
        "2026-11-20,昼ごはん 🍜 [Osaka],-1550,JPY,Eating out",
        "2026-11-21,Salary,2500.00,EUR,",
        "2026-11-22,Book fair,-15.50,JPY,Gifts",
        "2026-11-23,Night bus,-4.10,EUR,Transport",
        "2026-11-23,Card check,0.00,EUR,",
    )
    path = statement(tmp_path, *lines)

    async def choose(pilot: Pilot[None]) -> None:
        await choose_file(pilot, path)
        await press(pilot, "end", "up", "space", "home")

    assert await looks_as_before(choose, size)


async def test_the_line_in_which_an_expense_is_typed(looks_as_before: Look) -> None:
    """What it means is said beneath it, and what was recorded before."""

    async def add(pilot: Pilot[None]) -> None:
        await press(pilot, "a")
        await typed(pilot, "5 bread @Gr")

    assert await looks_as_before(add)


@SIZES
async def test_the_form_with_what_is_wrong_in_it(looks_as_before: Look, size: tuple[int, int]) -> None:
    """Beside the field that it is about."""

    async def edit(pilot: Pilot[None]) -> None:
        await press(pilot, "e")
        await typed(pilot, "x")
        await press(pilot, "enter")

    assert await looks_as_before(edit, size)


async def test_a_rule_and_what_it_would_match(looks_as_before: Look) -> None:
    """Made of an expense, in the smallest window that is comfortable."""
    assert await looks_as_before(keys("down", "R"))


async def test_the_rules(looks_as_before: Look) -> None:
    """In the order in which they are tried."""

    async def list_them(pilot: Pilot[None]) -> None:
        for name in ("Corner Market", "Night bus"):
            pilot.app.backend.create_rule(RuleCreate(payee=name, max_amount=20, notes="as ever"))
        await press(pilot, "ctrl+p")
        await typed(pilot, "rules")
        await press(pilot, "enter", "down")

    assert await looks_as_before(list_them)


async def test_a_search_as_it_is_typed(looks_as_before: Look) -> None:
    """Over all time, with its chip."""

    async def search(pilot: Pilot[None]) -> None:
        await press(pilot, "slash")
        await typed(pilot, "rent")

    assert await looks_as_before(search)


@SIZES
async def test_the_help(looks_as_before: Look, size: tuple[int, int]) -> None:
    """On top of the expenses."""
    assert await looks_as_before(keys("question_mark"), size)


@pytest.mark.parametrize("pressed", [("down", "space"), ("2", "g")], ids=["expenses", "reports"])
async def test_high_contrast(looks_as_before: Look, app: App[None], pressed: tuple[str, ...]) -> None:
    """Nothing is told by colour alone, and what has the focus is plain to see."""
    app.theme = HIGH_CONTRAST.name

    assert await looks_as_before(keys(*pressed))
