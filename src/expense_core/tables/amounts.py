"""Money, currency and date as fields of an input model."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from expense_core import money


def _code(value: str) -> str:
    return money.currency(value).code


Amount = Annotated[Decimal, BeforeValidator(money.exact)]
"""An exact number; what the currency allows is checked once the currency is known."""

CurrencyCode = Annotated[str, AfterValidator(_code)]
"""A code of ISO 4217, in any letter case in, in capitals out."""

SpentOn = Annotated[date, Field(ge=date(1900, 1, 1), le=date(9999, 12, 31))]
"""A calendar date from 1900 to 9999."""
