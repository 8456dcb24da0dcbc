"""Categories: added, renamed, merged and taken away, wherever the book is."""

from __future__ import annotations

import pytest
from backends import record

from expense_core import ExpenseQuery
from expense_core.batches import BatchDelete
from expense_core.errors import CategoryInUse, CategoryNameTaken, CategoryNotFound, Invalid, VersionConflict

NOTHING = 987_654


def names(backend):
    """What the categories are called."""
    return [one.name for one in backend.categories()]


def test_every_category_comes_with_what_was_spent_on_it(book):
    """By name, whatever its case; currencies apart, and the trash left out."""
    for name in ("zebra", "Food", "äpfel"):
        book.create_category(name)
    record(book, "Lunch", "Food")
    record(book, "Refund", "Food", amount="-2.50")
    record(book, "Ramen", "Food", amount=1500, currency="JPY")
    gone = record(book, "Gone", "Food")
    book.apply([BatchDelete(do="delete", id=gone.id)])

    found = book.categories()

    assert [(one.name, one.count) for one in found] == [("Food", 3), ("zebra", 0), ("äpfel", 0)]
    assert [(one.currency, str(one.total), one.count) for one in found[0].totals] == [
        ("EUR", "10.00", 2),
        ("JPY", "1500", 1),
    ]


def test_a_name_that_is_taken_is_refused(book):
    """In any letter case, for a new one and for one that is renamed."""
    book.create_category("Food")
    fun = book.create_category("Fun")

    with pytest.raises(CategoryNameTaken):
        book.create_category("FOOD")
    with pytest.raises(CategoryNameTaken):
        book.rename_category(fun, "food")

    assert names(book) == ["Food", "Fun"]


@pytest.mark.parametrize(
    ("name", "code"), [("", "string_too_short"), ("x" * 101, "string_too_long"), ("a\x1b", "invalid_text")]
)
def test_a_name_that_will_not_do_is_refused_with_why(book, name, code):
    """For a new one and for one that is renamed."""
    fun = book.create_category("Fun")

    for call in (lambda: book.create_category(name), lambda: book.rename_category(fun, name)):
        with pytest.raises(Invalid) as refused:
            call()
        assert [(one.field, one.code) for one in refused.value.errors] == [("name", code)]

    assert names(book) == ["Fun"]


def test_a_category_is_renamed_where_it_is_as_it_was_shown(place, book):
    """Whoever comes second is told which version there is."""
    fun = book.create_category("Fun")

    renamed = place.again(book).rename_category(fun, "Joy")
    with pytest.raises(VersionConflict) as refused:
        book.rename_category(fun, "Delight")

    assert (renamed.name, renamed.version) == ("Joy", 2)
    assert refused.value.current_version == 2
    assert book.rename_category(renamed, "Delight").version == 3
    assert names(book) == ["Delight"]


def test_a_merged_categorys_expenses_go_to_the_other_one(book):
    """One undo brings it back with them."""
    record(book, "Lunch", "Food")
    record(book, "Dinner", "Eating out")
    eating, food = book.categories()

    book.merge_category(eating.id, food.id)

    assert [(one.name, one.count) for one in book.categories()] == [("Food", 2)]
    book.undo()
    assert [(one.name, one.count) for one in book.categories()] == [("Eating out", 1), ("Food", 1)]
    with pytest.raises(Invalid):
        book.merge_category(food.id, food.id)


def test_a_category_with_expenses_is_deleted_only_with_a_place_for_them(book):
    """Another one, or none."""
    lunch = record(book, "Lunch", "Food")
    train = record(book, "Train", "Travel")
    food, travel = book.categories()

    with pytest.raises(CategoryInUse, match="has 1 expense"):
        book.delete_category(food.id)
    with pytest.raises(Invalid):
        book.delete_category(food.id, move_to=travel.id, uncategorise=True)
    book.delete_category(food.id, move_to=travel.id)
    assert book.get(lunch.id).category == "Travel"
    book.delete_category(travel.id, uncategorise=True)

    assert book.get(train.id).category is None
    assert names(book) == []


def test_a_category_without_expenses_is_just_deleted(book):
    """Nobody is asked anything."""
    book.delete_category(book.create_category("Empty").id)

    assert names(book) == []


def test_a_category_that_is_not_there_is_not_found(place, book):
    """Nobody's, or another's; nothing happens to it."""
    mine, theirs = book.create_category("Mine"), place.newcomer().create_category("Theirs")

    for number in (NOTHING, theirs.id):
        for call in (
            lambda number=number: book.delete_category(number),
            lambda number=number: book.delete_category(mine.id, move_to=number),
            lambda number=number: book.merge_category(number, mine.id),
            lambda number=number: book.merge_category(mine.id, number),
        ):
            with pytest.raises(CategoryNotFound):
                call()
    with pytest.raises(CategoryNotFound):
        book.rename_category(theirs, "Mine too")

    assert names(book) == ["Mine"]
    assert book.find(ExpenseQuery()).items == []
