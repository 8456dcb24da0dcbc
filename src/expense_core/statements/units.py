"""The codes and signs by which banks name a currency."""

from __future__ import annotations

from functools import lru_cache

from expense_core import money
from expense_core.currency_signs import meanings
from expense_core.errors import ByOption, StatementAmbiguous

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

_ABROAD = {"$": "USD"}
"""What a shared sign is where it is not the ledger's own: other dollars are commonly written with their country."""

_SIGNS = {
    "€": "EUR", "euro": "EUR", "euros": "EUR", "euroa": "EUR", "£": "GBP", "us$": "USD", "$us": "USD", "usd$": "USD",
    "c$": "CAD", "ca$": "CAD", "cad$": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD", "s$": "SGD", "hk$": "HKD",
    "nt$": "TWD", "mx$": "MXN", "r$": "BRL", "zł": "PLN", "zl": "PLN", "kč": "CZK", "kc": "CZK", "ft": "HUF",
    "lei": "RON", "лв": "BGN", "₴": "UAH", "₽": "RUB", "руб": "RUB", "руб.": "RUB",  # noqa: RUF001 - Cyrillic it is
    "fr": "CHF", "fr.": "CHF", "sfr": "CHF", "₺": "TRY", "tl": "TRY", "₪": "ILS", "₹": "INR", "rs": "INR", "rs.": "INR",
    "฿": "THB", "₫": "VND", "₱": "PHP", "rm": "MYR", "rp": "IDR", "₩": "KRW", "円": "JPY", "元": "CNY", "rmb": "CNY",
    "人民币": "CNY", "人民幣": "CNY", "원": "KRW", "r": "ZAR", "₦": "NGN", "gh₵": "GHS", "₵": "GHS", "ksh": "KES",
    "ksh.": "KES", "dhs": "AED", "dhs.": "AED", "dh": "AED", "৳": "BDT", "₨": "PKR", "s/": "PEN", "s/.": "PEN",
    "₡": "CRC", "₲": "PYG", "rd$": "DOP", "ar$": "ARS", "cl$": "CLP", "clp$": "CLP", "cop$": "COP", "col$": "COP",
    "mxn$": "MXN", "u$s": "USD", "u$d": "USD", "j$": "JMD", "tt$": "TTD", "sg$": "SGD", "hkd$": "HKD",
    "aud$": "AUD", "nzd$": "NZD", "sgd$": "SGD", "twd$": "TWD", "ntd": "TWD", "₸": "KZT", "₾": "GEL", "֏": "AMD",
    "₼": "AZN", "din": "RSD", "din.": "RSD", "rsd.": "RSD", "ден": "MKD", "ден.": "MKD", "rur": "RUB",
    "грн": "UAH", "грн.": "UAH", "₮": "MNT", "៛": "KHR", "₭": "LAK", "ر.س": "SAR", "د.إ": "AED",
    "د.ا": "JOD",  # noqa: RUF001 - Arabic it is
    "د.ك": "KWD", "د.ب": "BHD", "ر.ع": "OMR", "ر.ق": "QAR", "ج.م": "EGP", "د.م": "MAD", "د.ت": "TND", "ل.ل": "LBP",
    "港币": "HKD", "港幣": "HKD", "美元": "USD", "新台币": "TWD", "新臺幣": "TWD", "新台幣": "TWD", "欧元": "EUR",
    "日元": "JPY", "日圓": "JPY", "米ドル": "USD", "ユーロ": "EUR",
}  # fmt: skip
_FORMER = frozenset(["BGN", "BYR", "DEM", "EEK", "HRK", "LTL", "LVL", "MRO", "ROL", "SKK", "STD", "TRL", "VEF", "ZMK"])
"""Codes that ISO 4217 has withdrawn, and that statements of this century have."""
_PREFIX = "currency::"
"""What GnuCash writes before a code."""


@lru_cache(maxsize=1024)
def currency_of(unit: str, expected: str | None = None) -> str | None:
    """The ISO 4217 code that a code or a sign such as "€" stands for, or None.

    A sign that several currencies share stands for the `expected` one of them; for none of them, it is left as it is.
    """
    unit = unit.strip().casefold().removeprefix(_PREFIX)
    if unit in SHARED_SIGNS:
        return expected if expected in SHARED_SIGNS[unit] else unit
    code = _SIGNS.get(unit) or _SIGNS.get(unit.rstrip("."), unit.upper())
    return code if code in money.currencies() or code in _FORMER else None


def is_unit(text: str) -> bool:
    """Whether this is the code or the sign of a currency."""
    return currency_of(text) is not None


def decimals(unit: str) -> int:
    """The decimals that a currency has, given as `currency_of` does; of those that share a sign, the most."""
    known = money.currencies()
    return max(known[code].decimals if code in known else 2 for code in SHARED_SIGNS.get(unit, (unit,)))


@lru_cache(maxsize=64)
def at_home(unit: str, home: str) -> str:
    """The code that a unit, given as `currency_of` does, stands for in a ledger whose own currency is `home`.

    Raises:
        StatementAmbiguous: it is a sign of several currencies, not of the ledger's, and none is best known by it.
    """
    if unit not in SHARED_SIGNS:
        return unit
    if home in SHARED_SIGNS[unit] or meanings("en", home).get(unit.rstrip(".")) == home:
        return home
    if unit in _ABROAD:
        return _ABROAD[unit]
    choices = SHARED_SIGNS[unit]
    raise StatementAmbiguous(
        (
            f"Which currency is {unit!r}?",
            ByOption(f" Say it with --currency {' or '.join(choices)}"),
        ),
        "currency",
        choices,
    )
