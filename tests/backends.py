"""Books where a backend finds them: in a file, on PostgreSQL, or behind a server; and people who come in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import keyring
import pytest
from conftest import FASTEST_ROUNDS, PASSWORD
from keyring.backends import null
from pydantic import SecretStr
from server import SECRET, Process

from expense_core import (
    By,
    CategoryPublic,
    Database,
    ExpenseCreate,
    ExpenseFilter,
    ExpensePublic,
    ExpenseQuery,
    ExpenseUpdate,
    Role,
    RuleCreate,
    RulePublic,
    RuleUpdate,
    Settings,
    UserCreate,
    ledgers,
    sign_ins,
    users,
)
from expense_core.at_once import CommonUpdate
from expense_core.batches import BatchDelete
from expense_core.exports import Form
from expense_core.tables import LedgerCreate, LedgerPublic, LocalUserCreate
from expense_tui.backends import Backend, Entrance
from expense_tui.backends.connection import Connection
from expense_tui.backends.kept import KeptSignIn
from expense_tui.backends.local import LocalBackend
from expense_tui.backends.remote import RemoteBackend

_NUMBERS = count(1)


@pytest.fixture(autouse=True)
def nobodys_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing of whoever runs the tests is read or written: neither settings nor passwords."""
    for name in os.environ:
        if name.startswith("EXPENSE_") and not name.startswith("EXPENSE_TEST_"):
            monkeypatch.delenv(name)
    before = keyring.get_keyring()
    keyring.set_keyring(null.Keyring())
    yield
    keyring.set_keyring(before)


def account(username: str, password: str = PASSWORD, currency: str = "EUR") -> UserCreate:
    """What registering takes."""
    return UserCreate(
        username=username, email=f"{username}@example.org", password=SecretStr(password), currency=currency
    )


def settings(database_url: str, **chosen: Any) -> Settings:
    """The settings of somebody whose book is in this database."""
    given = {"bcrypt_rounds": FASTEST_ROUNDS, "secret_key": SECRET, "user": None}
    return Settings(_env_file=None, database_url=database_url, **given | chosen)


@dataclass
class Place:
    """Where books are: makes backends that open them, and does there what no backend does."""

    url: str
    """The database in which they end up."""
    folder: Path
    """Where sign-ins are kept."""
    server: Process | None = None
    opened: list[Backend] = field(default_factory=list)

    has_passwords = True

    def backend(self, *, kept: str = "") -> Backend:
        """One that nobody has come in by."""
        kept_there = KeptSignIn(kept or f"nothing {next(_NUMBERS)}", folder=self.folder)
        backend = self._backend(kept_there)
        self.opened.append(backend)
        return backend

    def _backend(self, kept: KeptSignIn) -> Backend:
        return LocalBackend(settings(self.url), kept=kept)

    def newcomer(self, username: str = "", **more: Any) -> Backend:
        """Somebody with a new book, in euros where nothing else is said."""
        backend = self.backend()
        backend.enter()
        backend.register(account(username or f"user{next(_NUMBERS)}", **more), stay=False)
        return backend

    def again(self, backend: Backend) -> Backend:
        """The same person, in another program."""
        other = self.backend()
        other.enter()
        other.sign_in(backend.book().user.username, PASSWORD, stay=False)
        return other

    def share(self, owner: Backend, member: Backend, role: Role) -> LedgerPublic:
        """Let somebody into another's ledger."""
        with Database(self.url) as database, database.transaction() as session:
            access = ledgers.open(session, owner.book().user)
            ledgers.admit(session, access, member.book().user.username, role)
        return owner.book().ledger

    def dismiss(self, owner: Backend, member: Backend) -> None:
        """Take somebody out of another's ledger."""
        with Database(self.url) as database, database.transaction() as session:
            access = ledgers.open(session, owner.book().user)
            ledgers.dismiss(session, access, member.book().user.username)

    def second_ledger(self, owner: Backend, currency: str) -> LedgerPublic:
        """Give somebody another ledger."""
        with Database(self.url) as database, database.transaction() as session:
            return ledgers.create(session, owner.book().user, LedgerCreate(name="Second", currency=currency))

    def sign_out_everywhere(self, backend: Backend) -> None:
        """End every sign-in of somebody's, as they can from anywhere."""
        with Database(self.url) as database, database.transaction() as session:
            sign_ins.end_all(session, backend.book().user)

    def disable(self, backend: Backend) -> None:
        """Keep somebody out, as whoever runs the book can."""
        with Database(self.url) as database, database.transaction() as session:
            users.disable(session, backend.book().user)

    def close(self) -> None:
        """Let go of all that was opened."""
        for backend in self.opened:
            backend.close()


