"""Whatever a person does in the app, undone step by step, leaves the book as it was; done again, as it came to be."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pilots import app_on, at, press, typed

from expense_core import ExpenseQuery, Settings
from expense_tui.backends.local import LocalBackend
from expense_tui.widgets.expense_table import ExpenseTable

LINES = st.sampled_from(["4.80 Tea @Gifts", "-3 Deposit", "12 Bus @Transport yesterday", "7 JPY Sweets", "nothing"])
ACTIONS = st.one_of(
    st.tuples(st.just("record"), LINES),
    st.tuples(st.just("keys"), st.sampled_from([("d",), ("space", "space", "d"), ("asterisk", "d"), ("down", "down")])),
    st.tuples(st.just("keys"), st.sampled_from([("left_square_bracket",), ("p",), ("s",), ("d", "u")])),
    st.tuples(st.just("category"), st.sampled_from(["Gifts", "", "Presents"])),
    st.tuples(st.just("date"), st.sampled_from(["3 nov", "yesterday", "no day"])),
)


def whole(backend):
    """All that the book holds, trash and categories included; when something was changed is not what it is."""
    found = [*backend.find(ExpenseQuery(limit=500)).items, *backend.trash().items]
    seen = [
        (one.id, one.amount, one.currency, one.description, one.spent_on, one.category, one.deleted_at is None)
        for one in found
    ]
    return sorted(seen), sorted(one.name for one in backend.categories())


def to_undo(backend, beginning):
    """Whether something is left that was done since."""
    return any(one.id > beginning and one.undone_at is None for one in backend.history().items)


async def do(pilot, what, given_):
    """What a person does."""
    if what == "keys":
        await press(pilot, *given_)
        return
    keys = {"record": "a", "category": "c", "date": "w"}
    await press(pilot, keys[what])
    field = pilot.app.screen.focused
    if isinstance(field, ExpenseTable):
        return  # there is nothing to give a category or a date to
    field.value = ""
    await typed(pilot, given_)
    await press(pilot, "enter", "escape", "escape")


async def play(backend, actions):
    """Do it all, undo it all, do it all again; the book before, after each."""
    books = [whole(backend)]
    beginning = backend.history().items[0].id
    app = app_on(backend)
    async with at(app) as pilot:
        for what, given_ in actions:
            await do(pilot, what, given_)
        books.append(whole(backend))
        undone = 0
        while to_undo(backend, beginning):
            await press(pilot, "u")
            undone += 1
        books.append(whole(backend))
        for _ in range(undone):
            await press(pilot, "ctrl+r")
        books.append(whole(backend))
    return books


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTIONS, min_size=1, max_size=6))
def test_any_sequence_of_actions_goes_back_and_forth_exactly(book: str, tmp_path: Path, clock, actions) -> None:
    """On a copy of the book each time."""
    copy = shutil.copyfile(Path(book.removeprefix("sqlite:///")), tmp_path / "copy.db")
    backend = LocalBackend(Settings.load(database_url=f"sqlite:///{copy}"), clock=clock)
    backend.enter()

    before, after, undone, again = asyncio.run(play(backend, actions))

    assert (undone, again) == (before, after)
