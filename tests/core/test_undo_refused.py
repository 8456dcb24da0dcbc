"""What stands in the way of an undo or a redo: it is refused, says what to do first, and changes nothing."""

from datetime import date
from decimal import Decimal

import pytest
from writes import create, described, edit, everything, last_id, record, rename

from expense_core import categories, expenses, history, ledgers, users
from expense_core.errors import HistoryConflict
from expense_core.statements.importing import import_rows
from expense_core.statements.row import RawRow
from expense_core.tables import Action, ExpenseCreate, LocalUserCreate


def refused(session, access, reverse, entry_id, match):
    """An undo or redo is refused with this message, and changes nothing, though the transaction goes on."""
    before = everything(session)

    with pytest.raises(HistoryConflict, match=match) as caught:
        reverse(session, access, entry_id)

    assert type(caught.value) is HistoryConflict
    assert everything(session) == before


def test_an_undo_is_refused_after_a_later_edit_of_the_same_field(session, access, lunch):
    """The message names the entry that has to go first, not one that changed something else."""
    first = edit(session, access, lunch, amount="20")
    second = edit(session, access, lunch, amount="30")
    edit(session, access, lunch, notes="something else")

    refused(session, access, history.undo, first, f"entry {second} changed the same expense later; undo that one first")
    history.undo(session, access, second)
    history.undo(session, access, first)
    assert expenses.get(session, access, lunch.id).amount == lunch.amount


def test_an_undo_is_refused_after_a_later_delete(session, access, lunch, food):
    """Of an expense and of a category."""
    edited = edit(session, access, lunch, amount="20")
    expenses.delete(session, access, lunch.id)
    renamed = rename(session, access, food, "Eating out")
    deleted = last_id(session, access) - 1
    categories.delete(session, access, food.id, uncategorise=True)

    refused(session, access, history.undo, edited, f"entry {deleted} changed the same expense later")
    refused(session, access, history.undo, renamed, f"entry {deleted + 2} changed the same category later")


def test_the_undo_of_a_recording_is_refused_after_any_later_change(session, access, food, lunch):
    """The change would be of something that never was."""
    created, recorded = last_id(session, access) - 1, last_id(session, access)
    edited = edit(session, access, lunch, notes="with Sam")
    renamed = rename(session, access, food, "Eating out")

    refused(session, access, history.undo, recorded, f"entry {edited} changed the same expense later")
    refused(session, access, history.undo, created, f"entry {renamed} changed the same category later")
    history.undo(session, access, edited)
    history.undo(session, access, recorded)
    assert described(session, access) == []


def test_the_undo_of_a_category_is_refused_while_expenses_are_in_it(session, access, bob, food):
    """Those in its trash too, or restoring them would lead nowhere."""
    created = last_id(session, access)
    lunch = record(session, bob, category_id=food.id)

    refused(session, access, history.undo, created, "'Food' has expenses now")
    expenses.delete(session, bob, lunch.id)
    refused(session, access, history.undo, created, "'Food' has expenses now")
    history.undo(session, bob)
    history.undo(session, bob)
    assert history.undo(session, access, created).action is Action.CREATE_CATEGORY


@pytest.mark.parametrize("how", ["merge", "delete"])
def test_the_redo_of_a_deletion_is_refused_while_new_expenses_are_in_the_category(session, access, bob, food, how):
    """They came after the undo, and would be left in a category that is not there."""
    if how == "merge":
        categories.merge(session, access, food.id, create(session, access, "Fun").id)
    else:
        categories.delete(session, access, food.id)
    deleted = history.undo(session, access).id
    record(session, bob, category_id=food.id)

    refused(session, access, history.redo, None, "'Food' has expenses now")
    history.undo(session, bob)
    assert history.redo(session, access).id == deleted


def test_an_undo_is_refused_where_a_category_has_taken_the_name(session, access, food):
    """In whatever letter case; after renaming that one it goes on."""
    renamed = rename(session, access, food, "Eating out")
    other = create(session, access, "FOOD")

    refused(session, access, history.undo, renamed, "another category has taken the name since; rename that one first")
    rename(session, access, other, "Fodder")
    history.undo(session, access, renamed)
    assert categories.named(session, access, "Food").id == food.id


def test_a_redo_is_refused_where_a_category_has_taken_the_name(session, access, food):
    """A category of the same name was made after the undo."""
    undone = history.undo(session, access).id
    create(session, access, "food")

    refused(session, access, history.redo, undone, "another category has taken the name")


def test_an_undo_is_refused_where_the_category_has_been_deleted(session, access, food, lunch):
    """The expense would go back into a category that is not there."""
    edited = edit(session, access, lunch, category_id=None)
    categories.delete(session, access, food.id)

    refused(session, access, history.undo, edited, "category 'Food' has been deleted since; bring it back first")
    history.undo(session, access)
    history.undo(session, access, edited)
    assert expenses.get(session, access, lunch.id).category == "Food"


def test_a_redo_is_refused_where_the_category_has_been_deleted(session, access, food, lunch):
    """It held nothing while the recording was undone, so nobody was asked."""
    recorded = history.undo(session, access).id
    categories.delete(session, access, food.id)

    refused(session, access, history.redo, recorded, "category 'Food' has been deleted since")


def test_an_undo_is_refused_where_an_expense_was_purged(session, access, food, lunch):
    """Of whatever was done to it; those that are there still are left as they are."""
    dinner = record(session, access, "Dinner", category_id=food.id)
    recorded = last_id(session, access)
    edited = edit(session, access, dinner, amount="20")
    categories.merge(session, access, food.id, create(session, access, "Fun").id)
    merged = last_id(session, access)
    expenses.delete(session, access, dinner.id)
    expenses.purge(session, access, dinner.id)

    for entry_id in (recorded, edited, merged):
        refused(session, access, history.undo, entry_id, "deleted for good since")


