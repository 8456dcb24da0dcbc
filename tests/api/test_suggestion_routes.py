"""What was recorded before, over HTTP."""

from __future__ import annotations

from server import done, pointers


def test_descriptions_come_with_their_last_category_and_amount(alice, bob):
    """The latest first, each once, and nobody else's."""
    food = alice.create("Food")
    alice.record(description="Lunch with Sam", amount="9", spent_on="2026-11-01")
    alice.record(description="Lunch with Sam", category_id=food["id"], spent_on="2026-11-03")
    alice.record(description="Late lunch", amount="1500", currency="JPY", spent_on="2026-11-02")
    bob.record(description="Lunch alone")

    found = done(alice.get("/expenses/suggestions", q="LUN"))["items"]

    assert found == [
        {
            "description": "Lunch with Sam",
            "category_id": food["id"],
            "category": "Food",
            "amount": "12.50",
            "currency": "EUR",
        },
        {"description": "Late lunch", "category_id": None, "category": None, "amount": "1500", "currency": "JPY"},
    ]
    assert done(alice.get("/expenses/suggestions", q="lun", limit=1))["items"] == found[:1]


def test_what_cannot_be_asked_for_is_named(alice):
    """No text, a text without end, none or too many of them."""
    wrong = [{}, {"q": "x" * 501}, {"q": "x", "limit": 0}, {"q": "x", "limit": 101}, {"q": "x", "text": "x"}]

    told = [{*pointers(alice.get("/expenses/suggestions", **query))} for query in wrong]

    assert told == [{"query q"}, {"query q"}, {"query limit"}, {"query limit"}, {"query text"}]
