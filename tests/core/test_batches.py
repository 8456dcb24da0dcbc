"""Batches: many changes in one write, all of them or none, and taken back by one undo."""

from dataclasses import replace

import pytest
from pydantic import TypeAdapter, ValidationError
from writes import described, everything, last, record

from expense_core import batches, categories, expenses, history, ledgers, users
from expense_core.batches import BatchCreate, BatchDelete, BatchEdit, BatchRestore, Line, Outcome
from expense_core.errors import BatchRefused, CategoryNameTaken, ExpenseNotFound, FieldError, Invalid, PermissionDenied
from expense_core.tables import Action, CategoryCreate, ExpenseCreate, LocalUserCreate, Role

LINES = TypeAdapter(list[Line])


def create(description="Tea", **given):
    return BatchCreate(do="create", **{"amount": "2.50", "description": description} | given)


def edit(expense, version=1, **changes):
    return BatchEdit(do="edit", id=expense.id, version=version, **changes)


def delete(expense, version=None):
    return BatchDelete(do="delete", id=expense.id, version=version)


@pytest.fixture
def bread(session, access):
    """Another expense."""
    return record(session, access, "Bread")


@pytest.fixture
def milk(session, access):
    """And another one."""
    return record(session, access, "Milk")


def test_every_line_is_done_in_order(session, access, food, lunch, bread, clock):
    """What became of each is told: as it is now, or that it is gone."""
    clock.advance(minutes=1)

    done = batches.apply(
        session, access, [create(category_id=food.id), edit(lunch, amount="13", notes="and a tip"), delete(bread)]
    )

    tea = expenses.get(session, access, done[0].id)
    changed = expenses.get(session, access, lunch.id)
    assert done == [
        Outcome("create", tea.id, tea),
        Outcome("edit", lunch.id, changed),
        Outcome("delete", bread.id, None),
    ]
    assert (str(tea.amount), tea.category) == ("2.50", "Food")
    assert (str(changed.amount), changed.notes, changed.description) == ("13.00", "and a tip", "Lunch")
    with pytest.raises(ExpenseNotFound):
        expenses.get(session, access, bread.id)


def test_many_come_out_of_the_trash_at_once(session, access, lunch, bread, milk):
    """Whole as they were; one undo puts them all back."""
    expenses.delete(session, access, lunch.id, bread.id)

    done = batches.apply(session, access, [BatchRestore(do="restore", id=one.id) for one in (lunch, bread)])

    assert done == [Outcome("restore", one.id, expenses.get(session, access, one.id)) for one in (lunch, bread)]
    assert done[0].expense.category == "Food"
    assert (last(session, access).action, last(session, access).changed) == (Action.BATCH, 2)
    history.undo(session, access)
    assert {one.id for one in expenses.trash(session, access).items} == {lunch.id, bread.id}


def test_what_is_not_in_the_trash_is_not_restored_nor_anything_beside_it(session, access, lunch, bread):
    """The line that cannot be done is named."""
    expenses.delete(session, access, lunch.id)

    with pytest.raises(BatchRefused) as refused:
        batches.apply(session, access, [BatchRestore(do="restore", id=one.id) for one in (lunch, bread)])

    (error,) = refused.value.errors
    assert (error.field, error.code) == ("lines.1", "expense_not_found")
    assert described(session, access) == ["Bread"]


def test_a_batch_is_one_entry_of_the_history(session, access, food, lunch, bread, milk):
    """It says how many rows were added and changed, and shows each change."""
    before = last(session, access).id

    batches.apply(
        session, access, [create(), create("Cake"), edit(lunch, category_id=None), delete(bread), edit(milk, amount=1)]
    )

    entry = last(session, access)
    assert (entry.action, entry.recorded, entry.changed) == (Action.BATCH, 2, 3)
    assert [row.id for row in entry.rows if row.id in {lunch.id, bread.id, milk.id}]
    assert len(entry.rows) == 5
    newer = [one for one in history.list(session, access).items if one.id > before]
    assert newer == [entry]


