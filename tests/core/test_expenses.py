"""Expenses: recorded exactly, edited by one person at a time, and kept in a trash until they are deleted for good."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from expense_core import categories, expenses, history
from expense_core.errors import (
    CategoryNameTaken,
    CategoryNotFound,
    ExpenseNotFound,
    Invalid,
    InvalidAmount,
    VersionConflict,
)
from expense_core.tables import CategoryCreate, ExpenseCreate, ExpenseUpdate

NOBODYS = [0, -1, 2**31, 2**63, 10**30]
"""Numbers that no expense has."""


def record(session, access, **given):
    return expenses.record(session, access, ExpenseCreate(**{"amount": "12.50", "description": "Lunch"} | given))


def edit(session, access, expense, **changes):
    return expenses.edit(session, access, expense.id, ExpenseUpdate(**{"version": expense.version} | changes))


def live(session, access):
    return [expense.id for expense in expenses.each(session, access)]


def in_trash(session, access):
    return [expense.id for expense in expenses.trash(session, access).items]


def entries(session, access):
    return len(history.list(session, access).items)


def test_an_expense_is_kept_as_it_was_recorded(session, access, food, clock):
    """Every field, exactly; what is given back is what is in the book."""
    recorded = record(
        session,
        access,
        amount="-1234.5",
        currency="usd",
        description="Café «Zoë» 🍰",
        spent_on=date(1900, 1, 1),
        category_id=food.id,
        notes="two\nlines",
    )

    assert (str(recorded.amount), recorded.currency) == ("-1234.50", "USD")
    assert (recorded.description, recorded.notes) == ("Café «Zoë» 🍰", "two\nlines")
    assert (recorded.spent_on, recorded.category_id, recorded.category) == (date(1900, 1, 1), food.id, "Food")
    assert (recorded.ledger_id, recorded.owner_id, recorded.version) == (access.ledger_id, access.user_id, 1)
    assert (recorded.created_at, recorded.updated_at, recorded.deleted_at) == (clock.now, clock.now, None)
    assert expenses.get(session, access, recorded.id) == recorded


def test_what_is_not_said_is_today_in_the_ledgers_currency(session, access, clock):
    """Without a category, a description or notes."""
    recorded = expenses.record(session, access, ExpenseCreate(amount=7))

    assert (str(recorded.amount), recorded.currency, recorded.spent_on) == ("7.00", "EUR", clock.today)
    assert (recorded.description, recorded.notes, recorded.category_id, recorded.category) == ("", "", None, None)
    assert expenses.get(session, access, recorded.id) == recorded


@pytest.mark.parametrize("amount", ["999999999999.99", "-999999999999.99", "0.01", "-0.01"])
def test_the_largest_and_the_smallest_amounts_are_exact(session, access, amount):
    """To the last cent, on either database."""
    recorded = record(session, access, amount=amount)

    assert str(expenses.get(session, access, recorded.id).amount) == amount


@pytest.mark.parametrize("amount", ["0.001", "0", "1000000000000"])
def test_an_amount_that_the_ledgers_currency_cannot_have_is_refused(session, access, amount):
    """It is known only when the expense reaches its ledger; nothing is written."""
    with pytest.raises(InvalidAmount):
        expenses.record(session, access, ExpenseCreate.model_construct(amount=Decimal(amount)))

    assert (live(session, access), entries(session, access)) == ([], 0)


@pytest.mark.parametrize("expense_id", NOBODYS)
def test_an_expense_that_is_not_there_is_not_found(session, access, lunch, expense_id):
    """By nothing that names it, and nothing is changed on the way."""
    uses = [
        lambda: expenses.get(session, access, expense_id),
        lambda: expenses.edit(session, access, expense_id, ExpenseUpdate(version=1, amount="1")),
        lambda: expenses.delete(session, access, lunch.id, expense_id),
        lambda: expenses.restore(session, access, expense_id),
        lambda: expenses.purge(session, access, expense_id),
    ]
    before = entries(session, access)

    for use in uses:
        with pytest.raises(ExpenseNotFound, match=f"no expense {expense_id}"):
            use()

    assert (live(session, access), in_trash(session, access), entries(session, access)) == ([lunch.id], [], before)


def test_the_first_few_of_many_that_are_missing_are_named(session, access, lunch):
    """A list of thousands helps nobody."""
    with pytest.raises(ExpenseNotFound) as few:
        expenses.delete(session, access, 97, lunch.id, 95, 96)
    with pytest.raises(ExpenseNotFound) as many:
        expenses.delete(session, access, *range(101, 5_000))

    assert few.value.message == "this ledger has no expense 95, 96, 97"
    assert many.value.message == "this ledger has no expense 101, 102, 103, 104, 105 and others"


def test_many_are_recorded_as_one_entry(session, access, food):
    """As many as there are, a thousand at a time; a note says where they came from."""
    new = (ExpenseCreate(amount=1 + number, description=str(number), category_id=food.id) for number in range(2_345))

    recorded = expenses.record_many(session, access, new, note="from the old book")

    entry = history.list(session, access, limit=1).items[0]
    assert recorded == entry.recorded == 2_345
    assert entry.note == "from the old book"
    assert sum(expense.amount for expense in expenses.each(session, access)) == sum(range(1, 2_346))


def test_recording_none_is_no_entry(session, access):
    """There is nothing to undo."""
    assert expenses.record_many(session, access, []) == 0
    assert entries(session, access) == 0


@pytest.mark.parametrize(
    ("wrong", "error"),
    [({"category_id": 99}, CategoryNotFound), ({"amount": "0.001"}, InvalidAmount)],
)
def test_one_wrong_expense_among_many_refuses_them_all(session, access, wrong, error):
    """Also those that were written before it."""
    right = [ExpenseCreate(amount=1)] * 1_500
    with pytest.raises(error):
        expenses.record_many(session, access, [*right, ExpenseCreate(**{"amount": 1} | wrong)])

    assert (live(session, access), entries(session, access)) == ([], 0)


def test_an_edit_changes_what_it_names(session, access, food, lunch, clock):
    """And nothing else; the version goes up by one."""
    clock.advance(hours=1)

    edited = edit(session, access, lunch, amount="13", description="Lunch with Sam", notes="at the harbour")

    assert edited == replace(
        lunch,
        amount=Decimal("13.00"),
        description="Lunch with Sam",
        notes="at the harbour",
        version=2,
        updated_at=clock.now,
    )
    assert expenses.get(session, access, lunch.id) == edited


def test_an_edit_that_changes_nothing_is_no_edit(session, access, food, lunch):
    """The version stays, and the history too."""
    before = entries(session, access)

    same = edit(session, access, lunch, amount="12.5", description="Lunch", category_id=food.id)

    assert same == lunch
    assert edit(session, access, lunch) == lunch
    assert entries(session, access) == before


def test_an_expense_changes_its_category_or_loses_it(session, access, food, lunch):
    """It has to be one of the ledger's."""
    rent = categories.create(session, access, CategoryCreate(name="Rent"))

    moved = edit(session, access, lunch, category_id=rent.id)
    without = edit(session, access, moved, category_id=None)

    assert (moved.category, without.category_id, without.category) == ("Rent", None, None)
    with pytest.raises(CategoryNotFound, match="this ledger has no category 99"):
        edit(session, access, without, category_id=99)
    assert expenses.get(session, access, lunch.id) == without


