"""The list as somebody works on it, held at each step against a model that says what has to be there."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pilots import app_on, at, press, typed

from expense_core import Settings
from expense_tui.backends.local import LocalBackend
from expense_tui.widgets.expense_table import ExpenseTable

LINES = {
    "4.80 Tea @Gifts": ("Tea", "Gifts", date(2026, 11, 5)),
    "12 Bus @Transport yesterday": ("Bus", "Transport", date(2026, 11, 4)),
    "3 Bread 2 nov": ("Bread", None, date(2026, 11, 2)),
}
DAYS = {"3 nov": date(2026, 11, 3), "yesterday": date(2026, 11, 4)}
MANY = st.integers(min_value=1, max_value=3)
ACTIONS = st.one_of(
    st.tuples(st.just("record"), st.sampled_from([*LINES])),
    st.tuples(st.just("delete"), MANY),
    st.tuples(st.just("category"), MANY, st.sampled_from(["Gifts", "Presents", ""])),
    st.tuples(st.just("date"), MANY, st.sampled_from([*DAYS])),
    st.tuples(st.sampled_from(["undo", "redo"])),
)


@dataclass(frozen=True)
class Row:
    """An expense, as far as the list shows it."""

    number: int
    day: date
    description: str
    category: str | None


class Model:
    """Every state that the month has had, and which of them it is in."""

    def __init__(self, rows: list[Row]) -> None:
        self.states = [rows]
        self.at = 0
        self.numbers = count(1_000)

    @property
    def rows(self) -> list[Row]:
        """The expenses, the latest first."""
        return sorted(self.states[self.at], key=lambda row: (row.day, row.number), reverse=True)

    def change(self, rows: list[Row]) -> None:
        """Go on from here; what was taken back before cannot be done again, unless nothing changes."""
        if set(rows) != set(self.states[self.at]):
            self.states[self.at + 1 :] = [rows]
            self.at += 1

    def record(self, line: str) -> None:
        """One more."""
        description, category, day = LINES[line]
        self.change([*self.rows, Row(next(self.numbers), day, description, category)])

    def edit(self, many: int, **fields: object) -> None:
        """Give the first ones other values."""
        self.change([replace(row, **fields) for row in self.rows[:many]] + self.rows[many:])

    def step(self, by: int) -> None:
        """Take the last change back, or do it again, if there is one."""
        self.at = max(0, min(self.at + by, len(self.states) - 1))


def shown(app) -> list[tuple[str, str | None, date]]:
    """What the list shows."""
    return [(one.description, one.category, one.spent_on) for one in app.screen.query_one(ExpenseTable).expenses]


async def do(pilot, model: Model, what: str, *given_) -> None:
    """What a person does, and what the model says that it does."""
    if what == "record":
        await press(pilot, "a")
        await typed(pilot, given_[0])
        await press(pilot, "enter", "escape")
        model.record(given_[0])
    elif what == "undo" and model.at > 0:
        await press(pilot, "u")
        model.step(-1)
    elif what == "redo":
        await press(pilot, "ctrl+r")
        model.step(1)
    elif what in {"delete", "category", "date"} and model.rows:
        many = min(given_[0], len(model.rows))
        await press(pilot, "escape", "home", *["space"] * many)
        if what == "delete":
            await press(pilot, "d")
            model.change(model.rows[many:])
            return
        await press(pilot, "c" if what == "category" else "w")
        pilot.app.screen.focused.value = given_[1]
        await press(pilot, "enter")
        model.edit(many, **({"day": DAYS[given_[1]]} if what == "date" else {"category": given_[1] or None}))


async def play(backend, actions) -> None:
    """Do it all, looking at the list after each."""
    app = app_on(backend)
    async with at(app) as pilot:
        table = app.screen.query_one(ExpenseTable)
        model = Model([Row(one.id, one.spent_on, one.description, one.category) for one in table.expenses])
        for action in actions:
            await do(pilot, model, *action)

            assert shown(app) == [(row.description, row.category, row.day) for row in model.rows], (action, actions)


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTIONS, min_size=2, max_size=7))
def test_the_list_is_at_each_step_what_the_model_says(book: str, tmp_path: Path, clock, actions) -> None:
    """On a copy of the book each time."""
    copy = shutil.copyfile(Path(book.removeprefix("sqlite:///")), tmp_path / "copy.db")
    backend = LocalBackend(Settings.load(database_url=f"sqlite:///{copy}"), clock=clock)

    asyncio.run(play(backend, actions))
