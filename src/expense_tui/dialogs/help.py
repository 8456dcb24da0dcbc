"""What the keys do: on this screen, in its list, and everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Static

from expense_tui.cells import fitted
from expense_tui.dialogs.dialog import Dialog
from expense_tui.keys import key

_WIDEST = 16


@dataclass
class Command:
    """What some keys do."""

    name: str
    does: str
    action: str
    of: DOMNode
    """Whose action it is."""
    keys: list[str] = field(default_factory=list)
    """As a person reads them; those that they chose themselves, where they did."""


def commands(screen: Screen[Any]) -> Iterator[Command]:
    """What can be done on a screen as it is now, each with its keys: first what is its own."""
    found: dict[tuple[DOMNode, str], Command] = {}
    for node, binding, is_enabled, _ in screen.active_bindings.values():
        if not (is_enabled and binding.tooltip):
            continue
        made = Command(binding.description.capitalize(), binding.tooltip, binding.action, node)
        command = found.setdefault((node, binding.action), made)
        shown = screen.app.get_key_display(binding)
        if shown not in command.keys:
            command.keys.append(shown)
    yield from sorted(found.values(), key=lambda one: _place(one.of))


def _place(node: DOMNode) -> int:
    return 2 if isinstance(node, App) else 0 if isinstance(node, Screen) else 1


class Help(Dialog[None]):
    """Lists every key that works on a screen as it is now.

    Arguments:
        screen: which one.
    """

    DEFAULT_CSS = """
    Help > .box { width: 76; }
    Help .title { text-style: bold; margin-top: 1; }
    Help .title:first-child { margin-top: 0; }
    Help Horizontal { height: auto; }
    Help Horizontal Static { width: 1fr; }
    Help Horizontal .keys { width: auto; padding-right: 2; text-style: bold; color: $text-accent; }
    Help > .box:focus { border: round $accent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("help.close", "question_mark,q", "leave", "Close", "Close the help"),
    ]
    AUTO_FOCUS = ".box"

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__("Keys")
        self._commands = list(commands(screen))

    def body(self) -> ComposeResult:
        """The keys, in groups."""
        width = min(_WIDEST, max((len(" ".join(one.keys)) for one in self._commands), default=0))
        for place, title in enumerate(("On this screen", "In the list", "Everywhere")):
            here = [one for one in self._commands if _place(one.of) == place]
            if here:
                yield Static(title, classes="title")
            for one in here:
                keys = Static(Content(fitted(" ".join(one.keys), width)), classes="keys")
                yield Horizontal(keys, Static(Content(one.does)))

    def on_mount(self) -> None:
        """Let the keys scroll it."""
        box = self.query_one(".box")
        box.can_focus = True
        box.border_subtitle = "Escape closes"
