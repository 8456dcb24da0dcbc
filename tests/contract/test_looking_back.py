"""Reports, the history, undo and redo, wherever the book is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from backends import record

from expense_core import Action, By, ExpenseFilter, ExpenseQuery, ExpenseUpdate
from expense_core.errors import EntryNotFound, HistoryConflict, Invalid, NothingToUndo

NOTHING = 987_654


def test_spending_is_added_up_in_groups_and_in_whole(book):
    """Each currency by itself."""
    record(book, "Lunch", "Food", spent_on="2026-10-05")
    record(book, "Tea", "Food", amount="2.50", spent_on="2026-11-01")
    record(book, "Rent", amount="5", spent_on="2026-11-02")
    record(book, "Ramen", amount=1500, currency="JPY", spent_on="2026-11-02")

    report = book.spending([By.MONTH, By.CATEGORY], ExpenseFilter(spent_to="2026-11-30"))

    assert report.by == (By.MONTH, By.CATEGORY)
    assert [(one.period, one.currency, one.category, str(one.total), one.count) for one in report.rows] == [
        (date(2026, 10, 1), "EUR", "Food", "12.50", 1),
        (date(2026, 11, 1), "EUR", None, "5.00", 1),
        (date(2026, 11, 1), "EUR", "Food", "2.50", 1),
        (date(2026, 11, 1), "JPY", None, "1500", 1),
    ]
    assert [(one.currency, str(one.total), one.share) for one in report.totals] == [
        ("EUR", "20.00", Decimal(1)),
        ("JPY", "1500", Decimal(1)),
    ]
    assert report.rows[0].share == Decimal("0.625")


def test_a_report_has_what_meets_the_filter(book):
    """And in none there is nothing."""
    record(book, "Lunch")

    assert book.spending([], ExpenseFilter(text="lunch")).rows == book.spending([], ExpenseFilter()).totals
    assert book.spending([By.DAY], ExpenseFilter(text="dinner")).rows == []


def test_nothing_is_grouped_by_two_periods(book):
    """It would be added up twice."""
    with pytest.raises(Invalid, match="group by one of"):
        book.spending([By.DAY, By.MONTH], ExpenseFilter())


def test_the_history_has_every_write_the_last_first(book):
    """With who did it, and what it did to each row."""
    lunch = record(book, "Lunch", "Food")
    book.edit(lunch.id, ExpenseUpdate(version=1, amount="13"))

    edited, recorded = book.history().items

    assert (edited.action, edited.recorded, edited.changed) == (Action.EDIT, 0, 1)
    assert (recorded.action, recorded.recorded, recorded.actor) == (Action.RECORD, 2, book.book().user.username)
    (row,) = edited.rows
    assert (row.label, [(one.name, one.before, one.after) for one in row.fields]) == (
        "Lunch",
        [("amount", "12.50", "13.00")],
    )


def test_the_history_comes_in_pages(book):
    """Fifty at a time."""
    for number in range(60):
        book.create_category(str(number))

    first = book.history()
    second = book.history(first.next_cursor)
    of_a_kind = book.history(action=Action.IMPORT)

    assert (len(first.items), len(second.items), second.next_cursor) == (50, 10, None)
    assert of_a_kind.items == []
    assert [one.rows[0].label for one in first.items + second.items] == [str(number) for number in range(59, -1, -1)]
    with pytest.raises(Invalid):
        book.history("rubbish")


def test_undo_goes_many_steps_back_and_redo_forward_again(book):
    """Each says which write it was."""
    lunch = record(book)
    book.edit(lunch.id, ExpenseUpdate(version=1, amount="13"))

    assert book.undo().action is Action.EDIT
    assert str(book.get(lunch.id).amount) == "12.50"
    undone = book.undo()
    assert undone.undone_at is not None
    assert book.find(ExpenseQuery()).items == []
    with pytest.raises(NothingToUndo):
        book.undo()
    assert [book.redo().action, book.redo().undone_at] == [Action.RECORD, None]
    assert str(book.get(lunch.id).amount) == "13.00"
    with pytest.raises(NothingToUndo):
        book.redo()


def test_an_entry_can_be_named(book):
    """An earlier one, unless a later one stands in its way."""
    tea, lunch = record(book, "Tea"), record(book)
    book.edit(lunch.id, ExpenseUpdate(version=1, amount="13"))
    _, recorded_lunch, recorded_tea = book.history().items

    assert book.undo(recorded_tea.id).id == recorded_tea.id
    with pytest.raises(HistoryConflict):
        book.undo(recorded_lunch.id)
    assert book.redo(recorded_tea.id).id == recorded_tea.id

    assert {one.id for one in book.find(ExpenseQuery()).items} == {tea.id, lunch.id}


def test_an_entry_that_is_not_there_is_not_found(place, book):
    """Nobody's, or another's."""
    other = place.newcomer()
    record(other)
    theirs = other.history().items[0].id

    for number in (NOTHING, theirs):
        with pytest.raises(EntryNotFound):
            book.undo(number)
        with pytest.raises(EntryNotFound):
            book.redo(number)
