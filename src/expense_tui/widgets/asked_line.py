"""One line that is asked for at the foot of a screen: the name of a category, the name of a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input, Static

from expense_tui.keys import key


class AskedLine(Vertical):
    """A question with a field behind it, there only while it is asked. Enter answers, Escape leaves."""

    DEFAULT_CSS = """
    AskedLine { height: auto; display: none; padding: 0 1; background: $panel; }
    AskedLine Horizontal { height: 1; }
    AskedLine #asked { width: auto; max-width: 70%; padding-right: 2; text-style: bold; }
    AskedLine #asked { text-overflow: ellipsis; text-wrap: nowrap; }
    AskedLine Input { width: 1fr; }
    AskedLine #wrong { height: auto; display: none; color: $text-error; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("line.leave", "escape", "leave", "Leave", "Leave this line, with nothing done", shown=True),
    ]

    class Left(Message):
        """A person wants no answer any more."""

    def __init__(self) -> None:
        super().__init__()
        self._answer: Callable[[str], object] = lambda _: None
        self._answered = ""
        """What was typed when Enter was pressed last."""
        self._before: Widget | None = None

    def compose(self) -> ComposeResult:
        """The question, the field, and what is wrong with what is in it."""
        with Horizontal():
            yield Static("", id="asked")
            yield Input(compact=True, select_on_focus=False)
        yield Static("", id="wrong")

    def ask(
        self, question: str, answer: Callable[[str], object], value: str = "", suggester: Suggester | None = None
    ) -> None:
        """Ask for a line.

        Arguments:
            answer: called with what was typed, whenever Enter is pressed; `done` ends it, `tell` says what is wrong.
        """
        if not self.display:
            self._before = self.screen.focused
        self._answer = answer
        field = self.query_one(Input)
        field.suggester = suggester
        field.value = value
        field.cursor_position = len(value)
        self.query_one("#asked", Static).update(Content(question))
        self.tell("")
        self.display = True  # at once, as the focus: keys that were pressed already belong to the line
        self.screen.set_focus(field)

    def tell(self, wrong: str) -> None:
        """Say what is wrong with what was typed; nothing, with an empty text."""
        line = self.query_one("#wrong", Static)
        line.display = bool(wrong)
        line.update(Content(f"! {wrong}" if wrong else ""))

    def close(self) -> None:
        """Put it away; the focus goes back to where it was."""
        if self.display:
            self.display = False
            if self._before is not None:
                self._before.focus()

    def done(self) -> None:
        """Put it away once the answer is done, unless something else was typed meanwhile."""
        if self.query_one(Input).value == self._answered:
            self.close()

    @on(Input.Changed)
    def _mended(self) -> None:
        self.tell("")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._answered = event.value
        self._answer(event.value)

    def action_leave(self) -> None:
        """Leave, with nothing done."""
        self.close()
        self.post_message(self.Left())
