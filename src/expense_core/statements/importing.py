"""From a statement's rows to expenses: what is new comes in, what was imported before does not.

The rows go through a temporary table, so that memory does not grow with the file and the database itself finds the
duplicates: the k-th equal row of the file is the k-th equal row that was imported before. Twins of one day are both
kept, and a file that overlaps an earlier one adds only what the earlier one had not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from hashlib import blake2b
from itertools import islice

from pydantic import ValidationError
from sqlalchemy import (
    Column,
    Date,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.schema import CreateTable, DropTable
from sqlmodel import Session

from expense_core import categories, journal, money
from expense_core.bulk import Value, load
from expense_core.categories import CATEGORIES, EXPENSES
from expense_core.database import now
from expense_core.errors import Invalid, StatementUnreadable
from expense_core.journal import ENTRIES
from expense_core.ledgers import LEDGERS, Access
from expense_core.statements import units
from expense_core.statements.row import RawRow
from expense_core.tables import Action, CategoryCreate, Role
from expense_core.tables.columns import BIG, Money, as_amount
from expense_core.tables.text import fold, searchable, storable

_STAGED = Table(
    "staged_rows",
    MetaData(),
    Column("line", BIG, primary_key=True),
    Column("import_key", LargeBinary, nullable=False),
    Column("amount", Money, nullable=False),
    Column("currency", String, nullable=False),
    Column("description", String, nullable=False),
    Column("notes", String, nullable=False),
    Column("search_text", String, nullable=False),
    Column("spent_on", Date, nullable=False),
    Column("category", Integer),
    prefixes=["TEMPORARY"],
)
"""The expenses that a file would make; `category` counts the file's category names in the order of their first row."""

_NAMED = Table(
    "staged_categories",
    MetaData(),
    Column("category", Integer, primary_key=True),
    Column("category_id", BIG, nullable=False),
    prefixes=["TEMPORARY"],
)

_BATCH = 250
"""Rows at a time: with many more, Python looks for garbage among them again and again."""
_DESCRIPTION_LENGTH = 500
_NOTES_LENGTH = 10_000
_FIRST_DAY = date(1900, 1, 1)
_AHEAD = timedelta(days=2 * 366)
"""No bank lists payments of later days: 2567 is 2024 in Thailand, and so is 67."""
_SHOWN = 10


@dataclass(slots=True)
class NewExpense:
    """An expense that an import would add."""

    line: int
    """Where its row begins in the file, counted from 1."""
    spent_on: date
    amount: Decimal
    currency: str
    description: str
    category: str | None


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do."""

    rows: int = 0
    """Rows in the file; each is counted in one of the next four."""
    new: int = 0
    duplicates: int = 0
    """Imported before, and not again."""
    money_in: int = 0
    """Left out: they are income or refunds, and those were not asked for."""
    zero: int = 0
    """Left out: no money moved."""
    totals: dict[str, Decimal] = field(default_factory=dict)
    """What the new expenses add up to, by currency."""
    new_categories: list[str] = field(default_factory=list)
    entry_id: int | None = None
    """The entry of the history that takes it all back; None where nothing was new, or nothing was to be written."""
    first: list[NewExpense] = field(default_factory=list)
    """The first few new expenses."""


def import_rows(
    session: Session,
    access: Access,
    rows: Iterable[RawRow],
    *,
    credits: bool = False,  # noqa: A002 - what a bank calls money in
    dry_run: bool = False,
    note: str = "",
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Record the expenses of a statement as one entry of the history, whatever their number, or all of nothing.

    Money out becomes an expense. Categories that the file names are found by name, and made where the ledger has none.

    Arguments:
        credits: money in comes in too, as refunds.
        dry_run: find out what would come in, and write nothing.
        note: kept with the history's entry, such as the file's name.
        progress: called with the number of rows read so far, every few hundred rows.

    Raises:
        PermissionDenied: `access` is a viewer's.
        StatementUnreadable: a row cannot be an expense; the message says which line and why.
        StatementAmbiguous: a currency is a sign such as "kr", and the ledger's own is not written so.
    """
    access.require(Role.EDITOR)
    report = ImportReport()
    names = _Names()
    latest = now(session).date() + _AHEAD
    with session.begin_nested():  # whatever stops it takes the temporary tables with it
        _lock(session, access)
        session.execute(CreateTable(_STAGED))
        for batch in _batches(rows):
            report.rows += len(batch)
            staged = [one for row in batch if (one := _staged(row, access, names, report, latest, credits=credits))]
            if staged:
                load(session, _STAGED, staged)
            if progress is not None:
                progress(report.rows)
        report.duplicates = _drop_duplicates(session, access)
        _describe(session, report, names)
        if report.new and not dry_run:
            report.entry_id = _record(session, access, report, names, note)
        session.execute(DropTable(_STAGED))
    return report


