"""`expense category`: what money is spent on."""

from __future__ import annotations

import json

import pytest


def test_categories_are_listed_with_what_was_spent_on_them(each_book):
    """A line for each currency; those without expenses too."""
    for line in ("12.50 Lunch @Food", "7 Cake @Food", "5 USD Bagel @Food", "1 USD Pin @Fun"):
        each_book("add", f"{line} 2026-11-04")
    each_book("category", "add", "Zoo")

    table, data = each_book("category", "list"), each_book("category", "list", "--format", "json")

    assert [line.split() for line in table.out.splitlines()] == [
        ["category", "expenses", "total"],
        ["Food", "3", "€19.50"],
        ["$5.00"],
        ["Fun", "1", "$1.00"],
        ["Zoo", "0"],
    ]
    assert json.loads(data.out) == [
        {"id": 1, "name": "Food", "currency": "EUR", "count": 2, "total": "19.50"},
        {"id": 1, "name": "Food", "currency": "USD", "count": 1, "total": "5.00"},
        {"id": 2, "name": "Fun", "currency": "USD", "count": 1, "total": "1.00"},
        {"id": 3, "name": "Zoo", "currency": None, "count": 0, "total": None},
    ]


def test_without_categories_it_says_how_to_make_one(book):
    """On standard error; a program gets an empty list."""
    assert (book("category", "list").out, book("category", "list").err) == (
        "",
        "No categories yet: expense category add Food\n",
    )
    assert book("category", "list", "-f", "json").out == "[]\n"
    assert book("category", "list", "-f", "csv").out == "id,name,currency,count,total\n"


def test_a_category_is_added_renamed_merged_and_deleted(each_book):
    """Its expenses go where it is said."""
    each_book("add", "12.50 Lunch @Food 2026-11-04")

    told = [
        each_book("category", *words).out
        for words in (
            ["add", "Eating out"],
            ["rename", "food", "Meals"],
            ["merge", "MEALS", "eating OUT"],
            ["add", "Fun"],
            ["delete", "eating out", "--move-to", "fun"],
            ["delete", "Fun", "--uncategorise"],
        )
    ]

    assert told == [
        "Added Eating out\n",
        "Food is called Meals now\n",
        "Merged Meals into Eating out\n",
        "Added Fun\n",
        "Deleted Eating out\n",
        "Deleted Fun\n",
    ]
    (row,) = json.loads(each_book("list", "-f", "json").out)
    assert row["category"] is None


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["add", "FOOD"], "this ledger has a category 'Food' already"),
        (["add", ""], "name: "),
        (["add", "caf\udce9"], "cannot be stored"),
        (["rename", "Fodo", "x"], "did you mean 'Food'?"),
        (["rename", "caf\udce9", "x"], "'caf"),
        (["merge", "Food", "food"], "a category cannot take its own expenses"),
        (["delete", "Food"], "'Food' has 1 expense; say which"),
        (["delete", "Food"], ": --move-to NAME, or --uncategorise"),
        (["delete", "Food", "--move-to", "Nope"], "this ledger has no category 'Nope'"),
    ],
)
def test_what_cannot_be_done_to_a_category_is_refused(book, words, why):
    """And nothing is changed."""
    book("add", "12.50 Lunch @Food 2026-11-04")
    before = book("category", "list").out

    refused = book("category", *words)

    assert (refused.code, refused.out) == (1, "")
    assert why in refused.err
    assert book("category", "list").out == before