def test_one_undo_takes_a_batch_back_and_one_redo_does_it_again(session, access, lunch, bread, milk):
    """All of it, exactly."""
    lines = [create(), edit(lunch, description="Brunch"), delete(bread), edit(milk, amount="0.99")]
    before = [*expenses.each(session, access)]
    batches.apply(session, access, lines)
    after = described(session, access)

    history.undo(session, access)

    undone = {one.id: (one.amount, one.description, one.notes, one.category) for one in expenses.each(session, access)}
    assert undone == {one.id: (one.amount, one.description, one.notes, one.category) for one in before}
    assert expenses.trash(session, access).items == []
    history.redo(session, access)
    assert described(session, access) == after == ["Brunch", "Milk", "Tea"]


def test_a_line_that_cannot_be_done_undoes_all_and_every_such_line_is_named(session, access, lunch, bread):
    """With its place, its own code and what is wrong, so that all can be mended at once."""
    before = everything(session)
    gone = replace(bread, id=999)

    with pytest.raises(BatchRefused) as refused:
        batches.apply(
            session,
            access,
            [
                create(),
                edit(lunch, version=7, amount=1),
                delete(gone),
                create(category_id=999),
                delete(bread, version=3),
            ],
        )

    assert refused.value.message.startswith("nothing was done, for 4 of the lines cannot be: line 1: expense 1 was")
    assert refused.value.errors == (
        FieldError("lines.1", "version_conflict", "expense 1 was changed meanwhile: it is at version 1, not 7"),
        FieldError("lines.2", "expense_not_found", "this ledger has no expense 999"),
        FieldError("lines.3", "category_not_found", "this ledger has no category 999"),
        FieldError("lines.4", "version_conflict", "expense 2 was changed meanwhile: it is at version 1, not 3"),
    )
    assert everything(session) == before


def test_of_many_wrong_lines_the_message_tells_the_first_few(session, access):
    """All of them are in `errors`."""
    with pytest.raises(BatchRefused) as refused:
        batches.apply(session, access, [create(category_id=999)] * 1_000)

    assert refused.value.message.startswith("nothing was done, for 1,000 of the lines cannot be: line 0: this ledger")
    assert len(refused.value.message) < 400
    assert len(refused.value.errors) == 1_000


@pytest.mark.parametrize(
    "second", [lambda one: edit(one, version=2, amount=5), delete, lambda one: edit(one, notes="once more")]
)
def test_an_expense_is_named_once(session, access, lunch, second):
    """One undo could not take two changes of the same fields back."""
    before = everything(session)

    with pytest.raises(BatchRefused, match="line 2: expense 1 is named by an earlier line; name each once"):
        batches.apply(session, access, [edit(lunch, amount=4), create(), second(lunch)])

    assert everything(session) == before


@pytest.mark.parametrize("second", [lambda one: edit(one, amount=5), delete], ids=["edit", "delete"])
def test_a_line_cannot_name_the_expense_that_an_earlier_one_records(session, access, lunch, second):
    """Its number can be guessed; but what is recorded and changed in one entry could not be undone."""
    next_one = replace(lunch, id=lunch.id + 1)

    with pytest.raises(BatchRefused, match=f"line 1: expense {next_one.id} is named by an earlier line"):
        batches.apply(session, access, [create(), second(next_one)])

    assert described(session, access) == ["Lunch"]


def test_a_dry_run_says_what_would_be_and_does_nothing(session, access, lunch, bread):
    """Wrong lines are refused as they would be."""
    before = everything(session)

    done = batches.apply(session, access, [create(), edit(lunch, amount=4), delete(bread)], dry_run=True)

    assert [(one.do, one.expense and str(one.expense.amount)) for one in done] == [
        ("create", "2.50"),
        ("edit", "4.00"),
        ("delete", None),
    ]
    assert everything(session) == before
    with pytest.raises(BatchRefused):
        batches.apply(session, access, [edit(lunch, version=2)], dry_run=True)


def test_a_batch_that_changes_nothing_leaves_no_entry(session, access, lunch):
    """No line, or lines that say what is there already."""
    before = everything(session)

    assert batches.apply(session, access, []) == []
    (same,) = batches.apply(session, access, [edit(lunch, amount="12.5")])

    assert same == Outcome("edit", lunch.id, lunch)
    assert everything(session) == before


