"""The period that a screen shows: a week, a month, a quarter, a year, all time, or from any day to any other."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from expense_tui.formats import Formats

_FIRST_YEAR = 1900
_A_DAY = timedelta(days=1)


class Span(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all time"
    OWN = "own"
    """From any day to any other."""


_MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}
_IN_TURN = (Span.MONTH, Span.QUARTER, Span.YEAR, Span.ALL, Span.WEEK)


@dataclass(frozen=True)
class Period:
    """A day, a week from Monday on (ISO 8601), a month, a quarter, a year, all time, or one of a person's own."""

    span: Span
    first: date
    """Its first day; of all time, where it leads back to."""
    end: date | None = None
    """The last day of one of a person's own, inclusive."""

    @classmethod
    def holding(cls, day: date, span: Span = Span.MONTH) -> Period:
        """The period of this length that a day is in."""
        if span is Span.DAY:
            return cls(span, day)
        if span is Span.WEEK:
            return cls(span, day - day.weekday() * _A_DAY)
        months = _MONTHS.get(span, 1)
        return cls(span, day.replace(day=1, month=(day.month - 1) // months * months + 1))

    @classmethod
    def between(cls, first: date, last: date) -> Period:
        """From one day to another, both inclusive; what is a whole month, for example, is that month."""
        named = (cls.holding(first, span) for span in (Span.DAY, Span.WEEK, *_MONTHS))
        return next((one for one in named if (one.first, one.last) == (first, last)), cls(Span.OWN, first, last))

    @property
    def last(self) -> date:
        """Its last day, inclusive."""
        if self.end is not None:
            return self.end
        if self.span is Span.DAY:
            return self.first
        if self.span is Span.WEEK:
            return date.fromordinal(min(self.first.toordinal() + 6, date.max.toordinal()))
        month = self.first.month + _MONTHS.get(self.span, 1) - 1
        return date(self.first.year, month, monthrange(self.first.year, month)[1])

    @property
    def range(self) -> tuple[date | None, date | None]:
        """Its first and last day, for a filter; of all time neither."""
        return (None, None) if self.span is Span.ALL else (self.first, self.last)

    @property
    def days(self) -> int:
        """How many days it has, where it is not all time."""
        return (self.last - self.first).days + 1

    @property
    def _months(self) -> int:
        """How many months it has, where they are whole; else 0."""
        if self.span is not Span.OWN:
            return _MONTHS.get(self.span, 0)
        is_whole = self.first.day == 1 and self.last.day == monthrange(self.last.year, self.last.month)[1]
        return _month_number(self.last) - _month_number(self.first) + 1 if is_whole else 0

    def moved(self, steps: int) -> Period:
        """So many of its lengths later, or earlier; all time stays what it is, and the calendar has an end."""
        if self.span is Span.ALL:
            return self
        return self._shifted(months=steps * self._months) if self._months else self._shifted(days=steps * self.days)

    def year_before(self) -> Period:
        """The same a year before; what ends with a month ends with it then, too."""
        if self.span is Span.ALL:
            return self
        if self._months:
            return self._shifted(months=-12)
        first, last = (_year_before(day) for day in (self.first, self.last))
        return Period.between(first, last)

    def _shifted(self, *, months: int = 0, days: int = 0) -> Period:
        try:
            if months:
                first = _first_of_month(_month_number(self.first) + months)
                end = self.end and _first_of_month(_month_number(self.end) + months + 1, days=-1)
            else:
                first = self.first + days * _A_DAY
                end = self.end and self.end + days * _A_DAY
        except (ValueError, OverflowError):  # the calendar ends before
            return self
        return Period(self.span, first, end) if first.year >= _FIRST_YEAR else self

    def around(self, day: date) -> Period:
        """The period of its length that a day is in, counted from where this one is."""
        if self.span is not Span.OWN:
            return Period.holding(day, self.span)
        if self._months:
            return self.moved((_month_number(day) - _month_number(self.first)) // self._months)
        return self.moved((day - self.first).days // self.days)

    def within(self, other: Period) -> Period:
        """What of it is in another one, which has some of it."""
        if other.span is Span.ALL:
            return self
        return Period.between(max(self.first, other.first), min(self.last, other.last))

    def all_time(self) -> Period:
        """All time, which leads back to it."""
        return Period.holding(self.first, Span.ALL)

    def next_span(self, today: date) -> Period:
        """Month, quarter, year, all time, week, and month again; where today is in it, today is in the next one."""
        following = _IN_TURN.index(self.span) + 1 if self.span in _IN_TURN else 0
        is_now = self.span is Span.ALL or self.first <= today <= self.last
        return Period.holding(today if is_now else self.first, _IN_TURN[following % len(_IN_TURN)])

    def title(self, formats: Formats) -> str:
        """Its name: "November 2026", "Q4 2026", "2026", "All time", "1 Mar - 15 Apr 2026"."""
        match self.span:
            case Span.DAY:
                return formats.day(self.first)
            case Span.MONTH:
                return formats.month(self.first)
            case Span.QUARTER:
                return formats.quarter(self.first)
            case Span.YEAR:
                return str(self.first.year)
            case Span.ALL:
                return "All time"
            case _:
                return formats.days(self.first, self.last)


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of_month(number: int, *, days: int = 0) -> date:
    """The first day of a month, or so many days from it.

    Raises:
        ValueError: no calendar has it.
    """
    if days and number == (date.max.year + 1) * 12:  # its day before is the last that Python can name
        return date.max
    return date(number // 12, number % 12 + 1, 1) + days * _A_DAY


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
