"""What each category cost in the period, with a bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from expense_tui.cells import bar, fitted, to_the_right

if TYPE_CHECKING:
    from decimal import Decimal

    from expense_core import SpendingReport
    from expense_tui.formats import Formats

_NONE = "(none)"


class CategoryBars(Static):
    """Categories, the most expensive first, each in two lines: its name and total, its bar and share."""

    DEFAULT_CSS = """
    CategoryBars { width: 26; height: 1fr; padding: 0 1; border-left: solid $panel-lighten-2; }
    """

    def show(self, report: SpendingReport, formats: Formats) -> None:
        """Draw them."""
        width = self.content_size.width or 24
        largest: dict[str, Decimal] = {}
        for row in report.rows:
            largest[row.currency] = max(row.total, largest.get(row.currency, row.total))
        lines: list[Content] = []
        for row in sorted(report.rows, key=lambda one: one.total, reverse=True):
            amount = formats.amount(row.total, row.currency)
            name = fitted(row.category or _NONE, max(0, width - len(amount) - 1))
            share = formats.percent(row.share) if row.share is not None else ""
            length = width - 5
            lines.append(Content(f"{name} {amount}"))
            drawn = fitted(bar(row.total, largest[row.currency], length), length)
            lines.append(Content.styled(drawn, "$primary") + Content(to_the_right(share, width - length)))
        self.update(Content("\n").join(lines))
