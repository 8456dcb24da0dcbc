"""Expenses over HTTP: recorded, shown, changed, thrown away and brought back, exact to the last digit."""

from __future__ import annotations

import pytest
from server import done, pointers, problem

SHOWN = [
    *("id", "ledger_id", "amount", "currency", "description", "spent_on", "category_id", "category"),
    *("notes", "owner_id", "version", "created_at", "updated_at"),
]


def sent(caller, body):
    """The answer to a new expense whose JSON is written like this."""
    return caller.post_text("/expenses", body)


def test_a_recorded_expense_comes_back_whole_with_its_etag_and_its_address(alice):
    """What is not given is today, in the ledger's currency, without a category."""
    answer = alice.post("/expenses", {"amount": "12.5", "description": "  Lunch with Sam  ", "notes": "dessert\ntoo"})

    recorded = done(answer, 201)
    assert recorded == {
        "id": recorded["id"],
        "ledger_id": recorded["ledger_id"],
        "amount": "12.50",
        "currency": "EUR",
        "description": "Lunch with Sam",
        "spent_on": "2026-11-05",
        "category_id": None,
        "category": None,
        "notes": "dessert\ntoo",
        "owner_id": alice.id,
        "version": 1,
        "created_at": "2026-11-05T12:15:00Z",
        "updated_at": "2026-11-05T12:15:00Z",
    }
    assert [*recorded] == SHOWN
    assert (answer.headers["etag"], answer.headers["location"]) == ('"1"', f"/api/v1/expenses/{recorded['id']}")
    found = alice.get(f"/expenses/{recorded['id']}")
    assert (done(found), found.headers["etag"]) == (recorded, '"1"')


def test_an_amount_is_taken_exactly_as_a_string_or_a_number(alice):
    """No digit of a number in JSON passes through a float."""
    written = [
        ('"12.10"', "EUR", "12.10"),
        ("12.10", "EUR", "12.10"),
        ("12.1", "EUR", "12.10"),
        ("0.1", "EUR", "0.10"),
        ("0.30", "EUR", "0.30"),
        ("-0.01", "EUR", "-0.01"),
        ('"-5"', "EUR", "-5.00"),
        ("7", "EUR", "7.00"),
        ("1e2", "EUR", "100.00"),
        ("1.005e3", "EUR", "1005.00"),
        ("1.0000", "EUR", "1.00"),
        ("999999999999.99", "EUR", "999999999999.99"),
        ('"-999999999999.99"', "EUR", "-999999999999.99"),
        ("1500", "JPY", "1500"),
        ("999999999999", "JPY", "999999999999"),
        ("0.001", "KWD", "0.001"),
        ("999999999999.999", "KWD", "999999999999.999"),
    ]

    recorded = [
        done(sent(alice, f'{{"amount": {amount}, "currency": "{currency}"}}'), 201) for amount, currency, _ in written
    ]

    assert [one["amount"] for one in recorded] == [kept for *_, kept in written]
    assert alice.expenses(sort="created_at") == recorded


def test_what_is_no_amount_is_refused(alice):
    """It is named by its place in the body, and nothing is recorded."""
    wrong = ["0", "-0.0", "0.001", "1000000000000", "100000000000000000000", "1e400", "1e-400", "1e999999999999"]
    wrong += ["9" * 4_000, f"0.{'1' * 4_000}", '"1,50"', '"NaN"', '"Infinity"', '"12_0"', '"0x10"', '""', '"१२"']
    wrong += ["true", "null", "[1]", "{}"]

    told = [pointers(sent(alice, f'{{"amount": {amount}, "currency": "EUR"}}')) for amount in wrong]
    misfits = [
        pointers(sent(alice, f'{{"amount": {amount}, "currency": "{currency}"}}'))
        for amount, currency in (("1.5", "JPY"), ("1.0001", "KWD"))
    ]
    misfits += [pointers(sent(alice, '{"amount": 1.234}'))]

    assert told + misfits == [{"#/amount": "invalid_amount"}] * (len(wrong) + len(misfits))
    assert alice.expenses() == []


