"""What there is to know of an OFX file before its rows are read."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from expense_core import money
from expense_core.errors import StatementUnreadable
from expense_core.statements import figures, stating, units
from expense_core.statements.ofx.signs import SignEvidence, Signs
from expense_core.statements.ofx.transactions import Account, Balance, Message, Transaction, found
from expense_core.statements.row import ReadingOptions, Stated
from expense_core.statements.stating import Statements
from expense_core.statements.text import encoding_of, opening

_OFX = re.compile(r"OFXHEADER\s*[:=]|<OFX[\s>]", re.IGNORECASE)
_CODE = re.compile(r"[A-Z]{3}")
_CHARSET = re.compile(r"(?:CHARSET:|encoding=[\"'])\s*([\w-]+?)(?=COMPRESSION|[\s\"']|$)", re.IGNORECASE)


@dataclass(frozen=True)
class OfxLayout:
    """How to read one OFX file."""

    encoding: str
    rows: int
    decimal_mark: str
    signs: Mapping[int, Signs]
    """Of the statements whose amounts are not signed as they should be, by their place in the file."""
    currency: str | None
    """That of rows for which the file says none."""
    accounts: tuple[str, ...]
    stated: tuple[Stated, ...]
    format: str = "ofx"

    def summary(self) -> dict[str, str]:
        """What was understood, for a person."""
        said = {"format": "OFX", "encoding": self.encoding}
        if self.accounts:
            said["accounts"] = ", ".join(self.accounts)
        if self.signs:
            said["signs"] = "; ".join(sorted(set(self.signs.values())))
        return said


def recognise(path: Path, options: ReadingOptions) -> OfxLayout | None:
    """How to read the file; None where it is in another format.

    Raises:
        StatementUnreadable: it ends too soon, has no statement in it, or cannot be taken apart.
        StatementAmbiguous: an amount such as "1,234" can be read in two ways, and no other one tells.
        InvalidCurrency: the options name a currency that does not exist.
    """
    start = opening(path, options)
    if not _OFX.search(start):
        return None
    expected = money.currency(options.currency).code if options.currency else None
    encoding = encoding_of(path, options.encoding, _declared(start))
    marks, message, count = figures.DecimalMarks(), "", 0
    accounts: list[Account] = []
    balances: list[Balance] = []
    evidence: defaultdict[int, SignEvidence] = defaultdict(SignEvidence)
    for one in found(path, encoding):
        if isinstance(one, Transaction):
            if not one.is_balance:
                count += 1
                marks.add(one.amount)
                evidence[one.account.statement].add(one.amount, one.kind)
        elif isinstance(one, Account):
            accounts.append(one)
        elif isinstance(one, Balance):
            balances.append(one)
        elif isinstance(one, Message):
            message = one.text
        stating.require_few(len(accounts) + len(balances))
    if not accounts and not count:
        said = f"the bank says {message!r}" if message else "download it again"
        raise StatementUnreadable(f"{path.name} is in the OFX format, but has no statement in it; {said}")
    mark = marks.settle(options.decimal_mark)
    signs = {statement: seen.settle(options.invert) for statement, seen in evidence.items()}
    return OfxLayout(
        encoding=encoding,
        rows=count,
        decimal_mark=mark,
        signs={statement: how for statement, how in signs.items() if how is not Signs.AS_WRITTEN},
        currency=expected,
        accounts=tuple(dict.fromkeys(account.number for account in accounts if account.number)),
        stated=_stated(balances, signs, mark, expected),
    )


def currency_of(text: str, expected: str | None) -> str | None:
    """The code that a file names, be it one of today or not; what it leaves out is what the caller expects."""
    code = text.strip().upper()
    return units.currency_of(text, expected) or (code if _CODE.fullmatch(code) else expected)


def _declared(start: str) -> str | None:
    """The encoding that the header names: "CHARSET:1252" is Windows-1252."""
    named = _CHARSET.search(start)
    if named is None:
        return None
    name = named[1]
    return f"cp{name}" if name.isdecimal() else f"iso-{name}" if name.startswith("8859") else name


def _stated(
    balances: Sequence[Balance], signs: Mapping[int, Signs], mark: str, expected: str | None
) -> tuple[Stated, ...]:
    """What the accounts came to in the end, where their amounts are signed as they should be."""
    statements = Statements()
    for balance in balances:
        account = balance.account
        if signs.get(account.statement, Signs.AS_WRITTEN) is Signs.AS_WRITTEN:
            with suppress(ValueError):  # a balance that is none holds nothing up
                closing = figures.read(balance.amount, mark)
                statements.add(Stated(account.number, currency_of(account.currency, expected), closing=closing))
    return statements.stated()
