"""The transactions and the balances of an OFX file, put together from its elements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from expense_core.errors import StatementUnreadable
from expense_core.statements.delimited.describing import one_line
from expense_core.statements.delimited.wording import could_be_balance, is_balance, names_balance
from expense_core.statements.ofx.tags import Element, elements
from expense_core.statements.text import cut_off, described

_TRANSACTIONS = {"STMTTRN", "STMTTRNP"}
"""Booked, and pending (OFX 2.2, 11.4.4)."""
_STATEMENTS = {"STMTRS", "CCSTMTRS", "INVSTMTRS"}
_WITHIN = {"PAYEE", "CURRENCY", "ORIGCURRENCY", "BANKACCTTO", "CCACCTTO"}
"""Aggregates in a transaction, whose elements are called like those around them."""
_NAMES = ("NAME", "PAYEE.NAME", "PAYEE", "EXTDNAME")
_LONGEST = 100_000
"""Characters; no transaction has so many."""
_OWN = {"BANKACCTFROM", "CCACCTFROM", "INVACCTFROM"}
_ENDS = {
    "OFX", "BANKMSGSRSV1", "CREDITCARDMSGSRSV1", "INVSTMTMSGSRSV1", "STMTTRNRS", "CCSTMTTRNRS", "INVSTMTTRNRS",
    "BANKTRANLIST", "BANKTRANLISTP", "INVTRANLIST", "INVBANKTRAN", "LEDGERBAL", "AVAILBAL", *_STATEMENTS,
}  # fmt: skip
"""What comes after a transaction and not in it, were its own end tag missing."""
_SECURITIES = {
    "BUYDEBT", "BUYMF", "BUYOPT", "BUYOTHER", "BUYSTOCK", "SELLDEBT", "SELLMF", "SELLOPT", "SELLOTHER", "SELLSTOCK",
    "CLOSUREOPT", "INCOME", "INVEXPENSE", "JRNLFUND", "JRNLSEC", "MARGININTEREST", "REINVEST", "RETOFCAP", "SPLIT",
    "TRANSFER",
}  # fmt: skip
"""Transactions of an investment account (OFX 2.2, 13.9.2.4), which are about more than money."""


@dataclass
class Account:
    """The account that a statement is of."""

    statement: int = 0
    """Its place among the statements of the file, counted from 1."""
    number: str | None = None
    currency: str = ""


@dataclass
class Transaction:
    """A transaction as its elements say it."""

    line: int
    account: Account
    pending: bool
    fields: dict[str, str] = field(default_factory=dict)
    """Texts by their tags, such as "NAME", or "PAYEE.NAME" in an aggregate; of several the first."""
    raw: list[str] = field(default_factory=list)
    size: int = 0
    """Characters of all that is in it."""

    @property
    def amount(self) -> str:
        """TRNAMT, as it is written."""
        return self.fields.get("TRNAMT", "")

    @property
    def kind(self) -> str:
        """TRNTYPE, such as "DEBIT"."""
        return self.fields.get("TRNTYPE", "").upper()

    @property
    def payee(self) -> str:
        """Who got the money or sent it."""
        return one_line(next((self.fields[tag] for tag in _NAMES if tag in self.fields), ""))

    @property
    def description(self) -> str:
        """Who and what for; may be empty."""
        return described(self.payee, one_line(self.fields.get("MEMO", "")))

    @property
    def is_balance(self) -> bool:
        """Whether it is no transaction, but what was on the account, as Brazilian banks list it among them."""
        text = self.description
        if not could_be_balance(text):
            return False
        return is_balance(text) or (names_balance(text) and not any(map(str.isdigit, self.amount)))


@dataclass
class Balance:
    """What was on an account in the end."""

    account: Account
    amount: str


@dataclass
class Security:
    """A transaction with securities."""


@dataclass
class Message:
    """What the bank's server says about the answer it gave."""

    text: str


Found = Account | Transaction | Balance | Security | Message


def found(path: Path, encoding: str) -> Iterator[Found]:
    """What is in the file, in its order; an account comes where its statement begins, and is known only after it.

    Raises:
        StatementUnreadable: the file ends before its last transaction does, or cannot be taken apart.
    """
    reading = _Reading()
    for element in elements(path, encoding):
        yield from reading.take(element)
    if reading.open is not None:
        raise cut_off(path, reading.open.line, "transaction")
    if reading.unfinished:
        raise cut_off(path, reading.unfinished, "statement")


class _Reading:
    """Where in the file we are."""

    def __init__(self) -> None:
        self.open: Transaction | None = None
        self.unfinished = 0
        """The line of a statement after whose last transaction nothing has come yet."""
        self._started = 0
        self._account = Account()
        self._within = ""
        self._own = self._ledger = False

    def take(self, element: Element) -> Iterator[Found]:
        """What an element completes or begins."""
        if self.open is not None:
            name = element.name.lstrip("/")
            if name not in _TRANSACTIONS and name not in _ENDS:
                self._add(self.open, element)
                return
            if element.name[0] == "/" and name in _TRANSACTIONS:
                self.open.raw.append(element.raw)
            yield self.open
            self.open, self._within = None, ""
        yield from self._begin(element)

    def _begin(self, element: Element) -> Iterator[Found]:
        """What an element begins that is in no transaction, or says by itself."""
        name = element.name
        if name.lstrip("/") in _ENDS:
            self.unfinished = 0
        if name in _TRANSACTIONS:
            self.open = Transaction(element.line, self._account, pending=name == "STMTTRNP", raw=[element.raw])
            self.unfinished = self._started or element.line
        elif name in _STATEMENTS:
            self._account, self._started = Account(self._account.statement + 1), element.line
            yield self._account
        elif name == "BALAMT" and self._ledger:
            yield Balance(self._account, element.text)
        elif name in _SECURITIES:
            yield Security()
        elif name == "MESSAGE":
            yield Message(element.text)
        else:
            self._describe(element)

    def _describe(self, element: Element) -> None:
        """Take in what an element says of the account."""
        name = element.name
        if name == "CURDEF":
            self._account.currency = element.text
        elif name == "ACCTID" and self._own:
            self._account.number = element.text or None
        elif name.lstrip("/") in _OWN:
            self._own = name in _OWN
        elif name.lstrip("/") == "LEDGERBAL":
            self._ledger = name == "LEDGERBAL"

    def _add(self, transaction: Transaction, element: Element) -> None:
        """Take in an element of a transaction.

        Raises:
            StatementUnreadable: there is no end of them.
        """
        name = element.name
        transaction.size += len(element.raw)
        if transaction.size > _LONGEST:
            why = f"the transaction that begins on line {transaction.line} does not end; is it OFX?"
            raise StatementUnreadable(why, transaction.line)
        if transaction.raw[-1].startswith(element.raw.replace("</", "<", 1)):  # the end tag of a text
            transaction.raw[-1] += element.raw
        else:
            transaction.raw.append(element.raw)
        if name == f"/{self._within}":
            self._within = ""
        elif name in _WITHIN and not element.text:
            self._within = name
        elif element.text:
            transaction.fields.setdefault(f"{self._within}.{name}" if self._within else name, element.text)
