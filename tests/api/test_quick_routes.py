"""An expense in one line, over HTTP."""

from __future__ import annotations

import json

from server import done, pointers, problem


def test_a_line_is_recorded_as_it_was_understood(alice):
    """The category is the one of that name, and yesterday is the day before the server's."""
    food = alice.create("Food")

    answer = done(alice.post("/expenses/quick", {"text": "12.50 Lunch @food yesterday"}), 201)

    recorded = answer.pop("expense")
    assert answer == {
        "amount": "12.50",
        "currency": "EUR",
        "description": "Lunch",
        "spent_on": "2026-11-04",
        "category": "food",
    }
    assert alice.expenses() == [recorded]
    assert {name: recorded[name] for name in ("amount", "description", "spent_on", "category_id", "category")} == {
        "amount": "12.50",
        "description": "Lunch",
        "spent_on": "2026-11-04",
        "category_id": food["id"],
        "category": "Food",
    }


def test_a_dry_run_only_says_what_was_understood(alice):
    """Nothing is recorded, and the category need not be there."""
    answer = done(alice.post("/expenses/quick", {"text": "¥1500 Ramen @Travel", "dry_run": True}))

    assert answer == {
        "amount": "1500",
        "currency": "JPY",
        "description": "Ramen",
        "spent_on": "2026-11-05",
        "category": "Travel",
        "expense": None,
    }
    assert alice.expenses() == []
    assert done(alice.get("/history"))["items"] == []


def test_yesterday_is_the_day_before_where_the_client_is(alice):
    """And amounts are written as they are written there."""
    line = {"text": "1.234,50 Miete yesterday", "today": "2026-03-01", "locale": "de_DE", "dry_run": True}

    understood = done(alice.post("/expenses/quick", line))

    assert (understood["amount"], understood["spent_on"]) == ("1234.50", "2026-02-28")


def test_what_is_not_understood_is_answered_with_its_place_in_the_text(alice):
    """Counted in characters, from the first one's 0."""
    text = "🍜 Lunch @ yesterday"

    told = problem(alice.post("/expenses/quick", {"text": text}), 422, "quick_syntax")

    assert told["problems"]
    for one in told["problems"]:
        assert {name: type(value) for name, value in one.items()} == {
            "start": int,
            "end": int,
            "code": str,
            "detail": str,
        }
        assert 0 <= one["start"] <= one["end"] <= len(text)
    assert "@" in {text[one["start"] : one["end"]] for one in told["problems"]}
    assert alice.expenses() == []


def test_a_category_that_is_not_there_is_not_made(alice):
    """It is a slip of the pen more often than not."""
    alice.create("Food")

    told = problem(alice.post("/expenses/quick", {"text": "12.50 Lunch @Fod"}), 404, "category_not_found")

    assert "Food" in told["detail"]
    assert alice.expenses() == []


def test_what_is_wrong_around_the_line_is_named(alice):
    """By its place in the body; the line itself where it would make no expense."""
    wrong = [
        ({"text": "12 Lunch", "locale": "klingon"}, "#/locale"),
        ({"text": "12 Lunch", "locale": ""}, "#/locale"),
        ({"text": "12 Lunch", "today": "soon"}, "#/today"),
        ({"text": "x" * 2_001}, "#/text"),
        ({"text": f"12 {'x' * 501}"}, "#/text"),
        ({"text": "12 Lunch 1850-01-01"}, "#/text"),
        ({"text": "9999999999999 Lunch"}, "#/text"),
        ({"text": "12 Lunch \x00"}, "#/text"),
        ({"text": "12 Lunch \ud800"}, "#/text"),
        ({"text": 12}, "#/text"),
        ({"text": ""}, "#/text"),
        ({}, "#/text"),
        ({"text": "12 Lunch", "dryrun": True}, "#/dryrun"),
    ]

    told = [
        {
            *pointers(
                alice.post("/expenses/quick", content=json.dumps(line), headers={"Content-Type": "application/json"})
            )
        }
        for line, _ in wrong
    ]

    assert told == [{pointer} for _, pointer in wrong]
    assert alice.expenses() == []


def test_the_first_and_the_last_day_there_is_are_fine_days(alice):
    """There is no yesterday before the first, and that is told, not stumbled over."""
    for today in ("0001-01-01", "9999-12-31"):
        answer = alice.post("/expenses/quick", {"text": "12 Lunch yesterday", "today": today, "dry_run": True})
        assert answer.status_code in {200, 422}


def test_a_category_is_made_for_whoever_asks_for_it(alice):
    """Unless one is there of that name, or of nearly that one; undone, it is gone with the expense."""
    made = done(alice.post("/expenses/quick", {"text": "12.50 Lunch @Food", "make_category": True}), 201)["expense"]
    found = done(alice.post("/expenses/quick", {"text": "3 Tea @food", "make_category": True}), 201)["expense"]

    assert found["category_id"] == made["category_id"]
    problem(alice.post("/expenses/quick", {"text": "1 Bun @Fod", "make_category": True}), 404, "category_not_found")
    done(alice.post("/history/undo"))
    done(alice.post("/history/undo"))
    assert done(alice.get("/categories"))["items"] == []
