"""`expense api`: serve the book over HTTP."""

from __future__ import annotations

import gc
import os
import shlex
from pathlib import Path
from secrets import token_urlsafe
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Annotated

import typer
import uvicorn
from prometheus_client.multiprocess import mark_process_dead
from sqlmodel import Session

from expense_api.observing import set_up_logging
from expense_api.settings import ApiSettings
from expense_core import demo, users
from expense_core.cli import book, show
from expense_core.cli import demo as demo_command

if TYPE_CHECKING:
    from fastapi import FastAPI

app = typer.Typer(add_completion=False)  # which `expense` itself has

_SECONDS_TO_FINISH = 30
_SHARED_NUMBERS = "PROMETHEUS_MULTIPROC_DIR"


@app.command(epilog="Example: expense api --port 8080")
def api(
    context: typer.Context,
    host: Annotated[
        str, typer.Option(help="The address to listen at; 0.0.0.0 is all of this machine's.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="The port; 0 takes a free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes that answer.")] = 1,
    demo_book: Annotated[bool, typer.Option("--demo", help="Serve a demo book, with a password made for it.")] = False,
    reload: Annotated[bool, typer.Option("--reload", help="Start anew when the code changes, to develop.")] = False,
) -> None:
    """Serve the book over HTTP.

    With no settings it is your own book, in its SQLite file. Whoever signs in
    needs a password: `expense user password NAME` gives you one. `/docs` shows
    every call.
    """
    if demo_book:
        context.obj.demo = True
    settings = ApiSettings.load(database_url=book.settings(context).database_url)
    if context.obj.demo and settings.embedded_file is not None and not settings.embedded_file.exists():
        demo_command.make(settings)
    with book.migrated(context) as database:
        settings.signing_secrets()
        if context.obj.demo:
            with database.transaction() as session:
                _give_password(session, settings)
        elif settings.embedded_file is not None:
            with database.reading() as session:
                _tell_who_cannot_sign_in(session)
    set_up_logging(settings.log_format)
    os.environ["EXPENSE_DATABASE_URL"] = settings.database_url  # for the workers, who have this from nowhere else
    shared = _share_numbers() if workers > 1 else None
    try:
        uvicorn.run(
            "expense_api.cli:serve",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            reload=reload,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips=settings.trusted_proxies,
            timeout_graceful_shutdown=_SECONDS_TO_FINISH,
        )
    finally:
        if shared is not None:
            rmtree(shared, ignore_errors=True)


def serve() -> FastAPI:
    """The app of one worker."""
    from expense_api.app import create_app

    settings = ApiSettings.load()
    set_up_logging(settings.log_format)
    _forget_the_dead()
    app = create_app(settings)
    gc.collect()
    gc.freeze()  # what is there from the start is not looked through for garbage again and again
    return app


def _forget_the_dead() -> None:
    """Let no request count as running for ever whose worker was killed; the one in its place comes by here."""
    for file in Path(os.environ.get(_SHARED_NUMBERS, os.devnull)).glob("gauge_live*_*.db"):
        worker = int(file.stem.rpartition("_")[2])
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            mark_process_dead(worker)  # type: ignore[no-untyped-call] # it has no types
        except PermissionError:
            pass  # it is somebody else's by now, or runs as another user


def _give_password(session: Session, settings: ApiSettings) -> None:
    """Let somebody sign in to the demo book."""
    password = token_urlsafe(12)
    user = users.named(session, demo.USERNAME)
    users.set_password(session, user, password, rounds=settings.bcrypt_rounds)
    show.notice(f"Sign in to the demo as {user.username} with the password {password}")


def _tell_who_cannot_sign_in(session: Session) -> None:
    """Say how the owner of an embedded book, who has no password from the start, gets to it over HTTP."""
    owner = users.list(session, limit=1)
    if owner and not users.can_anybody_sign_in(session):
        command = shlex.join(["expense", "user", "password", owner[0].username])
        show.notice(
            f"Nobody can sign in to this book yet: `{command}` lets you. Who registers gets a book of their own"
        )


def _share_numbers() -> Path | None:
    """Where the workers count together; None where the operator has said so."""
    if _SHARED_NUMBERS in os.environ:
        return None
    folder = mkdtemp(prefix="expense-numbers-")
    os.environ[_SHARED_NUMBERS] = folder
    return Path(folder)
