"""Imports that are open: a file is kept, with what would become of each row, until somebody decides what comes in.

What is committed goes through the import's own rules once more, on the file itself: a look at it that is a week old
brings nothing in twice. An import is looked at in `imports`, open or not; its rows are in `open_rows`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy import delete as delete_rows
from sqlmodel import Session

from expense_core import imports, kept_files, open_rows, statements
from expense_core.database import now
from expense_core.errors import Conflict
from expense_core.imports_view import IMPORTS, Import, Reading, to_json, write_down
from expense_core.ledgers import Access
from expense_core.statements import LeftOut, ReadingOptions, profiles
from expense_core.statements.balancing import Difference
from expense_core.statements.formats import Layout
from expense_core.statements.importing import import_rows
from expense_core.statements.previewing import preview
from expense_core.tables import Role

KEPT = timedelta(days=7)
"""How long an import stays open; then it is thrown away when the next one is begun."""
MOST_OPEN = 100
"""How many of a ledger's are open at a time: each takes the room of its file and of its rows."""

_LONGEST_NAME = 255
_OPTIONS = TypeAdapter(ReadingOptions)


def begin(
    session: Session,
    access: Access,
    path: Path,
    layout: Layout,
    options: ReadingOptions | None = None,
    *,
    remembered: Mapping[str, str] | None = None,
    file: str | None = None,
    credits: bool = False,  # noqa: A002 - what a bank calls money in
    pending: bool = True,
    only_currency: str | None = None,
    purged: bool = False,
    categorise: bool = True,
    clean_payees: bool = False,
) -> Import:
    """Keep a statement and what would become of each of its rows; nothing of it comes into the book yet.

    Arguments:
        layout: how to read it, as `statements.recognise` has found out with these `options`.
        remembered: which of the options were answered before, see `profiles.used`.
        file: what it is called; as the path has it when not given.
        credits: money in comes in too, as refunds.
        pending: so does what the bank has not booked yet.
        only_currency: a code; rows of other currencies stay out unless they are taken.
        purged: what was imported before and deleted for good since comes in again.
        categorise: rules are applied, and what was chosen before.
        clean_payees: an expense is called by its payee alone, and the file's own text goes into its notes.

    Raises:
        PermissionDenied: `access` is a viewer's.
        Conflict: as many are open as may be.
        InvalidCurrency: ISO 4217 has no code such as `only_currency`.
        StatementUnreadable: the file cannot be read to its end.
        StatementAmbiguous: a currency is a sign such as "kr", and the ledger's own is not written so.
    """
    access.require(Role.EDITOR)
    clear(session, access)
    _require_room(session, access)
    asked = {
        "options": asdict(options or ReadingOptions()),
        "credits": credits,
        "pending": pending,
        "only_currency": only_currency,
        "purged": purged,
        "categorise": categorise,
        "clean_payees": clean_payees,
    }
    number = write_down(
        session,
        access,
        Reading(),
        file=_called(path.name if file is None else file),
        kind=statements.kind(layout),
        expires_at=now(session) + KEPT,
        asked=json.dumps(asked),
    )
    kept_files.keep(session, access, number, path)
    left_out: Counter[LeftOut] = Counter()
    differences: list[Difference] = []
    found = preview(
        session,
        access,
        path,
        layout,
        left_out,
        differences=differences,
        credits=credits,
        pending=pending,
        only_currency=only_currency,
        purged=purged,
        categorise=categorise,
        clean_payees=clean_payees,
    )
    counts = open_rows.keep(session, access, number, found)
    reading = Reading(
        understood={**layout.summary(), **(remembered or {})},
        rows=counts.total(),
        counts={**counts},
        left_out={why.value: count for why, count in left_out.items()},
        differences=differences,
    )
    session.execute(update(IMPORTS).where(_this(access, number)).values(reading=to_json(reading)))
    return imports.get(session, access, number)


def commit(session: Session, access: Access, number: int, *, leave_unclear: bool = False) -> Import:
    """Bring in what was decided, as one entry of the history, or all of nothing; the file is kept no longer.

    Nothing comes in that was not to, and nothing that has come into the book meanwhile. What was answered
    about the file is remembered for others of its shape.

    Arguments:
        leave_unclear: rows that cannot be expenses are left out, also where nobody has said so of each.

    Raises:
        PermissionDenied: `access` is a viewer's.
        ImportNotFound: the ledger has no import of this number.
        ImportClosed: it came in already.
        Invalid: a row cannot be an expense, and nobody has said that it is left out.
        StatementUnreadable: what is to come in cannot be an expense any more, such as by a rule that was made since.
    """
    access.require(Role.EDITOR)
    this = open_rows.lock(session, access, number)
    if not leave_unclear:
        open_rows.require_clear(session, access, number)
    choices = open_rows.choices(session, access, number)
    asked = json.loads(this.asked)
    options = _OPTIONS.validate_python(asked.pop("options"))
    with kept_files.unpacked(session, access, number, this.file) as path:
        layout = statements.recognise(path, options)
        report = import_rows(
            session,
            access,
            statements.rows(path, layout, unreadable=choices.pass_over),
            choices=choices,
            note=this.file,
            kind=statements.kind(layout),
            number=number,
            **asked,
        )
        profiles.remember(session, access, path, options, file=this.file)
    seen = imports.get(session, access, number)
    seen.new_categories = report.new_categories
    _let_go(session, access, number)
    closed = {"entry_id": report.entry_id, "expires_at": None, "asked": None, "reading": to_json(seen)}
    session.execute(update(IMPORTS).where(_this(access, number)).values(closed))
    return imports.get(session, access, number)


def delete(session: Session, access: Access, number: int) -> None:
    """Throw an open import away; its number is given to no other.

    Raises:
        PermissionDenied: `access` is a viewer's.
        ImportNotFound: the ledger has no import of this number.
        ImportClosed: it came in already; `imports.revert` takes it back.
    """
    access.require(Role.EDITOR)
    open_rows.lock(session, access, number)
    _throw_away(session, access, number)


def clear(session: Session, access: Access) -> None:
    """Throw away what nobody has decided on in time, nor does so at this moment."""
    late = and_(IMPORTS.c.ledger_id == access.ledger_id, IMPORTS.c.expires_at <= now(session))
    for number in session.scalars(select(IMPORTS.c.id).where(late).with_for_update(skip_locked=True)).all():
        _throw_away(session, access, number)


def _require_room(session: Session, access: Access) -> None:
    there = and_(IMPORTS.c.ledger_id == access.ledger_id, IMPORTS.c.expires_at.is_not(None))
    if (session.scalar(select(func.count()).select_from(IMPORTS).where(there)) or 0) >= MOST_OPEN:
        raise Conflict(f"{MOST_OPEN} imports are open in this ledger; bring one in or throw one away first")


def _throw_away(session: Session, access: Access, number: int) -> None:
    _let_go(session, access, number)
    session.execute(delete_rows(IMPORTS).where(_this(access, number)))


def _let_go(session: Session, access: Access, number: int) -> None:
    """Keep neither the file nor its rows any longer."""
    open_rows.drop(session, access, number)
    kept_files.drop(session, access, number)


def _this(access: Access, number: int) -> ColumnElement[bool]:
    return and_(IMPORTS.c.ledger_id == access.ledger_id, IMPORTS.c.id == number)


def _called(path: str) -> str:
    """What a file is called that somebody has sent, perhaps with the folders that it was in."""
    return path.replace("\\", "/").rpartition("/")[2][-_LONGEST_NAME:]
