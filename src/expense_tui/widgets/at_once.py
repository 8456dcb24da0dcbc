"""What is done with many expenses at once: another category, another date, away with them, into a file."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import work
from textual.message import Message
from textual.suggester import Suggester, SuggestFromList

import expense_core as core
from expense_core.errors import ExpenseError, Invalid
from expense_tui.asking import in_thread
from expense_tui.widgets.asked_line import AskedLine

if TYPE_CHECKING:
    from datetime import date

    from expense_core import ExpenseFilter, ExpensePublic
    from expense_core.exports import Form
    from expense_tui.app import ExpensesApp
    from expense_tui.widgets.under_way import UnderWay


@dataclass(frozen=True)
class Everything:
    """All that a list has, however many, but for some that were seen: nobody has seen each of them."""

    wanted: ExpenseFilter
    count: int


Chosen = Sequence["ExpensePublic"] | Everything
"""The expenses that something is done with."""


class AtOnce(AskedLine):
    """The line that asks what becomes of the expenses that are chosen; one undo takes back what is done with them."""

    app: ExpensesApp

    def __init__(self) -> None:
        super().__init__()
        self.writing: UnderWay | None = None
        """While a file is written: how far that is, and what stops it."""

    class Done(Message):
        """The expenses are other ones now, or in the trash."""

    @work(group="at once")
    async def recategorise(self, chosen: Chosen) -> None:
        """Give expenses another category."""
        with self.app.trouble_told():
            known = {one.name: one.id for one in await self.app.read(lambda backend: backend.categories())}
            self._ask_well(
                f"Category of {_called(chosen)} (empty: none)",
                lambda name: self._recategorise(chosen, name.strip(), known),
                "" if isinstance(chosen, Everything) else chosen[0].category or "",
                SuggestFromList(known, case_sensitive=False),
            )

    async def _recategorise(self, chosen: Chosen, name: str, known: Mapping[str, int]) -> None:
        from expense_core.tables.text import fold

        category_id = next((one for other, one in known.items() if fold(other) == fold(name)), None)
        new_category = name if name and category_id is None else None
        changes: dict[str, object] = {} if new_category is not None else {"category_id": category_id}
        await self._edit(chosen, changes, f"{_called(chosen)} in {name or 'no category'}", new_category)

    def change_date(self, chosen: Chosen) -> None:
        """Give expenses another date."""
        self._ask_well(
            f"Date of {_called(chosen)}",
            lambda text: self._change_date(chosen, self._day_of(text)),
            "" if isinstance(chosen, Everything) else self.app.formats.short_day(chosen[0].spent_on),
        )

    async def _change_date(self, chosen: Chosen, day: date) -> None:
        await self._edit(chosen, {"spent_on": day}, f"{_called(chosen)} on {self.app.formats.day(day)}")

    def _day_of(self, text: str) -> date:
        return core.dates.read(text, today=self.app.today(), locale=self.app.formats.locale)

    @work(group="at once")
    async def delete(self, chosen: Chosen) -> None:
        """Move expenses to the trash."""
        from expense_core.batches import BatchDelete

        with self.app.trouble_told():
            if isinstance(chosen, Everything):
                await self.app.write(lambda backend: backend.delete_all(chosen.wanted, expected=chosen.count))
            else:
                lines = [BatchDelete(do="delete", id=one.id) for one in chosen]
                await self.app.write(lambda backend: backend.apply(lines))
            self._done(f"Deleted {_called(chosen)}")

    def export(self, what: ExpenseFilter | Chosen) -> None:
        """Write these expenses to a file, or all that meet a filter."""
        if self.writing is not None:
            self.app.say("A file is being written; Escape stops that")
            return
        called = _called(what) if isinstance(what, (Sequence, Everything)) else "all that is listed"
        self._ask_well(
            f"Write {called} to which file? (.csv, .xlsx, .json, .ofx, .qif, .hledger, ...)",
            lambda name: self._export(what, _path_of(name), _form_of(Path(name))),
            "expenses.csv",
        )

    async def _export(self, what: ExpenseFilter | Chosen, path: Path, form: Form) -> None:
        from expense_core.cli.show import counted
        from expense_tui.backends.files import write_expenses
        from expense_tui.widgets.under_way import Stopped

        if isinstance(what, Sequence):
            await in_thread(lambda: write_expenses(what, form, path))
            count = len(what)
        else:
            try:
                wanted = what.wanted if isinstance(what, Everything) else what
                count = await self._write_all(wanted, path, form)
            except Stopped:
                self.app.say("Stopped; nothing was written")
                return
        self.app.say(f"Wrote {counted(count, 'expense')} to {path}")

    async def _write_all(self, wanted: ExpenseFilter, path: Path, form: Form) -> int:
        from expense_tui.app import Tone
        from expense_tui.widgets.under_way import UnderWay

        self.writing = UnderWay()
        await self.screen.mount(self.writing, before=self)
        self.screen.refresh_bindings()
        self.app.say(f"Writing {path.name}; Escape stops it, with nothing done", Tone.BUSY)
        try:
            with self.writing.running() as progress:
                return await self.app.read(lambda backend: backend.export(wanted, form, path, progress))
        finally:
            written, self.writing = self.writing, None
            await written.remove()
            self.screen.refresh_bindings()

    def _ask_well(
        self,
        question: str,
        answer: Callable[[str], Coroutine[None, None, None]],
        value: str = "",
        suggester: Suggester | None = None,
    ) -> None:
        """Ask for a line, and do what it says; one that is wrong stays, and one that cannot be done is given back."""

        def answered(text: str) -> None:
            try:
                doing = answer(text)
            except Invalid as error:
                self.tell(error.message)
            else:
                self.close()
                self._do(doing, partial(self._ask_well, question, answer, text, suggester))

        self.ask(question, answered, value, suggester)

    @work(group="at once")
    async def _do(self, doing: Coroutine[None, None, None], ask_again: Callable[[], None]) -> None:
        try:
            await doing
        except ExpenseError as error:
            self.app.tell(error)
            if not self.display:
                ask_again()
                self.tell(error.message)

    async def _edit(
        self, chosen: Chosen, changes: Mapping[str, object], told: str, new_category: str | None = None
    ) -> None:
        from expense_core.at_once import CommonUpdate
        from expense_core.batches import BatchEdit

        if isinstance(chosen, Everything):
            update = CommonUpdate.model_validate(changes)
            await self.app.write(
                lambda backend: backend.edit_all(
                    chosen.wanted, update, expected=chosen.count, new_category=new_category
                )
            )
        else:
            lines = [
                BatchEdit.model_validate({"do": "edit", "id": one.id, "version": one.version, **changes})
                for one in chosen
            ]
            await self.app.write(lambda backend: backend.apply(lines, new_category=new_category))
        self._done(told)

    def _done(self, told: str) -> None:
        self.app.say(f"{told}; u takes it back")
        self.post_message(self.Done())


def _called(chosen: Chosen) -> str:
    if isinstance(chosen, Everything):
        in_all = chosen.count + len(chosen.wanted.except_ids)
        return f"{'all' if chosen.count == in_all else f'{chosen.count:,} of'} {in_all:,} expenses"
    if len(chosen) == 1:
        return chosen[0].description or "this expense"
    return f"{len(chosen):,} expenses"


def _path_of(name: str) -> Path:
    try:
        return Path(name).expanduser()
    except RuntimeError as error:
        raise Invalid(f"there is no home folder for {name}") from error


def _form_of(name: Path) -> Form:
    from expense_core.exports.forms import Form

    return Form.of_file(name)
