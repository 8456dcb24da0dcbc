"""The amount of money in a text, with its currency where one is written: "12.50", "€12", "12 EUR", "-5".

What can be read in two ways is found, and objected to:

    1 500       one number where the locale groups digits by blanks, and anywhere with a currency behind it, with two
                decimals ("1 500,00"), or with zeros for its last group ("1 000"); else perhaps two: "2 500 g flour"
    +12, (12)   money that came in, to people who keep accounts, and just twelve to others
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from expense_core import currency_signs, money
from expense_core.errors import Invalid, InvalidAmount, InvalidCurrency

_MINUS = "[-−–]"  # noqa: RUF001 - the hyphen, the minus sign and the dash: people write all three
_ONE_NUMBER = re.compile(r" 000$|[.,]\d\d$")
"""What the last of several groups of digits ends with when they are surely one number."""
_CODE_AFTER = re.compile(r"[ ]?([A-Z]{3})[.,;:]?(?!\S)")
_CODE_BEFORE = re.compile(r"(?<!\S)([A-Z]{3})[ ]?$")


@dataclass(frozen=True, slots=True)
class Price:
    """An amount that stands in a text."""

    start: int
    end: int
    amount: Decimal | None
    """Nothing when it is not an amount of its currency, and then `problem` says why."""
    currency: str | None
    """Only where one is written."""
    problem: Invalid | None
    unknown_code: str | None = None
    """Three capitals beside it that look like the code of a currency and are none: "XYZ", but also "BBC"."""


def find(text: str, *, locale: str, currency: str) -> Price | None:
    """The amount in a text that has one number or more.

    It is the first number with a currency, else the first with just the decimals of the ledger's ("2 beers 7.40"), else
    the first that can be read at all.

    Arguments:
        text: numbers count where they stand between blanks; one stop, comma or colon behind them belongs to them.
        locale: decides on the decimal mark in "1.234", and what "$" means.
        currency: the ledger's.
    """
    numbers = list(_pattern(locale, currency).finditer(text))
    if not numbers:
        return None
    chosen = min(numbers, key=lambda number: _rank(number, locale, currency))
    written_currency = None
    try:
        written_currency = _currency(chosen, locale, currency)
        _refuse_what_is_read_in_two_ways(chosen, locale, written_currency or currency)
        amount = money.check(_amount(chosen, locale), written_currency or currency)
    except Invalid as problem:
        return Price(*chosen.span(), None, written_currency, problem)
    return Price(*chosen.span(), amount, written_currency, None, None if written_currency else _code_beside(chosen))


def _code_beside(number: re.Match[str]) -> str | None:
    """What stands right beside a number in the form of a code."""
    beside = _CODE_AFTER.match(number.string, number.end()) or _CODE_BEFORE.search(number.string[: number.start()])
    return beside[1] if beside else None


def _rank(number: re.Match[str], locale: str, currency: str) -> int:
    """How likely this number is the amount; the lowest is the likeliest. Among words, "+1" and "(2)" are text."""
    if number["code_before"] or number["sign_before"] or number["code_after"] or number["sign_after"]:
        return 0
    try:
        amount = _amount(number, locale)
    except InvalidAmount:
        return 3
    decimals = money.currency(currency).decimals
    if decimals and amount.as_tuple().exponent == -decimals:
        return 1
    return 3 if number["unsure"] and re.search(r"\w", number.string[: number.start()]) else 2


def _amount(number: re.Match[str], locale: str) -> Decimal:
    """The amount, whatever its currency.

    Raises:
        InvalidAmount: the marks in it make no sense, as in "1.2.3".
    """
    amount = money.parse(number["digits"], locale)
    return -amount if number["minus"] or number["minus_after_currency"] else amount


def _refuse_what_is_read_in_two_ways(number: re.Match[str], locale: str, currency: str) -> None:
    """Ask, as money is not to be guessed.

    Raises:
        InvalidAmount: it may be one number or two, or money spent or back; the message has both ways of writing it.
    """
    from babel.numbers import get_group_symbol

    digits = number["digits"]
    if number["unsure"]:
        written = number[0].rstrip(".,;:")
        raise InvalidAmount(f"{written!r} may be money spent or money back; write {digits}, or -{digits} for a refund")
    is_followed = number["code_after"] or number["sign_after"]
    if " " in digits and not is_followed and not _ONE_NUMBER.search(digits) and not get_group_symbol(locale).isspace():
        first, rest = digits.split(" ", 1)
        minus = "-" if number["minus"] or number["minus_after_currency"] else ""
        whole = digits.replace(" ", "")
        raise InvalidAmount(
            f"{digits!r} may be one number or two; write {minus}{whole} {currency}, or {minus}{first} {currency} {rest}"
        )


def _currency(number: re.Match[str], locale: str, currency: str) -> str | None:
    """The currency that is written beside a number; a code says more than a sign does: "$12 CAD".

    Raises:
        InvalidCurrency: it is a sign of which nobody can say what it means here.
    """
    code = number["code_before"] or number["code_after"]
    if code:
        return str(code).upper()
    sign = number["sign_before"] or number["sign_after"]
    if not sign:
        return None
    meaning = currency_signs.meanings(locale, currency)[currency_signs.plain(sign)]
    if not meaning:
        raise InvalidCurrency(f"nobody can tell here which currency {sign} is; write its code, such as EUR")
    return meaning


@lru_cache(maxsize=64)
def _pattern(locale: str, currency: str) -> re.Pattern[str]:
    """A number, with or without a currency that is known here."""
    forms = sorted({*currency_signs.meanings(locale, currency), *currency_signs.SIGNS}, key=len, reverse=True)
    sign = "|".join(re.escape(form).replace(r"\ ", r"\s") for form in forms)
    in_small_letters = "|".join(currency_signs.codes_in_small_letters(locale, currency))
    code = "|".join(money.currencies()) + f"|(?i:{in_small_letters})"
    digits = r"""
        [1-9]\d{0,2}(?:[\u00a0\u202f]\d{3}){1,4}(?:[.,]\d+)?  # blanks that do not break group digits;
        | [1-9]\d{0,2}(?:\ \d{3}){1,4}(?:[.,]\d+)?  # others may
        | (?!0\d)\d+(?:[.,'’]\d+)*  # 007 is no amount
        | [.,]\d+
    """  # noqa: RUF001 - the apostrophe that Switzerland groups digits with
    return re.compile(
        rf"""
        (?<!\S)(?:(?P<minus>{_MINUS})|(?P<unsure>\+|(?P<bracket>\()))?
        (?:(?:(?P<code_before>{code})|(?P<sign_before>{sign}))\s*(?P<minus_after_currency>{_MINUS})?)?
        (?P<digits>{digits})
        (?(code_before)|(?:\s*(?P<code_after>{code})|\s*(?P<sign_after>{sign}))?)(?(bracket)\))
        [.,;:]?(?!\S)
        """,
        re.VERBOSE,
    )
