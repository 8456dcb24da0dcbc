"""Every field of an expense, at the foot of the list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from expense_tui.keys import key
from expense_tui.widgets.field import Field

if TYPE_CHECKING:
    from expense_core import ExpensePublic
    from expense_tui.entries import Reading, Typed

_LABELS = {
    "amount": "Amount",
    "currency": "Currency",
    "spent_on": "Date",
    "description": "What",
    "category": "Category",
    "notes": "Notes",
}
_ROWS = (("amount", "currency"), ("spent_on", "category"), ("description",), ("notes",))
_BREAK = "⏎"
"""Stands for the end of a line in the notes, which a field shows on one."""


@dataclass(frozen=True, eq=False, slots=True)
class Opened:
    """What a form was opened with; no two openings are alike."""

    reading: Reading
    before: ExpensePublic | None = None
    """The expense that is edited; None where it is a new one."""
    line: str = ""
    """The quick line that it goes on from."""


class ExpenseForm(Vertical):
    """The fields of a new expense, or of one that is edited; what is wrong with one is said beneath it."""

    DEFAULT_CSS = """
    ExpenseForm { height: auto; display: none; border-top: solid $primary; padding: 0 1; }
    ExpenseForm #heading { text-style: bold; height: 1; }
    ExpenseForm Horizontal { height: auto; }
    ExpenseForm Field { width: 1fr; padding-right: 1; }
    ExpenseForm Field .label { width: 9; color: $text-muted; }
    ExpenseForm Field .wrong { padding-left: 9; }
    ExpenseForm Input { background: $boost; }
    ExpenseForm Input:focus { background: $primary 40%; text-style: bold; }
    ExpenseForm #wrong { color: $text-error; text-style: bold; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("form.save", "enter,ctrl+s", "save", "Save", "Save the expense", shown=True),
        key("form.close", "escape", "close", "Close", "Leave it as it was", shown=True),
        key("form.next", "down", "app.focus_next", "Next", "The next field"),
        key("form.previous", "up", "app.focus_previous", "Previous", "The field before"),
    ]

    class Submitted(Message):
        """What is typed is to be saved."""

        def __init__(self, typed: Typed, opened: Opened) -> None:
            super().__init__()
            self.typed = typed
            self.opened = opened

    class Closed(Message):
        """The form is left."""

    def __init__(self) -> None:
        super().__init__()
        self._opened: Opened | None = None
        self.is_saving = False
        """Whether what was typed is on its way: it is not sent again before that is done or refused."""

    def compose(self) -> ComposeResult:
        """The fields, row by row."""
        yield Static("", id="heading")
        for row in _ROWS:
            with Horizontal(classes="row"):
                for name in row:
                    yield Field(name, _LABELS[name])
        yield Static("", id="wrong")

    def open(self, opened: Opened, typed: Typed) -> None:
        """Show an expense, or what is known of a new one."""
        self.go_on(opened)
        categories = [one.name for one in opened.reading.categories.values()]
        for name in _LABELS:
            self._field(name).input.value = getattr(typed, name).replace("\n", _BREAK)
        self._field("category").input.suggester = SuggestFromList(categories, case_sensitive=False)
        self.tell_wrong({})
        self.display = True  # at once, as the focus: keys that were pressed already belong to it
        self.screen.set_focus(self._field("amount").input)

    def go_on(self, opened: Opened) -> None:
        """Let what is typed be about this expense from now on."""
        self._opened, self.is_saving = opened, False
        heading = "New expense" if opened.before is None else f"Expense {opened.before.id}"
        self.query_one("#heading", Static).update(Content(heading))

    def shows(self, opened: Opened) -> bool:
        """Whether this is still what is open."""
        return self.display and self._opened is opened

    def close(self) -> None:
        """Be gone."""
        self.display = False

    @property
    def typed(self) -> Typed:
        """What stands in the fields."""
        from expense_tui.entries import Typed

        return Typed(**{one.name: self._field(one.name).value.replace(_BREAK, "\n") for one in fields(Typed)})

    def tell_wrong(self, wrong: Mapping[str, str]) -> None:
        """Say beneath each field what is wrong with it; "" is the form as a whole."""
        for name in _LABELS:
            self._field(name).tell(wrong.get(name, ""))
        whole = self.query_one("#wrong", Static)
        whole.display = "" in wrong
        whole.update(Content(wrong.get("", "")))
        first = next((name for name in _LABELS if name in wrong), None)
        if first is not None:
            self._field(first).input.focus()

    def action_save(self) -> None:
        """Save what is typed, once."""
        if self._opened is not None and not self.is_saving:
            self.is_saving = True
            self.tell_wrong({})
            self.post_message(self.Submitted(self.typed, self._opened))

    def action_close(self) -> None:
        """Leave the form."""
        self.close()
        self.post_message(self.Closed())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter saves, whatever field it is pressed in."""
        event.stop()
        self.action_save()

    def _field(self, name: str) -> Field:
        return self.query_one(f"#field-{name}", Field)
