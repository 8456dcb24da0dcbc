"""The database of Bagels, an expense tracker in the terminal (github.com/EnhancedJax/Bagels)."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from expense_core import money
from expense_core.errors import ByOption, StatementAmbiguous, StatementUnreadable
from expense_core.statements.delimited.describing import one_line
from expense_core.statements.row import LeftOut, RawRow, ReadingOptions, Shape, Stated, Unreadable, refuse

_MAGIC = b"SQLite format 3\0"
_TABLES = {
    "record": {"id", "label", "amount", "date", "accountId", "categoryId", "isIncome", "isTransfer"},
    "split": {"recordId", "amount"},
    "category": {"id", "name", "parentCategoryId"},
    "account": {"id", "name"},
}
"""What a database has to have to be one of Bagels, whatever else later versions add."""
_LONGEST = 1_000_000
"""Bytes of a cell."""
_CENTS = 2

_RECORDS = """
SELECT r.rowid, r.label, CAST(r.amount AS TEXT), s.amounts, r.date,
       r."isIncome", r."isTransfer", parent.name, c.name, a.name
FROM record r
LEFT JOIN (
    SELECT "recordId", group_concat(CAST(amount AS TEXT), ' ') AS amounts FROM split GROUP BY "recordId"
) s ON s."recordId" = r.rowid
LEFT JOIN category c ON c.id = r."categoryId"
LEFT JOIN category parent ON parent.id = c."parentCategoryId"
LEFT JOIN account a ON a.id = r."accountId"
ORDER BY r.rowid
"""
"""An amount is a float there; as text it has the fifteen digits that are sure of it."""
_Record = tuple[int, str, str, str | None, str, int, int, str | None, str | None, str | None]


@dataclass(frozen=True)
class BagelsLayout:
    """A database of Bagels."""

    rows: int
    currency: str | None
    """Bagels has one currency, and keeps it elsewhere."""
    format: str = "bagels"
    stated: tuple[Stated, ...] = ()

    def summary(self) -> dict[str, str]:
        """What was understood, for a person."""
        return {"format": "a database of Bagels", "currency": self.currency or "not said"}


def recognise(path: Path, options: ReadingOptions) -> BagelsLayout | None:
    """How to read the file, if it is an SQLite database with the tables of Bagels.

    Raises:
        StatementUnreadable: it is damaged, or Bagels has it open.
        StatementAmbiguous: an amount has more decimals than most currencies.
        InvalidCurrency: the options name a currency that does not exist.
    """
    if not _is_sqlite(path):
        return None
    currency = money.currency(options.currency).code if options.currency else None
    with _opened(path) as database:
        if not _is_bagels(database):
            return None
        count = 0
        for number, _, amount, splits, *_, is_transfer, _, _, _ in _records(database):
            count += not is_transfer
            for text in (amount, *(splits or "").split()):
                if currency is None and not is_transfer and len(str(text).partition(".")[2]) > _CENTS:
                    raise StatementAmbiguous(
                        (
                            f"Which currency are the amounts in? {text} in record {number} has to be rounded.",
                            ByOption(" Name it with --currency"),
                        ),
                        "currency",
                        list(money.currencies()),
                    )
    return BagelsLayout(count, currency)


def shape(path: Path, options: ReadingOptions) -> Shape | None:  # noqa: ARG001 - as readers are asked
    """What it has in common with the next one; None where it is none of Bagels."""
    if not _is_sqlite(path):
        return None
    with _opened(path) as database:
        return Shape("bagels", "a database of Bagels") if _is_bagels(database) else None


def rows(
    path: Path, layout: BagelsLayout, left_out: Counter[LeftOut], unreadable: Unreadable = refuse
) -> Iterator[RawRow]:
    """The records, without the shares of others; transfers between one's own accounts are left out.

    Raises:
        StatementUnreadable: a record is damaged; `line` says which, by its id.
    """
    with _opened(path) as database:
        for record in _records(database):
            number, label, amount, splits, day, is_income, is_transfer, parent, category, account = record
            if is_transfer:
                left_out[LeftOut.NEITHER] += 1
                continue
            cells = ["" if cell is None else str(cell) for cell in record]
            try:
                size = _rounded(amount, layout.currency)
                size -= sum(_rounded(share, layout.currency) for share in (splits or "").split())
                booked_on = date.fromisoformat(day[:10])
            except (ValueError, TypeError, InvalidOperation):
                why = f"record {number} has no amount and no day that can be read: {amount!r}, {day!r}"
                unreadable(StatementUnreadable(why, number), cells)
                continue
            yield RawRow(
                line=number,
                booked_on=booked_on,
                value_on=None,
                amount=size if is_income else -size,
                currency=layout.currency,
                description=one_line(str(label)),
                category=":".join(str(name) for name in (parent, category) if name) or None,
                bank_id=str(number),
                pending=False,
                account=None if account is None else str(account),
                raw=cells,
            )


def _is_sqlite(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The database, which is only read.

    Raises:
        StatementUnreadable: it is damaged, or some of it is not yet in this file.
    """
    log = path.with_name(f"{path.name}-wal")
    if log.is_file() and log.stat().st_size:
        raise StatementUnreadable(f"{path.name} is open in another program; close that first")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            database.text_factory = _text
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
            database.execute("PRAGMA trusted_schema = OFF")
            yield database
    except (sqlite3.Error, UnicodeDecodeError) as error:  # the latter in a message that quotes what is damaged
        raise StatementUnreadable(f"{path.name} is a damaged SQLite database: {error}") from error


def _text(stored: bytes) -> str:
    return stored.decode(errors="replace")


def _is_bagels(database: sqlite3.Connection) -> bool:
    """Whether it has the tables, and no views that go by their names."""
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return tables >= _TABLES.keys() and all(
        {name for (name,) in database.execute("SELECT name FROM pragma_table_info(?)", (table,))} >= columns
        for table, columns in _TABLES.items()
    )


def _records(database: sqlite3.Connection) -> Iterator[_Record]:
    """The records in their order.

    Raises:
        StatementUnreadable: one comes again, as it would for ever in a database without the keys that Bagels makes.
    """
    before = None
    for record in database.execute(_RECORDS):
        if record[0] == before:
            raise StatementUnreadable(
                f"record {before} is there more than once: the database is none of Bagels", before
            )
        before = record[0]
        yield record


def _rounded(text: str, currency: str | None) -> Decimal:
    """An amount in the decimals of its currency.

    Raises:
        ValueError: it is none that a book could hold.
    """
    amount = Decimal(text)
    if not abs(amount) < money.LIMIT:
        raise ValueError
    return amount.quantize(money.currency(currency).quantum) if currency else amount
