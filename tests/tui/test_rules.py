"""Rules: made of what is under the cursor, and kept in order."""

from __future__ import annotations

import re

import pytest
from pilots import app_on, at, choose_file, either_backend, press, screen_text, statement, typed
from textual.widgets import Checkbox

from expense_core import RuleCreate, RuleUpdate
from expense_tui.dialogs.rule_form import RuleForm
from expense_tui.screens.rules import RulesScreen
from expense_tui.widgets.expense_table import ExpenseTable
from expense_tui.widgets.field import Field
from expense_tui.widgets.listing import Listing

pytestmark = pytest.mark.anyio

BEANS = "2026-10-01,Coffee Co 2945,-3.20,EUR,", "2026-10-02,Coffee Co 0137,-4.10,EUR,", "2026-10-03,Nil,-1.00,EUR,"


def field(app, name):
    """The field of the form in which this is typed."""
    return app.screen.query_one(f"#field-{name}", Field).input


async def go_to_rules(pilot):
    """Choose them in the palette."""
    await press(pilot, "ctrl+p")
    await typed(pilot, "rules")
    await press(pilot, "enter")


@either_backend
async def test_a_row_of_a_statement_makes_a_rule_in_one_step_and_the_rows_show_what_it_gives(backend, tmp_path):
    """The payee without the bank's numbers, and the category that the row was given; one undo takes the rule back."""
    app = app_on(backend)

    async with at(app, size=(110, 30)) as pilot:
        await choose_file(pilot, statement(tmp_path, *BEANS))
        await press(pilot, "c")
        await typed(pilot, "eating")
        await press(pilot, "enter", "r")
        prefilled = field(app, "payee").value, field(app, "category").value
        await press(pilot, "enter")
        told, shown = app.status.text, screen_text(app)
        rows = app.screen.query_one("#rows", Listing).rows
        given = [row.category for row in rows]
        await press(pilot, "u")

        assert prefilled == ("Coffee Co", "Eating out")
        assert told == "The rule changes 2 rows here; u takes it back"
        assert given == ["Eating out", "Eating out", None]
        assert [line.split()[-1] for line in shown.splitlines() if "Coffee Co 0137" in line] == ["rule"]
        assert [row.category for row in app.screen.query_one("#rows", Listing).rows] == [None, None, None]


@either_backend
async def test_what_a_rule_would_match_is_shown_as_it_is_typed(backend):
    """How many expenses of the book, and the first of them."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "down", "down", "down", "R")
        table = app.screen_stack[0].query_one(ExpenseTable)
        prefilled = field(app, "payee").value, field(app, "category").value
        of_it = screen_text(app)
        field(app, "payee").value = ""
        await typed(pilot, "week")
        shown = screen_text(app)
        await press(pilot, "enter")

        assert prefilled == (table.current.description, table.current.category)
        assert "It matches" in of_it
        assert "It matches 3 expenses of the book" in shown
        assert "02/11/2026  €38.25  Weekly shop  @Groceries" in shown
        assert app.status.text == "Saved the rule, for statements to come; u takes it back"
        assert [one.payee for one in backend.rules()] == ["week"]


async def test_what_is_wrong_with_a_rule_is_told_beside_its_field_and_stays(backend):
    """Or under them all, where it is about the whole."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "R")
        field(app, "category").value = ""
        await press(pilot, "enter")
        nothing_to_do = screen_text(app)
        field(app, "min_amount").value = "x"
        await press(pilot, "enter")
        no_amount = screen_text(app)
        field(app, "min_amount").value = ""
        app.screen.query_one(Checkbox).value = True
        await press(pilot, "enter")

        assert "a rule has to do something" in nothing_to_do
        assert "'x' is not an amount" in " ".join(no_amount.split())
        assert [one.skip for one in backend.rules()] == [True]