def test_a_date_is_kept_as_it_was_given(alice):
    """It is a calendar date: no time zone moves it."""
    given = ["1900-01-01", "2024-02-29", "9999-12-31"]

    assert [alice.record(spent_on=day)["spent_on"] for day in given] == given


def test_what_is_no_date_is_refused(alice):
    """It is named by its place in the body."""
    wrong = ["2026-02-29", "1899-12-31", "05.11.2026", "2026-11-05T12:00:00Z", "", 20261105, "9", [], True]

    told = [pointers(alice.post("/expenses", {"amount": "1", "spent_on": day})) for day in wrong]

    assert told == [{"#/spent_on": "invalid_date"}] * len(wrong)
    assert alice.expenses() == []


def test_a_patch_changes_what_it_names_and_nothing_else(alice, clock):
    """Null takes an expense out of its category; every change is a new version."""
    food = alice.create("Food")
    lunch = alice.record(category_id=food["id"], notes="with Sam")
    clock.advance(minutes=5)

    answer = alice.patch(f"/expenses/{lunch['id']}", {"amount": 13, "spent_on": "2026-11-04"})
    changed = {"amount": "13.00", "spent_on": "2026-11-04", "version": 2, "updated_at": "2026-11-05T12:20:00Z"}
    assert (done(answer), answer.headers["etag"]) == (lunch | changed, '"2"')

    freed = done(alice.patch(f"/expenses/{lunch['id']}", {"category_id": None, "description": ""}))
    changed |= {"category_id": None, "category": None, "description": "", "version": 3}
    assert freed == lunch | changed
    assert done(alice.get(f"/expenses/{lunch['id']}")) == freed


@pytest.mark.parametrize("name", ["amount", "currency", "description", "spent_on", "notes"])
def test_nothing_but_a_category_can_be_taken_away(alice, name):
    """Null is no way to leave a field as it is."""
    lunch = alice.record()

    problem(alice.patch(f"/expenses/{lunch['id']}", {name: None}), 422, "invalid")

    assert alice.expenses() == [lunch]


def test_a_changed_currency_has_to_fit_the_amount(alice):
    """Yen have no decimals."""
    lunch = alice.record()

    answer = alice.patch(f"/expenses/{lunch['id']}", {"currency": "JPY"})

    assert pointers(answer) == {"#/amount": "invalid_amount"}

    assert done(alice.patch(f"/expenses/{lunch['id']}", {"currency": "JPY", "amount": 1200}))["amount"] == "1200"


def test_a_deleted_expense_is_in_the_trash_and_comes_back_whole(alice):
    """It is nowhere else meanwhile."""
    food = alice.create("Food")
    lunch, dinner = alice.record(category_id=food["id"], notes="with Sam"), alice.record(description="Dinner")

    gone = alice.delete(f"/expenses/{lunch['id']}")

    assert (gone.status_code, gone.content) == (204, b"")
    assert alice.expenses() == [dinner]
    problem(alice.get(f"/expenses/{lunch['id']}"), 404, "expense_not_found")
    problem(alice.patch(f"/expenses/{lunch['id']}", {"amount": 1}), 404, "expense_not_found")
    problem(alice.delete(f"/expenses/{lunch['id']}"), 404, "expense_not_found")
    (found,) = done(alice.get("/expenses/trash"))["items"]
    assert found.pop("deleted_at") == "2026-11-05T12:15:00Z"
    assert found == lunch | {"version": found["version"], "updated_at": found["updated_at"]}
    restored = alice.post(f"/expenses/{lunch['id']}/restore")
    assert done(restored) == lunch | {"version": done(restored)["version"]}
    assert restored.headers["etag"] == f'"{done(restored)["version"]}"'
    assert done(alice.get("/expenses/trash")) == {"items": [], "next_cursor": None}
    problem(alice.post(f"/expenses/{lunch['id']}/restore"), 404, "expense_not_found")


