"""Categories: named once in a ledger, with what was spent on each, and never lost with their expenses."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from expense_core import categories, expenses, history, ledgers, users
from expense_core.errors import (
    CategoryInUse,
    CategoryNameTaken,
    CategoryNotFound,
    Invalid,
    PermissionDenied,
    VersionConflict,
)
from expense_core.tables import CategoryCreate, CategoryTotal, CategoryUpdate, ExpenseCreate, LocalUserCreate, Role
from expense_core.tables.text import fold

ALIKE = ["Food", "FOOD", " food ", "Ｆｏｏｄ", "Fo\u200bod"]  # noqa: RUF001 - wide letters
"""What is one name to a person."""


def create(session, access, name):
    return categories.create(session, access, CategoryCreate(name=name))


def record(session, access, category=None, amount="1", **given):
    new = ExpenseCreate(**{"amount": amount, "category_id": category and category.id} | given)
    return expenses.record(session, access, new)


def names(session, access):
    return [category.name for category in categories.list(session, access)]


def test_a_category_is_kept_as_it_was_named(session, access, clock):
    """With who made it and when."""
    food = create(session, access, "  Épicerie & Co. ")

    assert (food.name, food.ledger_id, food.owner_id) == ("Épicerie & Co.", access.ledger_id, access.user_id)
    assert (food.version, food.created_at, food.updated_at) == (1, clock.now, clock.now)
    assert categories.get(session, access, food.id) == food


@pytest.mark.parametrize("name", ALIKE)
def test_a_name_is_taken_in_every_spelling_that_looks_alike(session, access, food, name):
    """For a new category and for a renamed one; what is refused leaves nothing, not even in the history."""
    rent = create(session, access, "Rent")
    before = history.list(session, access).items

    with pytest.raises(CategoryNameTaken, match="this ledger has a category 'Food' already"):
        create(session, access, name)
    with pytest.raises(CategoryNameTaken):
        categories.rename(session, access, rent.id, CategoryUpdate(version=1, name=name))

    assert names(session, access) == ["Food", "Rent"]
    assert history.list(session, access).items == before


@pytest.mark.parametrize("name", ALIKE)
def test_a_category_is_found_by_its_name(session, access, food, name):
    """In whatever spelling."""
    assert categories.named(session, access, name) == food
    assert categories.ensure(session, access, name) == (food, False)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Foood", "; did you mean 'Food'?"),
        ("ofod", "; did you mean 'Food'?"),
        ("Rent", ""),
        ("", ""),
        ("%", ""),
        ("Fo\x00od", "; did you mean 'Food'?"),
        ("\udcff", ""),
    ],
)
def test_a_category_that_is_not_there_is_not_found(session, access, food, name, hint):
    """If it looks mistyped, the nearest name is given."""
    with pytest.raises(CategoryNotFound) as caught:
        categories.named(session, access, name)

    assert caught.value.message == f"this ledger has no category {name!r}{hint}"


def test_a_name_that_is_used_for_the_first_time_makes_a_category(session, access, food):
    """Unless it looks mistyped: then it is asked about rather than made."""
    rent, made = categories.ensure(session, access, "Rent")

    assert made
    assert categories.get(session, access, rent.id).name == "Rent"
    with pytest.raises(CategoryNotFound, match="did you mean 'Food'"):
        categories.ensure(session, access, "Foodd")
    assert names(session, access) == ["Food", "Rent"]


def test_a_name_is_looked_up_before_its_category_is_made_with_an_expense(session, access, food):
    """What is there is found, and what looks mistyped is asked about, as when it is made alone; nothing is made yet."""
    found = categories.named_or_new(session, access, "FOOD")
    new = categories.named_or_new(session, access, "Rent")

    assert (found, new) == (food, CategoryCreate(name="Rent"))
    assert names(session, access) == ["Food"]
    with pytest.raises(CategoryNotFound, match="did you mean 'Food'"):
        categories.named_or_new(session, access, "Foodd")


@pytest.mark.parametrize("category_id", [0, -1, 2**31, 2**63, 10**30])
def test_a_number_that_is_no_category_is_not_found(session, access, food, category_id):
    """Wherever it is given, and however large; nothing is changed on the way."""
    uses = [
        lambda: categories.get(session, access, category_id),
        lambda: categories.rename(session, access, category_id, CategoryUpdate(version=1, name="New")),
        lambda: categories.delete(session, access, category_id),
        lambda: categories.delete(session, access, food.id, move_to=category_id),
        lambda: categories.merge(session, access, food.id, category_id),
        lambda: categories.merge(session, access, category_id, food.id),
        lambda: record(session, access, amount="1", category_id=category_id),
    ]

    for use in uses:
        with pytest.raises(CategoryNotFound, match=f"this ledger has no category {category_id}"):
            use()

    assert names(session, access) == ["Food"]
    assert len(history.list(session, access).items) == 1


def test_the_list_says_what_was_spent_on_each(session, access, food, clock):
    """By name, currency by currency; what is in the trash was not spent."""
    rent = create(session, access, "Rent")
    for amount, currency in [("12.50", "EUR"), ("-2.50", "EUR"), ("900", "JPY")]:
        record(session, access, food, amount, currency=currency)
    expenses.delete(session, access, record(session, access, food, "99").id)
    record(session, access, None, "7")

    first, second = categories.list(session, access)

    assert (first.id, first.name, first.count) == (food.id, "Food", 3)
    assert first.totals == [CategoryTotal("EUR", Decimal("10.00"), 2), CategoryTotal("JPY", Decimal(900), 1)]
    assert [str(total.total) for total in first.totals] == ["10.00", "900"]
    assert (second.id, second.count, second.totals) == (rent.id, 0, [])


def test_the_list_goes_by_name_in_the_same_order_on_every_database(session, access):
    """Whatever the server sorts by: no accents are put elsewhere, no blanks skipped."""
    for name in ["b", "A b", "Ab", "_", "Ä", "a", "Z", "10", "9", "-"]:
        create(session, access, name)

    assert names(session, access) == ["-", "10", "9", "_", "a", "A b", "Ab", "b", "Z", "Ä"]


def test_a_category_is_renamed(session, access, food, lunch, clock):
    """Its expenses follow; the same name again is no change."""
    clock.advance(days=1)

    renamed = categories.rename(session, access, food.id, CategoryUpdate(version=1, name="Eating out"))
    again = categories.rename(session, access, food.id, CategoryUpdate(version=2, name="Eating out"))

    assert (renamed.id, renamed.name, renamed.version, renamed.updated_at) == (food.id, "Eating out", 2, clock.now)
    assert again == renamed == categories.named(session, access, "eating OUT")
    assert expenses.get(session, access, lunch.id).category == "Eating out"
    with pytest.raises(CategoryNotFound):
        categories.named(session, access, "Food")


def test_a_category_may_change_the_letter_case_of_its_own_name(session, access, food):
    """That is no conflict with itself."""
    renamed = categories.rename(session, access, food.id, CategoryUpdate(version=1, name="FOOD"))

    assert (renamed.name, renamed.version) == ("FOOD", 2)


def test_a_stale_renaming_is_refused(session, access, food):
    """Two people rename it at once: the second is told, and the first one's name stands."""
    categories.rename(session, access, food.id, CategoryUpdate(version=1, name="Eating out"))

    with pytest.raises(
        VersionConflict, match=f"category {food.id} was changed meanwhile: .* version 2, not 1"
    ) as caught:
        categories.rename(session, access, food.id, CategoryUpdate(version=1, name="Restaurants"))

    assert caught.value.current_version == 2
    assert names(session, access) == ["Eating out"]


