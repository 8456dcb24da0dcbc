"""What to do when somebody else has changed an expense that was being edited."""

from __future__ import annotations

from enum import Enum, auto
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Static

from expense_tui.dialogs.dialog import Dialog
from expense_tui.entries import Typed
from expense_tui.keys import key

_CALLED = {
    "amount": "Amount",
    "currency": "Currency",
    "description": "What",
    "spent_on": "Date",
    "category": "Category",
    "notes": "Notes",
}


class Settled(Enum):
    """Which of the two stands."""

    MINE = auto()
    THEIRS = auto()


class StaleEdit(Dialog[Settled]):
    """Both versions, field by field, and which of them stands; Escape goes back to the form.

    Arguments:
        mine: as it was typed here.
        theirs: as it is in the book by now.
    """

    DEFAULT_CSS = """
    StaleEdit > .box { width: 90; }
    StaleEdit .line { height: auto; }
    StaleEdit .line Static { width: 1fr; }
    StaleEdit .line .name { width: 12; color: $text-muted; }
    StaleEdit .-differs Static { text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("stale.mine", "m", "settle('MINE')", "Keep mine", "Save what is typed here over the other"),
        key("stale.theirs", "t", "settle('THEIRS')", "Keep theirs", "Leave it as it is in the book"),
    ]

    def __init__(self, mine: Typed, theirs: Typed) -> None:
        super().__init__("Somebody changed this expense while you were editing it. Which one stands?")
        self._mine, self._theirs = mine, theirs

    def body(self) -> ComposeResult:
        """Both, side by side."""
        yield self._line("", "Yours", "In the book")
        for name, called in _CALLED.items():
            yield self._line(called, getattr(self._mine, name), getattr(self._theirs, name))
        with Horizontal(classes="buttons"):
            yield Button("Keep mine (m)", variant="primary", action="screen.settle('MINE')", compact=True)
            yield Button("Keep theirs (t)", action="screen.settle('THEIRS')", compact=True)
            yield Button("Go on editing (esc)", action="screen.leave", compact=True)

    def action_settle(self, which: str) -> None:
        """Decide."""
        self.dismiss(Settled[which])

    @staticmethod
    def _line(called: str, mine: str, theirs: str) -> Horizontal:
        differs = called and mine != theirs
        return Horizontal(
            Static(Content(f"{'≠ ' if differs else '  '}{called}"), classes="name"),
            Static(Content(mine)),
            Static(Content(theirs)),
            classes="line -differs" if differs else "line",
        )
