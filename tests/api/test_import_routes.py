"""A statement over HTTP: sent, looked at row by row, decided, brought in, and taken back."""

from __future__ import annotations

import json

from server import done, problem

HEADER = "Date,Payee,Amount,Currency,Category\n"
RENT, BUN = "2026-10-01,Rent,-900.00,EUR,Home\n", "2026-10-02,Bun,-3.20,EUR,\n"
SALARY, YEN = "2026-10-03,Salary,2500.00,EUR,\n", "2026-10-05,Ramen,-15.50,JPY,\n"
CARD = HEADER + RENT + BUN + SALARY

NOTHING = {"count": 0, "totals": {}}


def send(caller, text=CARD, *, name="card.csv", options=None, **more):
    """Send a statement."""
    content = text.encode() if isinstance(text, str) else text
    parts = {"file": (name, content)}
    if options is not None:
        parts["options"] = (None, options if isinstance(options, str) else json.dumps(options))
    return caller.request("POST", "/imports", files=parts, **more)


def sent(caller, text=CARD, **more):
    """An import that is open."""
    return done(send(caller, text, **more), 201)


def rows(caller, number, **query):
    """The rows of a page, by their lines."""
    return {row["line"]: row for row in done(caller.get(f"/imports/{number}/rows", **query))["items"]}


def test_a_statement_is_sent_decided_brought_in_and_taken_back(alice):
    """From end to end; nothing is in the book before it is brought in."""
    answer = send(alice)
    made = done(answer, 201)
    path = f"/imports/{made['id']}"
    assert answer.headers["location"].endswith(path)
    assert (made["state"], made["file"], made["format"], made["actor"]) == ("open", "card.csv", "csv", "alice")
    assert (made["rows"], made["counts"]) == (3, {"new": 2, "money in": 1})
    assert made["coming"] == {"count": 2, "totals": {"EUR": "903.20"}}
    assert (made["new_categories"], made["expires_at"]) == (["Home"], "2026-11-12T12:15:00Z")
    assert made["understood"]["delimiter"] == ","
    assert (alice.expenses(), done(alice.get(path))) == ([], made)
    assert rows(alice, made["id"])[3] == {
        "line": 3,
        "spent_on": "2026-10-02",
        "amount": "3.20",
        "currency": "EUR",
        "description": "Bun",
        "category": None,
        "category_from": None,
        "verdict": "new",
        "why": "",
        "comes_in": True,
        "known": None,
    }

    single = [{"line": 2, "take": False}, {"line": 3, "category": "Food"}]
    done(alice.patch(f"{path}/rows", {"rows": single}))
    decided = done(alice.patch(f"{path}/rows", {"verdict": "money in", "take": True}))
    committed = done(alice.post(f"{path}/commit"))

    assert decided["coming"] == committed["coming"] == {"count": 2, "totals": {"EUR": "-2496.80"}}
    assert decided["new_categories"] == committed["new_categories"] == ["Food"]
    assert (committed["state"], committed["expires_at"]) == ("committed", None)
    assert [(one["description"], one["category"]) for one in alice.expenses()] == [("Salary", None), ("Bun", "Food")]
    assert done(alice.get(f"{path}/expenses", limit=1))["items"][0]["description"] == "Bun"
    assert rows(alice, made["id"]) == {}
    assert done(alice.get("/history"))["items"][0]["id"] == committed["entry_id"]
    problem(alice.post(f"{path}/commit"), 409, "import_closed")
    problem(alice.delete(path), 409, "import_closed")
    reverted = done(alice.post(f"{path}/revert"))
    assert (reverted["state"], reverted["coming"], alice.expenses()) == ("reverted", NOTHING, [])