def test_a_redo_is_refused_where_an_expense_was_purged(session, access, lunch):
    """It was edited, the edit undone, and then it went."""
    edited = edit(session, access, lunch, amount="20")
    history.undo(session, access)
    expenses.delete(session, access, lunch.id)
    expenses.empty_trash(session, access)

    refused(session, access, history.redo, edited, "deleted for good since")


def test_a_purge_itself_cannot_be_undone(session, access, lunch):
    """Neither as the last write nor by its number; an earlier write can be named."""
    dinner = record(session, access, "Dinner")
    recorded = last_id(session, access)
    expenses.delete(session, access, lunch.id)
    expenses.empty_trash(session, access)
    purged = last_id(session, access)

    for entry_id in (None, purged):
        refused(session, access, history.undo, entry_id, "deleted expenses for good, which cannot be undone; to")
    history.undo(session, access, recorded)
    assert described(session, access) == []
    assert expenses.trash(session, access).items == []
    assert history.redo(session, access, recorded).rows[0].id == dinner.id


def test_nothing_is_undone_or_redone_twice(session, access, lunch):
    """Whoever comes second is told."""
    recorded = last_id(session, access)

    refused(session, access, history.redo, recorded, f"entry {recorded} is not undone")
    history.undo(session, access, recorded)
    refused(session, access, history.undo, recorded, f"entry {recorded} is undone already")


def test_a_redo_is_refused_where_what_came_before_it_is_undone(session, access, lunch):
    """An edit of what is not there, and an edit of a value that is not there."""
    recorded = last_id(session, access)
    first = edit(session, access, lunch, amount="20")
    second = edit(session, access, lunch, amount="30")
    for _ in range(3):
        history.undo(session, access)

    refused(session, access, history.redo, first, f"no longer as entry {first} found it; undo or redo")
    history.redo(session, access, recorded)
    refused(session, access, history.redo, second, f"no longer as entry {second} found it")
    history.redo(session, access, first)
    history.redo(session, access, second)
    assert str(expenses.get(session, access, lunch.id).amount) == "30.00"


def test_a_redo_is_refused_after_a_later_edit_of_the_same_field(session, access, lunch):
    """Another member edited it after the undo."""
    first = edit(session, access, lunch, amount="20")
    history.undo(session, access)
    second = edit(session, access, lunch, amount="30")

    refused(session, access, history.redo, first, f"entry {second} changed the same expense later; undo that one first")


def test_the_redo_of_a_merge_is_refused_where_a_recording_that_it_moved_is_undone(session, access, bob, food):
    """It would move what is not in the book."""
    record(session, bob, category_id=food.id)
    fun = create(session, access, "Fun")
    categories.merge(session, access, food.id, fun.id)
    merged = history.undo(session, access).id
    history.undo(session, bob)

    refused(session, access, history.redo, merged, f"no longer as entry {merged} found it")


def test_a_refused_undo_changes_nothing_though_the_transaction_is_committed(database):
    """A program may catch the error and go on: of the undo, nothing is saved, and of the rest, everything."""
    with database.transaction() as session:
        access = ledgers.open(session, users.register_local(session, LocalUserCreate(username="alice")))
        food, fun = create(session, access, "Food"), create(session, access, "Fun")
        expenses.record_many(session, access, (ExpenseCreate(amount=1, category_id=food.id) for _ in range(1_500)))
        categories.merge(session, access, food.id, fun.id)
        merged = last_id(session, access)
        final = next(expenses.each(session, access))  # the last that would be moved back
        edit(session, access, final, category_id=None)
    with database.reading() as session:
        before = everything(session)

    with database.transaction() as session:
        with pytest.raises(HistoryConflict, match="changed the same expense later"):
            history.undo(session, access, merged)
        lunch = record(session, access)

    with database.reading() as session:
        assert expenses.get(session, access, lunch.id) == lunch
        after = everything(session)
    new = {name: rows[len(before[name]) :] for name, rows in after.items()}
    assert {name: rows[: len(before[name])] for name, rows in after.items()} == before
    assert {name for name, rows in new.items() if rows} == {"expenses", "history_entries"}


def test_an_import_is_not_redone_beside_a_second_import_of_the_same_rows(session, access):
    """Undone, imported again, and then redone by name, the rows would be there twice."""
    row = RawRow(2, date(2026, 11, 3), None, Decimal("-12.50"), "EUR", "Harvest Lane", None, None, pending=False)
    first = import_rows(session, access, [row]).entry_id
    history.undo(session, access, first)
    second = import_rows(session, access, [row]).entry_id

    with pytest.raises(HistoryConflict, match=f"entry {second} imported the same rows since"):
        history.redo(session, access, first)

    assert len(expenses.find(session, access).items) == 1


def test_an_import_is_redone_beside_an_earlier_one_of_equal_rows(session, access):
    """Two files with one of two twins each: undone and redone, both twins are there again."""
    twin = RawRow(2, date(2026, 11, 3), None, Decimal("-12.50"), "EUR", "Harvest Lane", None, None, pending=False)
    import_rows(session, access, [twin])
    import_rows(session, access, [twin, twin._replace(line=3)])
    history.undo(session, access)

    history.redo(session, access)

    assert len(expenses.find(session, access).items) == 2
