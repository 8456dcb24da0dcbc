"""What the five screens share: the lines at the top and the bottom, and when they load."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from expense_tui.terminal_size import catch_up
from expense_tui.widgets.key_line import KeyLine
from expense_tui.widgets.nav_bar import NavBar
from expense_tui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from expense_tui.app import ExpensesApp
    from expense_tui.periods import Period


class BookScreen(Screen[None]):
    """One of the five screens. It shows what the book holds, anew whenever the book was changed."""

    MODE: ClassVar[str]
    """Its name among the app's modes."""

    app: ExpensesApp

    def __init__(self) -> None:
        super().__init__()
        self._shown = 0
        self._whose: tuple[int, int] | None = None
        """The user and the ledger that were shown last."""

    def compose(self) -> ComposeResult:
        """The frame around the screen's own part."""
        yield NavBar(self.MODE)
        yield from self.body()
        yield StatusLine()
        yield KeyLine(show_command_palette=False, compact=True)

    def body(self) -> ComposeResult:
        """The screen's own part."""
        raise NotImplementedError

    def load(self) -> None:
        """Show what the book holds now; called once it is open, and whenever it was changed."""
        raise NotImplementedError

    def begin_anew(self) -> None:
        """Forget what was chosen in another ledger, or by somebody else."""

    def load_if_changed(self) -> None:
        """Load, unless what is shown is what the book holds."""
        book = self.app.book
        if book is None or self._shown == self.app.changes:
            return
        whose = book.user.id, book.ledger.id
        if self._whose not in {None, whose}:
            self.begin_anew()
        self._shown, self._whose = self.app.changes, whose
        self.load()

    async def show_expenses(
        self,
        period: Period | None = None,
        category_id: int | None = None,
        category_name: str = "",
        *,
        currency: str = "",
    ) -> None:
        """Go to the expenses of a period, of a category or in a currency.

        A category that has a name and no id is that of those without.
        """
        from expense_tui.screens.expenses import ExpensesScreen

        await self.app.switch_mode(ExpensesScreen.MODE)
        screen = self.app.book_screen
        if isinstance(screen, ExpensesScreen):
            screen.show_only(period, category_id, category_name, currency=currency)

    def on_resize(self, event: events.Resize) -> None:
        """Be as large as the terminal."""
        catch_up(self, event)

    def on_screen_resume(self) -> None:
        """Catch up with what was changed on another screen."""
        self.load_if_changed()
