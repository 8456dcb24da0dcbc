"""What there is to know of an MT940 file before its rows are read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from expense_core import money
from expense_core.statements.mt940.messages import Message, found
from expense_core.statements.row import ReadingOptions, Stated
from expense_core.statements.stating import Statements
from expense_core.statements.text import encoding_of, opening

_REFERENCE = re.compile(r"^\s*(?:\{[^\n]*|@@)?:20:", re.MULTILINE)
_OTHERS = re.compile(r"(?:^|@@):(?:25|28C?|60[FM]|61|34F):", re.MULTILINE)
_MOVEMENT = re.compile(r"^:61:\d{6}(?:\d{4})?R?[CD]", re.MULTILINE | re.ASCII)
"""Of a part of a statement, whose head is not in the file."""


@dataclass(frozen=True)
class Mt940Layout:
    """How to read one MT940 file."""

    encoding: str
    rows: int
    currency: str | None
    """That of statements which name none."""
    accounts: tuple[str, ...]
    stated: tuple[Stated, ...]
    format: str = "mt940"

    def summary(self) -> dict[str, str]:
        """What was understood, for a person."""
        said = {"format": "MT940", "encoding": self.encoding}
        return said | ({"accounts": ", ".join(self.accounts)} if self.accounts else {})


def recognise(path: Path, options: ReadingOptions) -> Mt940Layout | None:
    """How to read the file; None where it is in another format.

    Raises:
        StatementUnreadable: it ends too soon.
        InvalidCurrency: the options name a currency that does not exist.
    """
    start = opening(path, options)
    if not (_REFERENCE.search(start) and _OTHERS.search(start)) and not _MOVEMENT.search(start):
        return None
    expected = money.currency(options.currency).code if options.currency else None
    encoding = encoding_of(path, options.encoding)
    statements, accounts, count = Statements(), dict[str, None](), 0
    for one in found(path, encoding):
        if not isinstance(one, Message):
            count += 1
            continue
        if one.account:
            accounts[one.account] = None
        statements.add(
            Stated(
                account=one.account,
                currency=one.currency or expected,
                opening=one.opening,
                closing=one.closing,
                rows=one.rows,
                debits=one.debits,
                credits=one.credits,
            )
        )
    return Mt940Layout(encoding, count, expected, tuple(accounts), statements.stated())
