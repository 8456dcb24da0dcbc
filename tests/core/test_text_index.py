"""Finding a text by its letters, which SQLite keeps an index of: the same as by looking at every expense."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expense_core import expenses, history, reports, text_index
from expense_core.queries import ExpenseFilter, ExpenseQuery
from expense_core.tables import ExpenseCreate, ExpenseUpdate
from expense_core.tables.text import fold

TEXTS = ('Tea "Oolong"', "TEA AND TOAST", "50 % off", "under_score", "Straße Süd", "昼ごはん 🍜", "a\\b\\c", "t", "")
SHOWN = st.characters(exclude_categories=["C", "Z"])
"""What can be stored, and is not stripped."""


def found(session, access, sought):
    """The descriptions that a search comes upon."""
    return sorted(one.description for one in expenses.find(session, access, ExpenseQuery(text=sought, limit=500)).items)


@pytest.fixture
def shelf(session, access):
    """A book with these texts."""
    expenses.record_many(session, access, [ExpenseCreate(amount="1", description=one) for one in TEXTS])
    return access


@pytest.mark.parametrize("few", [0, 2_000], ids=["by looking", "by letters"])
@pytest.mark.parametrize(
    "sought", ['a "o', "tea", "TEA", "0 %", "r_s", "strasse", "süd", "ごはん", "🍜", "b\\c", "t", "no such text", "%%%"]
)
def test_a_search_finds_what_has_the_text(session, shelf, sought, few, monkeypatch):
    """Quotes, wildcards, other letter case and other scripts; whether it is rare or not."""
    monkeypatch.setattr(text_index, "_FEW", few)

    descriptions = found(session, shelf, sought)

    assert descriptions == sorted(one for one in TEXTS if fold(sought) in fold(one))


def test_the_letters_follow_every_change_of_a_text(session, access):
    """Edited, undone, done again, deleted and deleted for good; rows of a list and the sum of them."""
    lunch = expenses.record(session, access, ExpenseCreate(amount="12.50", description="Lunch", notes="with Sam"))
    edited = expenses.edit(session, access, lunch.id, ExpenseUpdate(version=lunch.version, description="Dinner"))
    after_edit = found(session, access, "lunch"), found(session, access, "dinner"), found(session, access, "with sam")
    history.undo(session, access)
    after_undo = found(session, access, "lunch"), found(session, access, "dinner")
    spent = reports.spending(session, access, wanted=ExpenseFilter(text="lunch")).totals[0].total
    expenses.delete(session, access, edited.id)
    expenses.purge(session, access, edited.id)

    assert after_edit == ([], ["Dinner"], ["Dinner"])
    assert after_undo == (["Lunch"], [])
    assert spent == Decimal("12.50")
    assert found(session, access, "lunch") == []


def test_what_is_rare_is_found_page_by_page_in_any_order(session, access):
    """A cursor goes on behind a row that was found by letters."""
    new = [ExpenseCreate(amount=str(number), description=f"Needle {number}") for number in range(1, 8)]
    expenses.record_many(session, access, [*new, ExpenseCreate(amount="1", description="Hay")])

    first = expenses.find(session, access, ExpenseQuery(text="needle", sort="-amount", limit=4))
    rest = expenses.find(
        session, access, ExpenseQuery(text="needle", sort="-amount", limit=4, cursor=first.next_cursor)
    )

    assert [int(one.amount) for one in (*first.items, *rest.items)] == [7, 6, 5, 4, 3, 2, 1]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(texts=st.lists(st.text(SHOWN, max_size=12), max_size=8), sought=st.text(SHOWN, min_size=1, max_size=6))
def test_any_text_is_found_in_any_other(session, access, texts, sought):
    """Whatever letters there are in the world: the same as by comparing the texts themselves."""
    with session.begin_nested() as attempt:
        expenses.record_many(session, access, [ExpenseCreate(amount="1", description=one) for one in texts])
        kept = [one.description for one in expenses.each(session, access)]

        descriptions = found(session, access, sought)

        attempt.rollback()
    assert descriptions == sorted(one for one in kept if fold(sought) in fold(one))