def test_merging_moves_every_expense_and_ends_the_category(session, access, food, lunch):
    """Those in the trash too; its name is free again."""
    out = create(session, access, "Eating out")
    deleted = record(session, access, food)
    expenses.delete(session, access, deleted.id)

    target = categories.merge(session, access, food.id, out.id)

    assert target == out
    assert names(session, access) == ["Eating out"]
    assert expenses.get(session, access, lunch.id).category_id == out.id
    assert expenses.trash(session, access).items[0].category == "Eating out"
    assert create(session, access, "Food").id != food.id


def test_a_category_without_expenses_is_simply_deleted(session, access, food):
    """Its name is free again, and its number never is."""
    categories.delete(session, access, food.id)

    assert names(session, access) == []
    assert create(session, access, "Food").id > food.id


@pytest.mark.parametrize(
    ("deleted", "how_many"),
    [
        ([False], "1 expense;"),
        ([False, False], "2 expenses;"),
        ([False, True], r"2 expenses \(1 of them in the trash\);"),
        ([True], r"1 expense \(1 of them in the trash\);"),
    ],
)
def test_a_category_in_use_is_not_deleted_unless_told_where_its_expenses_go(session, access, food, deleted, how_many):
    """Those in the trash count: they may be restored."""
    for is_deleted in deleted:
        expense = record(session, access, food)
        if is_deleted:
            expenses.delete(session, access, expense.id)

    with pytest.raises(CategoryInUse, match=f"'Food' has {how_many} say which category takes them, or leave them"):
        categories.delete(session, access, food.id)

    assert categories.get(session, access, food.id) == food


def test_a_deleted_categorys_expenses_go_where_they_are_told(session, access, food):
    """Into another category, or into none."""
    rent = create(session, access, "Rent")
    first, second = record(session, access, food), record(session, access, rent)

    categories.delete(session, access, food.id, move_to=rent.id)
    moved = expenses.get(session, access, first.id)
    categories.delete(session, access, rent.id, uncategorise=True)

    assert moved.category == "Rent"
    assert [expenses.get(session, access, one.id).category_id for one in (first, second)] == [None, None]


@pytest.mark.parametrize(
    "use",
    [
        lambda s, a, food: categories.merge(s, a, food.id, food.id),
        lambda s, a, food: categories.delete(s, a, food.id, move_to=food.id),
        lambda s, a, food: categories.delete(s, a, food.id, move_to=food.id + 1, uncategorise=True),
    ],
    ids=["merge into itself", "move to itself", "move and uncategorise"],
)
def test_expenses_cannot_go_to_two_places_or_stay_in_a_deleted_one(session, access, food, lunch, use):
    """It is refused, and nothing is changed."""
    create(session, access, "Rent")

    with pytest.raises(Invalid):
        use(session, access, food)

    assert names(session, access) == ["Food", "Rent"]
    assert expenses.get(session, access, lunch.id) == lunch


def test_a_viewer_makes_no_category_by_naming_it(session, access, food):
    """They may use those that are there."""
    viewer = replace(access, role=Role.VIEWER)

    assert categories.ensure(session, viewer, "food") == (food, False)
    with pytest.raises(PermissionDenied):
        categories.ensure(session, viewer, "Rent")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(st.text(max_size=8), max_size=6))
def test_no_two_categories_have_one_name(database, typed):
    """Whatever people type."""
    with database.reading() as session:
        access = ledgers.open(session, users.register_local(session, LocalUserCreate(username="alice")))
        for name in typed:
            try:
                create(session, access, name)
            except (ValidationError, CategoryNameTaken):
                continue
        kept = names(session, access)

        assert [categories.named(session, access, name).name for name in kept] == kept
    assert len({fold(name) for name in kept}) == len(kept)