def test_amount_and_currency_have_to_fit_each_other(session, access, lunch):
    """Whichever of the two is changed."""
    with pytest.raises(InvalidAmount, match=r"'12\.50' cannot be paid in JPY, which has no decimals"):
        edit(session, access, lunch, currency="JPY")
    with pytest.raises(InvalidAmount, match="at most 2 decimals"):
        edit(session, access, lunch, amount="1.999")

    edited = edit(session, access, lunch, amount="1250", currency="JPY")

    assert (str(edited.amount), edited.currency, edited.version) == ("1250", "JPY", 2)


def test_a_stale_edit_is_refused_and_changes_nothing(session, access, lunch):
    """Two people edit the same expense: the second is told, and the first one's edit stands."""
    first = edit(session, access, lunch, description="Lunch with Sam")

    with pytest.raises(VersionConflict, match="was changed meanwhile: it is at version 2, not 1") as caught:
        edit(session, access, lunch, amount="99")

    assert caught.value.current_version == 2
    assert expenses.get(session, access, lunch.id) == first


def test_a_version_that_is_yet_to_come_is_refused_too(session, access, lunch):
    """Nobody can have seen it."""
    for version in (0, 2, 10**30):
        with pytest.raises(VersionConflict):
            edit(session, access, lunch, version=version, amount="99")


