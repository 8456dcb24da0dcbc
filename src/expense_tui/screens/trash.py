"""The trash: what was deleted, the last first, until it is restored or gone for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType

from expense_core.cli.show import counted
from expense_tui.dialogs.confirm import Confirm
from expense_tui.keys import key
from expense_tui.screens.book_screen import BookScreen
from expense_tui.widgets.listing import Column, Listing, widest

if TYPE_CHECKING:
    from expense_core import ExpensePublic, Page
    from expense_tui.formats import Figure


class TrashScreen(BookScreen):
    """What was deleted."""

    MODE = "trash"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("table.mark", "space", "mark", "Mark", "Mark this one, or unmark it", shown=True),
        key("trash.restore", "r", "restore", "Restore", "Put this, or all marked, back where it was", shown=True),
        key("trash.purge", "p,delete", "purge", "Purge", "Delete this, or all marked, for good", shown=True),
        key("trash.empty", "P", "empty", "Empty", "Delete all that is in the trash for good"),
        key("trash.unmark", "escape", "unmark", "Unmark", "Unmark all"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._expenses: list[ExpensePublic] = []
        self._figures: dict[int, Figure] = {}
        self._next: str | None = None
        self._marked: set[int] = set()

    def body(self) -> ComposeResult:
        """The list."""
        listing: Listing[ExpensePublic] = Listing("The trash is empty")
        listing.second_click = self._turn
        listing.marks = lambda one: "✓" if one.id in self._marked else ""
        yield listing

    @property
    def listing(self) -> Listing[ExpensePublic]:
        """The list."""
        return self.query_one(Listing)

    # --- Loading ---

    def begin_anew(self) -> None:
        """Forget what was marked in another ledger."""
        self._marked.clear()

    def load(self) -> None:
        """Show what is in the trash now."""
        self._load_list()

    @work(group="list", exclusive=True)
    async def _load_list(self) -> None:
        with self.app.trouble_told():
            page = await self.app.read(lambda backend: backend.trash())
            self._expenses, self._figures = [], {}
            self._add(page)
            self._marked &= {one.id for one in self._expenses}

    @on(Listing.MoreWanted)
    @work(group="more", exclusive=True)
    async def _load_more(self) -> None:
        cursor = self._next
        if cursor is None:
            return
        with self.app.trouble_told():
            page = await self.app.read(lambda backend: backend.trash(cursor))
            if cursor == self._next:
                self._add(page)
            return
        self.listing.has_asked = False

    def _add(self, page: Page[ExpensePublic]) -> None:
        """Go on with a page; the columns are as wide as all that is there needs."""
        formats = self.app.formats
        self._expenses += page.items
        self._next = page.next_cursor
        figures = self._figures
        figures |= {one.id: formats.figure(one.amount, one.currency) for one in page.items}
        behind = max((figure.behind for figure in figures.values()), default=0)
        amount = max((figure.before for figure in figures.values()), default=0) + behind
        days = widest((formats.short_day(one.spent_on) for one in self._expenses), "Deleted")
        columns = [
            Column("Deleted", days, least=60),
            Column("Date", days, least=44),
            Column("Amount", max(amount, 6), is_right=True),
            Column("Description"),
            Column("Category", 14, least=70),
        ]

        def cells(one: ExpensePublic) -> list[str]:
            deleted = one.deleted_at and formats.short_day(one.deleted_at.astimezone().date())
            description = one.description or "(no description)"
            return [
                deleted or "",
                formats.short_day(one.spent_on),
                figures[one.id].aligned(behind, amount),
                f"refund: {description}" if one.amount < 0 else description,
                one.category or "–",
            ]

        self.listing.show(columns, self._expenses, cells)

    # --- What is done with them ---

    def action_mark(self) -> None:
        """Mark the expense under the cursor, or unmark it, and go on."""
        self._turn()
        self.listing.action_move(1)

    def _turn(self) -> None:
        current = self.listing.current
        if current is not None:
            self._marked ^= {current.id}
            self.listing.refresh()

    def action_unmark(self) -> None:
        """Unmark all."""
        self._marked.clear()
        self.listing.refresh()

    @on(Listing.Opened)
    def action_restore(self) -> None:
        """Put what is chosen back where it was."""
        chosen = self._chosen()
        if chosen:
            self._restore(chosen)

    def action_purge(self) -> None:
        """Delete what is chosen for good."""
        chosen = self._chosen()
        if chosen:
            ids = [one.id for one in chosen]
            told = f"{_called(chosen)} will be gone for good.\nThis cannot be undone."
            self._ask("Purge", told, "Delete for good", ids)

    def action_empty(self) -> None:
        """Delete all that is in the trash for good."""
        if self._expenses:
            told = "All that is in the trash will be gone for good.\nThis cannot be undone."
            self._ask("Empty the trash", told, "Delete all for good", [])

    def _ask(self, title: str, told: str, yes: str, ids: list[int]) -> None:
        def answered(is_yes: bool | None) -> None:  # noqa: FBT001 - what a dialog gives
            if is_yes:
                self._purge(ids)

        self.app.push_screen(Confirm(title, told, yes), answered)

    @work(group="write")
    async def _restore(self, chosen: list[ExpensePublic]) -> None:
        ids = [one.id for one in chosen]
        with self.app.trouble_told():
            await self.app.write(lambda backend: backend.restore(*ids))
            self._marked.clear()
            self.app.say(f"Restored {_called(chosen)}; u takes it back")
            self.app.changed()

    @work(group="write")
    async def _purge(self, ids: list[int]) -> None:
        """Without ids, all of it."""
        with self.app.trouble_told():
            count = await self.app.write(lambda backend: backend.purge(*ids))
            self._marked.clear()
            self.app.say(f"Deleted {counted(count, 'expense')} for good")
            self.app.changed()

    def _chosen(self) -> list[ExpensePublic]:
        """What a key acts on: those that are marked, else the one under the cursor."""
        marked = [one for one in self._expenses if one.id in self._marked]
        current = self.listing.current
        return marked or ([current] if current is not None else [])


def _called(chosen: list[ExpensePublic]) -> str:
    return f"{len(chosen):,} expenses" if len(chosen) > 1 else chosen[0].description or "an expense"
