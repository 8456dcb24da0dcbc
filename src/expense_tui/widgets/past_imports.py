"""The statements that were imported before."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from expense_tui.keys import key
from expense_tui.widgets.listing import Column, Listing, widest

if TYPE_CHECKING:
    from expense_core import HistoryEntryPublic, Page
    from expense_tui.formats import Formats


class PastImports(Listing["HistoryEntryPublic"]):
    """Imports, the latest first; each can be reverted as a whole."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("import.revert", "r", "screen.revert", "Revert", "Take this import back, all of it", shown=True),
    ]

    def __init__(self) -> None:
        super().__init__("Nothing was imported yet", id="past")
        self._found: list[HistoryEntryPublic] = []
        self.next_cursor: str | None = None
        """Where older ones begin; None where these are all."""

    def show_page(self, page: Page[HistoryEntryPublic], formats: Formats) -> None:
        """List these, to which older ones may be added."""

        def day(one: HistoryEntryPublic) -> str:
            return formats.short_day(one.created_at.astimezone().date())

        self._found, self.next_cursor = [*page.items], page.next_cursor
        columns = [
            Column("Imported", widest(map(day, page.items), "Imported")),
            Column("File"),
            Column("Added", 9, is_right=True),
            Column("By", 12, least=60),
            Column("", 8),
        ]

        def cells(one: HistoryEntryPublic) -> list[str]:
            return [day(one), one.note, _added(one), one.actor, "reverted" if one.undone_at else ""]

        self.quiet = lambda one: one.undone_at is not None
        self.show(columns, self._found, cells)

    def append(self, page: Page[HistoryEntryPublic]) -> None:
        """Go on with older ones."""
        self._found += page.items
        self.next_cursor = page.next_cursor
        self.grew()


def _added(entry: HistoryEntryPublic) -> str:
    """How many expenses came in, without the categories that were made for them; of those, an entry shows a few."""
    from expense_core.history_view import ROWS_SHOWN
    from expense_core.tables import Kind

    categories = sum(row.kind is Kind.CATEGORY for row in entry.rows)
    return f"{'≤ ' if categories >= ROWS_SHOWN else ''}{entry.recorded - categories:,}"
