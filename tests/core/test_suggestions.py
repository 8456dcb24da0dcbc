"""What was recorded before, as somebody types: descriptions with their last category and amount."""

import pytest
from writes import create, record

from expense_core import expenses, suggestions
from expense_core.suggestions import Suggestion


def described(session, access, text, **more):
    """The descriptions that are suggested."""
    return [one.description for one in suggestions.like(session, access, text, **more)]


def test_a_description_comes_with_what_its_last_expense_had(session, access, food, lunch):
    """The last by its date, whenever it was recorded."""
    record(session, access, "Lunch", amount="9.90", spent_on="2026-11-04")

    assert suggestions.like(session, access, "lu") == [Suggestion("Lunch", food.id, "Food", lunch.amount, "EUR")]


def test_a_description_is_found_by_how_it_or_a_word_of_it_begins(session, access):
    """Whatever stands before the word, and in any letter case; not by what is within a word."""
    for text in ("Coffee", "Iced coffee", "Tea (coffee shop)", "Café-coffee", "Decoffeinated", "COFFEE BEANS", "7up"):
        record(session, access, text)

    assert described(session, access, "coff") == [
        "COFFEE BEANS",
        "Café-coffee",
        "Tea (coffee shop)",
        "Iced coffee",
        "Coffee",
    ]
    assert described(session, access, " CAFÉ ") == ["Café-coffee"]
    assert described(session, access, "(cof") == ["Tea (coffee shop)"]
    assert described(session, access, "7") == ["7up"]
    assert described(session, access, "up") == []


def test_each_description_comes_once_and_the_latest_first(session, access):
    """Written in whatever case, it is the same one, as it was written last."""
    record(session, access, "Bus ticket", spent_on="2026-11-01")
    record(session, access, "Bus", spent_on="2026-11-03")
    record(session, access, "BUS TICKET", spent_on="2026-11-02", amount="4")

    found = suggestions.like(session, access, "bus")

    assert [(one.description, str(one.amount)) for one in found] == [("Bus", "12.50"), ("BUS TICKET", "4.00")]


def test_there_are_no_more_than_were_asked_for(session, access):
    """Eight, where nobody says otherwise."""
    for number in range(12):
        record(session, access, f"Book {number}")

    assert described(session, access, "book", limit=2) == ["Book 11", "Book 10"]
    assert len(described(session, access, "book")) == 8


def test_without_a_text_every_description_will_do(session, access, lunch):
    """But none that is empty."""
    record(session, access, "")

    assert described(session, access, "") == described(session, access, "  ") == ["Lunch"]


def test_notes_and_the_trash_suggest_nothing(session, access, lunch):
    """Somebody types a description, and what was deleted is gone."""
    record(session, access, "Dinner", notes="lunch was too small")

    assert described(session, access, "lunch") == ["Lunch"]

    expenses.delete(session, access, lunch.id)

    assert described(session, access, "lunch") == []


@pytest.mark.parametrize("text", ["100%", "a_b", "back\\slash", "'; DROP", "\ud800", "[x"])
def test_a_text_means_itself(session, access, text):
    """Nothing in it is a pattern of the database's, or of ours."""
    for description in ("100% wool", "a_b", "back\\slash", "'; DROP TABLE", "[x]", "1000 wool", "aXb"):
        record(session, access, description)

    assert all(found.startswith(text) for found in described(session, access, text))
    assert len(described(session, access, text)) == (text != "\ud800")


def test_an_amount_has_the_decimals_of_its_currency(session, access):
    """As everywhere."""
    create(session, access, "Travel")
    record(session, access, "Ramen", amount="1500", currency="JPY")

    (found,) = suggestions.like(session, access, "ramen")

    assert (str(found.amount), found.currency, found.category) == ("1500", "JPY", None)
