"""Undo and redo: exactly what was there comes back, and where a later edit stands in the way, nothing happens."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from expense_core import categories, expenses, history, ledgers, users
from expense_core.errors import EntryNotFound, HistoryConflict, NothingToUndo, PermissionDenied, VersionConflict
from expense_core.journal import CHANGES, ENTRIES, TABLES
from expense_core.statements.importing import import_rows
from expense_core.statements.row import RawRow
from expense_core.tables import (
    Action,
    CategoryCreate,
    CategoryUpdate,
    ExpenseCreate,
    ExpenseUpdate,
    LedgerCreate,
    LocalUserCreate,
    Role,
)


@pytest.fixture
def bob(session, access):
    """A second member of Alice's ledger: his authority in it."""
    user = users.register_local(session, LocalUserCreate(username="Bob"))
    ledgers.admit(session, access, "bob", Role.EDITOR)
    return ledgers.open(session, user, access.ledger_id)


def last(session, access):
    """The id of the last entry."""
    return history.list(session, access, limit=1).items[0].id


def record(session, access, description="Lunch", **given):
    return expenses.record(session, access, ExpenseCreate(amount="12.50", description=description, **given))


def edit(session, access, expense, **changes):
    """Edit whatever version is there; the id of the entry."""
    version = expenses.get(session, access, expense.id).version
    expenses.edit(session, access, expense.id, ExpenseUpdate(version=version, **changes))
    return last(session, access)


def create(session, access, name):
    return categories.create(session, access, CategoryCreate(name=name))


def rename(session, access, category, name):
    version = categories.get(session, access, category.id).version
    categories.rename(session, access, category.id, CategoryUpdate(version=version, name=name))
    return last(session, access)


def described(session, access):
    """The descriptions in the book, in the order of recording."""
    found = expenses.find(session, access, expenses.ExpenseQuery(sort="created_at"))
    return [expense.description for expense in found.items]


def everything(session):
    """Every row of the tables that a write changes, always in one order."""
    return [
        session.execute(select(table).order_by(*table.primary_key)).all()
        for table in (*TABLES.values(), CHANGES, ENTRIES)
    ]


def refused(session, access, reverse, entry_id, match):
    """An undo or redo is refused with this message, and changes nothing, though the transaction goes on."""
    before = everything(session)

    with pytest.raises(HistoryConflict, match=match) as caught:
        reverse(session, access, entry_id)

    assert type(caught.value) is HistoryConflict
    assert everything(session) == before


# What comes back


def test_an_undone_recording_is_in_neither_the_book_nor_the_trash(session, access, lunch):
    """It waits for the redo, which brings it back whole."""
    undone = history.undo(session, access)

    assert (undone.action, undone.undone_at is not None) == (Action.RECORD, True)
    assert described(session, access) == []
    assert expenses.trash(session, access).items == []
    redone = history.redo(session, access)
    assert (redone.id, redone.undone_at) == (undone.id, None)
    assert expenses.get(session, access, lunch.id) == lunch


def test_an_undone_edit_gives_back_every_field(session, access, lunch, food, clock):
    """All but the version, which goes on rising, and the time of the last change."""
    other = create(session, access, "Travel")
    edit(
        session, access, lunch, amount="7", currency="JPY", description="Tea", spent_on="2026-01-01",
        category_id=other.id, notes="Kyōto",
    )  # fmt: skip
    edited = expenses.get(session, access, lunch.id)
    clock.advance(minutes=1)

    history.undo(session, access)
    back = expenses.get(session, access, lunch.id)
    history.redo(session, access)

    assert back == replace(lunch, version=3, updated_at=clock.now)
    assert expenses.get(session, access, lunch.id) == replace(edited, version=4, updated_at=clock.now)


def test_what_is_searched_for_follows_an_undo(session, access, lunch):
    """The text of a description that was taken back is not found any more, the one that came back is."""

    def found(text):
        return [one.id for one in expenses.find(session, access, expenses.ExpenseQuery(text=text)).items]

    edit(session, access, lunch, description="Groceries", notes="Émile")
    history.undo(session, access)

    assert (found("groceries"), found("émile"), found("lunch")) == ([], [], [lunch.id])
    history.redo(session, access)
    assert (found("groceries"), found("émile"), found("lunch")) == ([lunch.id], [lunch.id], [])


def test_nobody_overwrites_an_undo_unseen(session, access, lunch):
    """Whoever saw the edit is told that it is gone."""
    edit(session, access, lunch, amount="20")
    history.undo(session, access)

    with pytest.raises(VersionConflict):
        expenses.edit(session, access, lunch.id, ExpenseUpdate(version=2, notes="as I saw it"))


