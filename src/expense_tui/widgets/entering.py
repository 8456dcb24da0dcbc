"""Where an expense is typed, in one line or field by field, and how it gets into the book."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from expense_core.errors import ExpenseError, Invalid, QuickSyntaxError, VersionConflict
from expense_tui.asking import in_thread
from expense_tui.widgets.expense_form import ExpenseForm, Opened
from expense_tui.widgets.quick_line import QuickLine

if TYPE_CHECKING:
    from expense_core import ExpensePublic
    from expense_tui.app import ExpensesApp
    from expense_tui.entries import Entry, Reading, Typed


class Entering(Vertical):
    """The quick line and the form; nothing typed in either is lost when it cannot be saved."""

    DEFAULT_CSS = """
    Entering { height: auto; max-height: 70%; overflow-y: auto; }
    """

    app: ExpensesApp

    class Saved(Message):
        """An expense was recorded or changed, or somebody else's change is to be seen."""

        def __init__(self, expense_id: int) -> None:
            super().__init__()
            self.expense_id = expense_id

    class Left(Message):
        """The person is done here."""

    def compose(self) -> ComposeResult:
        """The line, not seen before it is asked for; the form, with its many parts, is made when it is."""
        yield QuickLine()

    @property
    def line(self) -> QuickLine:
        """The quick line."""
        return self.query_one(QuickLine)

    @property
    def form(self) -> ExpenseForm:
        """The form."""
        return self.query_one(ExpenseForm)

    def begin_anew(self) -> None:
        """Forget what somebody else typed, or for another ledger."""
        self.line.begin_anew()
        for form in self.query(ExpenseForm):
            form.close()

    def add(self) -> None:
        """Begin a new expense in the line, at once: the next key belongs to it."""
        self.line.open()
        self._learn()

    @work(group="learn", exclusive=True)
    async def _learn(self) -> None:
        """Find out how the line is read."""
        with self.app.trouble_told():
            self.line.reading = await self._reading()
            self.line.say_again()

    @work(group="reading")
    async def edit(self, expense: ExpensePublic) -> None:
        """Change an expense."""
        with self.app.trouble_told():
            reading = await self._reading()
            await self._open_form(Opened(reading, expense), reading.typed(expense))

    @work(group="reading")
    async def duplicate(self, expense: ExpensePublic) -> None:
        """Begin a new expense that is like this one, of today."""
        from dataclasses import replace

        with self.app.trouble_told():
            reading = await self._reading()
            await self._open_form(Opened(reading), replace(reading.typed(expense), spent_on=reading.typed_today))

    async def _reading(self) -> Reading:
        """How what is typed is read, with the categories that there are now."""
        from expense_tui.entries import Reading

        await self.app.opened.wait()
        book = self.app.book
        assert book is not None  # noqa: S101 - it is there from then on, for the type checker
        categories = await self.app.read(lambda backend: backend.categories())
        return Reading(self.app.today(), self.app.formats.locale, book.ledger.currency, categories)

    async def _record(self, entry: Entry) -> ExpensePublic:
        new, category = entry.new(), entry.new_category
        recorded = await self.app.write(lambda backend: backend.record(new, new_category=category))
        amount = self.app.formats.amount(recorded.amount, recorded.currency)
        told = f"Recorded {amount} {recorded.description}".rstrip()
        self.app.say(f"{told}; {category} is a new category" if category else told)
        self.post_message(self.Saved(recorded.id))
        return recorded

    # --- The line ---

    @on(QuickLine.Typed)
    @work(group="understood", exclusive=True)
    async def _understand(self, event: QuickLine.Typed) -> None:
        """Say what the line means so far, and what was recorded before under a like description."""
        reading = self.line.reading
        if reading is None:
            return
        typed, problems = await in_thread(lambda: reading.understood(event.text))
        category = f"{typed.category} (new)" if typed.category and not reading.knows(typed.category) else typed.category
        parts = (typed.amount and f"{typed.amount} {typed.currency}", typed.description, category, typed.spent_on)
        told = " · ".join(filter(None, parts)) if event.text.strip() else ""
        is_wrong = bool(problems and event.text.strip())
        self.line.show_understood(problems[0] if is_wrong else told, is_wrong=is_wrong)
        with self.app.trouble_told():
            found = await self.app.read(lambda backend: backend.suggest(typed.description)) if typed.description else ()
            self.line.show_suggestions(found, self.app.formats)

    @on(QuickLine.Entered)
    @work(group="record")
    async def _record_line(self, event: QuickLine.Entered) -> None:
        """Record what the line says; where it cannot be, it is given back."""
        try:
            reading = self.line.reading or await self._reading()
            entry = await in_thread(lambda: reading.line(event.text))
            await self._record(entry)
        except QuickSyntaxError as error:
            self.line.give_back(event)
            self.line.show_understood(error.message, is_wrong=True)
        except ExpenseError as error:
            self.line.give_back(event)
            self.app.tell(error)
        else:
            if self.line.display:
                self.line.give_next()
            self._learn()

    @on(QuickLine.FormWanted)
    @work(group="reading")
    async def _to_form(self, event: QuickLine.FormWanted) -> None:
        with self.app.trouble_told():
            reading = self.line.reading or await self._reading()
            typed, _ = await in_thread(lambda: reading.understood(event.text))
            self.line.close()
            await self._open_form(Opened(reading, line=event.text), typed)

    @on(QuickLine.Closed)
    @on(ExpenseForm.Closed)
    def _leave(self) -> None:
        self.post_message(self.Left())

    # --- The form ---

    async def _open_form(self, opened: Opened, typed: Typed) -> None:
        if not self.query(ExpenseForm):
            await self.mount(ExpenseForm())
        self.form.open(opened, typed)

    @on(ExpenseForm.Submitted)
    @work(group="record")
    async def _save_form(self, event: ExpenseForm.Submitted) -> None:
        """Save what the form says; it stays until that is done."""
        opened = event.opened
        with self._saving(opened):
            entry = await in_thread(lambda: opened.reading.form(event.typed))
            if opened.before is None:
                recorded = await self._record(entry)
                self.line.forget(opened.line)
                self._done(event, recorded)
            else:
                await self._save_edit(entry, event, opened.before)

    async def _save_edit(self, entry: Entry, event: ExpenseForm.Submitted, before: ExpensePublic) -> None:
        """Save a change to what was there when the form was opened, or when a person chose theirs over it."""
        changes, saved = entry.changes(before), before
        if changes is not None:
            try:
                saved = await self.app.write(
                    lambda backend: backend.edit(before.id, changes, new_category=entry.new_category)
                )
            except VersionConflict:
                now = await self.app.read(lambda backend: backend.get(before.id))
                self._ask_which_stands(entry, event, now)
                return
            self.app.say(f"Changed {saved.description or 'the expense'}; u takes it back")
            self.post_message(self.Saved(saved.id))
        self._done(event, saved)

    def _ask_which_stands(self, entry: Entry, event: ExpenseForm.Submitted, now: ExpensePublic) -> None:
        from expense_tui.dialogs.stale_edit import Settled, StaleEdit

        def settle(settled: Settled | None) -> None:
            if settled is Settled.MINE:
                self._save_over(entry, event, now)
            elif settled is Settled.THEIRS:
                self.post_message(self.Saved(now.id))
                self._done(event, now)

        self.app.push_screen(StaleEdit(event.typed, event.opened.reading.typed(now)), settle)

    @work(group="record")
    async def _save_over(self, entry: Entry, event: ExpenseForm.Submitted, now: ExpensePublic) -> None:
        self.form.is_saving = True
        with self._saving(event.opened):
            await self._save_edit(entry, event, now)

    @contextmanager
    def _saving(self, opened: Opened) -> Iterator[None]:
        """Say beside the fields what is wrong with them, or in the status line once they are gone."""
        from expense_tui.entries import by_field

        try:
            yield
        except ExpenseError as error:
            is_input = isinstance(error, Invalid)
            if self.form.shows(opened):
                self.form.tell_wrong(by_field(error) if isinstance(error, Invalid) else {"": error.message})
            if not is_input or not self.form.shows(opened):
                self.app.tell(error)
        finally:
            if self.form.shows(opened):
                self.form.is_saving = False

    def _done(self, event: ExpenseForm.Submitted, saved: ExpensePublic) -> None:
        """Put the form away, unless the person has gone on meanwhile, with another one or with what is typed in it."""
        if not self.form.shows(event.opened):
            return
        if self.form.typed == event.typed:
            self.form.close()
            self._leave()
        else:
            self.form.go_on(Opened(event.opened.reading, saved))
            self.app.say(f"{self.app.status.text}; what you typed since is yet to be saved")
