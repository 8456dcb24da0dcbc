"""Categories over HTTP."""

from __future__ import annotations

import json

from server import done, pointers, problem


def test_a_category_comes_back_with_its_etag_and_its_address(alice):
    """A category is what it was called."""
    answer = alice.post("/categories", {"name": " Food "})

    food = done(answer, 201)
    assert food == {
        "id": food["id"],
        "ledger_id": food["ledger_id"],
        "name": "Food",
        "owner_id": alice.id,
        "version": 1,
        "created_at": "2026-11-05T12:15:00Z",
        "updated_at": "2026-11-05T12:15:00Z",
    }
    assert (answer.headers["etag"], answer.headers["location"]) == ('"1"', f"/api/v1/categories/{food['id']}")
    found = alice.get(f"/categories/{food['id']}")
    assert (done(found), found.headers["etag"]) == (food, '"1"')


def test_a_list_of_categories_says_what_was_spent_on_each(alice):
    """By name, and by currency: those are never added up."""
    travel, food = alice.create("Travel"), alice.create("Food")
    for given in ({"amount": "12.50"}, {"amount": "-2.50"}, {"amount": 1000, "currency": "JPY"}):
        alice.record(category_id=food["id"], **given)

    listed = done(alice.get("/categories"))["items"]

    totals = [{"currency": "EUR", "total": "10.00", "count": 2}, {"currency": "JPY", "total": "1000", "count": 1}]
    assert listed == [food | {"count": 3, "totals": totals}, travel | {"count": 0, "totals": []}]


def test_a_category_is_renamed_and_its_expenses_with_it(alice):
    """The ETag is the new version's."""
    food = alice.create("Food")
    lunch = alice.record(category_id=food["id"])

    answer = alice.patch(f"/categories/{food['id']}", {"name": "Eating out"})

    assert (done(answer), answer.headers["etag"]) == (food | {"name": "Eating out", "version": 2}, '"2"')
    assert done(alice.get(f"/expenses/{lunch['id']}"))["category"] == "Eating out"


def test_a_name_that_is_taken_is_a_conflict(alice):
    """In any letter case."""
    alice.create("Food")
    travel = alice.create("Travel")

    problem(alice.post("/categories", {"name": "FOOD"}), 409, "category_name_taken")
    problem(alice.patch(f"/categories/{travel['id']}", {"name": "food"}), 409, "category_name_taken")


def test_what_is_no_name_is_refused(alice):
    """It is named by its place in the body."""
    wrong = ["", "  ", "x" * 101, "a\nb", "a\x00b", "\u200b", "\ud800", 5, None, [], {}]

    told = [pointers(alice.post_text("/categories", json.dumps({"name": name}))) for name in wrong]

    assert [*map(set, told)] == [{"#/name"}] * len(wrong)
    assert done(alice.get("/categories")) == {"items": []}


def test_a_category_in_use_is_deleted_only_with_a_place_for_its_expenses(alice):
    """Another category, or none."""
    food, eating, travel = (alice.create(name) for name in ("Food", "Eating out", "Travel"))
    lunch = alice.record(category_id=food["id"])

    problem(alice.delete(f"/categories/{food['id']}"), 409, "category_in_use")
    problem(alice.request("DELETE", f"/categories/{food['id']}", params={"move_to": 999}), 404, "category_not_found")
    assert alice.request("DELETE", f"/categories/{food['id']}", params={"move_to": eating["id"]}).status_code == 204
    assert done(alice.get(f"/expenses/{lunch['id']}"))["category"] == "Eating out"
    both = {"move_to": travel["id"], "uncategorise": True}
    problem(alice.request("DELETE", f"/categories/{eating['id']}", params=both), 422)
    assert alice.request("DELETE", f"/categories/{eating['id']}", params={"uncategorise": True}).status_code == 204
    assert done(alice.get(f"/expenses/{lunch['id']}"))["category"] is None
    assert alice.delete(f"/categories/{travel['id']}").status_code == 204
    assert done(alice.get("/categories")) == {"items": []}
    problem(alice.get(f"/categories/{travel['id']}"), 404, "category_not_found")


def test_a_merged_category_gives_its_expenses_to_the_other(alice):
    """The answer is the other one, with its ETag."""
    food, eating = alice.create("Food"), alice.create("Eating out")
    lunch = alice.record(category_id=food["id"])

    answer = alice.post(f"/categories/{food['id']}/merge", {"into_id": eating["id"]})

    assert done(answer)["id"] == eating["id"]
    assert answer.headers["etag"] == f'"{done(answer)["version"]}"'
    assert done(alice.get(f"/expenses/{lunch['id']}"))["category_id"] == eating["id"]
    problem(alice.get(f"/categories/{food['id']}"), 404, "category_not_found")
    problem(alice.post(f"/categories/{eating['id']}/merge", {"into_id": eating["id"]}), 422)
    problem(alice.post(f"/categories/{eating['id']}/merge", {"into_id": 999}), 404, "category_not_found")
