"""The statements that were imported before."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import BindingType

from expense_core.errors import HistoryConflict
from expense_tui.dialogs.confirm import Confirm
from expense_tui.keys import key
from expense_tui.widgets.listing import Column, Listing, widest

if TYPE_CHECKING:
    from expense_core.imports import Import
    from expense_tui.app import ExpensesApp


class PastImports(Listing["Import"]):
    """Imports, the latest first; each can be reverted as a whole."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("import.revert", "r", "revert", "Revert", "Take this import back, all of it", shown=True),
    ]

    app: ExpensesApp

    def __init__(self) -> None:
        super().__init__("Nothing was imported yet", id="past")
        self._found: list[Import] = []
        self._next: str | None = None
        """Where older ones begin; None where these are all."""

    # --- Loading ---

    @work(group="past", exclusive=True)
    async def load(self) -> None:
        """List those that there are by now, up to the cursor and a little further."""
        with self.app.trouble_told():
            page = await self.app.read(lambda backend: backend.imports())
            found, following = [*page.items], page.next_cursor
            while following is not None and len(found) <= self.cursor:
                page = await self.app.read(lambda backend: backend.imports(following))  # noqa: B023 - awaited at once
                found, following = [*found, *page.items], page.next_cursor
            self._found, self._next = found, following
            self._list()

    def _list(self) -> None:
        formats = self.app.formats

        def day(one: Import) -> str:
            return formats.short_day(one.created_at.astimezone().date())

        def cells(one: Import) -> list[str]:
            totals = " + ".join(formats.amount(total, code) for code, total in one.coming.totals.items())
            left = "reverted" if one.undone_at else f"{one.coming.count:,}"
            return [day(one), one.file, left, totals, one.actor]

        self.quiet = lambda one: one.undone_at is not None
        columns = [
            Column("Imported", widest(map(day, self._found), "Imported")),
            Column("File"),
            Column("In the book", 11, is_right=True),
            Column("Sum", 20, is_right=True, least=70),
            Column("By", 12, least=90),
        ]
        self.show(columns, self._found, cells)

    @on(Listing.MoreWanted)
    def _more_wanted(self) -> None:
        """Go on with older ones."""
        if self._next is not None:
            self._load_more(self._next)

    @work(group="more", exclusive=True)
    async def _load_more(self, cursor: str) -> None:
        with self.app.trouble_told():
            page = await self.app.read(lambda backend: backend.imports(cursor))
            if cursor == self._next:
                self._found += page.items
                self._next = page.next_cursor
                self.grew()
            return
        self.has_asked = False

    # --- Taking one back ---

    def action_revert(self) -> None:
        """Take the import under the cursor back."""
        one = self.current
        if one is not None and one.undone_at is not None:
            self.app.say(f"{one.file} is reverted already")
        elif one is not None:
            self._revert(one)

    @work(group="revert")
    async def _revert(self, one: Import, *, edited: bool = False) -> None:
        """Take an import back; what was edited since is told first."""

        def answered(is_yes: bool | None) -> None:  # noqa: FBT001 - what a dialog gives
            if is_yes:
                self._revert(one, edited=True)

        with self.app.trouble_told():
            try:
                await self.app.write(lambda backend: backend.revert_import(one.id, edited=edited))
            except HistoryConflict as conflict:
                if edited:
                    raise
                self.app.push_screen(Confirm("Revert", conflict.message, "Move all to the trash"), answered)
            else:
                how_back = "u brings it back" if edited else "ctrl+r imports it again"
                self.app.say(f"Reverted {one.file}; {how_back}")
                self.app.changed()
