"""A list in columns, of however many rows: only what can be seen is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.strip import Strip

from expense_tui.cells import fitted, to_the_right
from expense_tui.keys import key
from expense_tui.widgets.rows import LONGEST, NEAR, Rows

Row = TypeVar("Row")


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


class Listing(Rows, Generic[Row]):
    """Rows under the names of their columns; one of them is where the keys act, and some may be marked."""

    DEFAULT_CSS = """
    Listing > .rows--head { text-style: bold underline; color: $text-muted; }
    Listing > .rows--cursor-blurred { text-style: underline; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"rows--head"}
    BINDINGS: ClassVar[list[BindingType]] = [
        key("listing.open", "enter", "open", "Open", "Open this one"),
    ]

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
        self.columns, self.rows, self._cells, self.has_asked = columns, rows, cells, False
        self.virtual_size = Size(0, len(rows) + 1)
        self.go_to(self.cursor if at is None else at)

    def grew(self) -> None:
        """Go on with rows that were added to those that are listed."""
        self.has_asked = False
        self.virtual_size = Size(0, len(self.rows) + 1)
        self.refresh()

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    # --- Keys and the mouse ---

    @property
    def length(self) -> int:
        """How many rows there are by now."""
        return len(self.rows)

    @property
    def page(self) -> int:
        """How many are gone through at once, below the names of the columns."""
        return max(1, self.size.height - 2)

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
                self.go_to(index)

    def keep_in_sight(self) -> None:
        """Scroll to where the cursor is."""
        top, room = self.scroll_offset.y, max(1, self.size.height - 1)
        if not top <= self.cursor < top + room:
            self.scroll_to(y=self.cursor if self.cursor < top else self.cursor - room + 1, animate=False, force=True)

    @property
    def is_near_end(self) -> bool:
        """Whether the last row that is there is near; whoever lists them knows whether there are more."""
        return len(self.rows) - max(self.scroll_offset.y + self.size.height, self.cursor) < NEAR

    # --- Drawing ---

    def render_line(self, y: int) -> Strip:
        """One line of what can be seen; the first has the names of the columns."""
        width = self.scrollable_content_region.width
        columns = [column if width >= column.least else None for column in self.columns]
        if y == 0:
            style = self.get_component_rich_style("rows--head")
            head = self._line([one.title for one in self.columns], columns, "", width)
            return Strip([Segment(head, style)], width)
        index = y - 1 + self.scroll_offset.y
        if index >= len(self.rows):
            told = f" {self.empty}" if index == 0 and self.columns else ""
            return Strip([Segment(fitted(told, width), self.get_component_rich_style("rows--quiet"))], width)
        row = self.rows[index]
        sign = self.marks(row)
        style = self.rich_style
        if index == self.cursor:
            name = "rows--cursor" if self.has_focus else "rows--cursor-blurred"
            style = self.get_component_rich_style(name)
        elif sign.strip():
            style = self.get_component_rich_style("rows--marked")
        elif self.quiet(row):
            style = self.get_component_rich_style("rows--quiet")
        return Strip([Segment(self._line(self._cells(row), columns, sign, width), style)], width)

    def _line(self, cells: Sequence[str], columns: Sequence[Column | None], sign: str, width: int) -> str:
        shown = [(column, text) for column, text in zip(columns, cells, strict=True) if column is not None]
        taken = sum(column.width + 2 for column, _ in shown)
        left = min(LONGEST, max(0, width - taken))
        parts = [(to_the_right if column.is_right else fitted)(text, column.width or left) for column, text in shown]
        return fitted(fitted(sign, 2) + "  ".join(parts), width)


def widest(texts: Iterable[str], title: str = "", most: int = 40) -> int:
    """How many cells a column needs for these, or for its title, up to so many."""
    return min(most, max((cell_len(text) for text in (title, *texts)), default=0))