def _lock(session: Session, access: Access) -> None:
    """Wait for whoever imports into this ledger at the same time, perhaps the same file; nobody else has to wait."""
    mine = select(LEDGERS.c.id).where(LEDGERS.c.id == access.ledger_id)
    session.execute(mine.with_for_update(key_share=True))


class _Names:
    """The category names of a file, each by its number in the order of their first row."""

    def __init__(self) -> None:
        self.spelled: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, name: str, line: int) -> int:
        number = self._numbers.get(name)
        if number is None:
            try:
                known = CategoryCreate(name=name).name
            except ValidationError as error:
                why = Invalid.from_validation(error)
                told = f"line {line}: its category cannot be one ({why}); --columns category= leaves categories out"
                raise StatementUnreadable(told, line) from error
            number = self._numbers[name] = self._numbers.setdefault(fold(known), len(self.spelled))
            if number == len(self.spelled):
                self.spelled.append(known)
        return number


def _staged(
    row: RawRow,
    access: Access,
    names: _Names,
    report: ImportReport,
    latest: date,
    *,
    credits: bool,  # noqa: A002 - what a bank calls money in
) -> list[Value] | None:
    """What goes into the temporary table for a row, or None where it is left out, which is counted."""
    if not row.amount:
        report.zero += 1
        return None
    if row.amount > 0 and not credits:
        report.money_in += 1
        return None
    currency = units.at_home(row.currency, access.currency) if row.currency else access.currency
    try:
        amount = money.check(-row.amount, currency)
    except Invalid as error:
        raise StatementUnreadable(f"line {row.line}: {error}", row.line) from error
    if not row.booked_on >= _FIRST_DAY:
        raise StatementUnreadable(f"line {row.line}: {row.booked_on} is before {_FIRST_DAY}", row.line)
    if row.booked_on > latest:
        raise StatementUnreadable(
            f"line {row.line}: {row.booked_on} is years ahead; is that the calendar and the order of its dates"
            " (--date-order)?",
            row.line,
        )
    description, notes = storable(row.description), _paragraphs(row.notes) if row.notes else ""
    if len(description) > _DESCRIPTION_LENGTH:
        whole = f"{description}\n{notes}" if notes else description
        description, notes = _cut(description, _DESCRIPTION_LENGTH), _cut(whole, _NOTES_LENGTH)
    look = f"{row.booked_on}\n{amount}\n{currency}\n{row.bank_id or ''}\n{row.description}"
    return [
        row.line,
        _key(row.booked_on, look),
        amount,
        currency,
        description,
        notes,
        searchable(description, notes),
        row.booked_on,
        names.number(row.category, row.line) if row.category else None,
    ]


def _key(day: date, look: str) -> bytes:
    """What an expense is known by when it comes again: keys of near days stand near to each other in the index."""
    return day.toordinal().to_bytes(4) + blake2b(look.encode(errors="surrogatepass"), digest_size=12).digest()


