"""The history: every write is one entry that says who did what, when, and what each field was before and after."""

from dataclasses import astuple, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from writes import last, record

from expense_core import categories, expenses, history, ledgers
from expense_core.errors import EntryNotFound, ExpenseNotFound, Invalid
from expense_core.journal import CHANGES
from expense_core.tables import (
    Action,
    CategoryCreate,
    CategoryUpdate,
    ExpenseCreate,
    ExpenseUpdate,
    Kind,
    LedgerCreate,
    Role,
)


def shown(entry):
    """The fields of an entry's only row: {name: (before, after)}."""
    (row,) = entry.rows
    return {field.name: (field.before, field.after) for field in row.fields}


def many(number):
    return (ExpenseCreate(amount=1 + index, description=f"Number {index + 1}") for index in range(number))


def test_recording_is_one_entry_with_all_that_was_recorded(session, access, food, clock):
    """Who, when, what; what was left empty is not shown."""
    clock.advance(hours=1)
    lunch = record(session, access, category_id=food.id, notes="with Sam")

    entry = last(session, access)

    assert (entry.action, entry.actor, entry.actor_id) == (Action.RECORD, "alice", access.user_id)
    assert (entry.created_at, entry.undone_at, entry.ledger_id) == (clock.now, None, access.ledger_id)
    assert (entry.recorded, entry.changed, entry.note) == (1, 0, "")
    assert [(row.kind, row.id, row.label) for row in entry.rows] == [(Kind.EXPENSE, lunch.id, "Lunch")]
    assert shown(entry) == {
        "amount": (None, "12.50"),
        "currency": (None, "EUR"),
        "description": (None, "Lunch"),
        "spent_on": (None, "2026-11-05"),
        "category_id": (None, food.id),
        "category": (None, "Food"),
        "notes": (None, "with Sam"),
    }


def test_an_edit_shows_each_changed_field_before_and_after(session, access, bob, food, lunch):
    """All seven of them, and the category by name too."""
    travel = categories.create(session, access, CategoryCreate(name="Travel"))
    changes = ExpenseUpdate(
        version=lunch.version,
        amount="1200",
        currency="JPY",
        description="Train",
        spent_on="2026-11-04",
        category_id=travel.id,
        notes="to Nara",
    )
    expenses.edit(session, bob, lunch.id, changes)

    entry = last(session, access)

    assert (entry.action, entry.actor, entry.recorded, entry.changed) == (Action.EDIT, "Bob", 0, 1)
    assert shown(entry) == {
        "amount": ("12.50", "1200"),
        "currency": ("EUR", "JPY"),
        "description": ("Lunch", "Train"),
        "spent_on": ("2026-11-05", "2026-11-04"),
        "category_id": (food.id, travel.id),
        "category": ("Food", "Travel"),
        "notes": ("", "to Nara"),
    }


def test_an_edit_that_changes_nothing_is_no_entry(session, access, lunch):
    """Saving a form untouched is no write."""
    before = last(session, access)

    expenses.edit(session, access, lunch.id, ExpenseUpdate(version=1, amount="12.50", description="Lunch"))

    assert last(session, access) == before


def test_deleting_and_restoring_are_one_entry_each_with_the_moment(session, access, lunch, clock):
    """The trash knows since when."""
    expenses.delete(session, access, lunch.id)
    deleted = last(session, access)
    clock.advance(days=1)
    expenses.restore(session, access, lunch.id)
    restored = last(session, access)

    moment = (clock.now - timedelta(days=1)).isoformat()
    assert (deleted.action, deleted.changed, shown(deleted)) == (Action.DELETE, 1, {"deleted_at": (None, moment)})
    assert (restored.action, restored.changed, shown(restored)) == (Action.RESTORE, 1, {"deleted_at": (moment, None)})


