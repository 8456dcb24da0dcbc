"""How imports are kept and shown: what was understood of a file, and what came in of it, or would."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, select
from sqlmodel import Session

from expense_core import categories, journal
from expense_core.categories import EXPENSES
from expense_core.database import connection_of, now
from expense_core.errors import ImportNotFound
from expense_core.expense_rows import IN_TRASH, LIVE
from expense_core.journal import ENTRIES
from expense_core.ledgers import USERS, Access
from expense_core.statements.balancing import Difference, Figure
from expense_core.statements.verdicts import Verdict
from expense_core.tables import ImportRow, StatementImport
from expense_core.tables.columns import as_amount, table_of
from expense_core.tables.text import fold, storable

IMPORTS = table_of(StatementImport)
ROWS = table_of(ImportRow)

_LONGEST = 10_000
"""Characters of what a file calls something, such as all of its accounts: of more, nobody makes sense."""

COMES_IN = or_(ROWS.c.take.is_(True), and_(ROWS.c.take.is_(None), ROWS.c.verdict == Verdict.NEW.value))
"""Whether a row of an open import comes in, as it is decided now."""


class State(StrEnum):
    """How far an import is."""

    OPEN = "open"
    """Nothing of it is in the book yet; somebody decides what comes in."""
    COMMITTED = "committed"
    REVERTED = "reverted"
    """Nothing of it is in the book any more."""


@dataclass(slots=True)
class Coming:
    """Expenses of an import, added up."""

    count: int = 0
    totals: dict[str, Decimal] = field(default_factory=dict)
    """What they add up to, by currency."""


@dataclass(slots=True)
class Reading:
    """What was understood of a file and found in it, when it was looked at or when it came in."""

    understood: dict[str, str] = field(default_factory=dict)
    """For a person, by what it is; nothing where it was imported without a look at it first."""
    rows: int | None = None
    """How many rows it has; None where that was not kept."""
    counts: dict[str, int] = field(default_factory=dict)
    """How many of them there are by their verdict, see `staging.Verdict`."""
    left_out: dict[str, int] = field(default_factory=dict)
    """How many had only the looks of a transaction, by what they are, see `row.LeftOut`."""
    differences: list[Difference] = field(default_factory=list)
    """What the file says of its rows, where they do not come to that."""
    new_categories: list[str] = field(default_factory=list)
    """The categories that are made for it."""


@dataclass(slots=True, kw_only=True)
class Import(Reading):
    """A file that came in, or may come in yet."""

    id: int
    state: State
    file: str
    format: str
    """Which reader read it; empty where that was not kept."""
    actor: str
    """The username of whoever made it."""
    created_at: datetime
    expires_at: datetime | None
    """When it is thrown away, where it is open."""
    entry_id: int | None
    """The history's entry that brought it in; none where it is open, or nothing was new."""
    undone_at: datetime | None
    """When that entry was undone."""
    coming: Coming
    """What would come in of an open one, as it is decided now; of any other, what of it is in the book."""
    in_trash: int
    """How many of its expenses are in the trash."""


def write_down(
    session: Session, access: Access, reading: Reading, *, file: str, kind: str | None, **more: object
) -> int:
    """Give an import its number; `more` are other columns of it."""
    values = {
        "ledger_id": access.ledger_id,
        "owner_id": access.user_id,
        "file": storable(file),
        "kind": kind,
        "created_at": now(session),
        "reading": to_json(reading),
        **more,
    }
    key = connection_of(session).execute(insert(IMPORTS), values).inserted_primary_key
    assert key is not None  # noqa: S101 - the database has given one out, for the type checker
    return int(key.id)


def to_json(reading: Reading) -> str:
    """What is kept of it: what the file calls something, as far as it can be shown."""
    kept = {one.name: getattr(reading, one.name) for one in fields(Reading)}
    understood = {what: _line(how) for what, how in reading.understood.items()}
    differences = [
        (
            *(None if name is None else _line(name) for name in (one.account, one.currency)),
            one.figure,
            *map(journal.plain, (one.stated, one.found)),
            one.line,
        )
        for one in reading.differences
    ]
    return json.dumps(kept | {"understood": understood, "differences": differences}, ensure_ascii=False)


def _line(text: str) -> str:
    return storable(text)[:_LONGEST]


def missing(number: int) -> ImportNotFound:
    """What to raise where there is none of a number."""
    return ImportNotFound(f"this ledger has no import {number}")


def there(session: Session, access: Access) -> ColumnElement[bool]:
    """Whether an import is one of the ledger's that nobody has to throw away."""
    in_time = or_(IMPORTS.c.expires_at.is_(None), IMPORTS.c.expires_at > now(session))
    return and_(IMPORTS.c.ledger_id == access.ledger_id, in_time)


