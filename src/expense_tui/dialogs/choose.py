"""One of several, chosen from a list that gets shorter as a person types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from expense_tui.dialogs.dialog import Dialog
from expense_tui.keys import key

Item = TypeVar("Item")


class Choose(Dialog[Item], Generic[Item]):
    """A list to choose from: arrows move, typing filters, Enter takes, Escape leaves.

    Arguments:
        title: what is asked, in a few words.
        items: what there is, each with what it is called.
        told: more about it, above the list.
        new: makes an item of what was typed where nothing is called so; without it only what is listed can be taken.
        called_new: what taking that is called, before what was typed.
    """

    DEFAULT_CSS = """
    Choose OptionList { height: auto; max-height: 14; background: $surface; }
    Choose #none { display: none; color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("choose.up", "up", "move(-1)", "Up", "One up"),
        key("choose.down", "down", "move(1)", "Down", "One down"),
        key("choose.page_up", "pageup", "move(-10)", "Page up", "Ten up"),
        key("choose.page_down", "pagedown", "move(10)", "Page down", "Ten down"),
    ]

    def __init__(
        self,
        title: str,
        items: Sequence[tuple[str, Item]],
        *,
        told: str = "",
        new: Callable[[str], Item] | None = None,
        called_new: str = "New:",
    ) -> None:
        super().__init__(title)
        self._items = items
        self._told = told
        self._new = new
        self._called_new = called_new
        self._shown: list[Item] = []

    def body(self) -> ComposeResult:
        """What is typed, and what that leaves."""
        if self._told:
            yield Static(Content(self._told), classes="told")
        yield Input(placeholder="Type to filter", compact=True)
        options = OptionList(compact=True)
        options.can_focus = False  # the keys are the field's
        yield options
        yield Static("Nothing is called so", id="none")

    def on_mount(self) -> None:
        """List everything."""
        self._filter("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._filter(event.value.strip())

    def _filter(self, text: str) -> None:
        sought = text.casefold()
        found = [(called, item) for called, item in self._items if sought in called.casefold()]
        found.sort(key=lambda one: not one[0].casefold().startswith(sought))
        if self._new is not None and text and not any(called.casefold() == sought for called, _ in found):
            found.append((f"{self._called_new} {text}", self._new(text)))
        self._shown = [item for _, item in found]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Option(Content(called)) for called, _ in found)
        options.display = bool(found)
        options.highlighted = 0 if found else None
        self.query_one("#none").display = not found

    def action_move(self, by: int) -> None:
        """Go so many down; past the end is the end."""
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            options.highlighted = max(0, min(options.highlighted + by, options.option_count - 1))

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self._take(self.query_one(OptionList).highlighted)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self._take(event.option_index)

    def _take(self, index: int | None) -> None:
        if index is not None:
            self.dismiss(self._shown[index])