def test_the_trash_is_emptied_for_good_in_part_or_as_a_whole(alice):
    """Only what is in it goes."""
    first, second, third, kept = [alice.record(description=str(number)) for number in range(4)]
    for one in (first, second, third):
        alice.delete(f"/expenses/{one['id']}")

    assert done(alice.request("DELETE", "/expenses/trash", params={"id": [first["id"]]})) == {"purged": 1}
    assert [one["id"] for one in done(alice.get("/expenses/trash"))["items"]] == [third["id"], second["id"]]
    problem(alice.request("DELETE", "/expenses/trash", params={"id": [kept["id"]]}), 404, "expense_not_found")
    assert done(alice.delete("/expenses/trash")) == {"purged": 2}
    assert done(alice.delete("/expenses/trash")) == {"purged": 0}
    problem(alice.post(f"/expenses/{first['id']}/restore"), 404, "expense_not_found")
    assert alice.expenses() == [kept]


def test_ledgers_and_currencies_are_there_to_be_seen(alice, nobody):
    """The ledger by its number is the one that is everybody's default."""
    (mine,) = done(alice.get("/ledgers"))["items"]

    assert mine == {
        "id": mine["id"],
        "name": "alice",
        "currency": "EUR",
        "role": "owner",
        "created_at": "2026-11-05T12:15:00Z",
    }
    assert done(alice.get(f"/ledgers/{mine['id']}")) == mine
    lunch = alice.record()
    assert lunch["ledger_id"] == mine["id"]
    assert alice.expenses(ledger_id=mine["id"]) == [lunch]
    known = {one["code"]: one for one in done(nobody.get("/currencies"))["items"]}
    assert known["JPY"] == {"code": "JPY", "name": "Yen", "decimals": 0} | {"name": known["JPY"]["name"]}
    assert [known[code]["decimals"] for code in ("EUR", "JPY", "KWD")] == [2, 0, 3]


def test_the_address_of_what_is_made_in_a_named_ledger_names_it_too(alice):
    """Whoever follows it gets there."""
    (mine,) = done(alice.get("/ledgers"))["items"]

    answer = alice.post("/expenses", {"amount": 1}, params={"ledger_id": mine["id"]})

    place = answer.headers["location"]
    assert place == f"/api/v1/expenses/{done(answer, 201)['id']}?ledger_id={mine['id']}"
    assert done(alice.but(base="").get(place)) == done(answer, 201)


def test_an_expense_can_make_its_category(alice):
    """Recorded or edited with the name of one; undone, both are gone."""
    lunch = done(alice.post("/expenses", {"amount": "9", "new_category": " Food "}), 201)
    dinner = alice.record()
    edited = done(alice.patch(f"/expenses/{dinner['id']}", {"amount": "20", "new_category": "Eating out"}))

    assert (lunch["category"], edited["category"], edited["version"]) == ("Food", "Eating out", 2)
    assert [one["name"] for one in done(alice.get("/categories"))["items"]] == ["Eating out", "Food"]
    done(alice.post("/history/undo"))
    assert [one["name"] for one in done(alice.get("/categories"))["items"]] == ["Food"]
    assert done(alice.get(f"/expenses/{dinner['id']}"))["amount"] == "12.50"


def test_a_category_that_cannot_be_made_is_refused_with_the_expense(alice):
    """One that is there, one beside another, and a name that is none."""
    food, dinner = alice.create("Food"), alice.record()
    path = f"/expenses/{dinner['id']}"

    for call in (lambda sent: alice.post("/expenses", {"amount": 1} | sent), lambda sent: alice.patch(path, sent)):
        problem(call({"new_category": "food"}), 409, "category_name_taken")
        problem(call({"new_category": "Fun", "category_id": food["id"]}), 422, "invalid")
        assert pointers(call({"new_category": ""})) == {"#/new_category": "string_too_short"}

    assert len(alice.expenses()) == 1
    assert done(alice.get(path)) == dinner
