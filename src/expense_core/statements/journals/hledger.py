"""Journals of hledger and of Ledger, by the manuals of both: hledger.org/hledger.html and ledger-cli.org/doc."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from expense_core.errors import StatementUnreadable
from expense_core.statements.delimited.describing import one_line
from expense_core.statements.journals import text
from expense_core.statements.journals.directives import DIRECTIVES, Directives
from expense_core.statements.journals.layout import JournalLayout, shaped, understood
from expense_core.statements.journals.quantities import parse
from expense_core.statements.journals.transactions import Posting, Transaction
from expense_core.statements.row import LeftOut, RawRow, ReadingOptions, Shape, Unreadable, refuse

_DATE = r"(?:[0-9]{4}[-/.])?[0-9]{1,2}[-/.][0-9]{1,2}"
_HEADER = re.compile(rf"({_DATE})(?:=({_DATE}))?(?:\s+([*!])(?=\s|\(|$))?(?:\s+\(([^)]*)\))?(?:\s+(.*))?")
_POSTING = re.compile(r"\s+(?:([*!])\s*)?(\S.*?)(?:(?:\s{2,}|\t| \t)\s*(.*))?")
_COMMENT = re.compile(r"(?:^|\s);")
_COMMENTS = ";#%|*"
_YEAR = re.compile(r"Y[0-9]{4}$")
_BLOCKS = {"comment": "end comment", "test": "end test"}
_VIRTUAL = ("()", "[]")
_MOST_LINES = 10_000
"""Of one transaction."""


def recognise(path: Path, options: ReadingOptions) -> JournalLayout | None:
    """How to read the file, if it is a journal: above its first transaction are only comments and directives.

    Raises:
        StatementUnreadable: it is damaged, or its expenses are in other files that it includes.
        StatementAmbiguous: its decimal mark cannot be told, or which of its accounts are those of expenses.
        InvalidCurrency: the options name a currency that does not exist.
    """
    if options.columns or options.header_line is not None or not _is_journal(text.beginning(path)):
        return None
    return understood("hledger", "an hledger or Ledger journal", path, options, transactions)


def shape(path: Path, options: ReadingOptions) -> Shape | None:
    """What it has in common with the next one of the same book; None where it is no such journal."""
    if options.columns or options.header_line is not None or not _is_journal(text.beginning(path)):
        return None
    return shaped("hledger", path, options, transactions)


def rows(
    path: Path, layout: JournalLayout, left_out: Counter[LeftOut], unreadable: Unreadable = refuse
) -> Iterator[RawRow]:
    """The expenses and the income of the journal, or the postings on the account that was asked for.

    Raises:
        StatementUnreadable: a transaction cannot be read; `line` says which.
    """
    known = Directives()
    for moved in transactions(path, layout.encoding, known, unreadable):
        yield from layout.view.rows(moved, left_out, unreadable)
    left_out.update([LeftOut.INCLUDED] * len(known.included))


def transactions(path: Path, encoding: str, known: Directives, unreadable: Unreadable) -> Iterator[Transaction]:
    """The transactions of the journal, one by one; those that only may come, or that change others, are left out.

    Raises:
        StatementUnreadable: a transaction cannot be read; `line` says which.
    """
    moved: Transaction | None = None
    for number, line, is_below in _significant(path, encoding, known):
        try:
            if not is_below:
                if moved is not None:
                    yield moved
                moved = _transaction(number, line, known)
            elif moved is not None:
                _add(moved, number, line, known)
        except StatementUnreadable as error:
            unreadable(error, [line])
            moved = None
    if moved is not None:
        yield moved


def _significant(path: Path, encoding: str, known: Directives) -> Iterator[tuple[int, str, bool]]:
    """The lines of transactions, each with whether it stands below the first one; what is between them is taken in."""
    until = ""
    is_inside = False
    for number, line in text.lines(path, encoding):
        if until:
            until = "" if line == until else until
        elif line in _BLOCKS:
            until, is_inside = _BLOCKS[line], False
        elif not line or line[0] in _COMMENTS:
            is_inside = is_inside and bool(line)
        elif line[0] in " \t":
            if is_inside:
                yield number, line, True
            else:
                known.take_below(number, line)
        elif line[0].isdecimal():
            is_inside = True
            yield number, line, False
        else:
            is_inside = False
            known.take(number, line)


def _transaction(number: int, line: str, known: Directives) -> Transaction:
    """The first line of one.

    Raises:
        StatementUnreadable: it does not begin with a day.
    """
    said, comment = _cut(line)
    found = _HEADER.fullmatch(said)
    if found is None:
        raise StatementUnreadable(f"line {number} is no transaction: a day such as 2026-11-03 begins one", number)
    day, second, status, code, description = found.groups()
    try:
        booked_on, value_on = known.day(day), known.day(second) if second else None
    except ValueError as error:
        raise StatementUnreadable(f"line {number}: {day} {error}", number) from error
    payee, bar, purpose = (one_line(part) for part in (description or "").partition("|"))
    return Transaction(
        number,
        booked_on,
        value_on,
        pending=status == "!",
        code=code or None,
        payee=payee if bar else "",
        purpose=purpose if bar else payee,
        notes=[comment] if comment else [],
        raw=[line],
    )


def _add(moved: Transaction, number: int, line: str, known: Directives) -> None:
    """Add a posting to its transaction, or a comment to what it is about.

    Raises:
        StatementUnreadable: its amount is none, or there are far too many.
    """
    moved.raw.append(line)
    if len(moved.raw) > _MOST_LINES:
        raise StatementUnreadable(f"the transaction of line {moved.line} is far too long", number)
    said, comment = _cut(line)
    found = _POSTING.fullmatch(said)
    if found is None:
        (moved.postings[-1].notes if moved.postings else moved.notes).append(comment)
        return
    status, name, amount = found.groups()
    if name[0] + name[-1] in _VIRTUAL:
        return
    try:
        written = parse(amount) if amount and not amount.startswith("=") else None
    except ValueError as error:
        raise StatementUnreadable(f"line {number}: {amount!r} {error}", number) from error
    if written is not None and not written.quantity.commodity:
        written = written._replace(quantity=written.quantity._replace(commodity=known.commodity))
    notes = [comment] if comment else []
    moved.postings.append(Posting(number, known.account(name), written, pending=status == "!", notes=notes))


def _cut(line: str) -> tuple[str, str]:
    """The line without its comment, and the comment."""
    found = _COMMENT.search(line)
    return (line[: found.start()].rstrip(), line[found.end() :].strip()) if found else (line, "")


def _is_journal(lines: Iterable[str]) -> bool:
    """Whether lines begin a journal; where no transaction is among them, whether they include another file."""
    until = ""
    is_inside = includes = False
    for line in map(str.rstrip, lines):
        if until:
            until = "" if line == until else until
        elif line in _BLOCKS:
            until = _BLOCKS[line]
        elif is_inside and line[:1].isspace() and not line.lstrip().startswith(";"):
            return _POSTING.fullmatch(line) is not None
        elif not line or line[0].isspace() or line[0] in _COMMENTS:
            continue
        elif line[0].isdecimal():
            is_inside = _HEADER.fullmatch(_cut(line)[0]) is not None
            if not is_inside:
                return False
        elif line[0] not in "~=" and not _YEAR.match(line) and line.split()[0].lstrip("!@") not in DIRECTIVES:
            return False
        else:
            is_inside = False
            includes = includes or line.lstrip("!@").startswith("include ")
    return includes
