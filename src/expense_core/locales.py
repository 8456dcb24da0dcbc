"""How a person writes amounts and dates, and what they pay with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from expense_core.errors import SettingsError
from expense_core.money import currencies

if TYPE_CHECKING:
    from babel import Locale

_PLAIN = "en"
"""The locale of a system that has none but "C"."""
_VARIABLES = ("LC_ALL", "LC_MONETARY", "LANG")
"""In the order in which they count (POSIX.1-2024, 8.2)."""


def locale_of(asked: str | None, environment: Mapping[str, str]) -> str:
    """The locale that was asked for, the system's own, or plain English.

    Raises:
        SettingsError: there is none such as was asked for.
    """
    if asked:
        found = _known(asked)
        if found is None:
            raise SettingsError(f"EXPENSE_LOCALE: there is no locale {asked!r}; write it like de_DE")
        return str(found)
    system = next(filter(None, map(environment.get, _VARIABLES)), _PLAIN)
    return str(_known(system) or _known(system.partition("_")[0]) or _PLAIN)


def local_currency(locale: str) -> str:
    """The currency that is paid with where the locale is spoken; the euro where that does not say."""
    from babel import Locale
    from babel.numbers import get_territory_currencies

    territory = Locale.parse(locale).territory
    current = get_territory_currencies(territory) if territory else []
    return next((code for code in current if code in currencies()), "EUR")


def _known(name: str) -> Locale | None:
    """The locale of a name such as "de_DE", "de-DE" or "de_DE.UTF-8@euro"."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(name.partition("@")[0].partition(".")[0].replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return None
