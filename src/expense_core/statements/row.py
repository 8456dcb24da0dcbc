"""One row of a bank statement, and what a caller may say about a file that does not explain itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple, NoReturn

from expense_core.errors import Invalid, StatementUnreadable


class RawRow(NamedTuple):
    """One transaction as the bank wrote it, before anything is made of it."""

    line: int
    """Where it starts in the file, counted from 1; of several on one line the later ones count on, as no two rows may
    have the same number."""
    booked_on: date
    value_on: date | None
    amount: Decimal
    """As the account sees it: negative is money out, positive is money in; some banks list rows of zero."""
    currency: str | None
    """ISO 4217 code, or a sign that several share, such as "$"; None where neither the file nor the caller says."""
    description: str
    """Who and what for, on one line; may be empty."""
    category: str | None
    bank_id: str | None
    """What the bank calls it; several rows may share one (Wise books a transfer and its fee under the same)."""
    pending: bool
    """The bank has not booked it yet: it may change or vanish."""
    notes: str = ""
    """More about it, on any number of lines."""
    payee: str = ""
    """Who got the money or sent it, where the file says so apart from what it was for; `description` begins with it."""
    account: str | None = None
    """The account it is of, as the file names it."""
    raw: Sequence[str] = ()
    """The record as the file has it, by cells or by lines."""
    balance: Decimal | None = None
    """What was on the account afterwards, where the file says it beside each row."""


@dataclass(frozen=True)
class Stated:
    """What a file says that the booked rows of one of its accounts come to; None for what it does not say.

    Sums are as the account sees them: money out is negative.
    """

    account: str | None
    currency: str | None
    opening: Decimal | None = None
    """The balance before the first row."""
    closing: Decimal | None = None
    """The balance after the last row."""
    rows: int | None = None
    debits: Decimal | None = None
    """All money out, zero or negative."""
    credits: Decimal | None = None
    """All money in, zero or positive."""
    total: Decimal | None = None
    """Money in and out together."""


Unreadable = Callable[[StatementUnreadable, Sequence[str]], None]
"""Told what is wrong with a line, and its cells; the line is left out where this does not raise it."""


def refuse(error: StatementUnreadable, cells: Sequence[str]) -> NoReturn:  # noqa: ARG001 - as `Unreadable` has it
    """End it all because of a line that cannot be read.

    Raises:
        StatementUnreadable: it is what was told.
    """
    raise error


class LeftOut(StrEnum):
    """Why a row that has the looks of a transaction is left out of them."""

    BALANCE = "of balances or totals"
    VOID = "declined or taken back by the bank"
    UNDATED = "reserved, with no date yet"
    NEITHER = "of neither money in nor money out"
    SECURITIES = "of securities bought, sold or held"
    INCLUDED = "naming another file, which is not read"


class Role(StrEnum):
    """What a column of a statement can be for."""

    DATE = "date"
    VALUE_DATE = "value_date"
    AMOUNT = "amount"
    DEBIT = "debit"
    CREDIT = "credit"
    SIGN = "sign"
    """A word beside an unsigned amount that says whether money went out or came in."""
    FEE = "fee"
    """A charge that the bank takes on top of the amount."""
    BALANCE = "balance"
    CURRENCY = "currency"
    PAYEE = "payee"
    """Who got the money; the first column that is filled counts."""
    PAYER = "payer"
    """Who sent it."""
    DESCRIPTION = "description"
    TYPE = "type"
    """What stands in for a description where a row has none."""
    CATEGORY = "category"
    ID = "id"
    STATE = "state"


class DateOrder(StrEnum):
    """In which order day (d), month (m) and year (y) are written."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


@dataclass(frozen=True)
class Shape:
    """What the files of one bank have in common and those of another have not, whatever is left open about reading."""

    format: str
    """The name of the reader's entry point."""
    looks: str
    """For a person, such as the names of the columns."""
    marks: Sequence[str] = ()
    """What tells it from other shapes of the format."""

    @property
    def key(self) -> str:
        """What it is known by when it comes again."""
        marks = "\n".join(self.marks).encode(errors="surrogatepass")
        return f"{self.format} {blake2b(marks, digest_size=16).hexdigest()}"


@dataclass(frozen=True)
class ReadingOptions:
    """What the caller knows about a file; whatever is left out is recognised."""

    encoding: str | None = None
    """A codec name that Python knows, such as "cp1252"."""
    delimiter: str | None = None
    header_line: int | None = None
    """The line with the column names, counted from 1; 0 where the file has none."""
    columns: Mapping[Role, Sequence[str | int]] = field(default_factory=dict)
    """Columns by what they are for, each a header name or a number counted from 1; an empty list: there is none."""
    date_order: DateOrder | None = None
    decimal_mark: str | None = None
    """"." or ","."""
    invert: bool | None = None
    """Whether money out is written as a positive amount, as on many credit card statements."""
    outgoing: Sequence[str] = ()
    """The words in the sign column that mean money out, where we do not know them; the others then mean money in."""
    currency: str | None = None
    """What the amounts are in where the file does not say, or only by a sign that several share, such as "$"."""
    account: str | None = None
    """The account whose rows are meant, where the file has several, by the name that the file has for it."""

    def __post_init__(self) -> None:
        if self.decimal_mark not in (None, ".", ","):
            raise Invalid(f'the decimal mark is "." or ",", not {self.decimal_mark!r}')
        if self.delimiter is not None and (len(self.delimiter) != 1 or self.delimiter in '"\r\n\0 '):
            raise Invalid(f'a delimiter is one character such as ";", not {self.delimiter!r}')
        if self.header_line is not None and self.header_line < 0:
            raise Invalid("lines are counted from 1; write 0 where the file has no header line")


def parse_columns(text: str) -> dict[Role, tuple[str | int, ...]]:
    """Columns as a person writes them: "date=Date, description=Payee, description=Memo", or by number: "amount=3".

    A role may be named more than once; a role with nothing behind "=" says that there is no such column.

    Raises:
        Invalid: a part is not ROLE=COLUMN, or the role does not exist.
    """
    columns: dict[Role, tuple[str | int, ...]] = {}
    for part in text.split(","):
        role_name, equals, name = (piece.strip() for piece in part.partition("="))
        if not equals or role_name not in tuple(Role):
            raise Invalid(f"{part.strip()!r} is not ROLE=COLUMN with one of the roles {', '.join(Role)}")
        role = Role(role_name)
        named = columns.get(role, ())
        if name:
            named += (int(name) if name.isdecimal() else name,)
        columns[role] = named
    return columns
