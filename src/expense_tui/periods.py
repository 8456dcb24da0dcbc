"""The period that a screen shows: a month, a year, or all time."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from expense_tui.formats import Formats

_FIRST, _LAST = 1900, 9999


class Span(StrEnum):
    """How long a period is."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    ALL = "all time"


@dataclass(frozen=True)
class Period:
    """A calendar month or year, or all time."""

    span: Span
    first: date
    """Its first day; of all time, where it leads back to."""

    @classmethod
    def holding(cls, day: date, span: Span = Span.MONTH) -> Period:
        """The period of this length that a day is in."""
        if span is Span.DAY:
            return cls(span, day)
        return cls(span, day.replace(day=1, month=1) if span is Span.YEAR else day.replace(day=1))

    @property
    def last(self) -> date:
        """Its last day, inclusive."""
        if self.span is Span.DAY:
            return self.first
        month = 12 if self.span is Span.YEAR else self.first.month
        return date(self.first.year, month, monthrange(self.first.year, month)[1])

    @property
    def range(self) -> tuple[date | None, date | None]:
        """Its first and last day, for a filter; of all time neither."""
        return (None, None) if self.span is Span.ALL else (self.first, self.last)

    def moved(self, steps: int) -> Period:
        """So many periods later, or earlier; all time stays what it is, and the calendar has an end."""
        if self.span is Span.ALL:
            return self
        if self.span is Span.DAY:
            ordinal = self.first.toordinal() + steps
            return replace(self, first=date.fromordinal(min(max(ordinal, 1), date.max.toordinal())))
        months = self.first.year * 12 + self.first.month - 1 + steps * (12 if self.span is Span.YEAR else 1)
        year = months // 12
        return Period(self.span, date(year, months % 12 + 1, 1)) if _FIRST <= year <= _LAST else self

    def spanning(self, span: Span) -> Period:
        """A period of another length, about the same time."""
        return Period.holding(self.first, span)

    def next_span(self) -> Period:
        """Month, year, all time, and month again; from a day, its month."""
        spans = [Span.MONTH, Span.YEAR, Span.ALL]
        following = spans.index(self.span) + 1 if self.span in spans else 0
        return self.spanning(spans[following % len(spans)])

    def title(self, formats: Formats) -> str:
        """Its name: "November 2026", "2026", "All time"."""
        match self.span:
            case Span.DAY:
                return formats.day(self.first)
            case Span.MONTH:
                return formats.month(self.first)
            case Span.YEAR:
                return str(self.first.year)
            case Span.ALL:
                return "All time"
