"""The floor of the terminal app: a header, a table of fifty rows, a footer, and nothing behind them."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Footer, Header

ROWS = 50


class BareApp(App[None]):
    """A bare Textual app."""

    def compose(self) -> ComposeResult:
        """Header, table, footer."""
        yield Header()
        yield DataTable(cursor_type="row")
        yield Footer()

    def on_mount(self) -> None:
        """Fill the table."""
        table = self.query_one(DataTable)
        table.add_columns("date", "amount", "description", "category")
        table.add_rows([("2026-11-05", "12.50", f"Lunch number {row:02}", "Food") for row in range(ROWS)])


if __name__ == "__main__":
    BareApp().run()
