"""Amounts as banks write them: which mark a column uses for its decimals, and what its cells are worth.

One cell can rarely be trusted alone: "-1.001" is minus one thousand and one where the column also has "-2,75". So what
was written (`written`) is kept apart from what it is worth (`AmountReader`), which needs the decimal mark of the column.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from expense_core import money

_MINUS = "-−–"  # noqa: RUF001 - the hyphen, the minus sign and the dash: banks write all three
_UNIT = rf"[^\d\s+(){_MINUS}.,'’\"=][^\d\s+(){_MINUS}]{{0,5}}"  # noqa: RUF001 - the apostrophe that Swiss banks write
_WRITTEN = re.compile(
    rf"(?P<open>\()?\s*(?P<first>[+{_MINUS}])?\s*(?P<before>{_UNIT})?\s*(?P<second>[+{_MINUS}])?\s*"
    r"(?P<digits>[0-9](?:[0-9.,'’\s]*[0-9])?[.,]?|[.,][0-9]+)"  # noqa: RUF001 - as above
    rf"\s*(?P<third>[+{_MINUS}])?\s*(?P<after>{_UNIT})?\s*(?P<side>{_UNIT})?\s*(?P<close>\))?"
)
_SIDES = {
    "cr": 1, "cr.": 1, "c": 1, "h": 1, "haben": 1, "dr": -1, "dr.": -1, "d": -1, "db": -1, "s": -1, "soll": -1,
}  # fmt: skip
_SIGNS = {
    "€": "EUR", "euro": "EUR", "euros": "EUR", "euroa": "EUR", "£": "GBP", "us$": "USD", "$us": "USD", "c$": "CAD",
    "ca$": "CAD", "cad$": "CAD", "usd$": "USD", "a$": "AUD", "au$": "AUD", "nz$": "NZD", "s$": "SGD", "hk$": "HKD",
    "nt$": "TWD", "mx$": "MXN", "r$": "BRL", "zł": "PLN", "zl": "PLN", "kč": "CZK", "kc": "CZK", "ft": "HUF", "₹": "INR",
    "rs": "INR", "rs.": "INR", "₺": "TRY", "tl": "TRY", "₽": "RUB", "руб": "RUB", "руб.": "RUB", "₩": "KRW", "₪": "ILS",
    "₴": "UAH", "฿": "THB", "₫": "VND", "₱": "PHP", "rm": "MYR", "rp": "IDR", "lei": "RON", "лв": "BGN", "fr": "CHF",
    "fr.": "CHF", "sfr": "CHF", "円": "JPY", "元": "CNY", "rmb": "CNY",
}  # fmt: skip
_SHARED_SIGNS = {
    "$": ("USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN", "TWD", "ARS", "CLP", "COP", "BBD", "BSD", "BMD", "JMD", "TTD"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "kr.": ("DKK", "SEK", "NOK", "ISK"),
    "¥": ("JPY", "CNY"),
}
"""Signs that several currencies use, the one that is most often meant first."""

_THOUSANDS = (
    r"[0-9]{1,3}(?:(?P<mark>[ T])[0-9]{3})(?:(?P=mark)[0-9]{3})*"  # 1 234 567
    r"|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}"  # 12,34,567 in India
)
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
    found = _WRITTEN.fullmatch(text.strip().removeprefix("'")) if len(text) <= _MAX_LENGTH * 2 else None
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    signs = [sign for sign in (found["first"], found["second"], found["third"]) if sign]
    units = [unit.casefold() for unit in (found["before"], found["after"], found["side"]) if unit]
    sides = [unit for unit in units if unit in _SIDES]
    units = [unit for unit in units if unit not in _SIDES]
    if len(units) > 1 or any(currency_of(unit) is None for unit in units):
        return None
    if len(signs) + len(sides) + bool(found["open"]) > 1:
        return None
    sign = _SIDES[sides[0]] if sides else -1 if found["open"] else 0
    if signs:
        sign = 1 if signs[0] == "+" else -1
    return Written(sign, found["digits"], units[0] if units else "", bool(sides))


@lru_cache(maxsize=1024)
def currency_of(unit: str, expected: str | None = None) -> str | None:
    """The ISO 4217 code that a code or a sign such as "€" stands for, or None.

    `expected` settles a sign that several currencies share, where it is one of them.
    """
    unit = unit.strip().casefold()
    shared = _SHARED_SIGNS.get(unit)
    if shared:
        return expected if expected in shared else shared[0]
    code = _SIGNS.get(unit, unit.upper())
    return code if code in money.currencies() else None


def decimal_mark(digits: str) -> str | None:
    """The decimal mark that these digits prove, "" where they have no mark at all, None where both readings are possible."""
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


class AmountReader:
    """Reads the cells of a column whose decimal mark is known."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        thousands = _THOUSANDS.replace("T", r",'" if mark == "." else r".'")
        self._whole: Callable[[str], object] = re.compile(rf"[0-9]+|{thousands}").fullmatch
        self._plain: Callable[[str], object] = re.compile(rf"-?[0-9]{{1,12}}(?:\{mark}[0-9]{{1,8}})?").fullmatch

    def read(self, text: str) -> Decimal:
        """What the cell is worth, negative where it says so.

        Raises:
            ValueError: it is no amount, or one that no book could hold.
        """
        if self._plain(text):
            return Decimal(text if self.mark == "." else text.replace(",", "."))
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
