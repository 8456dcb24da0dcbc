"""Amounts as banks write them: which mark a column uses for its decimals, and what its cells are worth.

One cell can rarely be trusted alone: "-1.001" is minus one thousand and one where the column also has "-2,75". So what
was written (`written`) is kept apart from what it is worth (`AmountReader`), which takes the column's decimal mark.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from expense_core import money
from expense_core.statements.units import is_unit

NOTHING = " \t\u00a0-–—"  # noqa: RUF001 - as for _MINUS
"""What is written where there is no amount."""

_MINUS = r"\-−–"  # noqa: RUF001 - the hyphen, the minus sign and the dash: banks write all three
_UNIT = rf"[^\d\s+(){_MINUS}.,'’\"=][^\d\s+(){_MINUS}]{{0,5}}"  # noqa: RUF001 - the apostrophe that Swiss banks write
_WRITTEN = re.compile(
    rf"(?P<open>\()?\s*+(?P<first>[+{_MINUS}])?\s*+(?P<before>{_UNIT})?\s*+(?P<second>[+{_MINUS}])?\s*+"
    r"(?P<open_behind>\()?\s*+(?P<digits>[0-9](?:[0-9.,'’\s]*[0-9])?[.,]?|[.,][0-9]+)"  # noqa: RUF001 - as above
    rf"\s*+(?P<close_before>\))?\s*+(?P<third>[+{_MINUS}])?\s*+(?P<after>{_UNIT})?\s*+(?P<side>{_UNIT})?\s*+(?P<close>\))?"
)
"""Blanks are given up for nothing: a cell of many would else be tried with each of them in every place."""
_SIDES = {
    "cr": 1, "cr.": 1, "c": 1, "h": 1, "haben": 1, "dr": -1, "dr.": -1, "d": -1, "db": -1, "s": -1, "soll": -1,
}  # fmt: skip

_WHOLE = {
    ".": re.compile(r"[0-9]+|[0-9]{1,3}(?P<mark>[,'])[0-9]{3}(?:(?P=mark)[0-9]{3})*|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}"),
    ",": re.compile(r"[0-9]+|[0-9]{1,3}(?P<mark>[.'])[0-9]{3}(?:(?P=mark)[0-9]{3})*"),
}
"""What stands before the decimal mark, blanks written as apostrophes; the groups of two are India's."""
_BLANKS = re.compile(r"[\s'’]")  # noqa: RUF001 - as above
_MAX_LENGTH = 40


class Written(NamedTuple):
    """A cell taken apart, worth nothing yet."""

    sign: int
    """-1 and 1 where the cell says so, 0 where it does not."""
    digits: str
    unit: str
    """A currency's code or sign, in small letters; or nothing."""
    side: bool
    """The sign was a letter such as the CR behind "5.00 CR"."""


@lru_cache(maxsize=8192)
def written(text: str) -> Written | None:
    """What the cell says, or None where it is no amount of money."""
    found = _WRITTEN.fullmatch(text.strip().strip("'")) if len(text) <= _MAX_LENGTH * 2 else None
    if found is None:
        return None
    opened, closed = (found["open"], found["open_behind"]), (found["close_before"], found["close"])
    if len([mark for mark in opened if mark]) != len([mark for mark in closed if mark]):
        return None
    signs = [sign for sign in (found["first"], found["second"], found["third"]) if sign]
    units = [unit.casefold() for unit in (found["before"], found["after"], found["side"]) if unit]
    sides = [unit for unit in units if unit in _SIDES]
    units = [unit for unit in units if unit not in _SIDES]
    if len(units) > 1 or not all(map(is_unit, units)):
        return None
    if len(signs) + len(sides) + any(opened) > 1 or all(opened):
        return None
    sign = _SIDES[sides[0]] if sides else -1 if any(opened) else 0
    if signs:
        sign = 1 if signs[0] == "+" else -1
    return Written(sign, found["digits"], units[0] if units else "", bool(sides))


def decimal_mark(digits: str) -> str | None:
    """The decimal mark that these digits prove; "" where they have no mark, None where both readings are possible."""
    digits = _BLANKS.sub("'", digits)
    dots, commas = digits.count("."), digits.count(",")
    if not dots and not commas:
        return ""
    if dots and commas:
        return max(".,", key=digits.rfind)
    mark, other = (".", ",") if dots else (",", ".")
    if dots + commas > 1:
        return other
    whole, _, fraction = digits.partition(mark)
    could_be_thousands = len(fraction) == 3 and whole.isdecimal() and len(whole) <= 3 and not whole.startswith("0")  # noqa: PLR2004 - groups of three digits
    return None if could_be_thousands else mark


def is_money(text: str) -> bool:
    """Whether a cell is a number with decimals, a sign or a currency, as no number of an account has."""
    number = written(text)
    return number is not None and bool(number.sign or number.unit or decimal_mark(number.digits) != "")


class AmountReader:
    """Reads the cells of a column whose decimal mark is known."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self._whole: Callable[[str], object] = _WHOLE[mark].fullmatch
        self._other = "," if mark == "." else "."
        self._grouped: Callable[[str], object] = re.compile(
            rf"-?[0-9]{{1,3}}(?:\{self._other}[0-9]{{3}}){{1,3}}(?:\{mark}[0-9]{{1,8}})?"
        ).fullmatch
        self._plain: Callable[[str], object] = re.compile(rf"-?[0-9]{{1,12}}(?:\{mark}[0-9]{{1,8}})?").fullmatch

    def read(self, text: str) -> Decimal:
        """What the cell is worth, negative where it says so.

        Raises:
            ValueError: it is no amount, or one that no book could hold.
        """
        if self._plain(text):
            return Decimal(text if self.mark == "." else text.replace(",", "."))
        if self._grouped(text):
            return Decimal(text.replace(self._other, "").replace(",", "."))
        return self._read_any(text)

    def _read_any(self, text: str) -> Decimal:
        parts = written(text)
        if parts is None:
            raise ValueError("is not an amount")
        digits = _BLANKS.sub("'", parts.digits)
        whole, mark, fraction = digits.rpartition(self.mark)
        if not mark:
            whole, fraction = digits, ""
        if not (fraction.isdecimal() or not fraction) or not (self._whole(whole) or not whole):
            raise ValueError(f'is not an amount whose decimal mark is "{self.mark}"')
        number = Decimal(f"{_BLANKS.sub('', whole).replace('.', '').replace(',', '') or 0}.{fraction}")
        if len(digits) > _MAX_LENGTH or number >= money.LIMIT:
            raise ValueError(f"is over the limit: an amount must be smaller than {money.LIMIT:,}")
        return -number if parts.sign < 0 else number
