"""The app: its screens, its way to the backend, and what every screen can do."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events, work
from textual.app import App
from textual.binding import BindingType
from textual.reactive import reactive
from textual.screen import Screen

from expense_core.errors import AuthenticationFailed, ExpenseError
from expense_tui.asking import Writes, in_thread
from expense_tui.backends import Backend, Entrance, OpenBook
from expense_tui.config import Config
from expense_tui.connecting import Connected, today_here
from expense_tui.keys import key
from expense_tui.last_view import LastView, View, state_of
from expense_tui.screens import later
from expense_tui.screens.book_screen import BookScreen
from expense_tui.screens.expenses import ExpensesScreen
from expense_tui.themes import THEMES

if TYPE_CHECKING:
    from textual.command import Provider

    from expense_core import LedgerPublic
    from expense_tui.formats import Formats

Result = TypeVar("Result")

SECONDS_TO_NOTICE = 0.7
"""How long a backend may take before the status line says so."""
SECONDS_TO_SETTLE = 0.2
"""How long after the terminal has got another size all is drawn once more."""
SECONDS_TO_SAVE = 10.0
"""How long quitting waits for what is being saved."""


class Tone(Enum):
    """What kind of thing the status line says."""

    DONE = ""
    BUSY = "…"
    TROUBLE = "!"


@dataclass(frozen=True)
class Status:
    """What the status line says."""

    text: str = ""
    tone: Tone = Tone.DONE


def _commands() -> type[Provider]:
    """What the palette lists, loaded when it is first opened."""
    from expense_tui.commands import Commands

    return Commands


class ExpensesApp(App[None]):
    """The book in a full-screen terminal.

    Arguments:
        connect: makes the way to the book; called in a thread once the first frame is drawn, as it may take a while.
        today: gives the date here, now.
        config: the keys and the theme that they have chosen.
        last_view: what was on the screen when they left, where the book is likely to be the same.
    """

    TITLE = "Expenses"
    CSS_PATH = "app.tcss"
    DEFAULT_MODE = "expenses"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_commands}
    MODES: ClassVar[dict[str, str | Callable[[], Screen[None]]]] = {
        "expenses": ExpensesScreen,
        "reports": later("reports", "ReportsScreen"),
        "categories": later("categories", "CategoriesScreen"),
        "imports": later("imports", "ImportsScreen"),
        "trash": later("trash", "TrashScreen"),
        "rules": later("rules", "RulesScreen"),
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        key("app.expenses", "1", "switch_mode('expenses')", "Expenses", "Go to the expenses"),
        key("app.reports", "2", "switch_mode('reports')", "Reports", "Go to the reports"),
        key("app.categories", "3", "switch_mode('categories')", "Categories", "Go to the categories"),
        key("app.import", "4", "switch_mode('imports')", "Import", "Import a statement"),
        key("app.trash", "5", "switch_mode('trash')", "Trash", "Go to the trash"),
        key("app.undo", "u", "undo", "Undo", "Take back the last change, then the one before it", shown=True),
        key("app.redo", "ctrl+r", "redo", "Redo", "Do again what was taken back"),
        key("app.help", "question_mark", "help", "Help", "List what the keys do here", shown=True, looks="?"),
        key("app.again", "ctrl+l", "again", "Try again", "Open the book again, where that failed"),
        key("app.palette", "ctrl+p", "command_palette", "Commands", "Find a command by its name"),
        key("app.quit", "q", "quit", "Quit", "Leave, once everything is saved", shown=True),
    ]

    status: reactive[Status] = reactive(Status())
    book: reactive[OpenBook | None] = reactive(None)

    backend: Backend
    formats: Formats

    def __init__(
        self,
        connect: Callable[[], Connected],
        *,
        today: Callable[[], date] = today_here,
        config: Config | None = None,
        last_view: LastView | None = None,
    ) -> None:
        super().__init__()
        self._connect = connect
        self.today = today
        self.changes = 0
        """How often the book was changed from here: a screen that has shown fewer loads itself anew."""
        self.opened = asyncio.Event()
        """Set once a book is open: what is typed before waits for it."""
        self._said = Status()
        """What was said last; while somebody waits, the status line says that."""
        self._writes = Writes()
        self._gives_up = False
        """Whether they have been told that what they changed is not saved yet."""
        self._last_view = last_view
        self._view: View | None = None
        self._file: Path | None = None
        self._opened_first: OpenBook | None = None
        """The book that opened unasked: the next start shows this one."""
        for one in THEMES:
            self.register_theme(one)
        self.config = config or Config()
        if self.config.theme in self.available_themes:
            self.theme = str(self.config.theme)
        self.set_keymap(self.config.keymap)

    def on_resize(self) -> None:
        """See to it that all is drawn, however quickly one size came after another."""
        self.set_timer(SECONDS_TO_SETTLE, self._draw_anew)

    def _draw_anew(self) -> None:
        """Draw the whole screen: a terminal that was small for a moment has forgotten it, and Textual may not know."""
        if not self.screen_stack:  # it has ended meanwhile
            return
        if self.screen.size == self.size:
            self.screen.refresh()
        else:
            self.screen.post_message(events.Resize(self.size, self.size))

    def watch_theme(self, theme: str) -> None:
        """Keep a theme that was chosen, for the next start."""
        if self.is_running:
            self._keep_theme(theme)

    @work(group="theme")
    async def _keep_theme(self, theme: str) -> None:
        with self.trouble_told():
            await self._writes.run(lambda: self.config.keep_theme(theme))

    def on_mount(self) -> None:
        """Draw the frame first; what is heavy comes after it."""
        self.say("Opening the book", Tone.BUSY)
        for told in ("SIGTERM", "SIGHUP"):
            with suppress(NotImplementedError, RuntimeError, ValueError, AttributeError):  # where there is none such
                number = getattr(signal, told)
                asyncio.get_running_loop().add_signal_handler(number, self._end, number)
        self.call_after_refresh(self.come_in)

    @work(group="end")
    async def _end(self, told: int) -> None:
        """Leave as somebody from outside says, once everything is saved; the terminal is given back as it was."""
        await self._save()
        self.exit(return_code=128 + told)

    # --- The backend ---

    async def read(self, work: Callable[[Backend], Result]) -> Result:
        """What the backend answers."""
        with self._waiting_told():
            return await in_thread(lambda: work(self.backend))

    async def write(self, work: Callable[[Backend], Result]) -> Result:
        """What the backend answers, once all that was written before is done."""
        self._gives_up = False
        with self._waiting_told():
            return await self._writes.run(lambda: work(self.backend))

    @contextmanager
    def _waiting_told(self) -> Iterator[None]:
        """Say so while the backend takes long, until it is done or something else is to be said; then what was said."""
        told = Status(f"Waiting for {self.backend.place}", Tone.BUSY)

        def tell() -> None:
            if self.status.tone is not Tone.BUSY or self.status == told:  # else it is told already what goes on
                self.status = told

        timer = self.set_timer(SECONDS_TO_NOTICE, tell)
        try:
            yield
        finally:
            timer.stop()
            if self.status is told:
                self.status = self._said

    @contextmanager
    def trouble_told(self) -> Iterator[None]:
        """Say in the status line what the backend could not do; whoever is signed out is asked to sign in."""
        try:
            yield
        except ExpenseError as error:
            self.tell(error)

    def tell(self, error: ExpenseError) -> None:
        """The same, of an error that was caught."""
        self.say(error.message, Tone.TROUBLE)
        if isinstance(error, AuthenticationFailed):
            self.ask_to_sign_in()

    def say(self, text: str, tone: Tone = Tone.DONE) -> None:
        """Say something in the status line, in one sentence."""
        self.status = self._said = Status(text, tone)

    # --- Coming in ---

    @work(group="come in", exclusive=True)
    async def come_in(self) -> None:
        """Open the book, or ask for what has to be known before."""
        with self.trouble_told():
            if not hasattr(self, "backend"):
                connected = await in_thread(self._connect)
                self.backend, self.formats, self._file = connected.backend, connected.formats, connected.file
            entrance = await self.read(lambda backend: backend.enter())
            if entrance is Entrance.OPEN:
                await self.open_book()
                self._opened_first = self.book
            else:
                self._ask(entrance)
            return
        if self.status.tone is Tone.TROUBLE:
            again = self.config.keymap.get("app.again", "ctrl+l")
            self.say(f"{self.status.text}; {again} tries again", Tone.TROUBLE)

    def action_again(self) -> None:
        """Open the book again, where that failed."""
        if self.book is None:
            self.come_in()

    async def open_book(self) -> None:
        """Show the book that the backend has open."""
        self.book = await self.read(lambda backend: backend.book())
        self.opened.set()
        self.say("")
        self.changed()
        if self.config.theme not in {None, *self.available_themes}:
            self.say(f"There is no theme {self.config.theme!r}; Theme in the palette lists them", Tone.TROUBLE)
        elif self.config.keymap and (problems := await in_thread(self.config.problems)):
            self.say(f"{problems[0]}; `expense tui --keys` lists them", Tone.TROUBLE)

    def ask_to_sign_in(self) -> None:
        """Let a person sign in again; what they were doing stays beneath the question."""
        self._ask(Entrance.SIGN_IN)

    def _ask(self, entrance: Entrance) -> None:
        from expense_tui.dialogs.coming_in import ComingIn

        if isinstance(self.screen, ComingIn):
            return
        self.say("")
        self.push_screen(ComingIn(entrance), self._came_in)

    def _came_in(self, is_in: bool | None) -> None:  # noqa: FBT001 - what a dialog gives
        if is_in:
            self.run_worker(self._open_told(), group="come in", exclusive=True)
        elif self.book is None:
            self.exit()

    async def _open_told(self) -> None:
        with self.trouble_told():
            await self.open_book()

    # --- What every screen can do ---

    @property
    def book_screen(self) -> BookScreen:
        """The screen under whatever dialog is open."""
        screen = self.screen_stack[0]
        assert isinstance(screen, BookScreen)  # noqa: S101 - every mode's first screen is one, for the type checker
        return screen

    def changed(self) -> None:
        """Show the book anew."""
        self.changes += 1
        self.book_screen.load_if_changed()

    @work(group="undo")
    async def action_undo(self) -> None:
        """Take back the last change that is not taken back yet."""
        await self.opened.wait()
        with self.trouble_told():
            entry = await self.write(lambda backend: backend.undo())
            self.say(f"Undone: {self.formats.deed(entry)}")
            self.changed()

    @work(group="undo")
    async def action_redo(self) -> None:
        """Do again what was taken back last."""
        await self.opened.wait()
        with self.trouble_told():
            entry = await self.write(lambda backend: backend.redo())
            self.say(f"Done again: {self.formats.deed(entry)}")
            self.changed()

    def action_help(self) -> None:
        """List what the keys do here."""
        from expense_tui.dialogs.help import Help

        self.push_screen(Help(self.screen))

    @work(group="come in")
    async def action_choose_ledger(self) -> None:
        """Go on in another ledger."""
        from expense_tui.commands import choose_ledger

        with self.trouble_told():
            await choose_ledger(self)

    @work(group="come in")
    async def go_on_in(self, ledger: LedgerPublic) -> None:
        """Show another ledger."""
        with self.trouble_told():
            self.book = await self.write(lambda backend: backend.open_ledger(ledger.id))
            self.say(f"This is {ledger.name}")
            self.changed()

    @work(group="come in")
    async def action_sign_out(self) -> None:
        """Close the book, and ask who comes in."""
        from expense_tui.commands import sign_out

        with self.trouble_told():
            await sign_out(self)

    def state_of_book(self) -> object:
        """What changes with the book's file; nothing where it is elsewhere."""
        return state_of(self._file) if self._file else None

    def seen_last(self) -> View | None:
        """What was shown when the app was left, if it is what a start would show."""
        return self._last_view.load(self.today().replace(day=1).isoformat()) if self._last_view else None

    def exit(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - as Textual has it
        """Leave; what is shown is kept for the next start."""
        first = self.screen_stack[0] if self.screen_stack else None
        if isinstance(first, ExpensesScreen) and self.book is not None and self.book == self._opened_first:
            self._view = first.view()
        super().exit(*arguments, **named)

    async def action_quit(self) -> None:
        """Leave, once everything is saved; what takes too long is given up only by asking twice."""
        self._leave()

    @work(group="quit")
    async def _leave(self) -> None:
        if self._gives_up or await self._save():
            self.exit()
            return
        self._gives_up = True
        self.say("Not saved yet; quit again to leave without it", Tone.TROUBLE)

    async def _save(self) -> bool:
        """Wait for what is being saved; whether it was, in a time that a person waits."""
        if not self._writes.are_running:
            return True
        self.say("Saving what you changed", Tone.BUSY)
        return await self._writes.finish(SECONDS_TO_SAVE)

    async def on_unmount(self) -> None:
        """Let go of the book."""
        if hasattr(self, "backend"):
            await in_thread(self._let_go)

    def _let_go(self) -> None:
        self.backend.close()
        if self._last_view and self._file:
            self._last_view.keep(self._view, self._file)
