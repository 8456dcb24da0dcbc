"""Lists over HTTP: every filter, every order, and pages that stay right while expenses come and go."""

from __future__ import annotations

import base64
import re
from decimal import Decimal

import pytest
from server import done, pointers, problem


def walked(caller, path="/expenses", **query):
    """Every item of a list, page by page, each reached by the Link header of the one before."""
    found, answer = [], caller.get(path, **query)
    while True:
        page = done(answer)
        found += page["items"]
        link = answer.headers.get("link")
        assert (link is None) == (page["next_cursor"] is None)
        if link is None:
            return found
        url, rel = re.fullmatch(r'<(.*)>; rel="(.*)"', link).groups()
        assert rel == "next"
        answer = caller.but(base="").get(url.removeprefix("http://server"))


@pytest.fixture
def book(alice):
    """Alice's book: thirty expenses of three days, two currencies and two categories."""
    food, travel = alice.create("Food"), alice.create("Travel")
    create = [
        {
            "do": "create",
            "amount": str((number * 7) % 10 - 4 or 9),
            "currency": "EUR" if number % 3 else "JPY",
            "description": f"Nr {number} {'Çay 50%' if number % 2 else 'Lunch_x'}",
            "notes": "Shared" if number % 5 == 0 else "",
            "spent_on": f"2026-11-0{number % 3 + 1}",
            "category_id": (food["id"], travel["id"], None)[number % 3],
        }
        for number in range(30)
    ]
    return [one["expense"] for one in done(alice.post("/expenses/batch", {"lines": create}))["lines"]]


KEYS = {
    "spent_on": lambda one: (one["spent_on"], one["id"]),
    "amount": lambda one: (Decimal(one["amount"]), one["id"]),
    "created_at": lambda one: one["id"],
}


def test_every_order_is_walked_page_by_page_and_none_is_met_twice(alice, book):
    """Whatever the size of a page; the newest first, where no order is asked for."""
    for sort, key in KEYS.items():
        rightly = [one["id"] for one in sorted(book, key=key)]
        for limit in (1, 7, 30, 500):
            assert [one["id"] for one in walked(alice, sort=sort, limit=limit)] == rightly
            assert [one["id"] for one in walked(alice, sort=f"-{sort}", limit=limit)] == rightly[::-1]
    assert walked(alice) == walked(alice, sort="-spent_on")


def test_every_filter_keeps_what_meets_it_and_nothing_else(alice, book):
    """Alone and together, over pages; in whole what is in the book."""
    food, travel = sorted({one["category_id"] for one in book} - {None})
    everything, nothing = (lambda _: True), (lambda _: False)
    filters = [
        ({"from": "2026-11-02"}, lambda one: one["spent_on"] >= "2026-11-02"),
        ({"to": "2026-11-02"}, lambda one: one["spent_on"] <= "2026-11-02"),
        ({"from": "2026-11-02", "to": "2026-11-02"}, lambda one: one["spent_on"] == "2026-11-02"),
        ({"category_id": food}, lambda one: one["category_id"] == food),
        ({"category_id": [food, travel]}, lambda one: one["category_id"] in {food, travel}),
        ({"uncategorised": True}, lambda one: one["category_id"] is None),
        ({"uncategorised": False}, everything),
        ({"category_id": food, "uncategorised": "true"}, lambda one: one["category_id"] in {food, None}),
        ({"currency": "jpy"}, lambda one: one["currency"] == "JPY"),
        ({"min_amount": "3"}, lambda one: Decimal(one["amount"]) >= 3),
        ({"max_amount": "-1.0"}, lambda one: Decimal(one["amount"]) <= -1),
        ({"min_amount": "-2", "max_amount": "2"}, lambda one: -2 <= Decimal(one["amount"]) <= 2),
        ({"q": "ÇAY"}, lambda one: "Çay" in one["description"]),
        ({"q": "50%"}, lambda one: "50%" in one["description"]),
        ({"q": "h_X"}, lambda one: "h_x" in one["description"]),
        ({"q": "shared"}, lambda one: one["notes"] == "Shared"),
        ({"q": ""}, everything),
        ({"owner_id": alice.id}, everything),
        ({"owner_id": alice.id + 1}, nothing),
        ({"category_id": 999}, nothing),
        ({"q": "lunch", "currency": "EUR"}, lambda one: "Lunch" in one["description"] and one["currency"] == "EUR"),
    ]

    for query, meets in filters:
        wanted = meets or (
            lambda one: "Lunch" in one["description"] and one["currency"] == "EUR" and one["amount"][0] != "-"
        )
        rightly = [one for one in sorted(book, key=KEYS["spent_on"]) if wanted(one)]
        assert walked(alice, sort="spent_on", limit=4, **query) == rightly, query


def test_pages_stay_right_while_expenses_come_and_go(alice, book):
    """What was there all the while is met once."""
    query = {"sort": "amount", "limit": 5}
    first = done(alice.get("/expenses", **query))

    for one in [first["items"][-1], book[0] if book[0] not in first["items"] else book[1]]:
        alice.delete(f"/expenses/{one['id']}")
    alice.record(amount="-100")
    late = alice.record(amount="100")
    rest = walked(alice, cursor=first["next_cursor"], **query)

    there = {one["id"] for one in alice.expenses()}
    seen = [one["id"] for one in first["items"] + rest]
    assert len(seen) == len(set(seen))
    assert {one["id"] for one in book} & there <= set(seen)
    assert rest[-1]["id"] == late["id"]


