"""All expenses that meet a filter, changed or deleted at once over HTTP."""

from __future__ import annotations

import pytest
from server import done, pointers, problem


@pytest.fixture
def rents(alice):
    """Two expenses that a filter finds, and one that it does not."""
    alice.record(description="Lunch")
    return [alice.record(description="Rent", spent_on=day) for day in ("2026-10-01", "2026-11-01")]


def test_all_that_meets_a_filter_is_changed_and_taken_back_by_one_undo(alice, rents):
    """Into a category that is there, into a new one, to another day."""
    food = alice.create("Food")["id"]
    changes = ({"category_id": food}, {"new_category": "Home", "spent_on": "2026-11-02"}, {"category_id": None})

    told = [
        done(alice.patch("/expenses", body, params={"q": "rent", "from": "2026-10-01", "expected": 2}))
        for body in changes
    ]

    assert told == [{"changed": 2}] * 3
    assert done(alice.post("/history/undo"))["action"] == "expense.batch"
    assert {(one["category"], one["spent_on"]) for one in alice.expenses(q="rent")} == {("Home", "2026-11-02")}
    done(alice.post("/history/undo"))
    assert [one["name"] for one in done(alice.get("/categories"))["items"]] == ["Food"]
    assert {one["category"] for one in alice.expenses(q="rent")} == {"Food"}


def test_all_that_meets_a_filter_is_deleted(alice, rents):
    """And comes back by one undo."""
    assert done(alice.delete("/expenses", params={"q": "rent", "expected": 2})) == {"changed": 2}

    assert [one["description"] for one in alice.expenses()] == ["Lunch"]
    done(alice.post("/history/undo"))
    assert len(alice.expenses()) == 3


def test_some_are_taken_out_of_all_that_meets_a_filter(alice, rents):
    """They are in no list, sum or export either; more than an address has room for are refused."""
    but = {"q": "rent", "except_id": [rents[0]["id"], 999]}

    told = [
        done(alice.patch("/expenses", {"spent_on": "2026-11-02"}, params=but | {"expected": 1})),
        done(alice.delete("/expenses", params=but | {"expected": 1})),
    ]

    assert told == [{"changed": 1}] * 2
    assert alice.expenses(q="rent") == [rents[0]]
    assert alice.expenses(**but) == []
    assert alice.get("/expenses/export", **but, format="ndjson").text == ""
    assert set(pointers(alice.get("/expenses", except_id=list(range(251))))) == {"query except_id"}


def test_if_they_are_not_as_many_as_expected_nothing_is_done(alice, rents):
    """Others came or went since somebody looked; whoever does not say how many deletes nothing by a slip."""
    told = [
        problem(alice.patch("/expenses", {"category_id": None}, params={"expected": 2}), 409, "conflict"),
        problem(alice.delete("/expenses", params={"expected": 2}), 409, "conflict"),
    ]

    assert all("3 meet the filter by now, not 2" in one["detail"] for one in told)
    assert (
        pointers(alice.delete("/expenses")).keys() == pointers(alice.patch("/expenses", {"category_id": None})).keys()
    )
    assert len(alice.expenses()) == 3
