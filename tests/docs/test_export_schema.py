"""docs/export.schema.json says what JSON an export is, and every export is that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from expense_core import demo, exports, ledgers, users
from expense_core.exports import FIELDS, Form, from_book

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "export.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def validator():
    """What holds a document to the schema, which is one."""
    Draft202012Validator.check_schema(SCHEMA)
    return Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_an_export_is_what_the_schema_says(session, clock, validator):
    """Refunds, other currencies, notes and all."""
    demo.make(session, clock.today, "EUR")
    [user, *_] = users.list(session)
    book = ledgers.open(session, user)

    whole = json.loads("".join(exports.text(from_book.pages(session, book), Form.JSON)))
    lines = "".join(exports.text(from_book.pages(session, book), Form.NDJSON)).splitlines()

    assert len(whole) > 500
    assert [*validator.iter_errors(whole)] == []
    assert [json.loads(line) for line in lines] == whole


def test_the_schema_lets_nothing_else_pass(validator):
    """It would say nothing then."""
    good = dict(zip(FIELDS, (1, "2026-11-05", "12.50", "EUR", "", None, ""), strict=True))
    wrong = [{"amount": 12.5}, {"spent_on": "2026-13-01"}, {"category": ""}, {"currency": "eur"}, {"more": 1}]

    assert validator.is_valid([good])
    assert [validator.is_valid([good | change]) for change in wrong] == [False] * len(wrong)
    assert not validator.is_valid([{name: good[name] for name in FIELDS[1:]}])
