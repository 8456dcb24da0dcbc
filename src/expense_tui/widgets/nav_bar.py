"""The line at the top: which screens there are, which one this is, and whose book."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from expense_tui.backends import OpenBook

PLACES = ("expenses", "reports", "categories", "imports", "trash")
_CALLED = {"imports": "import"}


class NavBar(Horizontal):
    """The screens by their keys; a click goes there.

    Arguments:
        here: the mode that this line is shown in.
    """

    def __init__(self, here: str) -> None:
        super().__init__()
        self._here = here

    def compose(self) -> ComposeResult:
        """The screens, and whose book."""
        for number, place in enumerate(PLACES, 1):
            called = f"{number} {_CALLED.get(place, place).capitalize()}"
            shown = f"[{called}]" if place == self._here else f" {called} "  # not told by colour alone
            link = Style.from_meta({"@click": f"app.switch_mode('{place}')"})
            yield Static(Content.styled(shown, link), classes="place -here" if place == self._here else "place")
        yield Static("", id="whose")

    def on_mount(self) -> None:
        """Follow the book that is open."""
        self.watch(self.app, "book", self._show)

    def _show(self, book: OpenBook | None) -> None:
        whose = "" if book is None else f"{book.ledger.name} · {book.ledger.currency}"
        self.query_one("#whose", Static).update(Content(whose))
