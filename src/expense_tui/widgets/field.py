"""A field of a form: what it is called, what is typed, and under it what is wrong with that."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import Input, Static


class Field(Vertical):
    """One field.

    Arguments:
        name: what `Invalid.errors` calls it.
        label: what a person calls it.
    """

    DEFAULT_CSS = """
    Field { height: auto; }
    Field Horizontal { height: 1; }
    Field .label { width: 16; text-overflow: ellipsis; text-wrap: nowrap; }
    Field Input { width: 1fr; }
    Field .wrong { display: none; height: auto; padding-left: 16; color: $text-error; text-style: bold; }
    """

    def __init__(
        self, name: str, label: str, value: str = "", *, password: bool = False, suggester: Suggester | None = None
    ) -> None:
        super().__init__(id=f"field-{name}")
        self.called = name
        self._label = label
        self.input = Input(value, password=password, suggester=suggester, compact=True, select_on_focus=False)

    def compose(self) -> ComposeResult:
        """Its name, its value, its trouble."""
        with Horizontal():
            yield Static(Content(self._label), classes="label")
            yield self.input
        yield Static("", classes="wrong")

    @property
    def value(self) -> str:
        """What was typed."""
        return self.input.value

    def call(self, label: str) -> None:
        """Give it another name."""
        self.query_one(".label", Static).update(Content(label))

    def tell(self, wrong: str) -> None:
        """Say what is wrong with it; nothing, with an empty text."""
        line = self.query_one(".wrong", Static)
        line.display = bool(wrong)
        line.update(Content(f"! {wrong}" if wrong else ""))

    @on(Input.Changed)
    def _mended(self) -> None:
        self.tell("")
