"""The line that says which period is shown, what it cost, and how that compares."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

if TYPE_CHECKING:
    from expense_core import SpendingReport
    from expense_tui.formats import Formats
    from expense_tui.periods import Period


class PeriodBar(Horizontal):
    """What a period cost: "November 2026  €1,234.56  12% more than in October 2026"."""

    DEFAULT_CSS = """
    PeriodBar { height: 1; padding: 0 1; }
    PeriodBar Static { width: auto; }
    PeriodBar #title { text-style: bold; }
    PeriodBar #total { padding: 0 2; text-style: bold; }
    PeriodBar #change { width: 1fr; color: $text-muted; text-overflow: ellipsis; text-wrap: nowrap; }
    """

    def compose(self) -> ComposeResult:
        """Its parts; the arrows can be clicked, and the name of the period, for another one."""
        yield Static(Content.styled("‹ ", Style.from_meta({"@click": "screen.move(-1)"})))
        yield Static("", id="title")
        yield Static(Content.styled(" ›", Style.from_meta({"@click": "screen.move(1)"})))
        yield Static("", id="total")
        yield Static("", id="change")

    def show(self, period: Period, formats: Formats) -> None:
        """Which period it is; what it cost is not known yet."""
        title = Content.styled(period.title(formats), Style.from_meta({"@click": "screen.choose_period"}))
        self.query_one("#title", Static).update(title)
        self.query_one("#total", Static).update("…")
        self.query_one("#change", Static).update("")

    def add_up(self, now: SpendingReport, before: SpendingReport | None, period: Period, formats: Formats) -> None:
        """What it cost, and how much more or less that is than the period before cost."""
        totals = " + ".join(formats.amount(one.total, one.currency) for one in now.totals)
        self.query_one("#total", Static).update(Content(totals or "nothing spent"))
        if before is not None:
            told = _compared(now, before, period.moved(-1).title(formats), formats)
            self.query_one("#change", Static).update(Content(told))


def _compared(now: SpendingReport, before: SpendingReport, earlier: str, formats: Formats) -> str:
    """How much more or less was spent, where there is one currency to compare."""
    currencies = {one.currency for report in (now, before) for one in report.totals}
    if len(currencies) != 1:
        return ""
    spent, spent_before = (sum((one.total for one in report.totals), Decimal(0)) for report in (now, before))
    if spent_before <= 0:
        return f"nothing in {earlier}" if not spent_before else ""
    change = (spent - spent_before) / spent_before
    if not change:
        return f"as much as in {earlier}"
    return f"{formats.percent(abs(change))} {'more' if change > 0 else 'less'} than in {earlier}"
