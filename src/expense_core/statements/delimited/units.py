"""The codes and signs by which banks name a currency."""

from __future__ import annotations

from functools import lru_cache

from expense_core import money

SHARED_SIGNS = {
    "$": (
        "USD",
        "AUD",
        "CAD",
        "NZD",
        "SGD",
        "HKD",
        "MXN",
        "TWD",
        "ARS",
        "CLP",
        "COP",
        "BBD",
        "BSD",
        "BMD",
        "JMD",
        "TTD",
    ),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "kr.": ("DKK", "NOK", "SEK", "ISK"),
    "¥": ("JPY", "CNY"),
}
"""Signs that several currencies use."""

_ALONE = {"$": "USD"}
"""What a shared sign stands for where nobody says more: every other dollar is commonly written with its country."""

_SIGNS = {
    "€": "EUR", "euro": "EUR", "euros": "EUR", "euroa": "EUR", "£": "GBP", "us$": "USD", "$us": "USD", "usd$": "USD",
    "c$": "CAD", "ca$": "CAD", "cad$": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD", "s$": "SGD", "hk$": "HKD",
    "nt$": "TWD", "mx$": "MXN", "r$": "BRL", "zł": "PLN", "zl": "PLN", "kč": "CZK", "kc": "CZK", "ft": "HUF",
    "lei": "RON", "лв": "BGN", "₴": "UAH", "₽": "RUB", "руб": "RUB", "руб.": "RUB",  # noqa: RUF001 - Cyrillic it is
    "fr": "CHF", "fr.": "CHF", "sfr": "CHF", "₺": "TRY", "tl": "TRY", "₪": "ILS", "₹": "INR", "rs": "INR", "rs.": "INR",
    "฿": "THB", "₫": "VND", "₱": "PHP", "rm": "MYR", "rp": "IDR", "₩": "KRW", "円": "JPY", "元": "CNY", "rmb": "CNY",
}  # fmt: skip


@lru_cache(maxsize=1024)
def currency_of(unit: str, expected: str | None = None) -> str | None:
    """The ISO 4217 code that a code or a sign such as "€" stands for, or None.

    `expected` settles a sign that several currencies share, where it is one of them.
    """
    unit = unit.strip().casefold()
    if unit in SHARED_SIGNS:
        return expected if expected in SHARED_SIGNS[unit] else _ALONE.get(unit)
    code = _SIGNS.get(unit, unit.upper())
    return code if code in money.currencies() else None


def is_unit(text: str) -> bool:
    """Whether this is the code or the sign of a currency."""
    return currency_of(text) is not None or text.strip().casefold() in SHARED_SIGNS
