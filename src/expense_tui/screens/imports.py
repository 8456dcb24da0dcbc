"""Bank statements: one is chosen, looked through, and imported; what came in can go again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from expense_core.cli.show import counted
from expense_core.errors import ExpenseError, StatementAmbiguous
from expense_core.statements.verdicts import Verdict
from expense_tui.app import Tone
from expense_tui.commands import show_answers
from expense_tui.dialogs.about_file import ask
from expense_tui.dialogs.choose import Choose
from expense_tui.dialogs.confirm import Confirm
from expense_tui.keys import key
from expense_tui.screens.book_screen import BookScreen
from expense_tui.sifting import Sifting
from expense_tui.widgets.asked_line import AskedLine
from expense_tui.widgets.listing import Listing
from expense_tui.widgets.past_imports import PastImports
from expense_tui.widgets.path_suggester import PathSuggester
from expense_tui.widgets.statement_rows import StatementRows, detail
from expense_tui.widgets.under_way import Stopped, UnderWay

if TYPE_CHECKING:
    from expense_core import RulePublic
    from expense_core.statements import ReadingOptions
    from expense_tui.backends.statements import Imported

_STAYS_OUT = {
    Verdict.DUPLICATE: "It was imported before",
    Verdict.ZERO: "It is of no amount",
    Verdict.RULED_OUT: "A rule leaves it out",
}
_CALLED_BY = {
    True: "Called by their payees alone; the file's own text goes into the notes",
    False: "Called as the file has it",
}
_NO_CATEGORY = "(no category)"
_CHOOSES = "o chooses a statement to import; a shows what you have answered about others"


class ImportsScreen(BookScreen):
    """A statement on its way in; before one is chosen, those that came in earlier."""

    MODE = "imports"
    DEFAULT_CSS = """
    ImportsScreen .head { height: auto; max-height: 3; padding: 0 1; display: none; }
    ImportsScreen .head.-said { display: block; }
    ImportsScreen #understood { height: 1; text-overflow: ellipsis; text-wrap: nowrap; }
    ImportsScreen #sums { text-style: bold; }
    ImportsScreen #understood, ImportsScreen #detail { color: $text-muted; }
    ImportsScreen #detail { height: 2; padding: 0 1; }
    ImportsScreen #detail.-pair { text-wrap: nowrap; text-overflow: ellipsis; }
    ImportsScreen #rows, ImportsScreen #detail { display: none; }
    ImportsScreen.-looking #rows, ImportsScreen.-looking #detail { display: block; }
    ImportsScreen.-looking #past { display: none; }
    ImportsScreen.-narrow #understood, ImportsScreen.-narrow #detail { display: none; }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (50, "-normal")]  # noqa: RUF012 - Textual's own
    BINDINGS: ClassVar[list[BindingType]] = [
        key("import.choose", "o", "choose", "File", "Choose a statement to import", shown=True),
        key("import.answers", "a", "show_answers", "Answers", "See remembered answers, and forget one"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._path: Path | None = None
        self._options: ReadingOptions | None = None
        self._sifting: Sifting | None = None
        self._is_importing = False
        self._is_ruled = False
        """Whether the file is looked through anew because of a new rule."""

    def body(self) -> ComposeResult:
        """What is going on, and the rows of a file or the imports before it."""
        yield Static("", id="sums", classes="head")
        yield Static("", id="understood", classes="head")
        yield UnderWay()
        yield PastImports()
        rows = StatementRows()
        rows.second_click = self._turn
        yield rows
        yield Static("", id="detail")
        yield AskedLine()

    @property
    def past(self) -> PastImports:
        """The imports that were made."""
        return self.query_one(PastImports)

    @property
    def rows(self) -> StatementRows:
        """The rows of the file."""
        return self.query_one(StatementRows)

    @property
    def under_way(self) -> UnderWay:
        """How far the file is looked through, or imported."""
        return self.query_one(UnderWay)

    @property
    def line(self) -> AskedLine:
        """Where the name of the file is typed."""
        return self.query_one(AskedLine)

    # --- Loading ---

    def begin_anew(self) -> None:
        """Forget the file that was looked at for another ledger, or is about to be."""
        self.line.close()
        self._leave_file()

    def load(self) -> None:
        """Show what the book holds now, and what a file that is being looked at would add to that."""
        self.past.load()
        if self._sifting is None:
            self._tell(_CHOOSES, "")
        elif not self._is_importing:
            self._look()

    def action_show_answers(self) -> None:
        """Show what was answered about statements, where one can be forgotten."""
        if not self._is_importing:
            show_answers(self.app)

    # --- Choosing a file ---

    def action_choose(self) -> None:
        """Choose a statement."""
        if not self._is_importing:
            self.line.ask("File", self._chosen, str(self._path or ""), PathSuggester())

    def _chosen(self, text: str) -> None:
        from expense_core.statements import ReadingOptions

        try:
            path = Path(text.strip()).expanduser()
        except RuntimeError:
            self.line.tell(f"there is no home folder for {text.strip()}")
            return
        if not text.strip() or path.is_dir():
            self.line.tell("name a file" if not text.strip() else f"{path} is a folder; go on with a file in it")
            return
        self._path, self._options, self._sifting = path, ReadingOptions(), None
        self._look()

    @work(group="look", exclusive=True)
    async def _look(self, *, clean_payees: bool | None = None) -> None:
        """Look through the file; what it does not say is asked. Payees are as they were, where nothing is said."""
        path, options, before = self._path, self._options, self._sifting
        clean = clean_payees
        if clean is None:
            clean = self.app.config.clean_payees if before is None else before.clean_payees
        assert path is not None  # noqa: S101 - a file was chosen, for the type checker
        assert options is not None  # noqa: S101 - as above
        self.app.say(f"Looking through {path.name}; Escape stops it", Tone.BUSY)
        try:
            with self.under_way.running() as progress:
                sifting = await self.app.read(
                    lambda backend: Sifting(
                        backend.preview_statement(path, options, progress, clean_payees=clean),
                        before,
                        clean_payees=clean,
                    )
                )
        except StatementAmbiguous as question:
            self.app.say("")
            ask(self.app, question, options, self._look_again)
        except ExpenseError as error:
            self.app.tell(error)
            if self.line.display:
                self.line.tell(error.message)
        else:
            self.app.say(self._told_of_rule(sifting, before) if clean_payees is None else _CALLED_BY[clean_payees])
            self._show(sifting, is_first=before is None)

    @on(AskedLine.Left)
    def _stop(self) -> None:
        """Stop what is under way. Nobody waits for the end of a look: whoever looks finds that out later."""
        if self._is_importing:
            self.under_way.stop()
        elif self.under_way.is_running and self._path is not None:
            self.workers.cancel_group(self, "look")
            self.app.say(f"Stopped; {self._path.name} was not looked through to its end, and nothing of it is kept")

    def _look_again(self, options: ReadingOptions) -> None:
        self._options = options
        self._look()

    def _show(self, sifting: Sifting, *, is_first: bool) -> None:
        self._sifting = sifting
        self.add_class("-looking")
        self.line.display = False
        if is_first:
            self.rows.marked.clear()
            self.rows.cursor = 0
        self.rows.show_sifted(sifting, self.app.formats)
        self.rows.focus()
        self._sum_up()

    # --- Looking through it ---

    def _sum_up(self) -> None:
        """How many rows come in, what they add up to, and why others do not."""
        sifting = self._sifting
        if sifting is None or self._path is None:
            return
        totals = " + ".join(self.app.formats.amount(total, code) for code, total in sifting.totals.items() if total)
        told = [f"{self._path.name}: {sifting.count:,} of {counted(len(sifting.preview.rows), 'row')} to import"]
        told += [totals] if totals else []
        told += [f"{count:,} {verdict.value}" for verdict in Verdict if (count := sifting.verdicts[verdict])]
        left_out = [f"{count:,} {why}" for why, count in sifting.preview.left_out.items() if count]
        told += ["payees cleaned"] if sifting.clean_payees else []
        told += [f"no transactions: {', '.join(left_out)}"] if left_out else []
        told += [one.told(self.app.formats.amount) for one in sifting.preview.differences]
        understood = " · ".join(f"{what}: {how}" for what, how in sifting.preview.understood.items())
        self._tell(" · ".join(told), understood)

    def _tell(self, sums: str, understood: str) -> None:
        for name, text in {"#sums": sums, "#understood": understood}.items():
            line = self.query_one(name, Static)
            line.update(Content(text))
            line.set_class(bool(text), "-said")

    @on(Listing.Moved, "#rows")
    def _moved(self) -> None:
        """Show all of the row under the cursor, whose line may be too short for it."""
        row, sifting = self.rows.current, self._sifting
        told = "" if row is None or sifting is None else detail(row, sifting, self.app.formats)
        line = self.query_one("#detail", Static)
        line.set_class(row is not None and row.known is not None, "-pair")
        line.update(Content(told))

    def action_turn(self) -> None:
        """Leave the row under the cursor, or take it, and go on."""
        self._turn()
        self.rows.action_move(1)

    def _turn(self) -> None:
        row = self.rows.current
        if row is None or self._sifting is None or self._is_importing:
            return
        if self._sifting.turn(row):
            self._sum_up()
            self.rows.refresh()
        else:
            self.app.say(_STAYS_OUT[row.verdict])

    def action_turn_all(self) -> None:
        """Leave all new rows, or take them."""
        if self._sifting is not None and not self._is_importing:
            self._sifting.turn_all()
            self._sum_up()
            self.rows.refresh()

    def action_clean_payees(self) -> None:
        """Call expenses by their payees alone, or as the file has them."""
        if self._sifting is not None and not self._is_importing:
            self._look(clean_payees=not self._sifting.clean_payees)

    @work(group="categories", exclusive=True)
    async def action_categorise(self) -> None:
        """Give what is chosen a category."""
        lines = self.rows.chosen
        if not lines or self._is_importing:
            return
        with self.app.trouble_told():
            known = await self.app.read(lambda backend: backend.categories())
            items = [*((one.name, one.name) for one in known), (_NO_CATEGORY, "")]
            title = f"Category of {counted(len(lines), 'row')}"
            self.app.push_screen(Choose(title, items, new=str), lambda name: self._categorise(lines, name))

    def _categorise(self, lines: list[int], name: str | None) -> None:
        if name is not None and self._sifting is not None:
            self._sifting.categorise(lines, name)
            self.rows.marked.clear()
            self.rows.refresh()
            self._moved()

    # --- A rule of it ---

    @work(group="rule", exclusive=True)
    async def action_make_rule(self) -> None:
        """Make a rule for what is like the row under the cursor, in this file and those to come."""
        from expense_tui.dialogs.rule_form import form_of
        from expense_tui.rule_entries import TypedRule

        row, sifting = self.rows.current, self._sifting
        if row is None or sifting is None or self._is_importing:
            return
        with self.app.trouble_told():
            typed = TypedRule.like(row.description, sifting.category(row) or "")
            self.app.push_screen(await form_of(self.app, typed), self._ruled)

    def _ruled(self, rule: RulePublic | None) -> None:
        if rule is not None:
            self._is_ruled = True
            self.app.changed()

    def _told_of_rule(self, sifting: Sifting, before: Sifting | None) -> str:
        """What a new rule has done to the rows, if there is one."""
        if not self._is_ruled or before is None:
            return ""
        self._is_ruled = False
        return f"The rule changes {counted(sifting.differing(before), 'row')} here; u takes it back"

    # --- Leaving it ---

    def action_leave(self) -> None:
        """Stop what is under way; else unmark; else leave this file."""
        if self.under_way.is_running:
            self._stop()
        elif self.rows.marked:
            self.rows.marked.clear()
            self.rows.refresh()
        else:
            self._leave_file()
            self._tell(_CHOOSES, "")

    def _leave_file(self) -> None:
        self.workers.cancel_group(self, "look")
        self._sifting = None
        self._forget_file()
        self.remove_class("-looking")
        self.past.focus()

    @work(group="leave")
    async def _forget_file(self) -> None:
        with self.app.trouble_told():
            await self.app.write(lambda backend: backend.leave_statement())

    # --- Importing it ---

    @on(Listing.Opened, "#rows")
    def action_import(self) -> None:
        """Import what is taken; of rows that cannot come in, a person is asked first."""
        sifting = self._sifting
        if sifting is None or self._is_importing:
            return
        unclear = sifting.open_count
        if not unclear:
            self._import(sifting)
            return

        def answered(is_yes: bool | None) -> None:  # noqa: FBT001 - what a dialog gives
            if is_yes:
                sifting.leave_unclear()
                self._import(sifting)

        rows = counted(unclear, "row")
        told = f"{rows} cannot come in, for the reason beside {'it' if unclear == 1 else 'them'}."
        self.app.push_screen(Confirm("Import", told, f"Import {sifting.count:,}"), answered)

    @work(group="import")
    async def _import(self, sifting: Sifting) -> None:
        path, options, choice = self._path, self._options, sifting.choice()
        assert path is not None  # noqa: S101 - it was looked through, for the type checker
        assert options is not None  # noqa: S101 - as above
        self._is_importing = True
        self.app.say(f"Importing {path.name}; Escape stops it, with nothing done", Tone.BUSY)
        imported = None
        try:
            with self.app.trouble_told(), self.under_way.running() as progress:
                imported = await self.app.write(
                    lambda backend: backend.import_statement(path, options, choice, progress)
                )
                self._came_in(imported, path)
        except Stopped:
            self.app.say("Stopped; nothing was imported")
        finally:
            self._is_importing = False
        if imported is not None:
            self.app.changed()

    def _came_in(self, imported: Imported | None, path: Path) -> None:
        if imported is None:
            self.app.say(f"Nothing of {path.name} is new")
            return
        self.app.say(f"Imported {counted(imported.count, 'expense')} from {path.name}; u takes them back")
        self.past.cursor = 0
        self._leave_file()
