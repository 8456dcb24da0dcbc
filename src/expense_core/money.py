"""Exact amounts of money: checking, reading, writing and sharing them out.

An amount is a `Decimal`, positive for money spent and negative for a refund, never zero and never a float. It has no
more decimals than its currency (ISO 4217: JPY 0, EUR 2, KWD 3) and stays below `LIMIT`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from functools import cache, lru_cache

from expense_core.errors import InvalidAmount, InvalidCurrency

LIMIT = Decimal(1_000_000_000_000)
"""Every amount is smaller than this, whatever its sign: 64-bit integers then hold the sums of the largest book."""

MOST_DECIMALS = 4
"""No currency of ISO 4217 has more."""

_PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_BLANKS = re.compile(r"[\s'’_]")  # noqa: RUF001 - the Swiss separate thousands by an apostrophe
_MINUS = "-−–"  # noqa: RUF001 - the hyphen, the minus sign and the dash: people and banks write all three
_THOUSANDS = re.compile(r"[1-9]\d{0,2}([.,])(?:\d{2,3}\1)*\d{3}")  # groups of two in India: 1,23,456.00
_WHOLE_AND_FRACTION = re.compile(r"\d+\.\d*|\.\d+")
_MAX_LENGTH = 40
_TOO_LARGE = f"an amount must be smaller than {LIMIT:,}"


@dataclass(frozen=True)
class Currency:
    """A currency of ISO 4217."""

    code: str
    name: str
    decimals: int
    quantum: Decimal
    """The smallest amount it has: 0.01 for EUR, 1 for JPY."""


@cache
def currencies() -> dict[str, Currency]:
    """Every currency that money can be spent in, by its code; metals and test codes are left out."""
    from iso4217 import Currency as Iso4217

    listed = sorted(Iso4217, key=lambda entry: str(entry.code))
    return {
        str(entry.code): Currency(entry.code, entry.currency_name, entry.exponent, Decimal(1).scaleb(-entry.exponent))
        for entry in listed
        if entry.exponent is not None
    }


@lru_cache(maxsize=512)
def currency(code: str) -> Currency:
    """The currency of this code, in any letter case.

    Raises:
        InvalidCurrency: ISO 4217 has no such code.
    """
    found = currencies().get(code.strip().upper())
    if found is None:
        raise InvalidCurrency(f"{_shown(code)} is no currency code of ISO 4217, such as EUR, USD or JPY")
    return found


def exact(value: object) -> Decimal:
    """The exact decimal that a program gave: a Decimal, an int, or plain digits such as "-12.50".

    Exponents, NaN and infinities are refused, and so is a float: the sum of 0.1 and 0.2 is not 0.3 in one. What a
    person typed is for `parse`.

    Raises:
        InvalidAmount: it is none of these, at or over `LIMIT`, or finer than money is in any currency.
    """
    number = _decimal(value)
    if not -LIMIT < number < LIMIT:
        raise InvalidAmount(_TOO_LARGE)
    if number != round(number, MOST_DECIMALS):
        raise InvalidAmount(f"{_shown(f'{number:f}')} has more decimals than any currency, which is {MOST_DECIMALS}")
    return number


def check(amount: Decimal, code: str) -> Decimal:
    """The amount with exactly the decimals of its currency, once it is sure that the currency can have it.

    Raises:
        InvalidAmount: it is zero, at or over `LIMIT`, or has more decimals than the currency.
        InvalidCurrency: ISO 4217 has no such code.
    """
    known = currency(code)
    if not -LIMIT < amount < LIMIT:
        raise InvalidAmount(_TOO_LARGE)
    if not amount:
        raise InvalidAmount("an amount cannot be zero; a refund is negative")
    rounded = amount.quantize(known.quantum, rounding=ROUND_DOWN)
    if rounded != amount:
        decimals = f"at most {known.decimals} decimals" if known.decimals else "no decimals"
        raise InvalidAmount(f"{_shown(f'{amount:f}')} cannot be paid in {known.code}, which has {decimals}")
    return rounded


def parse(text: str, locale: str = "en") -> Decimal:
    """The number a person wrote: "12.50", "1.234,50", "1 234.5", "-5", "5-", "(5.00)".

    Where two marks are used, the last one is the decimal mark; a mark used twice separates thousands. One mark with
    three digits behind it can be read both ways, and the locale decides: "1.234" is 1234 in German, 1.234 in English.

    Raises:
        InvalidAmount: it cannot be read as one number.
    """
    negative, digits = _sign(_BLANKS.sub("", text))
    mark = _decimal_mark(digits, locale)
    whole, _, fraction = digits.rpartition(mark) if mark else (digits, "", "")
    if _THOUSANDS.fullmatch(whole):
        whole = whole.replace(".", "").replace(",", "")
    if len(digits) > _MAX_LENGTH or not _WHOLE_AND_FRACTION.fullmatch(f"{whole}.{fraction}"):
        raise InvalidAmount(f"{_shown(text)} is not an amount; write it like 12.50")
    number = Decimal(f"{whole or 0}.{fraction}")
    return -number if negative else number


def write(amount: Decimal, code: str, locale: str = "en") -> str:
    """The amount as the locale writes it, with all decimals of its currency: "€1,234.50", "1.234,50 €"."""
    from babel import Locale

    known = currency(code)
    pattern = copy(Locale.parse(locale).currency_formats["standard"])
    pattern.frac_prec = (known.decimals, known.decimals)  # babel's own number of decimals is what people use in cash
    written: str = pattern.apply(amount, locale, currency=known.code, currency_digits=False)
    return written


def allocate(amount: Decimal, weights: Sequence[int | Decimal], code: str) -> list[Decimal]:
    """Share an amount out by weight, losing no cent: the parts always add up to it.

    Each part is rounded toward zero to the currency's decimals, and what is left goes, one smallest coin each, to the
    parts that lost most by it, the earlier one first (the largest-remainder method).

    Raises:
        InvalidAmount: the currency cannot have the amount.
        ValueError: no weights, a negative one, or all of them zero.
    """
    shares = [Fraction(weight) for weight in weights]
    total = sum(shares)
    if not total or min(shares) < 0:
        raise ValueError("weights must not be negative, and one at least must be more than zero")
    quantum = currency(code).quantum
    coins = int(check(amount, code) / quantum)
    exact_parts = [abs(coins) * share / total for share in shares]
    parts = [int(part) for part in exact_parts]
    by_loss = sorted(range(len(parts)), key=lambda index: parts[index] - exact_parts[index])
    for index in by_loss[: abs(coins) - sum(parts)]:
        parts[index] += 1
    sign = -1 if coins < 0 else 1
    return [sign * part * quantum for part in parts]


def _decimal(value: object) -> Decimal:
    if isinstance(value, str):
        text = value.strip()
        if len(text) > _MAX_LENGTH or not _PLAIN.fullmatch(text):
            raise InvalidAmount(f"{_shown(text)} is not an amount; write plain digits such as 12.50")
        return Decimal(text)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise InvalidAmount(f"{value} is not an amount")
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    raise InvalidAmount(f'an amount is a Decimal, an int or a string such as "12.50", not a {type(value).__name__}')


def _sign(digits: str) -> tuple[bool, str]:
    """Whether it is negative, and the rest: "-5", "5-" and the bookkeeper's "(5)"."""
    if digits.startswith("(") and digits.endswith(")"):
        return True, digits[1:-1]
    if digits and digits[0] in _MINUS:
        return True, digits[1:]
    if digits and digits[-1] in _MINUS:
        return True, digits[:-1]
    return False, digits.removeprefix("+")


def _decimal_mark(digits: str, locale: str) -> str:
    """The character before the decimals, or "" where there is none."""
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return ""
    mark = digits[last]
    other = "," if mark == "." else "."
    if other in digits:
        return mark
    if digits.count(mark) > 1:
        return ""
    if _THOUSANDS.fullmatch(digits):
        from babel.numbers import get_decimal_symbol

        return mark if get_decimal_symbol(locale) == mark else ""
    return mark


def _shown(text: str) -> str:
    """What was given, short enough for a message."""
    return repr(text if len(text) <= _MAX_LENGTH else text[:_MAX_LENGTH] + "…")
