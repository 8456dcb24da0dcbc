"""The list of expenses: of however many there are, those that were looked at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from expense_tui.cells import fitted, to_the_right
from expense_tui.keys import key
from expense_tui.last_view import Cells, View
from expense_tui.widgets.expense_lines import DayLine, ExpenseLine, ExpenseLines
from expense_tui.widgets.rows import LONGEST, NEAR, Rows

if TYPE_CHECKING:
    from expense_core import ExpensePublic, Page
    from expense_tui.app import ExpensesApp
    from expense_tui.formats import Formats

_NARROW, _WIDE = 44, 100
_CATEGORY = 14


class ExpenseTable(Rows):
    """Expenses by line, and a line above each day.

    It is given page after page: near the end of what it has it asks for more with `MoreWanted`.
    """

    DEFAULT_CSS = """
    ExpenseTable > .rows--day { text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"rows--day"}
    BINDINGS: ClassVar[list[BindingType]] = [
        key("table.mark", "space", "mark", "Mark", "Mark this one, or unmark it", shown=True),
        key("table.mark_range", "v", "mark_range", "Mark to here", "Mark all from the last marked one to this one"),
    ]

    app: ExpensesApp

    class Marked(Message):
        """Other expenses are marked than before."""

    def __init__(self) -> None:
        super().__init__()
        self._held: ExpenseLines | None = None
        self._ahead: View | None = None
        self._formats: Formats | None = None
        self._nothing = ""
        self._anchor: int | None = None
        self.marked: set[int] = set()
        """The ids of those that are marked."""
        self.marked_in_all: int | None = None
        """How many the list has where all are marked, on pages to come too, but for some; else None."""
        self.taken_out: set[int] = set()
        """The ids of those that are not marked where all others are."""

    # --- What is in it ---

    def draw_ahead(self, view: View | None) -> None:
        """Draw this as long as there is no list."""
        self._ahead = view
        self.virtual_size = Size(0, view.length if view else 0)
        self.refresh()

    def view(self, month: str) -> View:
        """What it shows, for the next start to draw ahead."""
        held, width = self._held, self.scrollable_content_region.width
        lines = held.lines if held else []
        return View(month, width, len(lines), [self._cells(line, width) for line in lines[: self.size.height]])

    def show(
        self, page: Page[ExpensePublic], formats: Formats, *, by_day: bool, nothing: str, at: int | None = None
    ) -> None:
        """Begin a list anew.

        Arguments:
            by_day: whether it goes by date, so that its days are added up.
            nothing: what is said where there is none to show.
            at: the id of the expense to go to; else the cursor stays with the one it is on, or where it is.
        """
        wanted = at if at is not None else self.current and self.current.id
        self._formats, self._held, self._anchor = formats, ExpenseLines(formats, by_day=by_day), None
        self._nothing = nothing
        self.append(page)
        found = next((index for index, one in enumerate(self._held.expenses) if one.id == wanted), None)
        self.go_to(self.cursor if found is None else found)

    def append(self, page: Page[ExpensePublic]) -> None:
        """Go on with the next page."""
        assert self._held is not None  # noqa: S101 - a list begins with `show`
        self._held.take(page)
        self.has_asked = False
        self.virtual_size = Size(0, len(self._held.lines))
        self.refresh()

    @property
    def next_cursor(self) -> str | None:
        """Of the page that comes next; None where all is there."""
        return self._held.next_cursor if self._held else None

    @property
    def expenses(self) -> list[ExpensePublic]:
        """Those that are there by now."""
        return self._held.expenses if self._held else []

    @property
    def current(self) -> ExpensePublic | None:
        """The expense under the cursor."""
        return self.expenses[self.cursor] if self.cursor < len(self.expenses) else None

    @property
    def needed(self) -> int:
        """How many have to be there for the cursor to stay where it is, and for what is marked to stay so."""
        marked = (index for index, one in enumerate(self.expenses) if one.id in self.marked)
        return max(self.cursor, *marked, 0) + 1

    @property
    def chosen(self) -> list[ExpensePublic]:
        """What a key acts on: those that are marked, else the one under the cursor."""
        marked = [one for one in self.expenses if one.id in self.marked]
        return marked or ([self.current] if self.current else [])

    @property
    def has_marks(self) -> bool:
        """Whether any is marked."""
        return bool(self.marked or self.marked_in_all)

    def is_marked(self, expense_id: int) -> bool:
        """Whether this one is."""
        return expense_id not in self.taken_out if self.marked_in_all else expense_id in self.marked

    def mark(self, expense_ids: Iterable[int], *, in_all: int | None = None, but: Iterable[int] = ()) -> None:
        """Mark these, and no others; or with `in_all` all that there are, which are so many, but for some."""
        self.marked, self.marked_in_all, self.taken_out = set(expense_ids), in_all, set(but)
        self.refresh()
        self.post_message(self.Marked())

    # --- Keys and the mouse ---

    @property
    def length(self) -> int:
        """How many expenses there are by now."""
        return len(self.expenses)

    def action_first(self) -> None:
        """Go to the first one, and its day above it."""
        super().action_first()
        self.scroll_to(y=0, animate=False)

    def action_mark(self) -> None:
        """Mark the one under the cursor, or unmark it, and go on."""
        if self.current is not None:
            self._anchor, this = self.cursor, {self.current.id}
            if self.marked_in_all is None:
                self._mark(self.marked ^ this)
            else:
                self._take_out(self.taken_out ^ this, self.marked_in_all)
            self.go_to(self.cursor + 1)

    def action_mark_range(self) -> None:
        """Mark all from the one that was marked last to the one under the cursor."""
        first, last = sorted((self.cursor if self._anchor is None else self._anchor, self.cursor))
        these = {one.id for one in self.expenses[first : last + 1]}
        if self.marked_in_all is None:
            self._mark(self.marked | these)
        else:
            self._take_out(self.taken_out - these, self.marked_in_all)

    def _mark(self, these: set[int]) -> None:
        """Mark these, and no others, and say how many they are."""
        from expense_core.cli.show import counted

        self.mark(these)
        self.app.say(f"Marked {counted(len(these), 'expense')}" if these else "Nothing is marked")

    def _take_out(self, these: set[int], in_all: int) -> None:
        """Leave these unmarked, and no others; where that is all of them, none is marked."""
        from expense_core.queries import MOST_EXCEPTED

        if len(these) > MOST_EXCEPTED:
            self.app.say(f"{MOST_EXCEPTED:,} are taken out, and that is the most; Escape unmarks all")
            return
        left = in_all - len(these)
        self.mark((), in_all=in_all if left else None, but=these if left else ())
        self.app.say(f"Marked {left:,} of {in_all:,} expenses")

    def on_click(self, event: events.Click) -> None:
        """Go to what is clicked; open it when the cursor is there already."""
        line = event.y + self.scroll_offset.y
        places = self._held.places if self._held else []
        if line in places:
            index = places.index(line)
            if index == self.cursor:
                self.post_message(self.Opened(self))
            self.go_to(index)

    def on_resize(self) -> None:
        """Keep the cursor in sight, and no empty lines above others."""
        self.call_after_refresh(self.keep_in_sight)

    def keep_in_sight(self) -> None:
        """Scroll to where the cursor is, and to the day above the first one."""
        self.scroll_to(y=min(self.scroll_y, self.max_scroll_y), animate=False, force=True)
        if self._held and self._held.places:
            line = self._held.places[self.cursor]
            above = line if self.cursor == 0 else 0  # the first one's day
            self.scroll_to_region(Region(0, line - above, 1, 1 + above), animate=False, force=True)

    @property
    def is_near_end(self) -> bool:
        """Whether the last line that is there is near, and another page comes after it."""
        if self._held is None or self._held.next_cursor is None:
            return False
        seen = max(self.scroll_offset.y + self.size.height, self._held.places[self.cursor] if self._held.places else 0)
        return len(self._held.lines) - seen < NEAR

    # --- Drawing ---

    def render_line(self, y: int) -> Strip:
        """One line of what can be seen."""
        number, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        held = self._held
        if held is None and self._ahead is not None and width == self._ahead.width:
            cells = self._ahead.lines[number] if number < len(self._ahead.lines) else []
            return Strip(self._drawn(cells)).adjust_cell_length(width)
        if held is None or number >= len(held.lines):
            told = self._nothing if number == 1 and held is not None and not held.lines else ""
            return Strip(self._drawn([(fitted(f"  {told}", width), "quiet")]), width)
        line = held.lines[number]
        cells = self._cells(line, width)
        if isinstance(line, ExpenseLine) and self.is_marked(line.expense.id):
            cells = [("✓ ", "marked"), *((text, "marked") for text, _ in cells[1:])]
        if held.places[self.cursor] == number:
            kind = "cursor" if self.has_focus else "cursor-blurred"
            cells = [(text, kind) for text, _ in cells]
        return Strip(self._drawn(cells), width)

    def _drawn(self, cells: Cells) -> list[Segment]:
        """The parts of a line, each in the style of its kind."""
        return [
            Segment(text, self.get_component_rich_style(f"rows--{kind}") if kind else self.rich_style)
            for text, kind in cells
        ]

    def _cells(self, line: DayLine | ExpenseLine, width: int) -> list[tuple[str, str]]:
        """The parts of a line that is neither marked nor under the cursor; a kind of nothing is plain."""
        return self._day(line, width) if isinstance(line, DayLine) else self._expense(line, width)

    def _day(self, line: DayLine, width: int) -> list[tuple[str, str]]:
        assert self._formats is not None  # noqa: S101 - there are lines only with it
        totals = line.totals or "…"
        room = max(0, width - len(totals) - 2)
        return [(fitted(f" {self._formats.day(line.day)}", room) + to_the_right(totals, width - room), "day")]

    def _expense(self, line: ExpenseLine, width: int) -> list[tuple[str, str]]:
        assert self._formats is not None  # noqa: S101 - as in `_day`
        assert self._held is not None  # noqa: S101 - it has the line
        held, expense = self._held, line.expense
        amount = held.before + held.behind + 1
        is_dated = held.by_day and width < _WIDE  # its day stands above it, and the year is better spent on the words
        written = self._formats.day_of_year if is_dated else self._formats.short_day
        day = (held.days_of_year if is_dated else held.days) + 1 if width >= _NARROW else 0
        category = 0 if width < _NARROW else 24 if width >= _WIDE else _CATEGORY
        told = min(LONGEST, max(0, width - 2 - day - amount - 2 - category))
        description = expense.description or "(no description)"
        if expense.amount < 0:
            description = f"refund: {description}"
        return [
            ("  ", ""),
            (fitted(written(expense.spent_on), day), "quiet"),
            (line.figure.aligned(held.behind, amount) + "  ", ""),
            (fitted(description, told), ""),
            (fitted(f" {expense.category or '–'}", width - 2 - day - amount - 2 - told), "quiet"),
        ]
