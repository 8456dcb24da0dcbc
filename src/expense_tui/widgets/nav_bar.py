"""The line at the top: which screens there are, which one this is, and whose book."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from expense_tui.backends import OpenBook

PLACES = ("expenses", "reports", "categories", "imports", "trash")
_CALLED = {"imports": "import"}
_NARROW = 58
"""Cells: in fewer only the screen that this is has its name, and the others have their keys."""


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
        for place in PLACES:
            yield Static(classes="place -here" if place == self._here else "place")
        yield Static("", id="whose")

    def on_mount(self) -> None:
        """Follow the book that is open."""
        self._name_places(self.app.size.width)
        self.watch(self.app, "book", self._show)

    def on_resize(self, event: events.Resize) -> None:
        """Be as short as there is room for."""
        self._name_places(event.size.width)

    def _name_places(self, width: int) -> None:
        is_narrow = width < _NARROW
        self.set_class(is_narrow, "-narrow")
        for number, (place, shown) in enumerate(zip(PLACES, self.query(".place").results(Static), strict=True), 1):
            is_here = place == self._here
            called = str(number)
            if is_here or not is_narrow:
                called += f" {_CALLED.get(place, place).capitalize()}"
            text = f"[{called}]" if is_here else f" {called} "  # not told by colour alone
            shown.update(Content.styled(text, Style.from_meta({"@click": f"app.switch_mode('{place}')"})))

    def _show(self, book: OpenBook | None) -> None:
        whose = "" if book is None else f"{book.ledger.name} · {book.ledger.currency}"
        self.query_one("#whose", Static).update(Content(whose))