def in_state(state: State) -> ColumnElement[bool]:
    """Whether an import is as far as this."""
    of_it = and_(EXPENSES.c.ledger_id == IMPORTS.c.ledger_id, EXPENSES.c.entry_id == IMPORTS.c.entry_id, LIVE)
    in_book = select(EXPENSES.c.id).where(of_it).exists()
    if state is State.OPEN:
        return IMPORTS.c.expires_at.is_not(None)
    if state is State.REVERTED:
        return and_(IMPORTS.c.entry_id.is_not(None), ~in_book)
    return and_(IMPORTS.c.expires_at.is_(None), or_(IMPORTS.c.entry_id.is_(None), in_book))


def view(session: Session, access: Access, numbers: list[int]) -> list[Import]:
    """The imports of these numbers, the last first, with what there is of each."""
    query = (
        select(IMPORTS, USERS.c.username, ENTRIES.c.undone_at)
        .join(USERS, USERS.c.id == IMPORTS.c.owner_id)
        .outerjoin(ENTRIES, and_(ENTRIES.c.ledger_id == IMPORTS.c.ledger_id, ENTRIES.c.id == IMPORTS.c.entry_id))
        .where(there(session, access), IMPORTS.c.id.in_(numbers))
        .order_by(IMPORTS.c.id.desc())
    )
    rows = session.execute(query).all()
    in_book, in_trash = _in_book(session, access, [row.entry_id for row in rows if row.entry_id is not None])
    coming = _coming(session, access, [row.id for row in rows if row.expires_at is not None])
    found = []
    for row in rows:
        reading = _reading(row.reading)
        if row.expires_at is not None:
            state, sums = State.OPEN, coming[row.id]
            reading.new_categories = _new_categories(session, access, row.id)
        else:
            sums = in_book[row.entry_id]
            state = State.COMMITTED if sums.count or row.entry_id is None else State.REVERTED
        found.append(
            Import(
                **{one.name: getattr(reading, one.name) for one in fields(Reading)},
                id=row.id,
                state=state,
                file=row.file,
                format=(row.kind or "").partition(" ")[0],
                actor=row.username,
                created_at=row.created_at,
                expires_at=row.expires_at,
                entry_id=row.entry_id,
                undone_at=row.undone_at,
                coming=sums,
                in_trash=in_trash.get(row.entry_id, 0),
            )
        )
    return found


def _in_book(
    session: Session, access: Access, entries: list[int]
) -> tuple[defaultdict[int | None, Coming], dict[int | None, int]]:
    """What is in the book of the expenses of each entry, and how many are in the trash."""
    mine = and_(EXPENSES.c.ledger_id == access.ledger_id, EXPENSES.c.entry_id.in_(entries))
    by_currency = EXPENSES.c.entry_id, EXPENSES.c.currency
    sums = select(*by_currency, func.count(), func.sum(EXPENSES.c.amount)).where(mine, LIVE).group_by(*by_currency)
    thrown = select(EXPENSES.c.entry_id, func.count()).where(mine, IN_TRASH).group_by(EXPENSES.c.entry_id)
    in_trash: dict[int | None, int] = {key: count for key, count in session.execute(thrown)}  # noqa: C416 - of rows, whose type `dict` does not know
    return _added_up(session.execute(sums.order_by(EXPENSES.c.currency))), in_trash


def _coming(session: Session, access: Access, numbers: list[int]) -> defaultdict[int | None, Coming]:
    """What would come in of each open import."""
    mine = and_(ROWS.c.ledger_id == access.ledger_id, ROWS.c.import_id.in_(numbers), COMES_IN)
    by_currency = ROWS.c.import_id, ROWS.c.currency
    sums = select(*by_currency, func.count(), func.sum(ROWS.c.amount)).where(mine).group_by(*by_currency)
    return _added_up(session.execute(sums.order_by(ROWS.c.currency)))


def _added_up(sums: Iterable[Sequence[Any]]) -> defaultdict[int | None, Coming]:  # Any: a row's
    found: defaultdict[int | None, Coming] = defaultdict(Coming)
    for key, currency, count, total in sums:
        found[key].count += count
        found[key].totals[currency] = as_amount(total, currency)
    return found


def _new_categories(session: Session, access: Access, number: int) -> list[str]:
    """The names that rows would come in with and the ledger does not have, in the order of the file."""
    name = func.coalesce(ROWS.c.chosen, ROWS.c.category)
    mine = and_(ROWS.c.ledger_id == access.ledger_id, ROWS.c.import_id == number, COMES_IN)
    query = select(name).where(mine, name != "").group_by(name).order_by(func.min(ROWS.c.line))
    known = {fold(one) for one in categories.names(session, access).values()}
    wanted = {fold(one): one for one in reversed([*session.scalars(query)])}
    return [one for key, one in reversed(wanted.items()) if key not in known]


def _reading(kept: str) -> Reading:
    said = json.loads(kept)
    differences = [
        Difference(account, currency, Figure(figure), _number(stated), _number(found), line)
        for account, currency, figure, stated, found, line in said.pop("differences", ())
    ]
    return Reading(**said, differences=differences)


def _number(kept: str | int) -> Decimal | int:
    """A sum is text in JSON, and a number of rows is a number."""
    return Decimal(kept) if isinstance(kept, str) else kept
