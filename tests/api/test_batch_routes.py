"""Many changes at once, over HTTP: all of them or none."""

from __future__ import annotations

import pytest
from server import done, pointers, problem


def lines(*given, **more):
    """The body of a batch."""
    return {"lines": [*given]} | more


CREATE = {"do": "create", "amount": "5.00", "description": "Coffee"}


def test_a_batch_says_for_each_line_what_happened(alice):
    """One undo takes all of it back."""
    lunch, dinner = alice.record(), alice.record(description="Dinner")

    answer = done(
        alice.post(
            "/expenses/batch",
            lines(
                CREATE,
                {"do": "edit", "id": lunch["id"], "version": 1, "amount": 13},
                {"do": "delete", "id": dinner["id"]},
            ),
        )
    )

    made, edited, deleted = answer["lines"]
    coffee = made["expense"]
    assert (made["do"], made["id"], coffee["amount"]) == ("create", coffee["id"], "5.00")
    assert edited == {"do": "edit", "id": lunch["id"], "expense": lunch | {"amount": "13.00", "version": 2}}
    assert deleted == {"do": "delete", "id": dinner["id"], "expense": None}
    assert answer["dry_run"] is False
    assert {one["id"] for one in alice.expenses()} == {coffee["id"], lunch["id"]}
    assert done(alice.post("/history/undo"))["action"] == "expense.batch"
    assert [(one["id"], one["amount"]) for one in alice.expenses(sort="created_at")] == [
        (lunch["id"], "12.50"),
        (dinner["id"], "12.50"),
    ]


def test_of_a_batch_with_a_line_that_cannot_be_done_nothing_is(alice):
    """Every such line is named, with the reason."""
    lunch = alice.record()

    answer = alice.post(
        "/expenses/batch",
        lines(
            CREATE,
            {"do": "edit", "id": lunch["id"], "version": 7, "amount": 13},
            {"do": "delete", "id": 999},
            {"do": "create", "amount": "1", "category_id": 999},
            {"do": "create", "amount": "1.234"},
        ),
    )

    assert pointers(answer) == {
        "#/lines/1": "version_conflict",
        "#/lines/2": "expense_not_found",
        "#/lines/3": "category_not_found",
        "#/lines/4": "invalid_amount",
    }
    assert problem(answer, 422)["code"] == "batch_refused"
    assert alice.expenses() == [lunch]
    assert len(done(alice.get("/history"))["items"]) == 1


def test_a_dry_run_does_it_all_and_takes_it_back(alice):
    """The answer is what it would have been."""
    lunch = alice.record()
    batch = lines(CREATE, {"do": "edit", "id": lunch["id"], "version": 1, "amount": 13})

    tried = done(alice.post("/expenses/batch", batch | {"dry_run": True}))

    assert tried["dry_run"] is True
    assert tried["lines"][1]["expense"] == lunch | {"amount": "13.00", "version": 2}
    assert alice.expenses() == [lunch]
    assert len(done(alice.get("/history"))["items"]) == 1
    real = done(alice.post("/expenses/batch", batch))
    assert [one["do"] for one in real["lines"]] == [one["do"] for one in tried["lines"]]


@pytest.mark.parametrize("second", [{"do": "delete"}, {"do": "edit", "version": 2, "amount": 1}])
def test_an_expense_is_named_once_in_a_batch(alice, second):
    """Whatever is to be done with it."""
    lunch = alice.record()
    first = {"do": "edit", "id": lunch["id"], "version": 1, "amount": 13}

    answer = alice.post("/expenses/batch", lines(first, second | {"id": lunch["id"]}))

    assert pointers(answer) == {"#/lines/1": "invalid"}
    assert alice.expenses() == [lunch]


def test_a_thousand_lines_are_a_batch_and_one_more_is_not(alice):
    """It is one entry of the history."""
    assert pointers(alice.post("/expenses/batch", lines(*[CREATE] * 1_001))) == {"#/lines": "too_long"}

    answer = done(alice.post("/expenses/batch", lines(*[CREATE] * 1_000)))

    assert len({one["id"] for one in answer["lines"]}) == 1_000
    (entry,) = done(alice.get("/history"))["items"]
    assert (entry["action"], entry["recorded"]) == ("expense.batch", 1_000)


def test_what_is_no_line_is_named_by_its_place(alice):
    """Before anything is tried."""
    wrong = [
        (lines(), "#/lines"),
        ({}, "#/lines"),
        ({"lines": "all"}, "#/lines"),
        (lines({"do": "create"}), "#/lines/0/amount"),
        (lines(CREATE, {"do": "edit", "id": 1}), "#/lines/1/version"),
        (lines({"do": "edit", "id": "one", "version": 1}), "#/lines/0/id"),
        (lines({"do": "burn", "id": 1}), "#/lines/0"),
        (lines({"amount": 1}), "#/lines/0"),
        (lines("create"), "#/lines/0"),
        (lines(CREATE | {"a/b~": "red"}), "#/lines/0/a~1b~0"),
        (lines(CREATE, atomic=False), "#/atomic"),
    ]

    told = [{*pointers(alice.post("/expenses/batch", body))} for body, _ in wrong]

    assert told == [{pointer} for _, pointer in wrong]
    assert alice.expenses() == []


def test_a_batch_takes_expenses_out_of_the_trash(alice):
    """As they were; one undo puts them back."""
    lunch, dinner = alice.record(), alice.record(description="Dinner")
    for one in (lunch, dinner):
        alice.delete(f"/expenses/{one['id']}")

    answer = done(
        alice.post("/expenses/batch", lines(*({"do": "restore", "id": one["id"]} for one in (lunch, dinner))))
    )

    assert [(one["do"], one["id"]) for one in answer["lines"]] == [("restore", lunch["id"]), ("restore", dinner["id"])]
    assert answer["lines"][0]["expense"]["description"] == "Lunch"
    done(alice.post("/history/undo"))
    assert alice.expenses() == []
