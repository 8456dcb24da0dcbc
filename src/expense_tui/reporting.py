"""What a report shows of one currency: its lines, and beside each what it was a year before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from expense_tui.periods import Period, Span

if TYPE_CHECKING:
    from expense_core import Spending, SpendingReport

_NOTHING = Decimal(0)


class Grouping(StrEnum):
    """What the lines of a report are; named as the core names it."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    CATEGORY = "category"


_SPANS = {Grouping.DAY: Span.DAY, Grouping.MONTH: Span.MONTH, Grouping.YEAR: Span.YEAR}
_BY_DAY, _BY_MONTH = 31, 2 * 366
"""Days: a period of no more is shown day by day, or month by month, before anything else."""
_FEW = 100
"""Days: the most of which a list is still looked through."""


def groupings(period: Period) -> tuple[Grouping, ...]:
    """Those that tell something, by the length of a period; the first is what it begins with."""
    if period.span is Span.ALL or period.days > _BY_MONTH:
        return (Grouping.YEAR, Grouping.MONTH, Grouping.CATEGORY)
    if period.days <= _BY_DAY:
        return (Grouping.DAY, Grouping.CATEGORY)
    return (Grouping.MONTH, *([Grouping.DAY] if period.days <= _FEW else []), Grouping.CATEGORY)


def period_of(day: date, by: Grouping, period: Period) -> Period:
    """What a line of a report is about that begins on a day: of its day, month or year, what is in the period."""
    return Period.holding(day, _SPANS[by]).within(period)


@dataclass(frozen=True)
class Line:
    """One line of a report."""

    total: Decimal
    count: int = 0
    share: Decimal | None = None
    """Of all that was spent in this currency."""
    before: Decimal | None = None
    """What it was a year before, where that is asked."""
    day: date | None = None
    """The first day of what it is about, where that is a time."""
    category_id: int | None = None
    category: str | None = None

    @property
    def change(self) -> Decimal | None:
        """How much more it is than a year before, as a part of that; None where there is nothing to compare with."""
        if self.before is None or self.before <= 0:
            return None
        return (self.total - self.before) / self.before


def currencies(reports: Iterable[SpendingReport], own: str) -> list[str]:
    """The currencies of some reports, the ledger's own first."""
    found = {total.currency for report in reports for total in report.totals}
    return sorted(found, key=lambda code: (code != own, code))


def of_currency(report: SpendingReport, currency: str) -> SpendingReport:
    """What a report says of one currency."""
    return replace(
        report,
        rows=[row for row in report.rows if row.currency == currency],
        totals=[row for row in report.totals if row.currency == currency],
    )


def lines(now: SpendingReport, before: SpendingReport | None, by: Grouping, period: Period, today: date) -> list[Line]:
    """The lines of a report on one currency; through time, a line for each day, month or year, whatever was spent.

    Arguments:
        before: the same a year before, where that is to be compared.
    """
    if not (now.rows or (before is not None and before.rows)):
        return []
    found = {_key(row, by): _line(row) for row in now.rows}
    earlier: dict[Key, Spending] = {}
    for row in before.rows if before is not None else ():
        key = _key(row, by, later=1)
        known = earlier.get(key)  # the last two days of a leap year's February stand beside one day of the next year's
        earlier[key] = row if known is None else replace(row, total=known.total + row.total)
    for key, row in earlier.items():
        line = found.get(key) or replace(_line(row), total=_NOTHING, count=0, share=None, day=_day(key))
        found[key] = replace(line, before=row.total)
    if by is not Grouping.CATEGORY:
        days = [key for key in found if isinstance(key, date)]
        for day in _through(by, period, days, today):
            found.setdefault(day, Line(_NOTHING, day=day))
        ordered = [found[key] for key in sorted(key for key in found if isinstance(key, date))]
    else:
        ordered = sorted(found.values(), key=lambda one: (-one.total, one.category or ""))
    return ordered if before is None else [replace(one, before=one.before or _NOTHING) for one in ordered]


def whole(now: SpendingReport, before: SpendingReport | None) -> Line:
    """All of it, in one line."""
    total = sum((row.total for row in now.totals), _NOTHING)
    share = next((row.share for row in now.totals), None)
    earlier = None if before is None else sum((row.total for row in before.totals), _NOTHING)
    return Line(total, sum(row.count for row in now.totals), share, earlier)


Key = date | int | None


def _key(row: Spending, by: Grouping, later: int = 0) -> Key:
    """What tells a row from the others; a year later, where it is to be found by what came then."""
    if by is Grouping.CATEGORY or row.period is None:
        return row.category_id
    leap_day = (row.period.month, row.period.day) == (2, 29) and later
    return row.period.replace(year=row.period.year + later, day=28 if leap_day else row.period.day)


def _day(key: Key) -> date | None:
    return key if isinstance(key, date) else None


def _line(row: Spending) -> Line:
    return Line(row.total, row.count, row.share, None, row.period, row.category_id, row.category)


def _through(by: Grouping, period: Period, days: list[date], today: date) -> Iterator[date]:
    """Every day, month or year of a period, up to now, or up to the last with something in it."""
    start, end = period.range
    if start is None or end is None:
        if not days:
            return
        start, end = min(days), max(days)
    last = max([*days, min(end, today)])
    one = Period.holding(start, _SPANS[by])
    while one.first <= last:
        yield one.first
        following = one.moved(1)
        if following == one:  # the calendar ends here
            return
        one = following