def test_every_write_to_a_category_is_one_entry(session, access, food, lunch):
    """Create, rename, merge and delete; a merge shows the category before the expenses it moved."""
    created = history.of(session, access, lunch.id)[0].id - 1
    categories.rename(session, access, food.id, CategoryUpdate(version=1, name="Eating out"))
    renamed = last(session, access)
    target = categories.create(session, access, CategoryCreate(name="Fun"))
    categories.merge(session, access, food.id, target.id)
    merged = last(session, access)
    categories.delete(session, access, target.id, uncategorise=True)
    deleted = last(session, access)

    assert shown(history.get(session, access, created)) == {"name": (None, "Food")}
    assert (renamed.action, renamed.changed, shown(renamed)) == (
        Action.RENAME_CATEGORY,
        1,
        {"name": ("Food", "Eating out")},
    )
    assert (merged.action, merged.changed) == (Action.MERGE_CATEGORY, 2)
    assert [(row.kind, row.id, row.label) for row in merged.rows] == [
        (Kind.CATEGORY, food.id, "Eating out"),
        (Kind.EXPENSE, lunch.id, "Lunch"),
    ]
    assert [astuple(field) for field in merged.rows[1].fields] == [
        ("category_id", food.id, target.id),
        ("category", "Eating out", "Fun"),
    ]
    assert (deleted.action, deleted.changed) == (Action.DELETE_CATEGORY, 2)
    assert [astuple(field) for field in deleted.rows[1].fields] == [
        ("category_id", target.id, None),
        ("category", "Fun", None),
    ]


def test_recording_many_is_one_entry_without_a_copy_of_them(session, access, food):
    """However many they are: the first ten are shown, and nothing was written down twice."""
    assert expenses.record_many(session, access, many(2_345), note="from the shoe box") == 2_345

    entry = last(session, access)
    assert (entry.action, entry.recorded, entry.changed) == (Action.RECORD, 2_345, 0)
    assert entry.note == "from the shoe box"
    assert [row.label for row in entry.rows] == [f"Number {number}" for number in range(1, 11)]
    assert session.scalar(select(func.count()).select_from(CHANGES)) == 0


def test_a_note_keeps_only_what_a_database_can_store(session, access):
    """A file's name can hold anything; the rest of it is kept."""
    expenses.record_many(session, access, many(1), note="Büro\x00-\udcfc\n.csv")

    assert last(session, access).note == "Büro\ufffd-\ufffd\ufffd.csv"


def test_a_recording_shows_what_was_recorded_after_later_edits(session, access, food, lunch, clock):
    """The first one counts, whatever came later; the label is what it is called now."""
    entry = last(session, access)
    for number in (1, 2):
        clock.advance(minutes=1)
        changes = ExpenseUpdate(
            version=number, amount=f"{number}.00", currency="USD", description=f"Edit {number}", category_id=None
        )
        expenses.edit(session, access, lunch.id, changes)
    categories.rename(session, access, food.id, CategoryUpdate(version=1, name="Eating out"))

    after = history.get(session, access, entry.id)

    assert after.rows[0].label == "Edit 2"
    assert shown(after) == shown(entry) | {"category": (None, "Eating out")}


def test_a_recorded_amount_is_shown_with_the_decimals_of_its_currency(session, access):
    """The database keeps four for all of them."""
    for amount, currency in (("12.5", "EUR"), ("1250", "JPY"), ("1.2", "KWD")):
        record(session, access, amount=amount, currency=currency)

    amounts = [shown(entry)["amount"][1] for entry in history.list(session, access).items]

    assert amounts == ["1.200", "1250", "12.50"]


def test_the_list_comes_in_pages_the_last_write_first(session, access):
    """Each entry once, whatever the size of the pages."""
    written = [record(session, access, description=f"{number}").description for number in range(7)]

    for limit in (1, 2, 3, 7, 50):
        found, cursor = [], None
        while True:
            page = history.list(session, access, limit=limit, cursor=cursor)
            assert 0 < len(page.items) <= limit
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
        assert [entry.rows[0].label for entry in found] == written[::-1]


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1.5", "²", "9" * 19, "9" * 5_000])
def test_a_cursor_of_another_list_is_refused(session, access, cursor):
    """Whatever it is, it does not reach the database."""
    with pytest.raises(Invalid, match="start again without one"):
        history.list(session, access, cursor=cursor)