class File(Place):
    """A SQLite file, in which people need no password."""

    has_passwords = False

    def newcomer(self, username: str = "", *, currency: str = "EUR", **_: Any) -> Backend:
        """The first one makes the book; the others are added to it."""
        backend = self.backend()
        username = username or f"user{next(_NUMBERS)}"
        if backend.enter() is Entrance.MAKE_BOOK:
            backend.make_book(username, currency)
            return backend
        with Database(self.url) as database, database.transaction() as session:
            users.register_local(session, LocalUserCreate(username=username, currency=currency))
        backend.choose_user(username)
        return backend

    def again(self, backend: Backend) -> Backend:
        """The same person, in another program."""
        other = self.backend()
        if other.enter() is Entrance.CHOOSE_USER:
            other.choose_user(backend.book().user.username)
        return other


class Served(Place):
    """A server, with others' books on it."""

    def _backend(self, kept: KeptSignIn) -> Backend:
        assert self.server is not None
        return RemoteBackend(Connection(self.server.address), kept=kept)


Call = Callable[[Backend, int, Path], object]
"""A call of a backend: about the row of this number, or a file of this name."""


_RULE = RuleCreate(payee="a", skip=True)


def _line(number: int) -> BatchDelete:
    return BatchDelete(do="delete", id=number)


WRITES: dict[str, Call] = {
    "record": lambda b, _n, _p: b.record(ExpenseCreate(amount=1)),
    "edit": lambda b, n, _p: b.edit(n, ExpenseUpdate(version=1, amount="2")),
    "apply": lambda b, n, _p: b.apply([_line(n)]),
    "edit_all": lambda b, _n, _p: b.edit_all(ExpenseFilter(), CommonUpdate(category_id=None), expected=1),
    "delete_all": lambda b, _n, _p: b.delete_all(ExpenseFilter(), expected=1),
    "restore": lambda b, n, _p: b.restore(n),
    "purge": lambda b, n, _p: b.purge(n),
    "create_category": lambda b, _n, _p: b.create_category("New"),
    "rename_category": lambda b, n, _p: b.rename_category(_category(n), "New"),
    "merge_category": lambda b, n, _p: b.merge_category(n, n + 1),
    "delete_category": lambda b, n, _p: b.delete_category(n),
    "create_rule": lambda b, _n, _p: b.create_rule(_RULE),
    "edit_rule": lambda b, n, _p: b.edit_rule(n, RuleUpdate(version=1, payee="b")),
    "move_rule": lambda b, n, _p: b.move_rule(_rule(n), 1),
    "delete_rule": lambda b, n, _p: b.delete_rule(n),
    "forget_profile": lambda b, n, _p: b.forget_profile(n),
    "undo": lambda b, n, _p: b.undo(n),
    "redo": lambda b, n, _p: b.redo(n),
    "revert_import": lambda b, n, _p: b.revert_import(n),
}
"""Each that changes a ledger."""

CALLS: dict[str, Call] = {
    "book": lambda b, _n, _p: b.book(),
    "ledgers": lambda b, _n, _p: b.ledgers(),
    "open_ledger": lambda b, n, _p: b.open_ledger(n),
    "find": lambda b, _n, _p: b.find(ExpenseQuery()),
    "get": lambda b, n, _p: b.get(n),
    "trash": lambda b, _n, _p: b.trash(),
    "suggest": lambda b, _n, _p: b.suggest("lunch"),
    "categories": lambda b, _n, _p: b.categories(),
    "rules": lambda b, _n, _p: b.rules(),
    "try_rule": lambda b, _n, _p: b.try_rule(_RULE),
    "imports": lambda b, _n, _p: b.imports(),
    "profiles": lambda b, _n, _p: b.profiles(),
    "spending": lambda b, _n, _p: b.spending([By.MONTH], ExpenseFilter()),
    "history": lambda b, _n, _p: b.history(),
    "export": lambda b, _n, p: b.export(ExpenseFilter(), Form.CSV, p, lambda *_: None),
    **WRITES,
}
"""Each that is made by somebody who has come in."""


def _category(number: int) -> CategoryPublic:
    moment = datetime(2026, 11, 5, tzinfo=UTC)
    return CategoryPublic(number, 1, "Food", 1, 1, moment, moment)


def _rule(number: int) -> RulePublic:
    moment = datetime(2026, 11, 5, tzinfo=UTC)
    asks = ("a", "", None, None, "")
    return RulePublic(
        number, 1, *asks, None, None, "", "", skip=True, owner_id=1, version=1, created_at=moment, updated_at=moment
    )


def record(backend: Backend, description: str = "Lunch", category: str | None = None, **given: Any) -> ExpensePublic:
    """Record an expense of 12.50 on the fifth of November 2026, where nothing else is given."""
    new = {"amount": "12.50", "description": description, "spent_on": "2026-11-05"} | given
    known = {one.name: one.id for one in backend.categories()} if category else {}
    if category in known:
        return backend.record(ExpenseCreate(**new, category_id=known[category]))
    return backend.record(ExpenseCreate(**new), new_category=category)
