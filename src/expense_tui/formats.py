"""How amounts, dates and months are shown: as the person's locale has them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton
from babel.numbers import format_percent
from rich.cells import cell_len

import expense_core as core
from expense_tui.cells import to_the_right


class Figure(NamedTuple):
    """An amount as it is written, for a column in which the decimal marks stand beneath each other."""

    text: str
    before: int
    """How many cells there are up to its ones."""
    behind: int
    """How many there are behind them."""

    def aligned(self, longest: int, width: int) -> str:
        """In so many cells, where the figures of the column have at most `longest` behind their ones."""
        return to_the_right(self.text + " " * (longest - self.behind), width)


class Formats:
    """The ways of one locale."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._babel = Locale.parse(locale)
        self.day = cache(self._day)
        self.short_day = cache(self._short_day)
        self.day_of_year = cache(self._day_of_year)

    def amount(self, amount: Decimal, currency: str) -> str:
        """An amount with its currency: "€12.50"; a refund has a minus."""
        return core.money.write(amount, currency, self.locale)

    def figure(self, amount: Decimal, currency: str) -> Figure:
        """An amount that is to stand among others."""
        from expense_core.cli.show import behind_units

        text = self.amount(amount, currency)
        behind = behind_units(text, currency)
        return Figure(text, cell_len(text) - behind, behind)

    def deed(self, entry: core.HistoryEntryPublic) -> str:
        """What an entry of the history did, in one line."""
        from expense_core.cli.deeds import told

        return told(entry, self.locale)

    def percent(self, share: Decimal) -> str:
        """A share of the whole, or a change: "12 %", "+3 %"."""
        return str(format_percent(share, format="#,##0%", locale=self._babel))

    def month(self, day: date) -> str:
        """The month of a day: "November 2026"."""
        return str(format_skeleton("yMMMM", day, locale=self._babel))

    def short_month(self, day: date) -> str:
        """The same in a few letters: "Nov 2026"."""
        return str(format_skeleton("yMMM", day, locale=self._babel))

    def quarter(self, day: date) -> str:
        """The quarter of a day: "Q4 2026"."""
        return str(format_skeleton("yQQQ", day, locale=self._babel))

    def days(self, first: date, last: date) -> str:
        """From one day to another: "Mar 1 - Apr 15, 2026", with the locale's dash and plain blanks around it."""
        return str(format_interval(first, last, "yMMMd", locale=self._babel)).replace("\u2009", " ")

    def month_alone(self, day: date) -> str:
        """The same where the year is known: "Nov"."""
        return str(format_date(day, "LLL", locale=self._babel))

    def _day(self, day: date) -> str:
        """A day: "Tue, Nov 3, 2026"."""
        return str(format_skeleton("yMMMEd", day, locale=self._babel))

    def _day_of_year(self, day: date) -> str:
        """A day where the year is known: "11/3"."""
        return str(format_skeleton("Md", day, locale=self._babel))

    def _short_day(self, day: date) -> str:
        return str(format_date(day, "short", locale=self._babel))
