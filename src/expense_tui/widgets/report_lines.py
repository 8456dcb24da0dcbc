"""The figures of a report, line by line, with the whole at the end."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from expense_tui.cells import bar
from expense_tui.keys import key
from expense_tui.reporting import Grouping, Line
from expense_tui.widgets.listing import Column, Listing

if TYPE_CHECKING:
    from expense_tui.formats import Formats

NO_CATEGORY = "(none)"
_BAR = 6
_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Report:
    """A report in one currency."""

    lines: list[Line]
    whole: Line
    by: Grouping
    currency: str
    has_before: bool
    """Whether each line says what it was a year before."""


class ReportLines(Listing[Line]):
    """The lines of a report."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("reports.group", "g", "screen.next_grouping", "Group", "Through time, or by category", shown=True),
    ]

    def show_report(self, report: Report, formats: Formats, *, has_bars: bool) -> None:
        """List the lines of a report, and the whole under them."""
        rows = [*report.lines, report.whole] if report.lines else []
        nows = [formats.figure(one.total, report.currency) for one in rows]
        befores = [formats.figure(one.before or _NOTHING, report.currency) for one in rows]
        behind = max((figure.behind for figure in (*nows, *befores)), default=0)
        width = max((figure.before for figure in (*nows, *befores)), default=0) + behind
        texts = {}
        for one, now, before in zip(rows, nows, befores, strict=True):
            called = "Total" if one is report.whole else name(one, report.by, formats, is_short=has_bars)
            spent, earlier = (figure.aligned(behind, width) for figure in (now, before))
            if report.has_before:
                texts[id(one)] = [called, spent, earlier, _change(one, formats)]
            else:
                share = "" if one.share is None else formats.percent(one.share)
                drawn = [_bar(report, one)] if has_bars else []
                texts[id(one)] = [called, spent, share, f"{one.count:,}", *drawn]
        columns = [Column(report.by.value.capitalize())]
        if report.has_before:
            columns += [Column("Spent", width, is_right=True), Column("Year before", max(width, 11), is_right=True)]
            columns.append(Column("Change", 7, is_right=True))
        else:
            columns += [Column("Spent", width, is_right=True), Column("Share", 5, is_right=True)]
            columns.append(Column("Expenses", 8, is_right=True, least=50))
            columns += [Column("", _BAR, least=38)] if has_bars else []
        self.show(columns, rows, lambda one: texts[id(one)])

    def is_total(self, one: Line) -> bool:
        """Whether a line is the whole."""
        return bool(self.rows) and one is self.rows[-1]


def name(one: Line, by: Grouping, formats: Formats, *, is_short: bool = False) -> str:
    """What a line is about."""
    if one.day is None:
        return one.category or NO_CATEGORY
    match by:
        case Grouping.DAY:
            return formats.short_day(one.day) if is_short else formats.day(one.day)
        case Grouping.MONTH:
            return formats.short_month(one.day) if is_short else formats.month(one.day)
        case _:
            return str(one.day.year)


def tick(one: Line, by: Grouping, formats: Formats) -> str:
    """The same in as little as a chart has room for, beside others of its kind."""
    if one.day is not None and by is Grouping.DAY:
        return str(one.day.day)
    if one.day is not None and by is Grouping.MONTH:
        return formats.month_alone(one.day)
    return name(one, by, formats)


def _bar(report: Report, one: Line) -> str:
    return "" if one is report.whole else bar(one.total, max(line.total for line in report.lines), _BAR)


def _change(one: Line, formats: Formats) -> str:
    if one.change is None:
        return "new" if one.total > 0 and not one.before else ""
    return f"{'+' if one.change > 0 else ''}{formats.percent(one.change)}"
