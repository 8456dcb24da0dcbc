"""A list in columns, of however many rows: only what can be seen is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from expense_tui.cells import fitted, to_the_right
from expense_tui.keys import key

Row = TypeVar("Row")

_NEAR = 40
"""Rows: closer to the last one that is there, more are asked for."""
_LONGEST = 80
"""Cells of the column that takes the room the others leave, so that they are seen beside it in a wide window."""


@dataclass(frozen=True)
class Column:
    """A column of a list."""

    title: str
    width: int = 0
    """In cells. One column may have 0: it takes the room that the others leave."""
    is_right: bool = False
    """Whether it goes to the right end of its cells, as figures do."""
    least: int = 0
    """In a list that has fewer cells than this, it is left out."""


class Listing(ScrollView, Generic[Row], can_focus=True):
    """Rows under the names of their columns; one of them is where the keys act, and some may be marked."""

    DEFAULT_CSS = """
    Listing { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }
    Listing > .listing--head { text-style: bold underline; color: $text-muted; }
    Listing > .listing--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
    Listing > .listing--cursor-blurred { background: $block-cursor-blurred-background; text-style: underline; }
    Listing > .listing--marked { text-style: bold; color: $text-accent; }
    Listing > .listing--quiet { color: $text-muted; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "listing--head",
        "listing--cursor",
        "listing--cursor-blurred",
        "listing--marked",
        "listing--quiet",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        key("table.up", "up,k", "move(-1)", "Up", "One row up"),
        key("table.down", "down,j", "move(1)", "Down", "One row down"),
        key("table.page_up", "pageup,ctrl+b", "page(-1)", "Page up", "A screenful up"),
        key("table.page_down", "pagedown,ctrl+f", "page(1)", "Page down", "A screenful down"),
        key("table.first", "home,g", "first", "First", "To the first one"),
        key("table.last", "end,G", "last", "Last", "To the last one that is there"),
        key("listing.open", "enter", "open", "Open", "Open this one"),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    """The row that keys act on, by its place."""

    class Told(Message):
        """Something happened in a list."""

        def __init__(self, listing: Listing[Any]) -> None:
            super().__init__()
            self.listing = listing

        @property
        def control(self) -> Listing[Any]:
            """Which list."""
            return self.listing

    class MoreWanted(Told):
        """The end of what is there comes near."""

    class Moved(Told):
        """The cursor is on another row."""

    class Opened(Told):
        """Enter was pressed, or the row under the cursor was clicked where that opens it."""

    def __init__(self, empty: str = "", *, id: str | None = None) -> None:  # noqa: A002 - Textual's own word
        super().__init__(id=id)
        self.columns: Sequence[Column] = ()
        self.rows: Sequence[Row] = ()
        self.empty = empty
        """What is said where there is no row."""
        self.marks: Callable[[Row], str] = lambda _: ""
        """The sign before a row: marked, taken, left. One with a sign is drawn strongly."""
        self.quiet: Callable[[Row], bool] = lambda _: False
        """Whether a row is drawn weakly."""
        self.second_click: Callable[[], object] = self.action_open
        """What a click on the row under the cursor does."""
        self._cells: Callable[[Row], Sequence[str]] = lambda _: ()
        self._asked_at = -1

    # --- What is in it ---

    def show(
        self,
        columns: Sequence[Column],
        rows: Sequence[Row],
        cells: Callable[[Row], Sequence[str]],
        at: int | None = None,
    ) -> None:
        """List these rows; the cursor stays at its place, or goes to the row `at`.

        Arguments:
            cells: what a row has in each column; asked only of rows that can be seen.
        """
        self.columns, self.rows, self._cells, self._asked_at = columns, rows, cells, -1
        self.virtual_size = Size(0, len(rows) + 1)
        self._go_to(self.cursor if at is None else at)

    def grew(self) -> None:
        """Go on with rows that were added to those that are listed."""
        self.virtual_size = Size(0, len(self.rows) + 1)
        self.refresh()

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    # --- Keys and the mouse ---

    def action_move(self, by: int) -> None:
        """Go so many rows down."""
        self._go_to(self.cursor + by)

    def action_page(self, by: int) -> None:
        """Go a screenful down."""
        self._go_to(self.cursor + by * max(1, self.size.height - 2))

    def action_first(self) -> None:
        """Go to the first one."""
        self._go_to(0)

    def action_last(self) -> None:
        """Go to the last one that is there."""
        self._go_to(len(self.rows) - 1)

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if self.current is not None:
            self.post_message(self.Opened(self))

    def on_click(self, event: events.Click) -> None:
        """Go to what is clicked; when the cursor is there already, that is usually opening it."""
        index = event.y - 1 + self.scroll_offset.y
        if event.y > 0 and index < len(self.rows):
            if index == self.cursor:
                self.second_click()
            else:
                self._go_to(index)

    def _go_to(self, index: int) -> None:
        self.cursor = max(0, min(index, len(self.rows) - 1))
        top, room = self.scroll_offset.y, max(1, self.size.height - 1)
        if not top <= self.cursor < top + room:
            self.scroll_to(y=self.cursor if self.cursor < top else self.cursor - room + 1, animate=False, force=True)
        self.refresh()
        self.post_message(self.Moved(self))
        self._ask_for_more()

    def watch_scroll_y(self, old: float, new: float) -> None:
        """Ask for more when the mouse gets near the end, too."""
        super().watch_scroll_y(old, new)
        self._ask_for_more()

    def _ask_for_more(self) -> None:
        seen = max(self.scroll_offset.y + self.size.height, self.cursor)
        if self._asked_at != len(self.rows) and len(self.rows) - seen < _NEAR:
            self._asked_at = len(self.rows)
            self.post_message(self.MoreWanted(self))

    # --- Drawing ---

    def render_line(self, y: int) -> Strip:
        """One line of what can be seen; the first has the names of the columns."""
        width = self.scrollable_content_region.width
        columns = [column if width >= column.least else None for column in self.columns]
        if y == 0:
            style = self.get_component_rich_style("listing--head")
            head = self._line([one.title for one in self.columns], columns, "", width)
            return Strip([Segment(head, style)], width)
        index = y - 1 + self.scroll_offset.y
        if index >= len(self.rows):
            told = f" {self.empty}" if index == 0 and self.columns else ""
            return Strip([Segment(fitted(told, width), self.get_component_rich_style("listing--quiet"))], width)
        row = self.rows[index]
        sign = self.marks(row)
        style = self.rich_style
        if index == self.cursor:
            name = "listing--cursor" if self.has_focus else "listing--cursor-blurred"
            style = self.get_component_rich_style(name)
        elif sign.strip():
            style = self.get_component_rich_style("listing--marked")
        elif self.quiet(row):
            style = self.get_component_rich_style("listing--quiet")
        return Strip([Segment(self._line(self._cells(row), columns, sign, width), style)], width)

    def _line(self, cells: Sequence[str], columns: Sequence[Column | None], sign: str, width: int) -> str:
        shown = [(column, text) for column, text in zip(columns, cells, strict=True) if column is not None]
        taken = sum(column.width + 2 for column, _ in shown)
        left = min(_LONGEST, max(0, width - taken))
        parts = [(to_the_right if column.is_right else fitted)(text, column.width or left) for column, text in shown]
        return fitted(fitted(sign, 2) + "  ".join(parts), width)


def widest(texts: Iterable[str], title: str = "", most: int = 40) -> int:
    """How many cells a column needs for these, or for its title, up to so many."""
    return min(most, max((cell_len(text) for text in (title, *texts)), default=0))
