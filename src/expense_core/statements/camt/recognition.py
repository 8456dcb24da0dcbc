"""What there is to know of a camt file before its rows are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from expense_core import money
from expense_core.errors import StatementUnreadable
from expense_core.statements.camt.entries import Entry, amount_of, day_in, signed
from expense_core.statements.camt.records import ENTRY, STATEMENTS, Element, records
from expense_core.statements.row import ReadingOptions, Stated
from expense_core.statements.stating import Statements
from expense_core.statements.text import Misfit, encoding_of, opening

_CAMT = re.compile(r"camt\.05[234]\.|<(?:[\w.-]+:)?BkToCstmr")
_MESSAGE = re.compile(r"camt\.\d{3}\.\d{3}\.\d{2}")
_DECLARED = re.compile(r"<\?xml[^>]*encoding=[\"']([\w.-]+)[\"']")
_COUNT = re.compile(r"[0-9]{1,15}")
"""Max15NumericText, as ISO 20022 calls it."""
_OPENINGS = ("OPBD", "PRCD")
"""The balance before, and that at the end of the day before, which is the same."""
_CLOSING = "CLBD"


@dataclass(frozen=True)
class CamtLayout:
    """How to read one camt file."""

    message: str
    encoding: str
    rows: int
    currency: str | None
    """That of amounts which name none."""
    accounts: tuple[str, ...]
    stated: tuple[Stated, ...]
    format: str = "camt"

    def summary(self) -> dict[str, str]:
        """What was understood, for a person."""
        said = {"format": self.message, "encoding": self.encoding}
        return said | ({"accounts": ", ".join(self.accounts)} if self.accounts else {})


@dataclass
class Statement:
    """One statement of the file, as its records come by."""

    account: str | None = None
    owner: str = ""
    currency: str = ""
    openings: dict[str, Element] = field(default_factory=dict)
    """The first balance of each kind that it may begin with."""
    closing: Element | None = None
    summary: Element | None = None
    rows: int = 0
    entries: int = 0
    pending: bool = False

    @property
    def day(self) -> date | None:
        """That of all its entries, where it begins and ends on the same.

        Raises:
            Misfit: what a balance has there is no date.
        """
        first, last = self.openings.get(_OPENINGS[0]), self.closing
        if first is None or last is None or day_in(first, "Dt") != day_in(last, "Dt"):
            return None
        return day_in(last, "Dt")

    def take(self, record: Element) -> None:
        """Take in a record that is no entry."""
        if record.name == "Acct":
            self.account = record.value("Id", "IBAN") or record.value("Id", "Othr", "Id") or record.value("Id") or None
            self.owner = record.value("Ownr", "Nm") or record.value("Ownr", "Pty", "Nm")
            self.currency = record.value("Ccy")
        elif record.name == "Bal":
            kind = _kind(record)
            if kind in _OPENINGS:
                self.openings.setdefault(kind, record)
            elif kind == _CLOSING:
                self.closing = record
        else:
            self.summary = record


def recognise(path: Path, options: ReadingOptions) -> CamtLayout | None:
    """How to read the file; None where it is in another format.

    Raises:
        StatementUnreadable: it is no XML or not whole, has no statement in it, or could do harm.
        InvalidCurrency: the options name a currency that does not exist.
    """
    start = opening(path, options)
    if not _CAMT.search(start):
        return None
    expected = money.currency(options.currency).code if options.currency else None
    declared = _DECLARED.search(start)
    encoding = encoding_of(path, options.encoding, declared[1] if declared else None)
    together, accounts, count = Statements(), dict[str, None](), 0
    for statement in _statements(path, encoding):
        count += statement.rows
        if statement.account:
            accounts[statement.account] = None
        together.add(_stated(statement, expected))
    message = _MESSAGE.search(start)
    return CamtLayout(message[0] if message else "camt", encoding, count, expected, tuple(accounts), together.stated())


def _statements(path: Path, encoding: str) -> Iterator[Statement]:
    """Every statement of the file, when all of it has been read.

    Raises:
        StatementUnreadable: there is none.
    """
    begun, statement = False, Statement()
    for record in records(path, encoding):
        if record.name not in STATEMENTS:
            _count(statement, record)
            continue
        if begun:
            yield statement
        begun, statement = True, Statement()
    if not begun:
        raise StatementUnreadable(f"{path.name} is in the camt format, but has no statement in it; download it again")
    yield statement


def _count(statement: Statement, record: Element) -> None:
    if record.name != ENTRY:
        statement.take(record)
        return
    entry = Entry(record, statement.owner)
    statement.entries += 1
    statement.pending = statement.pending or entry.is_pending
    try:
        statement.rows += len(entry.payments())
    except Misfit:  # the reading tells of it
        statement.rows += 1


def _stated(statement: Statement, expected: str | None) -> Stated:
    """What the statement says that its booked rows come to; its sums are left out where some are not booked."""
    first = next((statement.openings[kind] for kind in _OPENINGS if kind in statement.openings), None)
    last = statement.closing
    named = (_currency(balance) for balance in (first, last) if balance is not None)
    currency = statement.currency or next(named, "") or expected
    summary = None if statement.pending else statement.summary
    return Stated(
        account=statement.account,
        currency=currency,
        opening=_balance(first, currency),
        closing=_balance(last, currency),
        rows=_rows(summary, statement),
        debits=_sum(summary, "TtlDbtNtries", -1),
        credits=_sum(summary, "TtlCdtNtries", 1),
    )


def _kind(balance: Element) -> str:
    return balance.value("Tp", "CdOrPrtry", "Cd") or balance.value("Tp", "Cd")


def _currency(balance: Element) -> str:
    return next((amount.attribute("Ccy") for amount in balance.all("Amt")), "")


def _balance(balance: Element | None, currency: str | None) -> Decimal | None:
    """What a balance says, if it is in the currency of the account."""
    if balance is None or _currency(balance) != currency:
        return None
    try:
        return signed(balance)
    except Misfit:
        return None


def _rows(summary: Element | None, statement: Statement) -> int | None:
    """How many rows the entries that were counted make."""
    text = summary.value("TtlNtries", "NbOfNtries") if summary is not None else ""
    return int(text) + statement.rows - statement.entries if _COUNT.fullmatch(text) else None


def _sum(summary: Element | None, name: str, sign: int) -> Decimal | None:
    text = summary.value(name, "Sum") if summary is not None else ""
    try:
        return sign * amount_of(text)
    except ValueError:
        return None
