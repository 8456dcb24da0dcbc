"""What was spent: through time and by category, in one currency at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

import expense_core as core
from expense_tui.keys import key
from expense_tui.periods import Period, Span
from expense_tui.reporting import Grouping, Line, currencies, groupings, lines, of_currency, period_of, whole
from expense_tui.screens.period_screen import PeriodScreen, period_keys
from expense_tui.widgets.asked_line import AskedLine
from expense_tui.widgets.listing import Listing
from expense_tui.widgets.period_bar import PeriodBar
from expense_tui.widgets.report_lines import NO_CATEGORY, Report, ReportLines, tick
from expense_tui.widgets.spending_chart import SpendingChart

if TYPE_CHECKING:
    from expense_core import SpendingReport

_NARROW, _LOW = 60, 20
"""Cells and lines: in fewer there is no chart, but a bar in each line."""


class ReportsScreen(PeriodScreen):
    """A chart, and under it the figures."""

    MODE = "reports"
    AUTO_FOCUS = "ReportLines"
    DEFAULT_CSS = """
    ReportsScreen #how { height: 1; padding: 0 1; color: $text-muted; text-overflow: ellipsis; text-wrap: nowrap; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *period_keys("reports", shown=True),
        key("reports.compare", "b", "compare", "Compare", "Compare with the year before, or not", shown=True),
        key("reports.currency", "c", "next_currency", "Currency", "Show the next currency"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._period: Period | None = None
        self._by = Grouping.MONTH
        self._currency = ""
        self._next_currency = ""
        self._compares = False
        self._redraw: Callable[[], None] = lambda: None

    def body(self) -> ComposeResult:
        """The period, how it is shown, the chart, the figures."""
        yield PeriodBar()
        yield Static("", id="how")
        yield SpendingChart()
        yield ReportLines("Nothing was spent")
        yield AskedLine()

    @property
    def listing(self) -> ReportLines:
        """The figures."""
        return self.query_one(ReportLines)

    # --- Loading ---

    def begin_anew(self) -> None:
        """Forget which currency of another ledger was shown."""
        self._currency = ""

    def load(self) -> None:
        """Add up what the book holds now."""
        if self._period is None:
            self._period = Period.holding(self.app.today(), Span.YEAR)
        self._add_up()

    @property
    def period(self) -> Period | None:
        """The period that is added up."""
        return self._period

    def show_period(self, period: Period) -> None:
        """Add up another period."""
        self._period = period
        if self._by not in groupings(period):
            self._by = groupings(period)[0]
        self._add_up()

    @work(group="report", exclusive=True)
    async def _add_up(self) -> None:
        assert self._period is not None  # noqa: S101 - it is loaded once there is one
        period, by = self._period, self._by
        self.query_one(PeriodBar).show(period, self.app.formats)
        with self.app.trouble_told():
            now = await self._spent(period, by)
            before = None
            if self._compares and period.span is not Span.ALL:
                before = await self._spent(period.year_before(), by)
            earlier = None if period.span is Span.ALL else await self._spent(period.moved(-1), None)
            self._redraw = partial(self._draw, period, by, now, before, earlier)
            self._redraw()

    async def _spent(self, period: Period, by: Grouping | None) -> SpendingReport:
        first, last = period.range
        wanted = core.ExpenseFilter() if first is None else core.ExpenseFilter(spent_from=first, spent_to=last)
        groups = () if by is None else (core.By(by.value),)
        return await self.app.read(lambda backend: backend.spending(groups, wanted))

    # --- Drawing ---

    def _draw(
        self,
        period: Period,
        by: Grouping,
        now: SpendingReport,
        before: SpendingReport | None,
        earlier: SpendingReport | None,
    ) -> None:
        if self.app.book is None:  # somebody signed out meanwhile
            return
        formats, own = self.app.formats, self.app.book.ledger.currency
        known = currencies([one for one in (now, before) if one is not None], own) or [own]
        if self._currency not in known:
            self._currency = known[0]
        self._next_currency = known[(known.index(self._currency) + 1) % len(known)]
        shown = of_currency(now, self._currency)
        compared = None if before is None else of_currency(before, self._currency)
        found = lines(shown, compared, by, period, self.app.today())
        self.query_one(PeriodBar).add_up(
            shown, None if earlier is None else of_currency(earlier, self._currency), period, formats
        )
        self._tell_how(period, by)
        is_small = self.size.width < _NARROW or self.size.height < _LOW
        self.query_one(SpendingChart).display = bool(found) and not is_small
        self._draw_chart(found, by)
        self.listing.show_report(
            Report(found, whole(shown, compared), by, self._currency, has_before=compared is not None),
            formats,
            has_bars=is_small,
        )

    def _tell_how(self, period: Period, by: Grouping) -> None:
        told = [f"By {by.value}, in {self._currency}"]
        if self._next_currency != self._currency:
            told.append(f"c shows {self._next_currency}")
        if self._compares and period.span is Span.ALL:
            told.append("all time has no year before")
        elif self._compares:
            told.append(f"beside {period.year_before().title(self.app.formats)}")
        self.query_one("#how", Static).update(Content(" · ".join(told)))

    def _draw_chart(self, found: list[Line], by: Grouping) -> None:
        formats = self.app.formats
        chart = self.query_one(SpendingChart)
        labels = [tick(one, by, formats) for one in found]
        amounts = [one.total for one in found]
        written = partial(formats.amount, currency=self._currency)
        if by is Grouping.CATEGORY:
            chart.lying(labels, amounts, written)
        else:
            chart.upright(labels, amounts, written)

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002 - Textual's
        """Draw it anew for the room there is."""
        self._redraw()

    # --- What is shown ---

    def action_next_grouping(self) -> None:
        """Go on to the next kind of lines."""
        if self._period is not None:
            kinds = groupings(self._period)
            self._by = kinds[(kinds.index(self._by) + 1) % len(kinds)]
            self.listing.action_first()
            self._add_up()

    def action_compare(self) -> None:
        """Compare with the year before, or not."""
        if self._period is not None:
            self._compares = not self._compares
            self._add_up()

    def action_next_currency(self) -> None:
        """Show the next currency; they are never added."""
        if self._period is not None:
            self._currency = self._next_currency
            self._redraw()

    @on(Listing.Moved)
    def _mark_bar(self) -> None:
        self.query_one(SpendingChart).mark(self.listing.cursor)

    @on(SpendingChart.Moved)
    def _go_to_line(self, event: SpendingChart.Moved) -> None:
        self.listing.action_move(event.index - self.listing.cursor)

    @on(SpendingChart.Opened)
    @on(Listing.Opened)
    async def _opened(self) -> None:
        """Go to the expenses that a line is about."""
        one, period = self.listing.current, self._period
        if one is None or period is None:
            return
        if one.day is not None:
            await self.show_expenses(period_of(one.day, self._by, period), currency=self._only_currency)
        elif self._by is Grouping.CATEGORY and not self.listing.is_total(one):
            category = one.category or NO_CATEGORY
            await self.show_expenses(period, one.category_id, category, currency=self._only_currency)
        else:
            await self.show_expenses(period, currency=self._only_currency)

    @property
    def _only_currency(self) -> str:
        """The currency that is shown, where there are others too."""
        return self._currency if self._next_currency != self._currency else ""
