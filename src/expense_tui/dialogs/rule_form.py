"""A rule, and what it would match of the past, while a person types it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Button, Checkbox, Input, Static

from expense_core.cli.show import counted
from expense_core.errors import AuthenticationFailed, ExpenseError, Invalid
from expense_tui.cells import fitted, to_the_right
from expense_tui.dialogs.dialog import Dialog
from expense_tui.entries import by_field
from expense_tui.keys import key
from expense_tui.rule_entries import RuleReading, TypedRule
from expense_tui.widgets.field import Field
from expense_tui.widgets.listing import widest
from expense_tui.widgets.tick import Tick

if TYPE_CHECKING:
    from expense_core import ExpensePublic, RulePublic
    from expense_core.rules import Trial
    from expense_tui.app import ExpensesApp
    from expense_tui.backends import Backend

_LABELS = {
    "payee": "Payee has",
    "text": "Text has",
    "min_amount": "At least",
    "max_amount": "At most",
    "account": "Account is",
    "category": "Category",
    "description": "Call it",
    "notes": "Add to notes",
}
_ROWS = (("payee",), ("text",), ("min_amount", "max_amount"), ("account",), ("category",), ("description",), ("notes",))
_FIRST = 4
"""How many of the expenses that it matches are shown."""
_NO_ACCOUNTS = "Expenses keep no account, so what it matches is seen with the next statement"


class RuleForm(Dialog["RulePublic"]):
    """The fields of a rule; what it gives is the rule as it was saved.

    Arguments:
        reading: how what is typed is read.
        typed: what stands in the fields at first.
        before: the rule that is edited; None where it is a new one.
    """

    DEFAULT_CSS = """
    RuleForm > .box { width: 78; }
    RuleForm Horizontal { height: auto; }
    RuleForm Field { width: 1fr; }
    RuleForm Field .label { width: 14; }
    RuleForm Field .wrong { padding-left: 14; }
    RuleForm Checkbox { margin-left: 13; }
    RuleForm #matches { height: 5; color: $text-muted; text-wrap: nowrap; }
    RuleForm .buttons { margin-top: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("rule_form.save", "ctrl+s", "save", "Save", "Save the rule"),
        key("rule_form.next", "down", "app.focus_next", "Next", "The next field"),
        key("rule_form.previous", "up", "app.focus_previous", "Previous", "The field before"),
    ]

    def __init__(self, reading: RuleReading, typed: TypedRule, before: RulePublic | None = None) -> None:
        super().__init__("A new rule for statements" if before is None else "A rule for statements")
        self._reading = reading
        self._first = typed
        self._before = before
        self._tried: TypedRule | None = None
        """What is shown, or about to be."""
        self._is_trying = self._is_saving = False

    def body(self) -> ComposeResult:
        """What it asks for, what it does, and what it would match."""
        suggesters = {"category": SuggestFromList(self._reading.names, case_sensitive=False)}
        for row in _ROWS:
            with Horizontal():
                for name in row:
                    yield Field(name, _LABELS[name], getattr(self._first, name), suggester=suggesters.get(name))
        yield Tick("Leave such rows out", self._first.skip)
        yield Static("", id="matches")
        yield Static("", classes="trouble", id="trouble")
        with Horizontal(classes="buttons"):
            yield Button("Save", variant="primary", id="go", compact=True)
            yield Button("Leave", action="screen.leave", compact=True)

    def on_mount(self) -> None:
        """Show what it matches as it stands."""
        self.tell("#trouble", "")
        self._changed()

    @property
    def typed(self) -> TypedRule:
        """What stands in the fields."""
        texts = {name: self._field(name).value for name in _LABELS}
        return TypedRule(**texts, skip=self.query_one(Checkbox).value)

    # --- What it would match ---

    @on(Input.Changed)
    @on(Checkbox.Changed)
    def _changed(self) -> None:
        self.tell("#trouble", "")
        if not self._is_trying:
            self._is_trying = True
            self._try()

    @work(group="try")
    async def _try(self) -> None:
        """Try what is typed, one after the other: of what is typed while the book is searched, only the last."""
        try:
            while (typed := self.typed) != self._tried:
                self._tried = typed
                await self._show_matches(typed)
        finally:
            self._is_trying = False

    async def _show_matches(self, typed: TypedRule) -> None:
        matches = self.query_one("#matches", Static)
        try:
            conditions = self._reading.conditions(typed)
            if conditions is None:
                matches.update(Content())
            elif conditions.account:
                matches.update(Content(_NO_ACCOUNTS))
            else:
                matches.update(self._told(await self.app.read(lambda backend: backend.try_rule(conditions))))
        except Invalid:  # it is told when it is to be saved
            matches.update(Content())
        except ExpenseError as error:
            self._refused(error)

    def _told(self, trial: Trial) -> Content:
        """How many there are, and the latest of them."""
        if not trial.count:
            return Content("It matches no expense of the book")
        matched = f"It matches {counted(trial.count, 'expense')} of the book:"
        return Content("\n".join([matched, *self._lines(trial.first)]))

    def _lines(self, first: Sequence[ExpensePublic]) -> list[str]:
        formats, room = self.app.formats, max(20, self.query_one("#matches").size.width)
        shown = first[:_FIRST]
        amounts = [formats.amount(one.amount, one.currency) for one in shown]
        days = [formats.short_day(one.spent_on) for one in shown]
        return [
            fitted(
                f"  {fitted(day, widest(days))}  {to_the_right(amount, widest(amounts))}  {one.description}"
                f"{f'  @{one.category}' if one.category else ''}",
                room,
            )
            for one, day, amount in zip(shown, days, amounts, strict=True)
        ]

    # --- Saving it ---

    @on(Input.Submitted)
    @on(Button.Pressed, "#go")
    def action_save(self) -> None:
        """Save it, once."""
        if not self._is_saving:
            self._is_saving = True
            self._save(self.typed)

    @work(group="save")
    async def _save(self, typed: TypedRule) -> None:
        try:
            saved = await self.app.write(lambda backend: self._saved(backend, typed))
        except ExpenseError as error:
            self._refused(error)
        else:
            self.dismiss(saved)
        finally:
            self._is_saving = False

    def _saved(self, backend: Backend, typed: TypedRule) -> RulePublic:
        """The rule, with the category that it names where there is none of that name yet."""
        import expense_core as core
        from expense_tui.backends.inputs import made

        given = self._reading.given(typed)
        if self._before is None:
            return backend.create_rule(made(core.RuleCreate, **given))
        return backend.edit_rule(self._before.id, made(core.RuleUpdate, **given, version=self._before.version))

    def _refused(self, error: ExpenseError) -> None:
        """Say what is wrong beside the field that it is about, or else under them all; what was typed stays."""
        if isinstance(error, AuthenticationFailed):
            self.app.ask_to_sign_in()
        wrong: Mapping[str, str] = by_field(error, TypedRule) if isinstance(error, Invalid) else {"": error.message}
        told = [name for name in _LABELS if name in wrong]
        for name in told:
            self._field(name).tell(wrong[name])
        if told:
            self._field(told[0]).input.focus()
        if "" in wrong:
            self.tell("#trouble", f"! {wrong['']}")

    def _field(self, name: str) -> Field:
        return self.query_one(f"#field-{name}", Field)


async def form_of(app: ExpensesApp, typed: TypedRule, before: RulePublic | None = None) -> RuleForm:
    """The form of a rule, with what the ledger has by now."""
    known = await app.read(lambda backend: backend.categories())
    return RuleForm(RuleReading(app.formats.locale, known), typed, before)
