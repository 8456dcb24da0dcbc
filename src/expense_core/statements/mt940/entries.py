"""Field 61 of MT940: when, how much, which way, and under which reference."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from expense_core.statements.mt940.messages import amount_of
from expense_core.statements.text import Misfit, fitting

_ENTRY = re.compile(
    r"\s*(\d{6})(\d{4}|\s{4})?\s*(R?[CD]|E[CD])\s?[A-Z]?\s*(\d[\d.,]*|[.,]\d+)[ ]*(?:[NFS][A-Z0-9 ]{3})?(.*)", re.ASCII
)
"""A line may end before the amount, and the type may be blank."""
_INTO = {"C", "EC", "RD"}
"""Credits, those that are expected, and debits that are taken back; the others are money out."""
_EXPECTED = "E"
_NONE = {"", "N", "NONREF", "NOREF"}
_LONGEST_MONTH = 31
_FIRST_YEAR = 80
"""Years of two digits from here on are of the last century, as SWIFT has it."""


class Entry(NamedTuple):
    """What field 61 says."""

    booked_on: date
    value_on: date
    amount: Decimal
    pending: bool
    reference: str | None
    """The bank's own, or else that of whoever ordered it."""
    more: str
    """What stands on its second line."""


def read(lines: list[str]) -> Entry:
    """The entry in these lines.

    Raises:
        Misfit: it has no date or no amount where they should be.
    """
    text = "\n".join(lines)
    parts = _ENTRY.match(text)
    if parts is None:
        raise Misfit(lines[0], "does not begin with a date, C or D, and an amount, as field 61 does")
    value, entry, mark, digits, references = parts.groups()
    value_on = fitting(_day, value)
    amount = fitting(amount_of, digits)
    customer, _, bank = references.partition("//")
    return Entry(
        booked_on=_near(value_on, entry) if entry and entry.strip() else value_on,
        value_on=value_on,
        amount=amount if mark in _INTO else -amount,
        pending=mark.startswith(_EXPECTED),
        reference=next((text for text in (bank.strip(), customer.strip()) if text not in _NONE), None),
        more=" ".join(text[parts.end() :].split()),
    )


def _day(text: str) -> date:
    """A day as six digits; the thirtieth of February, up to which banks reckon interest, is the last of the month."""
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    year += 1900 if year >= _FIRST_YEAR else 2000
    try:
        return date(year, month, min(day, monthrange(year, month)[1]) if day <= _LONGEST_MONTH else day)
    except ValueError as error:
        raise ValueError("is no day of the calendar") from error


def _near(value_on: date, entry: str) -> date:
    """The day of an entry, which is written without its year: the one that is nearest to the value date.

    Some banks write zeros where it was not entered yet; then it is the value date.
    """
    possible = []
    for year in (value_on.year - 1, value_on.year, value_on.year + 1):
        try:
            possible.append(date(year, int(entry[:2]), int(entry[2:])))
        except ValueError:
            continue
    return min(possible, key=lambda day: abs(day - value_on), default=value_on)
