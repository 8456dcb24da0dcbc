"""Money, currency and date as fields of an input model."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from expense_core import money
from expense_core.errors import InvalidDate

_FIRST, _LAST = date(1900, 1, 1), date(9999, 12, 31)
_MOST_SHOWN = 40


def _code(value: str) -> str:
    return money.currency(value).code


def _day(value: object) -> date:
    day = value
    if isinstance(value, str):
        try:
            day = date.fromisoformat(value.strip())
        except ValueError:
            day = None
    if not isinstance(day, date) or isinstance(day, datetime) or day < _FIRST:
        raise InvalidDate(
            f"{str(value)[:_MOST_SHOWN]!r} is not the date of an expense; "
            f"write it like 2026-11-05, from {_FIRST} to {_LAST}"
        )
    return day


_WRITTEN = {
    "anyOf": [
        {"type": "number", "exclusiveMinimum": -int(money.LIMIT), "exclusiveMaximum": int(money.LIMIT)},
        {"type": "string", "pattern": r"^\s*[+-]?[0-9]{1,12}(\.[0-9]{1,4})?\s*$"},
    ]
}

Amount = Annotated[Decimal, BeforeValidator(money.exact), WithJsonSchema(_WRITTEN)]
"""An exact number; what the currency allows is checked once the currency is known."""

CurrencyCode = Annotated[str, AfterValidator(_code), Field(json_schema_extra={"format": "iso-4217"})]
"""A code of ISO 4217, in any letter case in, in capitals out."""

SpentOn = Annotated[date, BeforeValidator(_day)]
"""A calendar date from 1900 to 9999."""
