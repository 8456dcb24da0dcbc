"""The first thing that a person sees of a new book, or of one with several owners, or with passwords."""

from __future__ import annotations

from threading import Event

import pytest
from pilots import Failing, app_on, at, press, screen_text, settled, typed
from textual.widgets import Checkbox, OptionList

from expense_core import Database, LocalUserCreate, Settings, UserCreate, users
from expense_core.errors import AuthenticationFailed, DatabaseUnavailable
from expense_tui.app import ExpensesApp
from expense_tui.backends.kept import KeptSignIn
from expense_tui.backends.local import LocalBackend
from expense_tui.connecting import Connected
from expense_tui.dialogs.coming_in import ComingIn
from expense_tui.formats import Formats
from expense_tui.widgets.asked_line import AskedLine
from expense_tui.widgets.field import Field

pytestmark = pytest.mark.anyio

PASSWORD = "correct horse battery"


@pytest.fixture
def new_book(new_sqlite_url, monkeypatch):
    """The way to a file that is not there yet, on a machine where Alice is logged in."""
    monkeypatch.setenv("LOGNAME", "alice")
    return LocalBackend(Settings.load(database_url=new_sqlite_url))


@pytest.fixture
def with_passwords(postgresql_url, tmp_path):
    """The way to a database in which Alice has a password."""
    with Database(postgresql_url) as database, database.transaction() as session:
        users.register(session, UserCreate(username="alice", email="alice@example.org", password=PASSWORD), rounds=4)
    settings = Settings.load(database_url=postgresql_url, secret_key="s" * 32, bcrypt_rounds=4)
    return lambda: LocalBackend(settings, kept=KeptSignIn("here", folder=tmp_path))


def field(app, name):
    """What a field holds, and what is said to be wrong with it."""
    found = app.screen.query_one(f"#field-{name}", Field)
    return found.value, str(found.query_one(".wrong").render())


async def test_a_new_book_is_made_with_two_answers_that_are_there_already(new_book):
    """The login name and the currency of the locale: Enter is all that it takes."""
    app = app_on(new_book)

    async with at(app) as pilot:
        proposed = field(app, "username")[0], field(app, "currency")[0]
        await press(pilot, "enter")

        assert proposed == ("alice", "GBP")
        assert (app.book.user.username, app.book.ledger.currency) == ("alice", "GBP")
        assert not isinstance(app.screen, ComingIn)


async def test_a_currency_that_does_not_exist_is_told_beside_its_field(new_book):
    """What was typed stays, and the trouble goes once it is mended."""
    app = app_on(new_book)

    async with at(app) as pilot:
        await press(pilot, "tab")
        app.screen.query_one("#field-currency", Field).input.value = "XQX"
        await press(pilot, "enter")
        told = field(app, "currency")
        await press(pilot, "backspace")

        assert told[0] == "XQX"
        assert "currency" in told[1]
        assert field(app, "currency")[1] == ""


async def test_a_currency_is_completed(new_book):
    """The first letters of a code and the right arrow are enough."""
    app = app_on(new_book)

    async with at(app) as pilot:
        await press(pilot, "tab", "end", "backspace", "backspace", "backspace")
        await typed(pilot, "jp")
        await press(pilot, "right", "enter")

        assert app.book.ledger.currency == "JPY"


async def test_leaving_the_first_question_leaves_the_app_and_makes_nothing(new_book):
    """Escape is never a trap."""
    app = app_on(new_book)

    async with at(app) as pilot:
        await press(pilot, "escape")

        assert app._exit
    assert app.book is None


async def test_one_of_several_keepers_says_who_they_are(book, backend):
    """A file of two people: a list, arrows, Enter."""
    with Database(book) as database, database.transaction() as session:
        users.register_local(session, LocalUserCreate(username="bob [the second]"))
    app = app_on(backend)

    async with at(app) as pilot:
        listed = [str(option.prompt) for option in app.screen.query_one(OptionList).options]
        await press(pilot, "down", "enter")

        assert listed == ["alice", "bob [the second]"]
        assert app.book.user.username == "bob [the second]"