@either_backend
async def test_a_category_that_is_not_there_yet_is_made_with_the_rule(backend):
    """And none for a rule that cannot be; one undo takes both back, and a name that no category can have is told."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "R")
        field(app, "category").value = "S" * 101
        await press(pilot, "enter")
        too_long = app.screen.query_one("#field-category .wrong").content
        field(app, "payee").value = ""
        field(app, "category").value = "Snacks"
        await press(pilot, "enter")
        refused = {one.name for one in backend.categories()}
        field(app, "payee").value = "bun"
        await press(pilot, "enter")

        assert "Snacks" not in refused
        assert "at most 100" in str(too_long)
        assert [(one.payee, one.category) for one in backend.rules()] == [("bun", "Snacks")]
        await press(pilot, "u")
        assert re.fullmatch("Undone: added rule [0-9]+ for bun.*", app.status.text)
        assert backend.rules() == []
        assert "Snacks" not in {one.name for one in backend.categories()}


async def test_a_rule_that_asks_for_an_account_says_that_the_book_keeps_none(backend):
    """So that nobody takes it for one that matches nothing."""
    app = app_on(backend)

    async with at(app) as pilot:
        await press(pilot, "R")
        field(app, "account").value = "Main"
        await press(pilot, "tab")

        assert "Expenses keep no account" in screen_text(app)
        await press(pilot, "escape")
        assert not isinstance(app.screen, RuleForm)
        assert backend.rules() == []


@either_backend
async def test_rules_are_listed_put_in_order_changed_and_deleted(backend):
    """From the palette; undo takes each back."""
    app = app_on(backend)

    async with at(app) as pilot:
        snacks = backend.create_category("Snacks")
        backend.create_rule(RuleCreate(payee="bun", max_amount="2000.5", category_id=snacks.id))
        backend.create_rule(RuleCreate(text="fee", skip=True))
        await go_to_rules(pilot)
        listed = screen_text(app)
        await press(pilot, "J")
        moved = [one.payee for one in backend.rules()], app.screen.query_one(Listing).cursor
        await press(pilot, "enter")
        amount = field(app, "max_amount").value
        field(app, "payee").value = "big bun"
        await press(pilot, "enter")
        changed = [one.payee for one in backend.rules()]
        await press(pilot, "d")
        left = [one.text for one in backend.rules()]
        await press(pilot, "u", "a")
        await typed(pilot, "x")
        app.screen.query_one(Checkbox).value = True
        await press(pilot, "enter")
        everything = [one.payee for one in backend.rules()]
        await press(pilot, "escape")

        assert "payee has 'bun', at most 2000.5" in " ".join(listed.split())
        assert "@Snacks" in listed
        assert moved == (["", "bun"], 1)
        assert amount == "2000.5"
        assert changed == ["", "big bun"]
        assert left == ["fee"]
        assert everything == ["", "big bun", "x"]
        assert not isinstance(app.screen, RulesScreen)


async def test_a_rule_that_was_changed_elsewhere_is_told_of_and_nothing_typed_is_lost(backend):
    """The form stays."""
    app = app_on(backend)

    async with at(app) as pilot:
        rule = backend.create_rule(RuleCreate(payee="bun", skip=True))
        await go_to_rules(pilot)
        await press(pilot, "e")
        backend.delete_rule(rule.id)
        await press(pilot, "enter")

        assert isinstance(app.screen, RuleForm)
        assert f"this ledger has no rule {rule.id}" in screen_text(app)


async def test_a_rule_that_was_changed_elsewhere_is_moved_once_that_was_seen(backend):
    """It is told of, and shown as it is now."""
    app = app_on(backend)

    async with at(app) as pilot:
        rule, _ = (backend.create_rule(RuleCreate(payee=name, skip=True)) for name in ("bun", "roll"))
        await go_to_rules(pilot)
        backend.edit_rule(rule.id, RuleUpdate(version=1, payee="big bun"))
        await press(pilot, "J")
        told, order = app.status.text, [one.payee for one in backend.rules()]
        seen = screen_text(app)
        await press(pilot, "J")

        assert "changed" in told
        assert order == ["big bun", "roll"]
        assert "big bun" in seen
        assert [one.payee for one in backend.rules()] == ["roll", "big bun"]