def _paragraphs(text: str) -> str:
    """The text with its lines and tabs, and U+FFFD in the place of what cannot be stored."""
    return "\n".join("\t".join(map(storable, line.split("\t"))) for line in text.splitlines())


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _drop_duplicates(session: Session, access: Access) -> int:
    """Take out the rows that were imported before; how many they were."""
    # Not a join with the entries: before PostgreSQL has statistics of a fresh table, it might begin at its wrong end.
    undone = select(ENTRIES.c.id).where(ENTRIES.c.ledger_id == access.ledger_id, ENTRIES.c.undone_at.is_not(None))
    times_before = (
        select(func.count())
        .select_from(EXPENSES)
        .where(
            EXPENSES.c.ledger_id == access.ledger_id,
            EXPENSES.c.import_key == _STAGED.c.import_key,
            EXPENSES.c.entry_id.not_in(undone),
        )
        .scalar_subquery()
    )
    known = select(_STAGED.c.line, _STAGED.c.import_key, times_before.label("before")).subquery()
    nth = func.row_number().over(partition_by=known.c.import_key, order_by=known.c.line)
    numbered = select(known.c.line, known.c.before, nth.label("nth")).where(known.c.before > 0).subquery()
    again = select(numbered.c.line).where(numbered.c.nth <= numbered.c.before)
    return journal.row_count(session, delete(_STAGED).where(_STAGED.c.line.in_(again)))


def _describe(session: Session, report: ImportReport, names: _Names) -> None:
    """Count and add up what is left, which is what is new."""
    sums = (
        select(_STAGED.c.currency, func.count(), func.sum(_STAGED.c.amount))
        .group_by(_STAGED.c.currency)
        .order_by(_STAGED.c.currency)
    )
    for currency, count, total in session.execute(sums):
        report.new += count
        report.totals[currency] = as_amount(total, currency)
    shown = ("line", "spent_on", "amount", "currency", "description", "category")
    query = select(*(_STAGED.c[name] for name in shown)).order_by(_STAGED.c.line).limit(_SHOWN)
    for line, spent_on, amount, currency, description, category in session.execute(query):
        named = None if category is None else names.spelled[category]
        report.first.append(NewExpense(line, spent_on, as_amount(amount, currency), currency, description, named))


def _record(session: Session, access: Access, report: ImportReport, names: _Names, note: str) -> int:
    """Make expenses of what is new, and the categories they need; the id of the history's entry."""
    entry = journal.begin(session, access, Action.IMPORT, note=note)
    session.execute(CreateTable(_NAMED))
    used = session.scalars(select(_STAGED.c.category).where(_STAGED.c.category.is_not(None)).distinct())
    numbers = sorted(number for number in used if number is not None)
    ids = []
    for number in numbers:
        name = names.spelled[number]
        known = session.scalar(
            select(CATEGORIES.c.id).where(
                CATEGORIES.c.ledger_id == access.ledger_id,
                CATEGORIES.c.name_key == fold(name),
                CATEGORIES.c.deleted_at.is_(None),
            )
        )
        if known is None:
            known = categories.add(session, access, entry, CategoryCreate(name=name)).id
            report.new_categories.append(name)
        else:
            categories.require_live(session, access, known)
        ids.append(known)
    if numbers:
        pairs = [{"category": number, "category_id": one} for number, one in zip(numbers, ids, strict=True)]
        session.execute(insert(_NAMED), pairs)
    same = ["import_key", "amount", "currency", "description", "notes", "search_text", "spent_on"]
    given = {
        "ledger_id": literal(access.ledger_id, BIG),
        "owner_id": literal(access.user_id, BIG),
        "entry_id": literal(entry.id, BIG),
        "version": literal(1),
        "created_at": literal(entry.at, EXPENSES.c.created_at.type),
        "updated_at": literal(entry.at, EXPENSES.c.updated_at.type),
    }
    source = _STAGED.outerjoin(_NAMED, _NAMED.c.category == _STAGED.c.category)
    new = select(*(_STAGED.c[name] for name in same), _NAMED.c.category_id, *given.values()).select_from(source)
    session.execute(
        insert(EXPENSES).from_select(
            [*same, "category_id", *given], new.order_by(_STAGED.c.line), include_defaults=False
        )
    )
    session.execute(DropTable(_NAMED))
    journal.finish(session, access, entry, recorded=report.new + len(report.new_categories))
    return entry.id


def _batches(rows: Iterable[RawRow]) -> Iterator[list[RawRow]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