async def test_a_wrong_password_is_told_and_the_name_stays(with_passwords):
    """Only the password has to be typed again."""
    app = app_on(with_passwords())

    async with at(app) as pilot:
        await typed(pilot, "alice")
        await press(pilot, "tab")
        await typed(pilot, "wrong")
        await press(pilot, "enter")

        assert "wrong username, email or password" in screen_text(app)
        assert field(app, "username")[0] == "alice"
        await typed(pilot, "!")
        app.screen.query_one("#field-password", Field).input.value = PASSWORD
        await press(pilot, "enter")
        assert app.book.user.username == "alice"


async def test_who_stays_signed_in_is_not_asked_again(with_passwords, monkeypatch):
    """The box is ticked once; the next start opens the book."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    app = app_on(with_passwords())
    async with at(app) as pilot:
        await typed(pilot, "alice")
        app.screen.query_one(Checkbox).value = True
        app.screen.query_one("#field-password", Field).input.value = PASSWORD
        await press(pilot, "enter")
    again = app_on(with_passwords())

    async with at(again):
        assert again.book.user.username == "alice"


async def test_registering_tells_of_every_field_at_once_and_loses_nothing(with_passwords):
    """A name without an address and with a password that everybody has; what was typed for signing in is there."""
    app = app_on(with_passwords())

    async with at(app) as pilot:
        await typed(pilot, "carol")
        await press(pilot, "ctrl+n")
        app.screen.query_one("#field-email", Field).input.value = "nowhere"
        await press(pilot, "enter")
        wrong_address = field(app, "email")[1]
        app.screen.query_one("#field-email", Field).input.value = "carol@example.org"
        app.screen.query_one("#field-password", Field).input.value = "password"
        await press(pilot, "enter")
        wrong_password = field(app, "password")[1]
        app.screen.query_one("#field-password", Field).input.value = PASSWORD
        await press(pilot, "enter")

        assert wrong_address
        assert wrong_password
        assert app.book.user.username == "carol"


async def test_a_taken_name_is_told_beside_the_name(with_passwords):
    """Whoever registers as somebody else."""
    app = app_on(with_passwords())

    async with at(app) as pilot:
        await press(pilot, "ctrl+n")
        for name, value in {"username": "Alice", "email": "a@example.org", "password": PASSWORD}.items():
            app.screen.query_one(f"#field-{name}", Field).input.value = value
        await press(pilot, "enter")

        assert "Alice" in field(app, "username")[1]


class Slow(LocalBackend):
    """A way to a book that is made only when a test says so."""

    go_on = Event()

    def make_book(self, username, currency):
        """Wait, then make it."""
        self.go_on.wait(60)
        super().make_book(username, currency)


async def test_the_dialog_answers_while_the_book_is_being_made(new_sqlite_url):
    """It says that it is busy; keys are taken, a second Enter does nothing, and then the book is open."""
    backend = Slow(Settings.load(database_url=new_sqlite_url))
    app = app_on(backend)

    async with at(app) as pilot:
        await pilot.press("enter", "enter")
        await pilot.press("x")
        busy = screen_text(app)
        backend.go_on.set()
        await settled(pilot)

        assert "One moment" in busy
        assert app.book is not None


async def test_a_book_that_could_not_be_opened_is_opened_again_by_a_key(backend):
    """A disk or a server that was away at the start."""
    tries = []

    def connect():
        tries.append(1)
        if len(tries) == 1:
            raise DatabaseUnavailable("the disk is away")
        return Connected(backend, Formats("en_GB"))

    app = ExpensesApp(connect)
    async with at(app) as pilot:
        told = app.status.text
        await press(pilot, "ctrl+l")

        assert told == "the disk is away; ctrl+l tries again"
        assert app.book is not None


@pytest.mark.parametrize(
    ("failing", "keys"),
    [
        ("create_category", ("3", "a", "x", "enter")),
        ("rename_category", ("3", "e", "enter")),
        ("preview_statement", ("4", "o", "x", "enter")),
    ],
)
async def test_whoever_is_signed_out_while_a_line_is_asked_for_is_asked_to_sign_in(local, failing, keys):
    """On whichever screen; the line is still there."""
    backend = Failing(local)
    backend.error = AuthenticationFailed("your sign-in has ended; sign in again")
    app = app_on(backend)

    async with at(app) as pilot:
        backend.fails.add(failing)
        await press(pilot, *keys)

        assert isinstance(app.screen, ComingIn)
        assert app.book_screen.query_one(AskedLine).display