def test_the_history_of_an_expense_shows_that_expense_alone(session, access, food, lunch):
    """Of a bulk write, only its own row; writes to others not at all."""
    dinner = record(session, access, description="Dinner", category_id=food.id)
    expenses.delete(session, access, lunch.id, dinner.id)
    expenses.restore(session, access, dinner.id)
    target = categories.create(session, access, CategoryCreate(name="Fun"))
    categories.merge(session, access, food.id, target.id)

    entries = history.of(session, access, lunch.id)

    assert [entry.action for entry in entries] == [Action.MERGE_CATEGORY, Action.DELETE, Action.RECORD]
    assert [[(row.kind, row.id) for row in entry.rows] for entry in entries] == [[(Kind.EXPENSE, lunch.id)]] * 3
    assert [entry.changed for entry in entries] == [3, 2, 0]


def test_another_ledgers_history_is_not_found(session, access, alice, lunch):
    """Neither its list, nor an entry, nor an expense's, though the same user owns both."""
    elsewhere = ledgers.open(session, alice, ledgers.create(session, alice, LedgerCreate(name="Club")).id)
    entry = last(session, access)

    assert history.list(session, elsewhere).items == []
    with pytest.raises(EntryNotFound, match=f"no entry {entry.id}"):
        history.get(session, elsewhere, entry.id)
    with pytest.raises(ExpenseNotFound, match=f"no expense {lunch.id}"):
        history.of(session, elsewhere, lunch.id)


def test_a_viewer_may_see_the_history(session, access, lunch):
    """Looking changes nothing."""
    viewer = replace(access, role=Role.VIEWER)

    assert history.list(session, viewer) == history.list(session, access)
    assert history.of(session, viewer, lunch.id) == history.of(session, access, lunch.id)


def test_purging_erases_what_the_expenses_were_from_the_history(session, access, food):
    """What stays is that somebody recorded, deleted and purged something, and how many they were."""
    secret = record(session, access, description="Secret", notes="hush", category_id=food.id)
    expenses.edit(session, access, secret.id, ExpenseUpdate(version=1, amount="99"))
    kept = record(session, access, description="Kept")
    expenses.delete(session, access, secret.id, kept.id)
    expenses.restore(session, access, kept.id)

    assert expenses.empty_trash(session, access) == 1

    told = [
        (entry.action, entry.recorded, entry.changed, [row.label for row in entry.rows])
        for entry in history.list(session, access).items
    ]
    assert told == [
        (Action.PURGE, 0, 1, []),
        (Action.RESTORE, 0, 1, ["Kept"]),
        (Action.DELETE, 0, 2, ["Kept"]),
        (Action.RECORD, 1, 0, ["Kept"]),
        (Action.EDIT, 0, 1, []),
        (Action.RECORD, 1, 0, []),
        (Action.CREATE_CATEGORY, 1, 0, ["Food"]),
    ]
    assert "Secret" not in repr(history.list(session, access))
    with pytest.raises(ExpenseNotFound):
        history.of(session, access, secret.id)


def test_amounts_and_dates_in_the_history_are_exact(session, access):
    """The largest and the smallest there are, through an edit and back."""
    largest, smallest = Decimal("999999999999.999"), Decimal("-0.001")
    expense = record(session, access, amount=largest, currency="KWD", spent_on=date(9999, 12, 31))
    expenses.edit(session, access, expense.id, ExpenseUpdate(version=1, amount=smallest, spent_on=date(1900, 1, 1)))

    assert shown(last(session, access)) == {
        "amount": (str(largest), str(smallest)),
        "spent_on": ("9999-12-31", "1900-01-01"),
    }


@pytest.mark.parametrize("limit", [0, 501])
def test_a_page_of_no_entries_or_of_too_many_is_refused(session, access, limit):
    """As everywhere."""
    with pytest.raises(Invalid, match="1 to 500 entries"):
        history.list(session, access, limit=limit)


def test_the_history_can_be_of_one_kind_of_write_alone(session, access, food, lunch):
    """Page by page, as all of it can."""
    tea = record(session, access, "Tea")
    expenses.delete(session, access, lunch.id)

    first = history.list(session, access, action=Action.RECORD, limit=1)
    second = history.list(session, access, action=Action.RECORD, limit=1, cursor=first.next_cursor)

    assert [(one.action, one.rows[0].id) for one in (*first.items, *second.items)] == [
        (Action.RECORD, tea.id),
        (Action.RECORD, lunch.id),
    ]
    assert second.next_cursor is None