def test_deleting_and_restoring_are_undone_with_the_moment_in_the_trash(session, access, lunch, clock):
    """The trash is sorted by it."""
    expenses.delete(session, access, lunch.id)
    deleted_at = clock.now
    clock.advance(days=1)
    expenses.restore(session, access, lunch.id)
    clock.advance(days=1)

    history.undo(session, access)
    assert [one.deleted_at for one in expenses.trash(session, access).items] == [deleted_at]
    history.undo(session, access)
    assert described(session, access) == ["Lunch"]
    history.redo(session, access)
    assert [one.deleted_at for one in expenses.trash(session, access).items] == [deleted_at]


def test_a_category_comes_and_goes_and_gets_its_names_back(session, access):
    """Create and rename; a name that was taken back is free, also in other letter case."""
    food = create(session, access, "Food")
    rename(session, access, food, "Eating out")

    history.undo(session, access)
    assert categories.named(session, access, "FOOD").id == food.id
    history.undo(session, access)
    assert categories.list(session, access) == []
    history.redo(session, access)
    history.redo(session, access)
    assert categories.named(session, access, "eating OUT").id == food.id


def test_a_merge_of_thousands_is_undone_and_redone_exactly(session, access, clock):
    """Those in the trash are moved and moved back too; nothing else is touched."""
    food, fun = create(session, access, "Food"), create(session, access, "Fun")
    new = (
        ExpenseCreate(amount=1 + number, category_id=(fun if number % 50 == 0 else food).id) for number in range(2_550)
    )
    expenses.record_many(session, access, new)
    ids = [one.id for one in expenses.each(session, access)]
    expenses.delete(session, access, *ids[::100])
    before = everything(session)[:2]
    clock.advance(minutes=1)

    assert categories.merge(session, access, food.id, fun.id).id == fun.id
    after = everything(session)[:2]
    assert history.get(session, access, last(session, access)).changed == 2_499 + 1

    def book(rows):
        return [[{**row._mapping, "version": None, "updated_at": None} for row in table] for table in rows]

    clock.advance(minutes=1)
    history.undo(session, access)
    assert book(everything(session)[:2]) == book(before)
    clock.advance(minutes=1)
    history.redo(session, access)
    assert book(everything(session)[:2]) == book(after)


def test_a_deleted_category_comes_back_with_its_expenses(session, access, food, lunch):
    """Those in its trash too, wherever they had gone."""
    dinner = record(session, access, "Dinner", category_id=food.id)
    expenses.delete(session, access, dinner.id)
    categories.delete(session, access, food.id, uncategorise=True)

    history.undo(session, access)

    assert expenses.get(session, access, lunch.id).category == "Food"
    assert [one.category for one in expenses.trash(session, access).items] == ["Food"]


def test_two_edits_of_different_fields_are_undone_in_any_order(session, access, lunch):
    """Each takes back its own field, and leaves the other's."""
    first = edit(session, access, lunch, description="Brunch")
    edit(session, access, lunch, notes="with Sam")

    history.undo(session, access, first)

    found = expenses.find(session, access, expenses.ExpenseQuery(text="lunch")).items
    assert [(one.description, one.notes) for one in found] == [("Lunch", "with Sam")]


# In what order


def test_undo_and_redo_go_step_by_step(session, access):
    """The last write first, and the last undo first."""
    for name in "abc":
        record(session, access, name)

    steps = []
    for reverse in (history.undo, history.undo, history.redo, history.undo, history.undo, history.redo, history.redo):
        reverse(session, access)
        steps.append("".join(described(session, access)))

    assert steps == ["ab", "a", "ab", "a", "", "a", "ab"]
    assert history.redo(session, access).undone_at is None
    assert "".join(described(session, access)) == "abc"


def test_after_a_new_write_there_is_nothing_to_redo(session, access):
    """What was undone before it could not be put back between; by its number it still can."""
    record(session, access, "a")
    undone = history.undo(session, access)
    record(session, access, "b")

    with pytest.raises(NothingToUndo, match="nothing to redo"):
        history.redo(session, access)
    assert history.redo(session, access, undone.id).id == undone.id
    assert described(session, access) == ["a", "b"]


def test_what_was_undone_before_a_later_write_is_never_redone_in_its_place(session, access):
    """Undoing that write, too, does not put the older one back in line."""
    for name in "ab":
        record(session, access, name)
    history.undo(session, access)
    record(session, access, "c")
    history.undo(session, access)
    history.undo(session, access)

    history.redo(session, access)
    history.redo(session, access)

    assert described(session, access) == ["a", "c"]
    with pytest.raises(NothingToUndo):
        history.redo(session, access)


def test_a_named_undo_is_the_one_that_redo_takes_next(session, access, clock):
    """Redo goes back the way one came, whatever was named on the way."""
    entries = [(record(session, access, name), last(session, access))[1] for name in "abcd"]
    for named in (entries[1], None, entries[0]):
        clock.advance(seconds=1)
        history.undo(session, access, named)
    assert described(session, access) == ["c"]

    redone = [history.redo(session, access).id for _ in range(3)]

    assert redone == [entries[0], entries[3], entries[1]]


