"""A question about what cannot be taken back. Whoever just presses Enter has said no."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Static

from expense_tui.dialogs.dialog import Dialog
from expense_tui.keys import key


class Confirm(Dialog[bool]):
    """Asks whether to go on.

    Arguments:
        title: what would be done.
        told: what that means.
        yes: what doing it is called.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("confirm.other", "left,right,h,l", "other", "Other", "To the other answer"),
        key("confirm.yes", "y", "yes", "Yes", "Do it"),
        key("confirm.no", "n", "leave", "No", "Do nothing"),
    ]

    def __init__(self, title: str, told: str, yes: str) -> None:
        super().__init__(title)
        self._told = told
        self._yes = yes

    def body(self) -> ComposeResult:
        """What it means, and two answers."""
        yield Static(Content(self._told))
        with Horizontal(classes="buttons"):
            yield Button("No", id="no", compact=True)
            yield Button(Content(self._yes), variant="error", id="yes", compact=True)

    def action_other(self) -> None:
        """Go to the other answer."""
        self.focus_next()

    @on(Button.Pressed, "#yes")
    def action_yes(self) -> None:
        """Do it."""
        self.dismiss(result=True)

    @on(Button.Pressed, "#no")
    def action_leave(self) -> None:
        """Do nothing."""
        self.dismiss(result=False)
