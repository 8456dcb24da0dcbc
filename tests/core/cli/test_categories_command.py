"""`expense category`: categories are added, renamed, merged and deleted, and no expense is lost on the way."""

import json

import pytest


@pytest.fixture
def sorted_book(book):
    """A book with two expenses for food, in two currencies, and an empty category."""
    book("add", "12.50 Lunch @Food 2026-11-03")
    book("add", "$8 Burger @Food 2026-11-04")
    book("category", "add", "Travel")
    return book


def test_each_category_is_listed_with_what_it_cost_in_each_currency(sorted_book):
    """Currencies stand under each other and are never added up."""
    ran = sorted_book("category", "list")

    assert [line.rstrip() for line in ran.out.splitlines()] == [
        "category  expenses   total",
        "Food             2  €12.50",
        "                     $8.00",
        "Travel           0",
    ]


def test_a_program_gets_a_row_for_each_currency_and_one_for_an_empty_category(sorted_book):
    """What is not there is empty in CSV and null in JSON."""
    as_csv = sorted_book("category", "list", "--format", "csv")
    as_json = sorted_book("category", "list", "--format", "json")

    assert as_csv.out == "id,name,currency,count,total\n1,Food,EUR,1,12.50\n1,Food,USD,1,8.00\n2,Travel,,0,\n"
    assert json.loads(as_json.out)[-1] == {"id": 2, "name": "Travel", "currency": None, "count": 0, "total": None}


def test_a_book_without_categories_says_how_to_add_one(book):
    """Nothing is on standard output."""
    ran = book("category", "list")

    assert (ran.code, ran.out, ran.err) == (0, "", "No categories yet: expense category add Food\n")


def test_a_category_is_added_once(each_book):
    """However its name is written the second time."""
    added = each_book("category", "add", "Eating out")
    again = each_book("category", "add", "EATING OUT")

    assert added.out == "Added Eating out\n"
    assert (again.code, again.out) == (1, "")
    assert again.err.startswith("expense: ")


def test_a_renamed_category_keeps_its_expenses(sorted_book):
    """It is named as it was typed at first, in any case."""
    ran = sorted_book("category", "rename", "food", "Groceries")

    assert ran.out == "Food is called Groceries now\n"
    assert len(json.loads(sorted_book("list", "-c", "Groceries", "-f", "json").out)) == 2


def test_a_merged_category_leaves_its_expenses_to_the_other(each_book):
    """And is gone itself."""
    each_book("add", "12.50 Lunch @Lunch 2026-11-03")
    each_book("category", "add", "Food")

    ran = each_book("category", "merge", "Lunch", "Food")

    assert ran.out == "Merged Lunch into Food\n"
    assert [row["category"] for row in json.loads(each_book("list", "-f", "json").out)] == ["Food"]
    assert each_book("list", "-c", "Lunch").code == 1


def test_a_category_in_use_is_deleted_only_when_its_expenses_know_where_to_go(sorted_book):
    """The refusal names both options."""
    refused = sorted_book("category", "delete", "Food")
    moved = sorted_book("category", "delete", "Food", "--move-to", "Travel")
    left = sorted_book("category", "delete", "Travel", "--uncategorise")

    assert refused.code == 1
    assert "has 2 expenses" in refused.err
    assert refused.err.endswith(": --move-to NAME, or --uncategorise\n")
    assert (moved.out, left.out) == ("Deleted Food\n", "Deleted Travel\n")
    assert len(json.loads(sorted_book("list", "-c", "", "-f", "json").out)) == 2


def test_an_unused_category_is_just_deleted(sorted_book):
    """Nothing needs to be said about expenses that are not there."""
    assert sorted_book("category", "delete", "Travel").out == "Deleted Travel\n"


def test_a_category_that_is_not_there_is_refused_by_name(book):
    """Whatever was to be done to it."""
    for words in (["rename", "Fod", "Food"], ["merge", "Fod", "Food"], ["delete", "Fod"]):
        ran = book("category", *words)

        assert ran.code == 1
        assert "Fod" in ran.err
