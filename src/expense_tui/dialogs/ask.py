"""One line that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import Suggester, SuggestFromList
from textual.widgets import Input, Static

from expense_core.errors import ExpenseError
from expense_tui.keys import key


class Ask(ModalScreen[str | None]):
    """A question that is answered with a line of text; Escape answers nothing.

    Arguments:
        check: raises what is wrong with an answer, which is said beneath it.
        completed_from: what the line is completed with.
    """

    DEFAULT_CSS = """
    Ask { align: center bottom; }
    Ask > Vertical { width: 100%; height: auto; border-top: solid $primary; padding: 0 1; background: $surface; }
    Ask Input { background: $boost; }
    Ask #wrong { color: $text-error; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("ask.leave", "escape", "dismiss(None)", "Leave", "Answer nothing", shown=True),
    ]

    def __init__(
        self,
        question: str,
        value: str = "",
        *,
        check: Callable[[str], object] | None = None,
        completed_from: Iterable[str] | Suggester = (),
    ) -> None:
        super().__init__()
        self._question, self._value, self._check = question, value, check
        self._suggester = (
            completed_from
            if isinstance(completed_from, Suggester)
            else SuggestFromList(completed_from, case_sensitive=False)
        )

    def compose(self) -> ComposeResult:
        """The question, the line, what is wrong with it."""
        with Vertical():
            yield Static(Content(self._question))
            yield Input(self._value, suggester=self._suggester, select_on_focus=True, compact=True)
            yield Static("", id="wrong")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer, unless something is wrong with it."""
        event.stop()
        try:
            if self._check is not None:
                self._check(event.value)
        except ExpenseError as error:
            self.query_one("#wrong", Static).update(Content(error.message))
        else:
            self.dismiss(event.value)
