"""Which currency a person means by "€", "$", "kr" or "eur".

A sign such as "$" belongs to many currencies. It means the ledger's currency where that one is written so, else what it
means in the person's locale (CLDR, through babel), else the currency best known by it.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from expense_core import money

SIGNS = "$¢£¤¥฿៛֏৳﷼\uff04\uffe0\uffe1\uffe5\uffe6" + "".join(map(chr, range(0x20A0, 0x20C1)))
"""The characters that Unicode has for nothing but currencies."""

_BEST_KNOWN = {
    "₡": "CRC",
    "₦": "NGN",
    "₭": "LAK",
    "₮": "MNT",
    "₲": "PYG",
    "₴": "UAH",
    "₵": "GHS",
    "₸": "KZT",
    "₺": "TRY",
    "₼": "AZN",
    "₽": "RUB",
    "₾": "GEL",
    "฿": "THB",
    "֏": "AMD",
    "৳": "BDT",
    "៛": "KHR",
    "Kč": "CZK",
    "zł": "PLN",
    "kr": None,
    "kr.": None,
    "Rs": None,
    "Rs.": None,
}
"""What the signs that English has no symbol of its own for belong to; nothing for the money of several countries."""

_TRADED = frozenset(
    {
        "USD",
        "EUR",
        "JPY",
        "GBP",
        "CNY",
        "AUD",
        "CAD",
        "CHF",
        "HKD",
        "SGD",
        "SEK",
        "KRW",
        "NOK",
        "NZD",
        "INR",
        "MXN",
        "TWD",
        "ZAR",
        "BRL",
        "DKK",
        "PLN",
        "THB",
        "ILS",
        "CZK",
        "AED",
        "HUF",
    }
)
"""The most traded currencies (BIS triennial survey of 2022), less those whose codes are words: "try", "pen", "ron"."""


@lru_cache(maxsize=64)
def meanings(locale: str, currency: str) -> dict[str, str | None]:
    """The currency that each sign stands for; nothing for a sign that could be several, or none that is known here.

    Arguments:
        locale: the person's, such as "en" or "de_AT".
        currency: the ledger's.
    """
    from babel import Locale

    found: dict[str, str | None] = {}
    for code in _at_hand(locale, currency):
        for sign in _at_home(code):
            found.setdefault(sign, code)
    for language in (Locale.parse(locale), Locale("en"), Locale("en", "GB")):
        for code, symbol in sorted(language.currency_symbols.items()):
            if code in money.currencies() and symbol != code:
                found.setdefault(plain(symbol), code)
    return dict.fromkeys(map(plain, SIGNS)) | _BEST_KNOWN | found


@lru_cache(maxsize=64)
def codes_in_small_letters(locale: str, currency: str) -> frozenset[str]:
    """The codes that are also read in small letters: the most traded ones, the ledger's and the locale's.

    Not all of them, since many are words: "all", "cup", "gel", "pen", "top", "try".
    """
    return _TRADED.union(_at_hand(locale, currency))


def plain(sign: str) -> str:
    """A sign in the form that `meanings` has it in: of the several widths of "¥" and of a blank, the usual one."""
    return " ".join(unicodedata.normalize("NFKC", sign).strip("\u200e\u200f").split())


def _at_hand(locale: str, currency: str) -> list[str]:
    """The ledger's currency and those of the locale's country."""
    from babel import Locale
    from babel.numbers import get_territory_currencies

    return [currency, *get_territory_currencies(Locale.parse(locale).territory or "")]


def _at_home(code: str) -> list[str]:
    """The signs that a currency has in its own country: "kr", and both "HK$" and "$" for Hong Kong's.

    The first two letters of a currency's code are its country (ISO 4217), save for the few that no one country owns.
    """
    from babel import Locale
    from babel.languages import get_official_languages
    from babel.localedata import exists

    country = code[:2]
    homes = [f"{language}_{country}" for language in get_official_languages(country, de_facto=True)]
    symbols = [plain(Locale.parse(home).currency_symbols.get(code, code)) for home in homes if exists(home)]
    own = [form for symbol in symbols if symbol != code for form in (symbol, symbol.rstrip("."))]
    return own + [character for symbol in own for character in symbol if character in SIGNS]
