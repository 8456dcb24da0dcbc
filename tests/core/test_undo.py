"""Undo and redo: exactly what was there comes back, in the order in which one expects it."""

from dataclasses import replace

import pytest
from writes import create, described, edit, everything, last_id, record, rename

from expense_core import categories, expenses, history, ledgers
from expense_core.errors import EntryNotFound, NothingToUndo, PermissionDenied, VersionConflict
from expense_core.tables import Action, ExpenseCreate, ExpenseUpdate, LedgerCreate, Role


def book(session):
    """The expenses and categories, but for what goes on and never back."""
    found = everything(session)
    return [
        [{**row._mapping, "version": None, "updated_at": None} for row in found[name]]
        for name in ("expenses", "categories")
    ]


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
    before = book(session)
    clock.advance(minutes=1)

    assert categories.merge(session, access, food.id, fun.id).id == fun.id
    after = book(session)
    assert history.get(session, access, last_id(session, access)).changed == 2_499 + 1

    clock.advance(minutes=1)
    history.undo(session, access)
    assert book(session) == before
    clock.advance(minutes=1)
    history.redo(session, access)
    assert book(session) == after


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
    entries = [(record(session, access, name), last_id(session, access))[1] for name in "abcd"]
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
    entry = last_id(session, access)
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
            reverse(session, elsewhere, last_id(session, access))
    assert described(session, access) == ["Lunch"]
