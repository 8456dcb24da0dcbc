"""The book that a command works on: which database, whose ledger, and how its owner writes dates and amounts."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import typer

import expense_core as core
from expense_core.errors import Invalid, SchemaOutdated, SettingsError

if TYPE_CHECKING:
    from sqlmodel import Session


_PLAIN = "en"
"""The locale where the system has none but "C"."""


@dataclass
class Chosen:
    """What was chosen for the whole command line, before the command."""

    user: str | None = None
    database: str | None = None
    demo: bool = False


@dataclass(frozen=True)
class Book:
    """An open ledger, in a transaction that ends with the command."""

    session: Session
    access: core.Access
    locale: str
    today: date


def settings(context: typer.Context) -> core.Settings:
    """The settings, with what was chosen on the command line in place of them."""
    chosen: Chosen = context.obj
    loaded = core.Settings.load()
    if chosen.demo:
        loaded.database_url = demo_url()
        loaded.user = None
    if chosen.database is not None:
        loaded = core.Settings.load(database_url=chosen.database)
    if chosen.user is not None:
        loaded.user = chosen.user
    return loaded


def demo_url() -> str:
    """Where the demo book is: a file of its own, so that no real book is ever touched by it."""
    from expense_core.settings import default_database_url

    return default_database_url().removesuffix("expenses.db") + "demo.db"


@contextmanager
def database(context: typer.Context) -> Iterator[core.Database]:
    """The database, whatever state it is in."""
    chosen = settings(context)
    if chosen.embedded_file is not None:
        chosen.embedded_file.parent.mkdir(parents=True, exist_ok=True)
    with core.Database(chosen.database_url) as opened:
        yield opened


@contextmanager
def writing(context: typer.Context) -> Iterator[Book]:
    """The user's book; what the command writes is saved when it succeeds, and only then."""
    with _ready(context) as opened, opened.transaction() as session:
        yield _book(session, settings(context))


@contextmanager
def reading(context: typer.Context) -> Iterator[Book]:
    """The user's book, to look at."""
    with _ready(context) as opened, opened.reading() as session:
        yield _book(session, settings(context))


@contextmanager
def migrated(context: typer.Context) -> Iterator[core.Database]:
    """The database with the schema that we need; an embedded one is made on first use.

    Raises:
        SchemaOutdated: it is older than this version needs.
    """
    with database(context) as opened:
        try:
            opened.check()
        except SchemaOutdated:
            if settings(context).embedded_file is None or opened.revision() is not None:
                raise
            opened.upgrade()
        yield opened


@contextmanager
def _ready(context: typer.Context) -> Iterator[core.Database]:
    """The database with a user in it, who is made on first use."""
    with migrated(context) as opened:
        with opened.reading() as session:
            is_new = not core.users.list(session)
        if is_new:
            with opened.transaction() as session:
                _make_book(session, settings(context))
        yield opened


def _make_book(session: Session, chosen: core.Settings) -> None:
    if core.users.list(session):
        return  # another process has made it since we looked
    name = chosen.user or _login_name()
    currency = chosen.currency or local_currency(locale_of(chosen))
    core.users.register_local(session, core.LocalUserCreate(username=name, currency=currency))
    typer.echo(f"Made a book for {name}, in {currency}: {chosen.embedded_file or 'the database'}", err=True)


def _book(session: Session, chosen: core.Settings) -> Book:
    if chosen.user is not None:
        user = core.users.named(session, chosen.user)
    else:
        user, *others = core.users.list(session)
        if others:
            names = ", ".join(one.username for one in (user, *others[:4]))
            raise Invalid(f"this database has several users ({names}); name yours with --user or EXPENSE_USER")
    access = core.ledgers.open(session, user)
    return Book(session, access, locale_of(chosen), today=datetime.now().astimezone().date())


def _login_name() -> str:
    try:
        return getpass.getuser().replace("@", " ").strip()[:64] or "me"
    except (KeyError, OSError):  # a container's user may have a number and no name
        return "me"


def locale_of(chosen: core.Settings) -> str:
    """The locale that was set, the system's own, or English.

    Raises:
        SettingsError: the locale that was set does not exist.
    """
    from babel import Locale, UnknownLocaleError, default_locale

    if chosen.locale is None:
        found = default_locale("LC_MONETARY") or default_locale() or _PLAIN
        return _PLAIN if found.endswith("POSIX") else found
    try:
        return str(Locale.parse(chosen.locale))
    except (UnknownLocaleError, ValueError) as error:
        raise SettingsError(f"EXPENSE_LOCALE: there is no locale {chosen.locale!r}; write it like de_DE") from error


def local_currency(locale: str) -> str:
    """The currency that is paid with where the locale is spoken; the euro where that does not say."""
    from babel import Locale
    from babel.numbers import get_territory_currencies

    territory = Locale.parse(locale).territory
    current = get_territory_currencies(territory) if territory else []
    return current[0] if current and current[0] in core.money.currencies() else "EUR"
