"""Wrong input, all the way to the book: each has its code, and leaves the book as it was."""

from decimal import Decimal

import pytest
from pydantic import ValidationError
from writes import everything

from expense_core import categories, expenses, ledgers, users
from expense_core.errors import ExpenseError, Invalid
from expense_core.tables import CategoryCreate, ExpenseCreate, ExpenseUpdate, LocalUserCreate


@pytest.fixture
def elsewhere(session):
    """A category of another user's ledger."""
    bob = users.register_local(session, LocalUserCreate(username="bob", currency="JPY"))
    return categories.create(session, ledgers.open(session, bob), CategoryCreate(name="Food")).id


WRONG = [
    ({"amount": "1e400"}, "invalid_amount"),
    ({"amount": "NaN"}, "invalid_amount"),
    ({"amount": Decimal("Infinity")}, "invalid_amount"),
    ({"amount": 0.1}, "invalid_amount"),
    ({"amount": "1.234"}, "invalid_amount"),
    ({"amount": "1.234", "currency": "EUR"}, "invalid_amount"),
    ({"amount": "0"}, "invalid_amount"),
    ({"amount": "0.00", "currency": "EUR"}, "invalid_amount"),
    ({"amount": "1000000000000"}, "invalid_amount"),
    ({"amount": "-1000000000000"}, "invalid_amount"),
    ({"spent_on": "1899-12-31"}, "invalid_date"),
    ({"spent_on": "10000-01-01"}, "invalid_date"),
    ({"spent_on": "2026-02-30"}, "invalid_date"),
    ({"currency": "XXX"}, "invalid_currency"),
    ({"currency": "E" * 10_000_000}, "invalid_currency"),
    ({"description": "tab\there"}, "invalid_text"),
    ({"description": "nul\x00"}, "invalid_text"),
    ({"notes": "\x1b[2J"}, "invalid_text"),
    ({"description": "caf\udce9"}, "invalid_text"),
    ({"notes": "\ud83d"}, "invalid_text"),
    ({"description": "x" * 10_000_000}, "string_too_long"),
    ({"notes": "é" * 10_000_000}, "string_too_long"),
    ({"category_id": "elsewhere"}, "category_not_found"),
    ({"category_id": 999}, "category_not_found"),
    ({"category_id": -1}, "category_not_found"),
    ({"category_id": 2**63}, "category_not_found"),
    ({"category_id": 2**80}, "category_not_found"),
]


def code_of(job):
    """The code with which something is refused, where it is a model, that of its one wrong field."""
    with pytest.raises((ExpenseError, ValidationError)) as caught:
        job()
    error = caught.value
    if isinstance(error, ValidationError):
        (field,) = Invalid.from_validation(error).errors
        return field.code
    return error.code


@pytest.mark.parametrize("wrong_input", WRONG, ids=[code for _, code in WRONG])
def test_wrong_input_has_its_code_and_leaves_the_book_as_it_was(session, access, lunch, elsewhere, wrong_input):
    """Recorded alone, or after many in a program that goes on, or as an edit."""
    given, code = wrong_input
    wrong = {name: elsewhere if value == "elsewhere" else value for name, value in given.items()}
    before = everything(session)

    def many():
        yield from (ExpenseCreate(amount=1, category_id=lunch.category_id) for _ in range(1_500))
        yield ExpenseCreate(**{"amount": 1} | wrong)

    assert code_of(lambda: expenses.record(session, access, ExpenseCreate(**{"amount": 1} | wrong))) == code
    assert code_of(lambda: expenses.record_many(session, access, many())) == code
    assert code_of(lambda: expenses.edit(session, access, lunch.id, ExpenseUpdate(version=1, **wrong))) == code
    assert everything(session) == before