def test_deleting_moves_to_the_trash(session, access, lunch, clock):
    """Where it is found, whole, and nowhere else."""
    clock.advance(days=1)

    assert expenses.delete(session, access, lunch.id) == 1

    (deleted,) = expenses.trash(session, access).items
    assert deleted == replace(lunch, version=2, updated_at=clock.now, deleted_at=clock.now)
    assert live(session, access) == []
    for use in (expenses.get, expenses.delete):
        with pytest.raises(ExpenseNotFound):
            use(session, access, lunch.id)
    with pytest.raises(ExpenseNotFound):
        edit(session, access, deleted, amount="1")


def test_a_stale_deletion_is_refused(session, access, lunch):
    """What somebody has just corrected is not thrown away unseen."""
    edited = edit(session, access, lunch, amount="13")
    other = record(session, access)

    with pytest.raises(VersionConflict, match="it is at version 2, not 1"):
        expenses.delete(session, access, lunch.id, other.id, version=1)

    assert set(live(session, access)) == {lunch.id, other.id}
    assert expenses.delete(session, access, lunch.id, version=edited.version) == 1


@pytest.mark.parametrize("use", [expenses.delete, expenses.restore, expenses.purge])
def test_doing_it_to_none_is_doing_nothing(session, access, lunch, use):
    """Nothing is in the history, and the trash is as it was: a list that happens to be empty never means all."""
    deleted = record(session, access)
    expenses.delete(session, access, deleted.id)
    before = entries(session, access)

    assert use(session, access) == 0

    assert (live(session, access), in_trash(session, access)) == ([lunch.id], [deleted.id])
    assert entries(session, access) == before


def test_thousands_are_deleted_restored_and_purged_as_one_entry_each(session, access):
    """However many ids one statement takes; an id that is named twice counts once."""
    expenses.record_many(session, access, [ExpenseCreate(amount=1)] * 2_100)
    ids = live(session, access)

    for use in (expenses.delete, expenses.restore, expenses.delete, expenses.purge):
        assert use(session, access, *ids, ids[0]) == 2_100

    assert entries(session, access) == 5
    assert (live(session, access), in_trash(session, access)) == ([], [])


def test_what_is_restored_comes_back_whole(session, access, food, lunch):
    """Category, notes and everything."""
    expenses.delete(session, access, lunch.id)

    assert expenses.restore(session, access, lunch.id) == 1

    assert expenses.get(session, access, lunch.id) == replace(lunch, version=3)
    assert in_trash(session, access) == []
    with pytest.raises(ExpenseNotFound, match=f"the trash has no expense {lunch.id}"):
        expenses.restore(session, access, lunch.id)


def test_the_trash_goes_by_when_things_were_deleted(session, access, clock):
    """The last deleted first, a page at a time; those deleted together by when they were recorded."""
    ids = [record(session, access).id for _ in range(6)]
    expenses.delete(session, access, ids[3])
    clock.advance(minutes=1)
    expenses.delete(session, access, ids[0], ids[5], ids[1])
    clock.advance(minutes=1)
    expenses.delete(session, access, ids[2])

    seen, cursor = [], None
    while True:
        page = expenses.trash(session, access, limit=2, cursor=cursor)
        seen.append([expense.id for expense in page.items])
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == [[ids[2], ids[5]], [ids[1], ids[0]], [ids[3]]]


