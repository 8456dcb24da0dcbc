"""The categories: what each cost, and what they are called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType

from expense_core.cli.show import counted
from expense_core.errors import AuthenticationFailed, CategoryInUse, ExpenseError
from expense_tui.backends import Backend
from expense_tui.dialogs.choose import Choose
from expense_tui.keys import key
from expense_tui.screens.book_screen import BookScreen
from expense_tui.widgets.asked_line import AskedLine
from expense_tui.widgets.listing import Column, Listing

if TYPE_CHECKING:
    from expense_core import CategorySummary

_NAME = 20
"""The cells that a name has at least, before there is room for another currency."""


@dataclass(frozen=True)
class _Place:
    """Where expenses go whose category is taken away."""

    category_id: int | None
    """None: they stay without one."""
    name: str


class CategoriesScreen(BookScreen):
    """Every category, with what was spent on it in each currency."""

    MODE = "categories"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("categories.add", "a", "add", "Add", "Add a category", shown=True),
        key("categories.rename", "e", "rename", "Rename", "Give this category another name", shown=True),
        key("categories.merge", "m", "merge", "Merge", "Move its expenses to another one; it goes away", shown=True),
        key("categories.delete", "d,delete", "delete", "Delete", "Take this category away", shown=True),
    ]

    def body(self) -> ComposeResult:
        """The list, and the line in which names are typed."""
        yield Listing("There is no category yet; a adds one")
        yield AskedLine()

    @property
    def listing(self) -> Listing[CategorySummary]:
        """The list."""
        return self.query_one(Listing)

    @property
    def line(self) -> AskedLine:
        """Where names are typed."""
        return self.query_one(AskedLine)

    # --- Loading ---

    def load(self) -> None:
        """Show what the book holds now."""
        self._load_list()

    @work(group="list", exclusive=True)
    async def _load_list(self, at: str = "") -> None:
        with self.app.trouble_told():
            found = await self.app.read(lambda backend: backend.categories())
            place = next((index for index, one in enumerate(found) if one.name == at), None)
            self._show(found, place)

    def _show(self, found: Sequence[CategorySummary], at: int | None) -> None:
        assert self.app.book is not None  # noqa: S101 - what is in it was just read
        formats, own = self.app.formats, self.app.book.ledger.currency
        used = {total.currency for one in found for total in one.totals}
        currencies = sorted(used | {own}, key=lambda code: (code != own, code))
        figures = {
            (one.id, total.currency): formats.figure(total.total, total.currency)
            for one in found
            for total in one.totals
        }
        columns = [Column("Category"), Column("Expenses", 8, is_right=True)]
        longest = {}
        for code in currencies:
            of_it = [figure for (_, currency), figure in figures.items() if currency == code]
            longest[code] = max((figure.behind for figure in of_it), default=0)
            width = max((figure.before for figure in of_it), default=0) + longest[code]
            taken = sum(column.width + 2 for column in columns)
            columns.append(Column(code, max(width, 3), is_right=True, least=_NAME + taken if code != own else 0))

        def cells(one: CategorySummary) -> list[str]:
            shown = [one.name, f"{one.count:,}"]
            for column, code in zip(columns[2:], currencies, strict=True):
                figure = figures.get((one.id, code))
                shown.append("" if figure is None else figure.aligned(longest[code], column.width))
            return shown

        self.listing.show(columns, found, cells, at)

    # --- What is done with them ---

    @on(Listing.Opened)
    async def _opened(self) -> None:
        current = self.listing.current
        if current is not None:
            await self.show_expenses(None, current.id, current.name)

    def action_add(self) -> None:
        """Add a category."""
        self.line.ask("New category", self._create)

    def action_rename(self) -> None:
        """Give the category under the cursor another name."""
        current = self.listing.current
        if current is not None:
            self.line.ask(f"New name of {current.name}", lambda name: self._rename(current.id, name), current.name)

    def action_merge(self) -> None:
        """Move the expenses of the category under the cursor to another one, and take it away."""
        current = self.listing.current
        if current is None:
            return

        def chosen(place: _Place | None) -> None:
            if place is not None and place.category_id is not None:
                into = place.category_id
                done = f"Merged {current.name} into {place.name}"
                self._write(lambda backend: backend.merge_category(current.id, into), done, at=place.name)

        self.app.push_screen(Choose(f"Merge {current.name} into which?", self._others(current)), chosen)

    def action_delete(self) -> None:
        """Take the category under the cursor away."""
        current = self.listing.current
        if current is not None:
            self._delete(current)

    @work(group="write")
    async def _create(self, name: str) -> None:
        try:
            made = await self.app.write(lambda backend: backend.create_category(name))
        except ExpenseError as error:
            self._refused(error)
        else:
            self._done(f"Added {made.name}", at=made.name)

    @work(group="write")
    async def _rename(self, category_id: int, name: str) -> None:
        category = next((one for one in self.listing.rows if one.id == category_id), None)
        if category is None:
            self.line.tell("Somebody has taken this category away meanwhile")
            return
        try:
            renamed = await self.app.write(lambda backend: backend.rename_category(category, name))
        except ExpenseError as error:
            self._refused(error)
            self._load_list()
        else:
            self._done(f"Renamed {category.name} to {renamed.name}", at=renamed.name)

    def _refused(self, error: ExpenseError) -> None:
        """Say beneath a name that is typed why it cannot be; it stays."""
        if isinstance(error, AuthenticationFailed):
            self.app.ask_to_sign_in()
        self.line.tell(error.message)

    @work(group="write")
    async def _delete(self, category: CategorySummary) -> None:
        with self.app.trouble_told():
            try:
                await self.app.write(lambda backend: backend.delete_category(category.id))
            except CategoryInUse:
                self._ask_where_to(category)
            else:
                self._done(f"Deleted {category.name}")

    def _ask_where_to(self, category: CategorySummary) -> None:
        def chosen(place: _Place | None) -> None:
            if place is not None:
                to = place.category_id
                self._write(
                    lambda backend: backend.delete_category(category.id, move_to=to, uncategorise=to is None),
                    f"Deleted {category.name}",
                )

        nowhere = ("(leave them without a category)", _Place(None, ""))
        count = counted(category.count, "expense")
        question = Choose(
            f"Delete {category.name}", [nowhere, *self._others(category)], told=f"Where do its {count} go?"
        )
        self.app.push_screen(question, chosen)

    @work(group="write")
    async def _write(self, work: Callable[[Backend], None], done: str, at: str = "") -> None:
        with self.app.trouble_told():
            await self.app.write(work)
            self._done(done, at)

    def _done(self, told: str, at: str = "") -> None:
        self.line.done()
        self.app.say(f"{told}; u takes it back")
        self.app.changed()
        if at:
            self._load_list(at)

    def _others(self, but: CategorySummary) -> list[tuple[str, _Place]]:
        return [(one.name, _Place(one.id, one.name)) for one in self.listing.rows if one.id != but.id]