def test_two_members_each_undo_and_redo_their_own(session, access, bob):
    """Another's write is never taken back unless it is named."""
    for member, name in ((access, "a1"), (bob, "b1"), (access, "a2"), (bob, "b2")):
        record(session, member, name)

    history.undo(session, access)
    assert described(session, access) == ["a1", "b1", "b2"]
    history.undo(session, bob)
    history.undo(session, bob)
    assert described(session, access) == ["a1"]
    history.redo(session, access)
    assert described(session, access) == ["a1", "a2"]
    with pytest.raises(NothingToUndo):
        history.redo(session, access)
    history.redo(session, bob)
    assert described(session, access) == ["a1", "b1", "a2"]


def test_a_redo_is_of_ones_own_undo_whoever_wrote_it(session, access, bob):
    """Bob took Alice's back, so it is Bob who redoes it without a word, and Alice by its number."""
    record(session, access, "a")
    entry = last(session, access)
    history.undo(session, bob, entry)

    with pytest.raises(NothingToUndo):
        history.redo(session, access)
    assert history.redo(session, bob).id == entry
    history.undo(session, bob, entry)
    assert history.redo(session, access, entry).id == entry
    with pytest.raises(NothingToUndo):
        history.redo(session, bob)


def test_with_nothing_done_there_is_nothing_to_undo(session, access, bob, lunch):
    """Alice's writes are not Bob's."""
    with pytest.raises(NothingToUndo, match="nothing in this ledger"):
        history.undo(session, bob)
    with pytest.raises(NothingToUndo, match="nothing to redo"):
        history.redo(session, bob)


# Who may


def test_a_viewer_may_neither_undo_nor_redo(session, access, lunch):
    """Not even what they wrote when they still might."""
    viewer = replace(access, role=Role.VIEWER)

    for reverse in (history.undo, history.redo):
        with pytest.raises(PermissionDenied):
            reverse(session, viewer)


def test_another_ledgers_entry_is_not_found(session, access, alice, lunch):
    """Whoever owns both."""
    elsewhere = ledgers.open(session, alice, ledgers.create(session, alice, LedgerCreate(name="Club")).id)

    for reverse in (history.undo, history.redo):
        with pytest.raises(EntryNotFound, match="no entry"):
            reverse(session, elsewhere, last(session, access))
    assert described(session, access) == ["Lunch"]


# What stands in the way


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
    deleted = last(session, access) - 1
    categories.delete(session, access, food.id, uncategorise=True)

    refused(session, access, history.undo, edited, f"entry {deleted} changed the same expense later")
    refused(session, access, history.undo, renamed, f"entry {deleted + 2} changed the same category later")


def test_the_undo_of_a_recording_is_refused_after_any_later_change(session, access, food, lunch):
    """The change would be of something that never was."""
    created, recorded = last(session, access) - 1, last(session, access)
    edited = edit(session, access, lunch, notes="with Sam")
    renamed = rename(session, access, food, "Eating out")

    refused(session, access, history.undo, recorded, f"entry {edited} changed the same expense later")
    refused(session, access, history.undo, created, f"entry {renamed} changed the same category later")
    history.undo(session, access, edited)
    history.undo(session, access, recorded)
    assert described(session, access) == []


def test_the_undo_of_a_category_is_refused_while_expenses_are_in_it(session, access, bob, food):
    """Those in its trash too, or restoring them would lead nowhere."""
    created = last(session, access)
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
    recorded = last(session, access)
    edited = edit(session, access, dinner, amount="20")
    categories.merge(session, access, food.id, create(session, access, "Fun").id)
    merged = last(session, access)
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
    recorded = last(session, access)
    expenses.delete(session, access, lunch.id)
    expenses.empty_trash(session, access)
    purged = last(session, access)

    for entry_id in (None, purged):
        refused(session, access, history.undo, entry_id, "deleted expenses for good, which cannot be undone; to")
    history.undo(session, access, recorded)
    assert described(session, access) == []
    assert expenses.trash(session, access).items == []
    assert history.redo(session, access, recorded).rows[0].id == dinner.id


def test_nothing_is_undone_or_redone_twice(session, access, lunch):
    """Whoever comes second is told."""
    recorded = last(session, access)

    refused(session, access, history.redo, recorded, f"entry {recorded} is not undone")
    history.undo(session, access, recorded)
    refused(session, access, history.undo, recorded, f"entry {recorded} is undone already")


def test_a_redo_is_refused_where_what_came_before_it_is_undone(session, access, lunch):
    """An edit of what is not there, and an edit of a value that is not there."""
    recorded = last(session, access)
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
        merged = last(session, access)
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
        assert [table[: len(rows)] for table, rows in zip(after, before, strict=True)] == before
        assert [len(table) - len(rows) for table, rows in zip(after, before, strict=True)] == [1, 0, 0, 1]


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