def test_a_batch_has_a_thousand_lines_at_most(session, access):
    """One more is refused before the first is done."""
    before = everything(session)

    with pytest.raises(Invalid, match="a batch has 1,000 lines at most, not 1,001; send several"):
        batches.apply(session, access, [create()] * 1_001)

    assert everything(session) == before
    assert len(batches.apply(session, access, [create()] * 1_000)) == 1_000
    assert last(session, access).recorded == 1_000


def test_a_viewer_sends_no_batch(session, alice, access, lunch):
    """Not even one to try."""
    users.register_local(session, LocalUserCreate(username="bob"))
    ledgers.admit(session, access, "bob", Role.VIEWER)
    bobs = ledgers.open(session, users.named(session, "bob"), access.ledger_id)

    with pytest.raises(PermissionDenied):
        batches.apply(session, bobs, [create()], dry_run=True)


def test_a_row_of_another_ledger_is_not_found(session, access, lunch):
    """Whatever a line would do with it."""
    bob = users.register_local(session, LocalUserCreate(username="bob"))
    bobs = ledgers.open(session, bob)

    with pytest.raises(BatchRefused) as refused:
        batches.apply(session, bobs, [edit(lunch, amount=1), delete(lunch), create(category_id=lunch.category_id)])

    assert {error.code for error in refused.value.errors} == {"expense_not_found", "category_not_found"}
    assert expenses.get(session, access, lunch.id) == lunch


@pytest.mark.parametrize(
    "line",
    [
        {"do": "create", "amount": "1", "id": 1},
        {"do": "edit", "id": 1, "amount": "1"},
        {"do": "edit", "id": 1, "version": 1, "amount": None},
        {"do": "delete", "id": 1, "amount": "1"},
        {"do": "delete"},
        {"do": "purge", "id": 1},
        {"amount": "1"},
    ],
)
def test_a_line_says_what_it_does_and_nothing_that_nobody_knows(line):
    """It is refused before any line is done."""
    with pytest.raises(ValidationError):
        LINES.validate_python([line])


def test_what_a_line_leaves_out_stays(session, access, lunch):
    """And what it sets to none is taken away; what a new expense leaves out is what `record` makes of it."""
    (kept,) = batches.apply(session, access, [edit(lunch, description="Brunch")])
    (taken,) = batches.apply(session, access, [edit(lunch, version=2, category_id=None)])
    (new,) = batches.apply(session, access, [create(amount=1)])

    assert (kept.expense.category, taken.expense.category) == ("Food", None)
    same = expenses.record(session, access, ExpenseCreate(amount=1, description="Tea"))
    assert (new.expense.currency, new.expense.spent_on) == (same.currency, same.spent_on)


def test_a_new_category_comes_and_goes_with_the_edits_that_it_is_made_for(session, access, lunch, bread):
    """As one entry of the history, which has counted it."""
    done = batches.apply(
        session, access, [edit(lunch), edit(bread, notes="rye")], new_category=CategoryCreate(name="Meals")
    )

    entry = last(session, access)
    history.undo(session, access)
    assert [one.expense.category for one in done] == ["Meals", "Meals"]
    assert (entry.recorded, entry.changed) == (1, 2)
    assert "Meals" not in {one.name for one in categories.list(session, access)}


def test_a_new_category_is_not_made_where_a_line_cannot_be_done_or_go_into_it(session, access, food, lunch):
    """Nor under a name that is taken."""
    before = everything(session)
    meals = CategoryCreate(name="Meals")

    with pytest.raises(BatchRefused):
        batches.apply(session, access, [edit(lunch, version=7)], new_category=meals)
    for line in (delete(lunch), edit(lunch, category_id=food.id)):
        with pytest.raises(Invalid, match="a new category is for lines that edit"):
            batches.apply(session, access, [line], new_category=meals)
    with pytest.raises(CategoryNameTaken):
        batches.apply(session, access, [edit(lunch)], new_category=CategoryCreate(name=food.name.upper()))

    assert everything(session) == before
