"""What every dialog shares: a box in the middle of the screen that Escape leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from expense_tui.keys import key
from expense_tui.terminal_size import catch_up

if TYPE_CHECKING:
    from expense_tui.app import ExpensesApp

Result = TypeVar("Result")


class Dialog(ModalScreen[Result]):
    """A box with a title; what lies beneath it stays as it is.

    Arguments:
        title: what is asked.
    """

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 70%; }
    Dialog > .box {
        width: 64; max-width: 100%; height: auto; max-height: 100%;
        padding: 0 1; border: round $border; background: $surface; border-title-style: bold;
    }
    Dialog .told { height: auto; color: $text-muted; }
    Dialog .trouble { height: auto; color: $text-error; text-style: bold; }
    Dialog .buttons { height: auto; margin-top: 1; }
    Dialog .buttons Button { margin-right: 1; }
    Dialog Button:focus { text-style: bold reverse; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("dialog.leave", "escape", "leave", "Leave", "Leave this, with nothing done"),
    ]

    app: ExpensesApp

    def __init__(self, title: str) -> None:
        super().__init__()
        self._asked = title

    def compose(self) -> ComposeResult:
        """The box, with the dialog's own part in it."""
        with VerticalScroll(classes="box", can_focus=False) as box:
            box.border_title = Content(self._asked)
            yield from self.body()

    def on_resize(self, event: events.Resize) -> None:
        """Be as large as the terminal."""
        catch_up(self, event)

    def body(self) -> ComposeResult:
        """The dialog's own part."""
        raise NotImplementedError

    def tell(self, where: str, text: str) -> None:
        """Say something in one of the lines of the box, which is not there as long as nothing is said."""
        line = self.query_one(where, Static)
        line.display = bool(text)
        line.update(Content(text))

    def action_leave(self) -> None:
        """Leave, with nothing done."""
        self.dismiss(None)
