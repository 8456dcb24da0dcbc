"""`expense backup`, and what `expense restore` does with a backup."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from expense_core.cli import show
from expense_core.cli.book import migrated, reading
from expense_core.errors import WrongPassphrase
from expense_core.written_files import written

if TYPE_CHECKING:
    from expense_core.backups import Backup

app = typer.Typer()

_PASSPHRASE = "EXPENSE_BACKUP_PASSPHRASE"  # noqa: S105 - the name of one


@app.command(epilog="Example: expense backup expenses.backup")
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; only you may read it.")],
    encrypt: Annotated[
        bool, typer.Option("--encrypt", help=f"With a passphrase, which is asked for, or {_PASSPHRASE}.")
    ] = False,
    ledger: Annotated[
        bool, typer.Option("--ledger", help="Only your own ledger: a server makes a new one of it.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Take the place of a file that is there.")] = False,
) -> None:
    """Write the whole book to one file: every user, ledger and expense, the trash and the history."""
    from expense_core import backups
    from expense_core.backups import one_ledger

    write, then = backups.write, f"`expense restore {file}` makes a new book of it"
    if ledger:
        with reading(context) as book:
            write = partial(one_ledger.write, access=book.access)
        then = "sent to /ledgers/restore of a server it makes a new ledger there"
    with migrated(context, make=False) as opened:
        passphrase = _passphrase(is_new=True) if encrypt else None
        with opened.reading() as session, written(file, replace=force, private=True) as target:
            made = write(session, file=target, passphrase=passphrase)
    show.say(f"Wrote {_contents(made)} to {file}; {then}")


def restore_from(context: typer.Context, file: Path) -> None:
    """Make a new book of a backup."""
    from expense_core import backups

    with file.open("rb") as source:
        passphrase = _passphrase() if backups.is_encrypted(source) else None
        with migrated(context) as opened, opened.transaction() as session:
            found = backups.restore(session, source, passphrase=passphrase)
    day = datetime.fromisoformat(found.made_at).astimezone().date()
    show.say(f"Restored {_contents(found)}, as they were on {day}")


def _contents(found: Backup) -> str:
    expenses, users = (show.counted(found.rows[f"{name}s"], name) for name in ("expense", "user"))
    return f"{expenses} of {users}"


def _passphrase(*, is_new: bool = False) -> str:
    """From the environment, or asked for at a terminal: twice, where nothing else would tell a slip of the pen."""
    if given := os.environ.get(_PASSPHRASE):
        return given
    if not sys.stdin.isatty():
        raise WrongPassphrase(f"set {_PASSPHRASE}, as nobody is there to be asked for the passphrase")
    return str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=is_new, err=True))
