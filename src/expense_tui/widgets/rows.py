"""What every list has: rows, on one of which the keys act, and more of them as one gets there."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView

from expense_tui.keys import key

NEAR = 40
"""Lines: closer to the last one that is there, more are asked for."""
LONGEST = 80
"""Cells of what takes the room that the rest leaves, so that they are seen beside it in a wide window."""


class Rows(ScrollView, can_focus=True):
    """Rows that keys and the mouse go through; only what can be seen is drawn."""

    DEFAULT_CSS = """
    Rows { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }
    Rows > .rows--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
    Rows > .rows--cursor-blurred { background: $block-cursor-blurred-background; }
    Rows > .rows--marked { text-style: bold; color: $text-accent; }
    Rows > .rows--quiet { color: $text-muted; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"rows--cursor", "rows--cursor-blurred", "rows--marked", "rows--quiet"}
    BINDINGS: ClassVar[list[BindingType]] = [
        key("table.up", "up,k", "move(-1)", "Up", "One row up"),
        key("table.down", "down,j", "move(1)", "Down", "One row down"),
        key("table.page_up", "pageup,ctrl+b", "page(-1)", "Page up", "A screenful up"),
        key("table.page_down", "pagedown,ctrl+f", "page(1)", "Page down", "A screenful down"),
        key("table.first", "home,g", "first", "First", "To the first one"),
        key("table.last", "end,G", "last", "Last", "To the last one that is there"),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    """The row that keys act on, by its place."""
    has_asked = False
    """Whether more is on its way: it is asked for once, and again where it could not be read."""

    class Told(Message):
        """Something happened in a list."""

        def __init__(self, rows: Rows) -> None:
            super().__init__()
            self.rows = rows

        @property
        def control(self) -> Rows:
            """Which list."""
            return self.rows

    class MoreWanted(Told):
        """The end of what is there comes near."""

    class Moved(Told):
        """The cursor is on another row."""

    class Opened(Told):
        """Enter was pressed, or the row under the cursor was clicked where that opens it."""

    @property
    def length(self) -> int:
        """How many rows there are by now."""
        raise NotImplementedError

    @property
    def page(self) -> int:
        """How many are gone through at once, so that the last one is seen again."""
        return max(1, self.size.height - 1)

    def keep_in_sight(self) -> None:
        """Scroll to where the cursor is."""
        raise NotImplementedError

    @property
    def is_near_end(self) -> bool:
        """Whether more has to be there soon, if there is more."""
        raise NotImplementedError

    def ask_for_more(self) -> None:
        """Post `MoreWanted` where the end is near, once for each time that there are other rows."""
        if not self.has_asked and self.is_near_end:
            self.has_asked = True
            self.post_message(self.MoreWanted(self))

    def action_move(self, by: int) -> None:
        """Go so many rows down."""
        self.go_to(self.cursor + by)

    def action_page(self, by: int) -> None:
        """Go a screenful down."""
        self.go_to(self.cursor + by * self.page)

    def action_first(self) -> None:
        """Go to the first one."""
        self.go_to(0)

    def action_last(self) -> None:
        """Go to the last one that is there."""
        self.go_to(self.length - 1)

    def go_to(self, index: int) -> None:
        """Go to the row at a place; past the end is the end."""
        self.cursor = max(0, min(index, self.length - 1))
        self.keep_in_sight()
        self.refresh()
        self.post_message(self.Moved(self))
        self.ask_for_more()

    def watch_scroll_y(self, old: float, new: float) -> None:
        """Ask for more when the mouse gets near the end, too."""
        super().watch_scroll_y(old, new)
        self.ask_for_more()