def test_a_cursor_is_good_for_its_own_list_alone(alice, bob, book):
    """Not with other filters or another order, nor in another list, nor in another ledger, nor changed."""
    (mine,) = done(alice.get("/ledgers"))["items"]
    query = {"sort": "amount", "limit": 5, "currency": "EUR"}
    cursor = done(alice.get("/expenses", **query))["next_cursor"]
    raw = bytearray(base64.urlsafe_b64decode(cursor + "=="))
    raw[-1] ^= 1
    forged = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    refused = [
        alice.get("/expenses", **query | {"sort": "-amount"}, cursor=cursor),
        alice.get("/expenses", **query | {"currency": "JPY"}, cursor=cursor),
        alice.get("/expenses", **query, min_amount=1, cursor=cursor),
        alice.get("/expenses", cursor=cursor),
        alice.get("/expenses", **query, ledger_id=mine["id"], cursor=cursor),
        alice.get("/expenses", **query, cursor=forged),
        alice.get("/expenses", **query, cursor=cursor[:-4]),
        alice.get("/expenses", **query, cursor=f"{cursor}AAAA"),
        alice.get("/expenses/trash", limit=5, cursor=cursor),
        alice.get("/history", limit=5, cursor=cursor),
        *(alice.get("/expenses", **query, cursor=rubbish) for rubbish in ("", "x", "é", "=", "A" * 2_000, "\x00")),
        alice.get("/expenses?sort=amount&limit=5&currency=EUR&cursor=%FF%ED%A0%80"),
    ]

    assert [{*pointers(answer).values()} for answer in refused] == [{"invalid_cursor"}] * len(refused)
    again = done(alice.get("/expenses", **query | {"limit": 7}, cursor=cursor))["items"]
    assert again[:5] == done(alice.get("/expenses", **query, cursor=cursor))["items"]
    assert pointers(alice.get("/expenses", cursor="A" * 2_001)) == {"query cursor": "string_too_long"}


def test_a_cursor_of_somebody_else_leads_nowhere_of_theirs(alice, bob, book):
    """Each sees their own book behind it, whatever it was made of."""
    dinner = bob.record(amount=50, description="Dinner")
    cursor = done(alice.get("/expenses", sort="amount", limit=5))["next_cursor"]

    answer = bob.get("/expenses", sort="amount", limit=5, cursor=cursor)

    assert answer.status_code == 422 or done(answer)["items"] == [dinner]


def test_the_trash_and_the_history_are_walked_page_by_page_too(alice, book):
    """The last first."""
    for one in book[:7]:
        alice.delete(f"/expenses/{one['id']}")

    trash = walked(alice, "/expenses/trash", limit=3)
    history = walked(alice, "/history", limit=3)

    assert [one["id"] for one in trash] == [one["id"] for one in reversed(book[:7])]
    assert [one["id"] for one in history] == sorted((one["id"] for one in history), reverse=True)
    assert len(history) == 10


def test_a_parameter_that_is_not_known_is_refused_everywhere(alice):
    """All of them are named."""
    for path in ("/expenses", "/expenses/trash", "/history", "/categories", "/ledgers", "/users/me", "/auth/sessions"):
        told = pointers(alice.get(path, pagesize=5, **{"Limit": 5, "a b": 1}))
        assert told == dict.fromkeys(["query pagesize", "query Limit", "query a b"], "unknown_parameter")
    food = alice.create("Food")
    answer = alice.request("DELETE", f"/categories/{food['id']}", params={"moveto": 1})
    assert pointers(answer) == {"query moveto": "unknown_parameter"}


def test_every_wrong_parameter_is_named_at_once(alice):
    """With what it should have been."""
    wrong = {
        "from": "soon",
        "to": "1899-12-31",
        "category_id": ["one", "2"],
        "uncategorised": "perhaps",
        "currency": "XYZ",
        "min_amount": "many",
        "max_amount": "1e99",
        "q": "x" * 201,
        "owner_id": "me",
        "sort": "colour",
        "limit": 501,
        "ledger_id": 0,
    }

    told = problem(alice.get("/expenses", **wrong), 422, "invalid")

    assert {one["pointer"] for one in told["errors"]} == {
        *(f"query {name}" for name in wrong if name != "category_id"),
        "query category_id.0",
    }
    for limit in (0, -1, "1.5", "", "all"):
        assert set(pointers(alice.get("/expenses", limit=limit))) == {"query limit"}
    assert set(pointers(alice.get("/expenses", **{"from": "2026-11-02", "to": "2026-11-01"}))) == {"query"}


def test_a_link_leads_to_the_next_page_with_the_same_filters(alice, book):
    """Whatever letters are in them."""
    answer = alice.get("/expenses", q="çay 50%", limit=2)

    (link,) = re.fullmatch(r'<(.*)>; rel="next"', answer.headers["link"]).groups()

    assert link.isascii()
    assert alice.but(base="").get(link.removeprefix("http://server")).status_code == 200
