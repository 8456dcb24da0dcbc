"""What the five screens share: the lines at the top and the bottom, and when they load."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Footer

from expense_tui.widgets.nav_bar import NavBar
from expense_tui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from expense_tui.app import ExpensesApp


class BookScreen(Screen[None]):
    """One of the five screens. It shows what the book holds, anew whenever the book was changed."""

    MODE: ClassVar[str]
    """Its name among the app's modes."""

    app: ExpensesApp

    def __init__(self) -> None:
        super().__init__()
        self._shown = 0

    def compose(self) -> ComposeResult:
        """The frame around the screen's own part."""
        yield NavBar(self.MODE)
        yield from self.body()
        yield StatusLine()
        yield Footer(show_command_palette=False, compact=True)

    def body(self) -> ComposeResult:
        """The screen's own part."""
        raise NotImplementedError

    def load(self, at: int | None = None) -> None:
        """Show what the book holds now; called once it is open, and whenever it was changed.

        Arguments:
            at: the number of what was changed, to go to where it is listed.
        """
        raise NotImplementedError

    def load_if_changed(self, at: int | None = None) -> None:
        """Load, unless what is shown is what the book holds."""
        if self.app.book is not None and self._shown != self.app.changes:
            self._shown = self.app.changes
            self.load(at)

    def on_screen_resume(self) -> None:
        """Catch up with what was changed on another screen."""
        self.load_if_changed()
