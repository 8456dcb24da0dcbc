"""The expenses: a period of them, or what is looked for among all."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input

import expense_core as core
from expense_tui.backends import Backend
from expense_tui.keys import key
from expense_tui.last_view import View
from expense_tui.periods import Period, Span
from expense_tui.screens.period_screen import PeriodScreen, period_keys
from expense_tui.showing import A_PAGE, LONG_PAGE, SORTS, Showing
from expense_tui.widgets.at_once import AtOnce, Chosen, Everything
from expense_tui.widgets.category_bars import CategoryBars
from expense_tui.widgets.chips import Chips
from expense_tui.widgets.entering import Entering
from expense_tui.widgets.expense_table import ExpenseTable
from expense_tui.widgets.period_bar import PeriodBar

_OPENING = {"add", "edit", "duplicate", "recategorise", "change_date", "export", "search", "choose_period"}
_LONGEST_SEARCH = 200
"""Characters, as the core has it."""
_MOST_MARKED = 1_000
"""What one batch takes; more are marked as a whole."""


class ExpensesScreen(PeriodScreen):
    """The book, line by line."""

    MODE = "expenses"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (76, "-normal"), (120, "-wide")]  # noqa: RUF012 - Textual's own
    DEFAULT_CSS = """
    ExpensesScreen.-narrow CategoryBars { display: none; }
    ExpensesScreen.-narrow ExpenseForm .row { layout: vertical; }
    ExpensesScreen.-wide CategoryBars { width: 40; }
    ExpensesScreen #search { height: 1; border: none; padding: 0 1; display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("expenses.add", "a", "add", "Add", "Record an expense in one line", shown=True, opens=True),
        key("expenses.edit", "e,enter", "edit", "Edit", "Change this expense", shown=True, opens=True),
        key("expenses.delete", "d,delete", "delete", "Delete", "Move this, or all marked, to the trash", shown=True),
        key("expenses.duplicate", "D", "duplicate", "Duplicate", "Record the same again, today", opens=True),
        key("expenses.category", "c", "recategorise", "Category", "Give what is marked another category", opens=True),
        key("expenses.date", "w", "change_date", "Date", "Give what is marked another date", opens=True),
        key("expenses.export", "x", "export", "Export", "Write what is marked or listed to a file", opens=True),
        key("expenses.rule", "R", "make_rule", "Rule", "Make a rule of this expense, for statements to come"),
        key("expenses.mark_all", "asterisk", "mark_all", "Mark all", "Mark all listed, or unmark them", looks="*"),
        key(
            "expenses.search",
            "slash",
            "search",
            "Search",
            "Search all time as you type",
            shown=True,
            looks="/",
            opens=True,
        ),
        key("expenses.back", "escape", "back", "Back", "Stop, unmark, or leave the search or the filter", shown=True),
        *period_keys("expenses"),
        key("expenses.sort", "s", "sort", "Sort", "By date, by amount, by when it was recorded"),
        key("expenses.copy", "y", "copy", "Copy", "Copy this expense as text"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.showing: Showing | None = None
        self._before_search: Showing | None = None
        self._before_only: Showing | None = None
        """What was shown before one came from another screen to some of the expenses alone."""
        self._saved: int | None = None
        """What was just recorded or changed, to go to it once it is listed."""
        self._listed: tuple[Showing, object] | None = None
        """What the list shows, and the state of the book's file before it was read."""

    def body(self) -> ComposeResult:
        """The period, the list, what it comes to."""
        yield PeriodBar()
        yield Chips(classes="-none")
        with Horizontal():
            yield ExpenseTable()
            yield CategoryBars()
        yield Input(placeholder="Search all time", id="search", compact=True, max_length=_LONGEST_SEARCH)
        yield AtOnce()
        yield Entering()

    def on_mount(self) -> None:
        """Draw what was there when the app was left, if that is what the book holds."""
        self.table.draw_ahead(self.app.seen_last())

    def view(self) -> View | None:
        """What a start would show first, for the next one to draw ahead; None where something else is shown."""
        first = Period.holding(self.app.today())
        if self._listed != (Showing(first), self.app.state_of_book()):
            return None
        return self.table.view(first.first.isoformat())

    @property
    def table(self) -> ExpenseTable:
        """The list."""
        return self.query_one(ExpenseTable)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's own
        """What opens a line to type in is a letter, or Enter, in one that is open; back is from marks or a search."""
        if action == "back":
            ways = (self._before_search, self._before_only, *(line.writing for line in self.query(AtOnce)))
            return any(ways) or any(table.has_marks for table in self.query(ExpenseTable))
        return action not in _OPENING or not isinstance(self.focused, Input)

    @on(ExpenseTable.Marked)
    def _show_way_back(self) -> None:
        self.refresh_bindings()

    # --- Loading ---

    def begin_anew(self) -> None:
        """Forget what was listed of another ledger: its categories are not this one's."""
        self.showing = self._before_search = self._before_only = None
        self.table.mark(())
        self.query_one(Entering).begin_anew()
        self.query_one(AtOnce).close()
        self.table.focus()

    def load(self) -> None:
        """Show what the book holds now, where the person is."""
        if self.showing is None:
            self.showing = Showing(Period.holding(self.app.today()))
        self._load_list()

    def show(self, showing: Showing) -> None:
        """Show something else."""
        self.showing = showing
        self.table.mark(())
        self._load_list()

    def show_only(
        self, period: Period | None, category_id: int | None, category_name: str, *, currency: str = ""
    ) -> None:
        """Show the expenses of a period, or else of all time, and of a category; with a name alone, those without."""
        before = self.showing or Showing(Period.holding(self.app.today()))
        self._before_only, self._before_search = self._before_only or self._before_search or before, None
        self.query_one("#search", Input).display = False
        self.show(
            Showing(
                period or before.period.all_time(),
                category_ids=() if category_id is None else (category_id,),
                uncategorised=category_id is None and bool(category_name),
                category_name=category_name,
                currency=currency,
                sort=before.sort,
            )
        )
        self.table.focus()

    @work(group="list", exclusive=True)
    async def _load_list(self) -> None:
        assert self.showing is not None  # noqa: S101 - a list is loaded once there is something to show
        showing, formats = self.showing, self.app.formats
        self.query_one(PeriodBar).show(showing.period, formats)
        self.query_one(Chips).show(showing.filters)
        with self.app.trouble_told():
            needed = self.table.needed if self._listed and self._listed[0] == showing else 0
            state, page = await self.app.read(
                lambda backend: (self.app.state_of_book(), _pages(backend, showing, needed))
            )
            nothing = "Nothing found; escape goes back" if showing.filters else "No expenses here yet; a records one"
            by_day = showing.sort.endswith("spent_on")
            self.table.show(page, formats, by_day=by_day, nothing=nothing, at=self._saved)
            self._saved, self._listed = None, (showing, state)
            self._add_up(showing)

    @work(group="totals", exclusive=True)
    async def _add_up(self, showing: Showing) -> None:
        formats, period = self.app.formats, showing.period
        by = (core.By.CATEGORY,)
        with self.app.trouble_told():
            now = await self.app.read(lambda backend: backend.spending(by, showing.wanted()))
            self.query_one(CategoryBars).show(now, formats)
            before = None
            if period.span is not Span.ALL:
                earlier = showing.wanted(period.moved(-1))
                before = await self.app.read(lambda backend: backend.spending((), earlier))
            self.query_one(PeriodBar).add_up(now, before, period, formats)

    @on(ExpenseTable.MoreWanted)
    @work(group="more", exclusive=True)
    async def _load_more(self) -> None:
        """Go on with the next page, unless something else is shown by then."""
        assert self.showing is not None  # noqa: S101 - as in `_load_list`
        showing, cursor = self.showing, self.table.next_cursor
        with self.app.trouble_told():
            page = await self.app.read(lambda backend: backend.find(showing.query(cursor)))
            if showing == self.showing and cursor == self.table.next_cursor:
                self.table.append(page)
            return
        self.table.has_asked = False

    # --- Which expenses ---

    @property
    def period(self) -> Period | None:
        """The period of what is listed."""
        return None if self.showing is None else self.showing.period

    def show_period(self, period: Period) -> None:
        """List another period."""
        if self.showing:
            self.show(replace(self.showing, period=period))

    def action_sort(self) -> None:
        """Go on to the next order."""
        if self.showing:
            sorts = list(SORTS)
            sort = sorts[(sorts.index(self.showing.sort) + 1) % len(sorts)]
            self.show(replace(self.showing, sort=sort))

    def action_drop_filter(self, name: str) -> None:
        """Take a filter off."""
        assert self.showing is not None  # noqa: S101 - there are chips only then
        match name:
            case "text":
                self.show(replace(self.showing, text=""))
            case "category":
                self._before_only = None
                self.show(replace(self.showing, category_ids=(), uncategorised=False, category_name=""))
            case "currency":
                self.show(replace(self.showing, currency=""))
            case "sort":
                self.show(replace(self.showing, sort="-spent_on"))

    def action_search(self) -> None:
        """Search all time, as the person types."""
        if self.showing is None:
            return
        if self._before_search is None:
            self._before_search = self.showing
        field = self.query_one("#search", Input)
        field.display = True
        self.set_focus(field)
        self.refresh_bindings()

    @on(Input.Changed, "#search")
    def _searched(self, event: Input.Changed) -> None:
        if self._before_search is None:
            return
        everything = self._before_search.period.all_time()
        self.show(replace(self._before_search, text=event.value.strip(), period=everything))

    @on(Input.Submitted, "#search")
    def _found(self) -> None:
        self.query_one("#search", Input).display = False
        self.table.focus()

    def action_back(self) -> None:
        """Stop what is written; unmark; leave the search, or a filter from another screen, for what was before."""
        field = self.query_one("#search", Input)
        writing = self.query_one(AtOnce).writing
        if writing is not None:
            writing.stop()
        elif self.table.has_marks:
            self.table.mark(())
        elif self._before_search is not None:
            before, self._before_search = self._before_search, None
            field.value = ""
            field.display = False
            self.table.focus()
            self.show(before)
        elif self._before_only is not None:
            before, self._before_only = self._before_only, None
            self.show(before)

    # --- Recording and editing ---

    def action_add(self) -> None:
        """Record an expense in one line."""
        self.query_one(Entering).add()

    def action_edit(self) -> None:
        """Change every field of the expense under the cursor."""
        if self.table.current is not None:
            self.query_one(Entering).edit(self.table.current)

    def action_duplicate(self) -> None:
        """Record the same as the expense under the cursor, today."""
        if self.table.current is not None:
            self.query_one(Entering).duplicate(self.table.current)

    @on(ExpenseTable.Opened)
    def _open_clicked(self) -> None:
        self.action_edit()

    @on(Entering.Saved)
    def _show_saved(self, event: Entering.Saved) -> None:
        self._saved = event.expense_id
        self.app.changed()

    @on(Entering.Left)
    def _left(self) -> None:
        self.table.focus()

    # --- What is done with them ---

    @property
    def _chosen(self) -> Chosen:
        """What a key acts on: all that is listed, or most of it, where that is marked; those that are; or this one."""
        if self.showing is not None and self.table.marked_in_all is not None:
            but = self.table.taken_out
            return Everything(self.showing.wanted(but=but), self.table.marked_in_all - len(but))
        return self.table.chosen

    def action_recategorise(self) -> None:
        """Give what is chosen another category."""
        if chosen := self._chosen:
            self.query_one(AtOnce).recategorise(chosen)

    def action_change_date(self) -> None:
        """Give what is chosen another date."""
        if chosen := self._chosen:
            self.query_one(AtOnce).change_date(chosen)

    def action_export(self) -> None:
        """Write all that is marked to a file, or all that is listed."""
        if self.showing is not None:
            self.query_one(AtOnce).export(self._chosen if self.table.has_marks else self.showing.wanted())

    def action_delete(self) -> None:
        """Move what is chosen to the trash."""
        if chosen := self._chosen:
            self.query_one(AtOnce).delete(chosen)

    @work(group="rule", exclusive=True)
    async def action_make_rule(self) -> None:
        """Make a rule for whatever statements bring that is like the expense under the cursor."""
        one = self.table.current
        if one is not None:
            from expense_tui.dialogs.rule_form import form_of
            from expense_tui.rule_entries import TypedRule

            with self.app.trouble_told():
                typed = TypedRule.like(one.description, one.category or "")
                self.app.push_screen(await form_of(self.app, typed), self._ruled)

    def _ruled(self, rule: core.RulePublic | None) -> None:
        if rule is not None:
            self.app.say("Saved the rule, for statements to come; u takes it back")
            self.app.changed()

    @on(AtOnce.Done)
    def _done_at_once(self) -> None:
        self.table.mark(())
        self.app.changed()

    @work(group="mark", exclusive=True)
    async def action_mark_all(self) -> None:
        """Mark all that is listed, on pages to come too, or unmark it."""
        from expense_core.cli.show import counted

        showing, table = self.showing, self.table
        if table.has_marks or showing is None:
            table.mark(())
        elif table.next_cursor is None and len(table.expenses) <= _MOST_MARKED:
            table.mark(one.id for one in table.expenses)
            self.app.say(f"Marked {counted(len(table.expenses), 'expense')}")
        else:
            with self.app.trouble_told():
                found = await self.app.read(lambda backend: backend.spending((), showing.wanted()))
                if showing == self.showing:
                    count = sum(total.count for total in found.totals)
                    table.mark((), in_all=count)
                    self.app.say(f"Marked all {counted(count, 'expense')}")

    def action_copy(self) -> None:
        """Copy the expense under the cursor, as the line it could be recorded with."""
        from expense_tui.entries import as_typed

        one = self.table.current
        if one is not None:
            amount = as_typed(one.amount, self.app.formats.locale)
            category = f' @"{one.category}"' if one.category else ""
            self.app.copy_to_clipboard(f"{amount} {one.currency} {one.description}{category} {one.spent_on}")
            self.app.say("Copied")


def _pages(backend: Backend, showing: Showing, needed: int) -> core.Page[core.ExpensePublic]:
    """The first page of a list, or so many of its expenses that those which are marked or looked at stay in it."""
    page = backend.find(showing.query(limit=A_PAGE if needed <= A_PAGE else LONG_PAGE))
    while len(page.items) < needed and page.next_cursor is not None:
        following = backend.find(showing.query(page.next_cursor, LONG_PAGE))
        page = replace(page, items=[*page.items, *following.items], next_cursor=following.next_cursor)
    return page
