"""What is typed is in the book once, whatever is pressed twice or fails on the way; and none of it is lost."""

from __future__ import annotations

from threading import Event

import pytest
from pilots import Failing, app_on, at, press, settled, typed

from expense_core import ExpenseQuery
from expense_tui.widgets.expense_form import ExpenseForm
from expense_tui.widgets.quick_line import QuickLine

pytestmark = pytest.mark.anyio


def line(app):
    """What the line says."""
    return app.screen.query_one(QuickLine).line.value


def recorded(backend, *descriptions):
    """How often each is in the book."""
    found = [one.description for one in backend.find(ExpenseQuery(limit=200)).items]
    return [found.count(one) for one in descriptions]


async def enter(pilot, *lines):
    """Type lines, each followed by Enter."""
    for one in lines:
        await typed(pilot, one)
        await press(pilot, "enter")


async def test_a_line_that_was_recorded_is_not_given_back_for_what_fails_after_it(backend):
    """The categories cannot be read any more: that is told, and Enter records nothing."""
    failing = Failing(backend)
    app = app_on(failing)

    async with at(app) as pilot:
        await press(pilot, "a")
        await typed(pilot, "4.80 Cappuccino")
        failing.fails.add("categories")
        await press(pilot, "enter")
        left = line(app)
        await press(pilot, "enter")

        assert left == ""
        assert "does not answer" in app.status.text
        assert recorded(backend, "Cappuccino") == [1]


async def test_a_form_is_saved_once_however_often_enter_is_pressed(backend):
    """Nor does it shut one that was opened meanwhile; and with it the line that it goes on from has done its work."""
    failing = Failing(backend)
    app = app_on(failing)

    async with at(app) as pilot:
        await press(pilot, "a")
        await typed(pilot, "5 Tea")
        await press(pilot, "tab")
        held = failing.held["record"] = Event()
        await pilot.press("enter", "enter", "ctrl+s", "escape", "e")
        form = app.screen.query_one(ExpenseForm)
        while not form.display:
            await pilot.pause()
        held.set()
        await settled(pilot)

        assert recorded(backend, "Tea") == [1]
        assert form.display
        assert line(app) == ""


async def test_a_form_that_was_left_leaves_the_line_as_it_was(backend):
    """Whatever other expense is saved after it."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "a")
        await typed(pilot, "5 Tea")
        await press(pilot, "tab", "escape", "e", "enter", "a")

        assert line(app) == "5 Tea"


async def test_lines_that_could_not_be_recorded_come_back_one_after_the_other(backend):
    """In their order, each once the one before it is recorded; what could not be done twice keeps its place."""
    failing = Failing(backend)
    app = app_on(failing)

    async with at(app) as pilot:
        held = failing.held["record"] = Event()
        failing.fails.add("record")
        await press(pilot, "a")
        await pilot.press(*"1 Tea", "enter", *"2 Bun", "enter", *"3 Pie", "enter")
        held.set()
        await settled(pilot)
        came = [line(app)]
        await press(pilot, "enter")
        came.append(line(app))
        failing.fails.clear()
        for _ in range(3):
            await press(pilot, "enter")
            came.append(line(app))

        assert came == ["1 Tea", "1 Tea", "2 Bun", "3 Pie", ""]
        assert recorded(backend, "Tea", "Bun", "Pie") == [1, 1, 1]


async def test_up_and_down_go_through_suggestions_and_through_what_was_entered(backend):
    """As far back as there is anything, and forward to what was typed; each key can be another one."""
    app = app_on(backend)
    app.set_keymap({"quick.previous": "f7", "quick.next": "f8"})

    async with at(app) as pilot:
        await press(pilot, "a")
        await enter(pilot, "1 Tea", "2 Bun")
        await typed(pilot, "3 r")
        seen = []
        for key in ("f7", "f7", "f7", "f8", "f8", "f8", "f8", "f7"):
            await press(pilot, key)
            seen.append(line(app))
        await press(pilot, "up", "down")

        assert seen[:5] == ["2 Bun", "1 Tea", "1 Tea", "2 Bun", "3 r"]
        assert seen[5] == seen[7] != seen[6]
        assert all(one.startswith("3.00 R") for one in seen[5:])
        assert line(app) == seen[7]
