"""The rules: what becomes of a statement's rows, in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from expense_tui.backends import Backend
from expense_tui.keys import key
from expense_tui.screens.book_screen import BookScreen
from expense_tui.widgets.listing import Column, Listing

if TYPE_CHECKING:
    from expense_core import RulePublic


class RulesScreen(BookScreen):
    """Every rule; the first one that a row meets counts."""

    MODE = "rules"
    DEFAULT_CSS = """
    RulesScreen #told { padding: 0 1; color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("rules.add", "a", "add", "Add", "Add a rule, behind all others", shown=True),
        key("rules.edit", "e", "edit", "Edit", "Change this rule", shown=True),
        key("rules.earlier", "K,shift+up", "shift(-1)", "Earlier", "Try this rule before the one above it", shown=True),
        key("rules.later", "J,shift+down", "shift(1)", "Later", "Try this rule after the one below it", shown=True),
        key("rules.delete", "d,delete", "delete", "Delete", "Delete this rule; what it has done stays", shown=True),
        key("rules.leave", "escape", "app.switch_mode('imports')", "Leave", "Go on to the statements", shown=True),
    ]

    def body(self) -> ComposeResult:
        """The list."""
        yield Static("Rules for the rows of statements; the first one that a row meets counts", id="told")
        yield Listing("There is no rule yet; a adds one, and r on a row of a statement makes one of it")

    @property
    def listing(self) -> Listing[RulePublic]:
        """The list."""
        return self.query_one(Listing)

    # --- Loading ---

    def load(self) -> None:
        """Show the rules as they are now."""
        self._load_list()

    @work(group="list", exclusive=True)
    async def _load_list(self, at: int | None = None) -> None:
        """List them; the cursor goes to the rule of a number."""
        with self.app.trouble_told():
            found = await self.app.read(lambda backend: backend.rules())
            self._show(found, next((place for place, one in enumerate(found) if one.id == at), None))

    def _show(self, found: Sequence[RulePublic], at: int | None) -> None:
        from expense_core.cli.rule_words import actions, conditions
        from expense_tui.rule_entries import RuleReading

        written = RuleReading(self.app.formats.locale).as_typed
        places = {one.id: str(place) for place, one in enumerate(found, 1)}
        columns = [Column("", 4, is_right=True), Column("When"), Column("Then", 30, least=60)]

        def cells(one: RulePublic) -> list[str]:
            return [places[one.id], conditions(one, written), actions(one)]

        self.listing.show(columns, found, cells, at)

    # --- What is done with them ---

    def action_add(self) -> None:
        """Add a rule."""
        self._open(None)

    @on(Listing.Opened)
    def action_edit(self) -> None:
        """Change the rule under the cursor."""
        if self.listing.current is not None:
            self._open(self.listing.current)

    @work(group="form", exclusive=True)
    async def _open(self, rule: RulePublic | None) -> None:
        from expense_tui.dialogs.rule_form import form_of
        from expense_tui.rule_entries import RuleReading, TypedRule

        def saved(now: RulePublic | None) -> None:
            if now is not None:
                self._done("Saved the rule", now.id)

        with self.app.trouble_told():
            typed = TypedRule() if rule is None else RuleReading(self.app.formats.locale).typed(rule)
            self.app.push_screen(await form_of(self.app, typed, rule), saved)

    def action_shift(self, by: int) -> None:
        """Let the rule under the cursor be tried earlier or later."""
        rule, place = self.listing.current, self.listing.cursor + 1 + by
        if rule is not None and 1 <= place <= len(self.listing.rows):
            self._write(lambda backend: backend.move_rule(rule, place), "Moved the rule", rule.id)

    def action_delete(self) -> None:
        """Delete the rule under the cursor."""
        rule = self.listing.current
        if rule is not None:
            self._write(lambda backend: backend.delete_rule(rule.id), "Deleted the rule")

    @work(group="write")
    async def _write(self, work: Callable[[Backend], None], done: str, at: int | None = None) -> None:
        with self.app.trouble_told():
            await self.app.write(work)
            self._done(done, at)
            return
        self._load_list(at)  # somebody may have changed it

    def _done(self, told: str, at: int | None = None) -> None:
        self.app.say(f"{told}; u takes it back")
        self.app.changed()
        if at is not None:
            self._load_list(at)
