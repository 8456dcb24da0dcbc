"""The book that a command works on: which database, whose ledger, and how its owner writes dates and amounts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import typer

import expense_core as core
from expense_core.cli.show import notice
from expense_core.errors import DatabaseUnavailable, Invalid
from expense_core.locales import local_currency, locale_of

if TYPE_CHECKING:
    from sqlmodel import Session

_USERS_NAMED = 5


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
    from expense_core.settings import demo_database_url

    chosen: Chosen = context.obj
    url = demo_database_url() if chosen.demo else chosen.database
    loaded = core.Settings.load() if url is None else core.Settings.load(database_url=url)
    if chosen.user is not None or chosen.demo:  # EXPENSE_USER is nobody in the demo book
        loaded.user = chosen.user
    return loaded


def written_as(chosen: core.Settings) -> str:
    """The locale in which dates and amounts are read and written."""
    return locale_of(chosen.locale, os.environ)


def new_ledger_currency(chosen: core.Settings) -> str:
    """The currency of a ledger that is made without saying which."""
    return chosen.currency or local_currency(written_as(chosen))


def today() -> date:
    """The date here, now."""
    return datetime.now().astimezone().date()


@contextmanager
def database(context: typer.Context, *, make: bool = True) -> Iterator[core.Database]:
    """The database, whatever state it is in.

    Arguments:
        make: whether its file is made where it is not there. The one in the usual place always is, with its folder.

    Raises:
        DatabaseUnavailable: there is no such file or folder, or the demo book was not made yet.
    """
    from expense_core.opening import make_place_for

    chosen = settings(context)
    file = chosen.embedded_file
    if file is not None and not file.exists():
        if context.obj.demo:
            raise DatabaseUnavailable("there is no demo book yet; `expense demo` makes one")
        make_place_for(file, make=make)
    with core.Database(chosen.database_url) as opened:
        yield opened


@contextmanager
def writing(context: typer.Context) -> Iterator[Book]:
    """The user's book; what the command writes is saved when it succeeds, and only then."""
    with _ready(context) as opened, opened.transaction() as session:
        yield _book(session, settings(context))


@contextmanager
def reading(context: typer.Context) -> Iterator[Book]:
    """The user's book, to look at; whatever is written in it is not saved."""
    with _ready(context, make=False) as opened, opened.reading() as session:
        yield _book(session, settings(context))


@contextmanager
def migrated(context: typer.Context, *, make: bool = True) -> Iterator[core.Database]:
    """The database with the schema that we need; an embedded one is made on first use.

    Raises:
        SchemaOutdated: it is older than this version needs.
    """
    from expense_core.opening import make_ready

    with database(context, make=make) as opened:
        make_ready(opened, settings(context))
        yield opened


@contextmanager
def _ready(context: typer.Context, *, make: bool = True) -> Iterator[core.Database]:
    """The database with a user in it, who is made on first use."""
    with migrated(context, make=make) as opened:
        with opened.reading() as session:
            is_new = not core.users.list(session, limit=1)
        if is_new:
            with opened.transaction() as session:
                _make_book(session, settings(context))
        yield opened


def _make_book(session: Session, chosen: core.Settings) -> None:
    from expense_core.opening import login_name, make_first_user

    new = core.LocalUserCreate(username=chosen.user or login_name(os.environ), currency=new_ledger_currency(chosen))
    made = make_first_user(session, new)
    if made is not None:
        notice(f"Made a book for {made.username}, in {new.currency}: {chosen.embedded_file or 'the database'}")


def _book(session: Session, chosen: core.Settings) -> Book:
    if chosen.user:
        user = core.users.named(session, chosen.user)
    else:
        user, *others = core.users.list(session, limit=_USERS_NAMED + 1)
        if others:
            names = [one.username for one in (user, *others)]
            listed = ", ".join(names[:_USERS_NAMED]) + (", ..." if len(names) > _USERS_NAMED else "")
            raise Invalid(f"this database has several users ({listed}); name yours with --user or EXPENSE_USER")
    access = core.ledgers.open(session, user)
    return Book(session, access, written_as(chosen), today())
