"""What has to be known before a book can be opened: whose it is to be, who it is, or a password."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Button, Checkbox, Input, OptionList, Static
from textual.widgets.option_list import Option

import expense_core as core
from expense_core.errors import EmailTaken, ExpenseError, Invalid, UsernameTaken
from expense_tui.backends import Backend, Entrance
from expense_tui.dialogs.dialog import Dialog
from expense_tui.keys import key
from expense_tui.widgets.field import Field
from expense_tui.widgets.tick import Tick

if TYPE_CHECKING:
    from expense_core import UserCreate

_TITLES = {
    Entrance.MAKE_BOOK: "A new book",
    Entrance.CHOOSE_USER: "Whose book?",
    Entrance.SIGN_IN: "Sign in",
}
_BUSY = "… One moment"


class ComingIn(Dialog[bool]):
    """Asks for what an entrance needs, until it is right; what it gives is whether the person came in.

    Arguments:
        entrance: what has to be done.
    """

    DEFAULT_CSS = """
    ComingIn.-nobody { background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("coming_in.other", "ctrl+n", "register_or_sign_in", "Register", "Register, or sign in after all"),
    ]

    def __init__(self, entrance: Entrance) -> None:
        super().__init__(_TITLES[entrance])
        self._entrance = entrance
        self._registers = False
        self._is_busy = False

    def body(self) -> ComposeResult:
        """What this entrance asks."""
        yield Static(Content(self.app.backend.place), classes="told")
        match self._entrance:
            case Entrance.MAKE_BOOK:
                yield from self._new_book()
            case Entrance.CHOOSE_USER:
                yield OptionList(compact=True)
            case Entrance.SIGN_IN:
                yield from self._sign_in()
        yield Static("", classes="told", id="busy")
        yield Static("", classes="trouble", id="trouble")

    def _new_book(self) -> ComposeResult:
        from expense_core.opening import login_name

        yield Static("There is no book here yet. Nobody is asked for a password: it is your file.", classes="told")
        yield Field("username", "Your name", login_name(os.environ))
        yield self._currency()
        with Horizontal(classes="buttons"):
            yield Button("Make the book", variant="primary", id="go", compact=True)

    def _sign_in(self) -> ComposeResult:
        yield Field("username", "Name or email")
        yield Field("email", "Email")
        yield Field("password", "Password", password=True)
        yield self._currency()
        if self.app.backend.can_stay_signed_in:
            yield Tick("Stay signed in")
        with Horizontal(classes="buttons"):
            yield Button("Sign in", variant="primary", id="go", compact=True)
            yield Button("Register instead", id="other", compact=True)

    def _currency(self) -> Field:
        from expense_core.locales import local_currency

        codes = SuggestFromList(sorted(core.money.currencies()), case_sensitive=False)
        return Field("currency", "Currency", local_currency(self.app.formats.locale), suggester=codes)

    def on_mount(self) -> None:
        """Show what this entrance needs, and nothing else."""
        self.set_class(self.app.book is None, "-nobody")  # what the last one to be in was shown is theirs
        self.tell("#busy", "")
        self.tell("#trouble", "")
        if self._entrance is Entrance.CHOOSE_USER:
            self._list_users()
        elif self._entrance is Entrance.SIGN_IN:
            self._show_fields()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Nobody registers for a file of their own."""
        return action != "register_or_sign_in" or self._entrance is Entrance.SIGN_IN

    # --- Signing in or registering ---

    @on(Button.Pressed, "#other")
    def action_register_or_sign_in(self) -> None:
        """Change between the two; what was typed stays."""
        self._registers = not self._registers
        self._show_fields()
        self._field("username").input.focus()

    def _show_fields(self) -> None:
        self.query_one(".box").border_title = "Register" if self._registers else "Sign in"
        self._field("username").call("Name" if self._registers else "Name or email")
        for name in ("email", "currency"):
            self._field(name).display = self._registers
        self.query_one("#go", Button).label = "Register" if self._registers else "Sign in"
        self.query_one("#other", Button).label = "Sign in instead" if self._registers else "Register instead"

    # --- Coming in ---

    @on(Input.Submitted)
    @on(Button.Pressed, "#go")
    def _go(self) -> None:
        if self._is_busy:
            return
        given = {field.called: field.value for field in self.query(Field)}
        stay = any(box.value for box in self.query(Checkbox))
        if self._entrance is Entrance.MAKE_BOOK:
            self._come_in(lambda backend: backend.make_book(given["username"], given["currency"]))
        elif self._registers:
            self._come_in(lambda backend: backend.register(_new_user(given), stay=stay))
        else:
            self._come_in(lambda backend: backend.sign_in(given["username"], given["password"], stay=stay))

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        username = str(event.option.id)
        if not self._is_busy:
            self._come_in(lambda backend: backend.choose_user(username))

    @work(group="users")
    async def _list_users(self) -> None:
        try:
            names = await self.app.read(lambda backend: backend.users())
        except ExpenseError as error:
            self.tell("#trouble", f"! {error.message}")
        else:
            users = self.query_one(OptionList)
            users.add_options(Option(Content(name), id=name) for name in names)
            users.highlighted = 0
            users.focus()

    @work(group="come in")
    async def _come_in(self, prove: Callable[[Backend], None]) -> None:
        """Try it; it may take a while, and Escape leaves all the same."""
        self._is_busy = True
        self.tell("#busy", _BUSY)
        self.tell("#trouble", "")
        try:
            await self.app.write(prove)
        except ExpenseError as error:
            self._tell_of(error)
        else:
            self.dismiss(result=True)
        finally:
            self._is_busy = False
            self.tell("#busy", "")

    def _tell_of(self, error: ExpenseError) -> None:
        """Say what is wrong beside the field that it is about, or else under them all."""
        wrong = {"username": error.message} if isinstance(error, UsernameTaken) else {}
        if isinstance(error, EmailTaken):
            wrong = {"email": error.message}
        if isinstance(error, Invalid):
            wrong = {one.field: one.message for one in error.errors}
            if error.code == "invalid_password" and not wrong:
                wrong = {"password": error.message}
        fields = {field.called: field for field in self.query(Field) if field.display}
        told = [name for name in fields if name in wrong]
        for name in told:
            fields[name].tell(wrong[name])
        if told:
            fields[told[0]].input.focus()
        if not told or set(wrong) - set(told):
            self.tell("#trouble", f"! {error.message}")

    def _field(self, name: str) -> Field:
        return self.query_one(f"#field-{name}", Field)

    def action_leave(self) -> None:
        """Leave; where no book is open, that is leaving the app."""
        self.dismiss(result=False)


def _new_user(given: dict[str, str]) -> UserCreate:
    from expense_tui.backends.inputs import made

    return made(core.UserCreate, **given)
