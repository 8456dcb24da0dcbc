"""All that meets a filter at once: in one write, however many they are, and taken back by one undo."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError
from writes import create, everything, last, record

from expense_core import at_once, expenses, history, reports
from expense_core.at_once import CommonUpdate
from expense_core.errors import CategoryNameTaken, CategoryNotFound, Conflict, Invalid
from expense_core.queries import MOST_EXCEPTED, ExpenseFilter
from expense_core.tables import Action, CategoryCreate, ExpenseCreate


def found(session, access, **conditions):
    """The descriptions of what meets a filter."""
    return sorted(one.description for one in expenses.each(session, access, ExpenseFilter(**conditions)))


@pytest.fixture
def rent(session, access):
    """Another category, with two expenses on different days."""
    made = create(session, access, "Rent")
    for day in ("2026-10-01", "2026-11-01"):
        record(session, access, f"Rent of {day[:7]}", category_id=made.id, spent_on=day)
    return made


def test_all_that_meets_a_filter_gets_another_category(session, access, food, lunch, rent):
    """Also those which the filter finds by the category that they lose."""
    changed = at_once.edit(
        session, access, ExpenseFilter(category_ids=(rent.id,), uncategorised=True), CommonUpdate(category_id=food.id)
    )

    assert changed == 2
    assert found(session, access, category_ids=(food.id,)) == ["Lunch", "Rent of 2026-10", "Rent of 2026-11"]
    assert (last(session, access).action, last(session, access).changed) == (Action.BATCH, 2)
    history.undo(session, access)
    assert found(session, access, category_ids=(rent.id,)) == ["Rent of 2026-10", "Rent of 2026-11"]


def test_all_get_the_same_date_and_a_new_category_in_one_entry(session, access, lunch, rent):
    """One undo takes both back, and the category too."""
    changed = at_once.edit(
        session,
        access,
        ExpenseFilter(text="rent", spent_from="2026-10-01"),
        CommonUpdate(spent_on="2026-11-02"),
        new_category=CategoryCreate(name="Home"),
        expected=2,
    )

    rents = [one for one in expenses.each(session, access) if one.category == "Home"]
    assert changed == 2
    assert {one.spent_on for one in rents} == {date(2026, 11, 2)}
    assert last(session, access).recorded == 1
    history.undo(session, access)
    assert {row.category for row in reports.spending(session, access, ["category"]).rows} == {"Food", "Rent"}


def test_all_that_meets_a_filter_goes_to_the_trash(session, access, lunch, rent):
    """And comes back by one undo."""
    deleted = at_once.delete(session, access, ExpenseFilter(category_ids=(rent.id,)), expected=2)

    assert deleted == 2
    assert found(session, access) == ["Lunch"]
    assert (last(session, access).action, last(session, access).changed) == (Action.DELETE, 2)
    history.undo(session, access)
    assert len(found(session, access)) == 3


@pytest.mark.parametrize(
    "use",
    [
        lambda s, a, wanted: at_once.edit(s, a, wanted, CommonUpdate(spent_on="2026-11-02"), expected=1),
        lambda s, a, wanted: at_once.delete(s, a, wanted, expected=1),
    ],
    ids=["edit", "delete"],
)
def test_if_others_meet_the_filter_by_now_nothing_is_done(session, access, rent, use):
    """Somebody recorded one more since it was looked at."""
    before = everything(session)

    with pytest.raises(Conflict, match="2 meet the filter by now, not 1; look at them again"):
        use(session, access, ExpenseFilter(text="rent of"))

    assert everything(session) == before


@pytest.mark.parametrize(
    ("changes", "new", "error"),
    [
        ({}, None, Invalid),
        ({"category_id": None}, "Home", Invalid),
        ({"category_id": 999}, None, CategoryNotFound),
        ({"spent_on": "2026-11-02"}, "rent", CategoryNameTaken),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(session, access, lunch, rent, changes, new, error):
    """Neither a category nor an entry of the history."""
    before = everything(session)

    with pytest.raises(error):
        at_once.edit(
            session,
            access,
            ExpenseFilter(),
            CommonUpdate(**changes),
            new_category=new and CategoryCreate(name=new),
        )

    assert everything(session) == before


def test_what_is_taken_out_of_a_filter_stays_as_it_is(session, access, food, lunch, rent):
    """In a list and its sums, in a change and in the trash; one that is not there takes nothing out."""
    first, _ = expenses.each(session, access, ExpenseFilter(text="rent"))
    but = ExpenseFilter(except_ids=(first.id, lunch.id, 999))

    listed = found(session, access, except_ids=but.except_ids)
    count = reports.spending(session, access, (), but).totals[0].count
    changed = at_once.edit(session, access, but, CommonUpdate(category_id=food.id), expected=1)
    deleted = at_once.delete(session, access, but, expected=1)

    assert (len(listed), count, changed, deleted) == (1, 1, 1, 1)
    assert found(session, access) == sorted([first.description, "Lunch"])
    assert expenses.get(session, access, first.id) == first
    history.undo(session, access)
    history.undo(session, access)
    assert found(session, access, category_ids=(rent.id,)) == ["Rent of 2026-10", "Rent of 2026-11"]


def test_no_more_are_taken_out_than_an_address_has_room_for():
    """Beyond that a filter has to say it in another way."""
    ExpenseFilter(except_ids=range(MOST_EXCEPTED))

    with pytest.raises(ValidationError, match=f"at most {MOST_EXCEPTED} items"):
        ExpenseFilter(except_ids=range(MOST_EXCEPTED + 1))


def test_where_there_is_nothing_to_change_there_is_nothing_to_undo(session, access, food, lunch):
    """All are so already, or none meets the filter."""
    before = everything(session)

    assert at_once.edit(session, access, ExpenseFilter(), CommonUpdate(category_id=food.id)) == 0
    assert (
        at_once.edit(
            session, access, ExpenseFilter(text="none"), CommonUpdate(), new_category=CategoryCreate(name="Home")
        )
        == 0
    )
    assert at_once.delete(session, access, ExpenseFilter(text="none")) == 0
    assert everything(session) == before


def test_a_date_cannot_be_taken_away():
    """Every expense has one."""
    with pytest.raises(ValidationError, match="spent_on cannot be taken away"):
        CommonUpdate(spent_on=None)


def test_whatever_the_filter_it_is_what_a_list_finds(session, access, food, lunch, rent):
    """Each condition by itself."""
    record(session, access, "Ramen", amount="1500", currency="JPY", category_id=food.id)
    conditions = (
        {"spent_from": "2026-11-01"},
        {"spent_to": "2026-10-31"},
        {"category_ids": (food.id,)},
        {"uncategorised": True},
        {"category_ids": (food.id,), "uncategorised": True},
        {"min_amount": "100"},
        {"max_amount": "100"},
        {"currency": "JPY"},
        {"owner_id": access.user_id},
        {"except_ids": (lunch.id,)},
        {"text": "nt of 2026-1"},
    )

    for given in conditions:
        there = found(session, access, **given)
        deleted = at_once.delete(session, access, ExpenseFilter(**given), expected=len(there))
        left = found(session, access, **given)
        if deleted:
            history.undo(session, access)

        assert (deleted, left) == (len(there), [])
        assert found(session, access, **given) == there


def test_a_text_that_is_rare_among_many_is_found_by_its_letters(session, access):
    """The index of letters says which ones, and no others change."""
    many = [ExpenseCreate(amount=1, description=f"Tea {number}") for number in range(2_100)]
    expenses.record_many(session, access, many)

    deleted = at_once.delete(session, access, ExpenseFilter(text="tea 2099"))

    assert deleted == 1
    assert "Tea 2099" not in found(session, access, text="tea 209")
