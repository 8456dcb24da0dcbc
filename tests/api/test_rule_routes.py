"""Rules over HTTP."""

from __future__ import annotations

import pytest
from server import done, pointers, problem


def made(caller, **given):
    """A rule that leaves rows out, where nothing else is given."""
    return done(caller.post("/rules", given if given.keys() - {"payee", "text"} else given | {"skip": True}), 201)


def order(caller):
    """The numbers of the rules, as they are tried."""
    return [rule["id"] for rule in done(caller.get("/rules"))["items"]]


def test_a_rule_comes_back_with_its_etag_and_its_address(alice):
    """Its amounts are text, with the decimals that they need."""
    food = alice.create("Food")

    answer = alice.post("/rules", {"payee": "deli", "max_amount": 20.50, "category_id": food["id"], "notes": "by rule"})

    rule = done(answer, 201)
    assert rule == {
        "id": rule["id"],
        "ledger_id": food["ledger_id"],
        "payee": "deli",
        "text": "",
        "min_amount": None,
        "max_amount": "20.5",
        "account": "",
        "category_id": food["id"],
        "category": "Food",
        "description": "",
        "notes": "by rule",
        "skip": False,
        "owner_id": alice.id,
        "version": 1,
        "created_at": "2026-11-05T12:15:00Z",
        "updated_at": "2026-11-05T12:15:00Z",
    }
    assert (answer.headers["etag"], answer.headers["location"]) == ('"1"', f"/api/v1/rules/{rule['id']}")
    found = alice.get(f"/rules/{rule['id']}")
    assert (done(found), found.headers["etag"]) == (rule, '"1"')
    assert done(alice.get("/rules")) == {"items": [rule]}


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({}, "#"),
        ({"payee": "deli"}, "#"),
        ({"payee": "deli", "skip": True, "notes": "n"}, "#"),
        ({"min_amount": 2, "max_amount": 1, "skip": True}, "#"),
        ({"payee": "deli", "min_amount": "much", "skip": True}, "#/min_amount"),
        ({"payee": "a\nb", "skip": True}, "#/payee"),
        ({"payee": "deli", "new_category": " "}, "#/new_category"),
        ({"payee": "deli", "skip": True, "colour": "red"}, "#/colour"),
    ],
)
def test_what_is_no_rule_is_refused(alice, given, where):
    """To be made, and to be tried."""
    assert set(pointers(alice.post("/rules", given))) == {where}
    assert set(pointers(alice.post("/rules/try", given))) == {where}
    assert order(alice) == []


def test_a_rule_is_changed_and_keeps_what_is_not_named(alice):
    """Null takes an amount away, and the category; what would be left without a condition or an effect is refused."""
    food = alice.create("Food")
    rule = made(alice, payee="deli", min_amount="5", category_id=food["id"])
    path = f"/rules/{rule['id']}"

    answer = alice.patch(path, {"min_amount": None, "description": "Deli"})

    changed = rule | {"min_amount": None, "description": "Deli", "version": 2}
    assert (done(answer), answer.headers["etag"]) == (changed, '"2"')
    assert done(alice.patch(path, {"payee": "deli"})) == changed
    problem(alice.patch(path, {"payee": ""}), 422)
    problem(alice.patch(path, {"category_id": None, "description": ""}), 422)
    problem(alice.patch(path, {"category_id": 999}), 404, "category_not_found")
    problem(alice.post("/rules", {"payee": "deli", "category_id": 999}), 404, "category_not_found")
    problem(alice.patch("/rules/999", {"payee": "x"}), 404, "rule_not_found")
    assert done(alice.get(path)) == changed


def test_a_rule_makes_a_category_and_one_undo_takes_both(alice):
    """In the place of `category_id`, in a new rule and in a change."""
    alice.create("Food")
    rule = made(alice, payee="deli", new_category=" Snacks ")
    problem(alice.patch(f"/rules/{rule['id']}", {"new_category": "food"}), 409, "category_name_taken")
    changed = done(alice.patch(f"/rules/{rule['id']}", {"new_category": "Lunches", "place": 1}))

    assert (rule["category"], changed["category"]) == ("Snacks", "Lunches")
    assert [done(alice.post("/history/undo"))["action"] for _ in "ab"] == ["rule.edit", "rule.create"]
    assert [one["name"] for one in done(alice.get("/categories"))["items"]] == ["Food"]
    assert order(alice) == []


def test_a_rule_is_moved_and_changed_in_one_entry_of_the_history(alice):
    """One undo takes both back."""
    one, two, three = (made(alice, payee=name)["id"] for name in "abc")

    moved = done(alice.patch(f"/rules/{three}", {"place": 1}))
    both = done(alice.patch(f"/rules/{two}", {"place": 1, "payee": "z"}, headers={"If-Match": '"2"'}))

    assert (moved["version"], both["payee"], both["version"]) == (2, "z", 3)
    assert order(alice) == [two, three, one]
    done(alice.patch(f"/rules/{two}", {"place": 1}))
    problem(alice.patch(f"/rules/{two}", {"place": 4}), 422)
    assert set(pointers(alice.patch(f"/rules/{two}", {"place": 0}))) == {"#/place"}
    entries = done(alice.get("/history"))["items"]
    assert [(entry["action"], entry["changed"]) for entry in entries[:2]] == [("rule.edit", 3), ("rule.move", 3)]
    done(alice.post("/history/undo"))
    assert order(alice) == [three, one, two]
    assert done(alice.get(f"/rules/{two}"))["payee"] == "b"


def test_a_deleted_rule_comes_back_by_an_undo(alice):
    """Meanwhile it is not there."""
    rule = made(alice, payee="deli")

    assert alice.delete(f"/rules/{rule['id']}").status_code == 204

    problem(alice.get(f"/rules/{rule['id']}"), 404, "rule_not_found")
    problem(alice.delete(f"/rules/{rule['id']}"), 404, "rule_not_found")
    done(alice.post("/history/undo"))
    assert order(alice) == [rule["id"]]


def test_a_rule_is_tried_on_the_book_and_nothing_is_kept(alice, nobody):
    """By a script that may only read, too; the latest come first."""
    for day in range(1, 13):
        alice.record(description="CARD CORNER DELI 0042", spent_on=f"2026-10-{day:02}")
    other = alice.record(description="Bar")
    token = done(alice.post("/auth/tokens", {"name": "reader"}), 201)["token"]
    reader = nobody.but(authorization=f"Bearer {token}")

    trial = done(reader.post("/rules/try", {"payee": "corner deli", "skip": True}))

    assert (trial["count"], len(trial["first"]), trial["first"][0]["spent_on"]) == (12, 10, "2026-10-12")
    assert done(alice.post("/rules/try", {"text": "bar", "skip": True})) == {"count": 1, "first": [other]}
    assert order(alice) == []