@pytest.mark.parametrize("limit", [0, -1, 501, 10**30])
def test_a_page_of_the_trash_has_a_size(session, access, limit):
    """Neither none nor all."""
    with pytest.raises(Invalid, match=f"a page has 1 to 500 expenses, not {limit}"):
        expenses.trash(session, access, limit=limit)


def test_what_is_purged_is_gone_for_good(session, access, lunch):
    """From the history too: what remains is that it was."""
    expenses.delete(session, access, lunch.id)

    assert expenses.purge(session, access, lunch.id) == 1

    assert in_trash(session, access) == []
    for use in (expenses.restore, expenses.purge, history.of):
        with pytest.raises(ExpenseNotFound):
            use(session, access, lunch.id)


def test_only_what_is_in_the_trash_can_be_purged(session, access, lunch):
    """Of several, none is deleted if one is not."""
    deleted = record(session, access)
    expenses.delete(session, access, deleted.id)

    with pytest.raises(ExpenseNotFound, match=f"the trash has no expense {lunch.id}"):
        expenses.purge(session, access, deleted.id, lunch.id)

    assert (live(session, access), in_trash(session, access)) == ([lunch.id], [deleted.id])


def test_emptying_the_trash_deletes_all_that_is_in_it(session, access, lunch):
    """And nothing else; emptying an empty one is nothing."""
    for _ in range(3):
        expenses.delete(session, access, record(session, access).id)
    before = entries(session, access)

    assert expenses.empty_trash(session, access) == 3
    assert expenses.empty_trash(session, access) == 0

    assert (live(session, access), in_trash(session, access)) == ([lunch.id], [])
    assert entries(session, access) == before + 1


def test_a_category_can_be_made_with_its_first_expense(session, access, lunch):
    """By recording it or by editing one: each is one entry of the history, and one undo takes both back."""
    tea = expenses.record(session, access, ExpenseCreate(amount=3), new_category=CategoryCreate(name="Drinks"))
    moved = expenses.edit(
        session, access, lunch.id, ExpenseUpdate(version=1, amount="9"), new_category=CategoryCreate(name="Fun")
    )
    made = [one.name for one in categories.list(session, access)]
    written = [(one.recorded, one.changed) for one in history.list(session, access).items[:2]]
    for _ in written:
        history.undo(session, access)

    assert (tea.category, moved.category, moved.amount) == ("Drinks", "Fun", 9)
    assert expenses.get(session, access, lunch.id).category == lunch.category
    assert {"Drinks", "Fun"} <= {*made}
    assert not {"Drinks", "Fun"} & {one.name for one in categories.list(session, access)}
    assert written == [(1, 1), (2, 0)]
    assert live(session, access) == [lunch.id]


def test_a_new_category_that_cannot_be_made_leaves_nothing(session, access, food, lunch):
    """Where the name is taken, or a category is given beside it, there is no expense and no entry either."""
    before = entries(session, access), live(session, access), expenses.get(session, access, lunch.id)
    rent, taken = CategoryCreate(name="Rent"), CategoryCreate(name="food")
    in_food = {"category_id": food.id}

    with pytest.raises(CategoryNameTaken):
        expenses.record(session, access, ExpenseCreate(amount=3), new_category=taken)
    with pytest.raises(CategoryNameTaken):
        expenses.edit(session, access, lunch.id, ExpenseUpdate(version=1), new_category=taken)
    with pytest.raises(Invalid, match="give one that is there, or a new one"):
        expenses.record(session, access, ExpenseCreate(amount=3, **in_food), new_category=rent)
    with pytest.raises(Invalid, match="give one that is there, or a new one"):
        expenses.edit(session, access, lunch.id, ExpenseUpdate(version=1, **in_food), new_category=rent)

    assert (entries(session, access), live(session, access), expenses.get(session, access, lunch.id)) == before
    assert [one.name for one in categories.list(session, access)] == ["Food"]
