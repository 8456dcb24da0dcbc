"""Journals of Beancount, by beancount.github.io/docs/beancount_language_syntax.html."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from expense_core.errors import StatementUnreadable
from expense_core.statements.delimited.describing import one_line
from expense_core.statements.journals import text
from expense_core.statements.journals.accounts import Kind
from expense_core.statements.journals.arithmetic import worked_out
from expense_core.statements.journals.directives import Directives
from expense_core.statements.journals.layout import JournalLayout, shaped, understood
from expense_core.statements.journals.quantities import parse
from expense_core.statements.journals.transactions import Posting, Transaction
from expense_core.statements.row import LeftOut, RawRow, ReadingOptions, Shape, Unreadable, refuse

_DAY = r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})"
_HEADER = re.compile(rf'{_DAY}\s+(txn|[*!&#?%A-Z])((?:\s+(?:\|\s+)?"(?:[^"\\]|\\.)*"){{0,2}})((?:\s+[#^][\w/.-]+)*)')
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_SAID = re.compile(r'(?:[^";]|"(?:[^"\\]|\\.)*+")*+')
"""All before a comment; where a text does not end, all before that."""
_DATED = re.compile(
    rf"{_DAY}\s+(?:(?:open|close|balance|pad|note|document)\s+[^\W\d_a-z][^\s:]*:.*|(?:commodity|price)\s+[A-Z].*"
    r'|(?:event|query|custom)\s+".*)'
)
_OPTION = re.compile(r'(option|include|plugin)\s+"([^"]*)"(?:\s+"([^"]*)")?.*|(?:push|pop)(?:tag|meta)\s.*')
_POSTING = re.compile(r"\s+(?:([*!&#?%A-Z])\s+)?([^\W\d_a-z][\w-]*(?::[^\W_a-z][\w-]*)+)(?:\s+(.*))?")
_META = re.compile(r"\s+[a-z][\w-]*:.*")
_KINDS = {"name_expenses": Kind.EXPENSES, "name_income": Kind.INCOME}
_MOST_LINES = 10_000
"""Of one transaction."""


def recognise(path: Path, options: ReadingOptions) -> JournalLayout | None:
    """How to read the file, if its first lines are those of Beancount.

    Raises:
        StatementUnreadable: it is damaged, or its expenses are in other files that it includes.
        StatementAmbiguous: none of its accounts is one of expenses.
        InvalidCurrency: the options name a currency that does not exist.
    """
    if options.columns or options.header_line is not None or not _is_journal(text.beginning(path)):
        return None
    return understood("beancount", "a Beancount journal", path, options, transactions)


def shape(path: Path, options: ReadingOptions) -> Shape | None:
    """What it has in common with the next one of the same book; None where it is no such journal."""
    if options.columns or options.header_line is not None or not _is_journal(text.beginning(path)):
        return None
    return shaped("beancount", path, options, transactions)


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
    """The transactions of the journal, one by one.

    Raises:
        StatementUnreadable: a transaction cannot be read; `line` says which.
    """
    known.marks.declared = "."
    moved: Transaction | None = None
    for number, line in text.lines(path, encoding):
        try:
            if line[:1] in (" ", "\t"):
                if moved is not None:
                    _add(moved, number, line)
                continue
            if moved is not None:
                yield moved
                moved = None
            if line[:1].isdecimal() and not _DATED.fullmatch(line):
                moved = _transaction(number, line)
            elif found := _OPTION.fullmatch(line):
                _take(known, *found.groups())
        except StatementUnreadable as error:
            unreadable(error, [line])
            moved = None
    if moved is not None:
        yield moved


def _transaction(number: int, line: str) -> Transaction:
    """The first line of one.

    Raises:
        StatementUnreadable: it is none, or there is no such day.
    """
    said, comment = _cut(line)
    found = _HEADER.fullmatch(said)
    if found is None:
        raise StatementUnreadable(
            f'line {number} is no transaction: one begins like 2026-11-03 * "Payee" "What for", on a single line',
            number,
        )
    year, month, day, flag, quoted, marks = found.groups()
    try:
        booked_on = date(int(year), int(month), int(day))
    except ValueError as error:
        raise StatementUnreadable(f"line {number}: {year}-{month}-{day} is no day of the calendar", number) from error
    said_of = [one_line(re.sub(r"\\(.)", r"\1", one)) for one in _TEXT.findall(quoted)]
    notes = [" ".join(marks.split()), comment]
    return Transaction(
        number,
        booked_on,
        pending=flag == "!",
        payee=said_of[0] if len(said_of) > 1 else "",
        purpose=said_of[-1] if said_of else "",
        notes=list(filter(None, notes)),
        raw=[line],
    )


def _add(moved: Transaction, number: int, line: str) -> None:
    """Add a posting to its transaction, or what is said about it to its notes.

    Raises:
        StatementUnreadable: its amount is none, or there are far too many.
    """
    moved.raw.append(line)
    if len(moved.raw) > _MOST_LINES:
        raise StatementUnreadable(f"the transaction of line {moved.line} is far too long", number)
    said, comment = _cut(line)
    found = _POSTING.fullmatch(said)
    if found is None:
        if said.strip() and not _META.fullmatch(said) and said.lstrip()[0] not in "#^":
            raise StatementUnreadable(f"line {number} is no posting: {said.strip()!r}", number)
        told = (said.strip(), comment)
        (moved.postings[-1].notes if moved.postings else moved.notes).extend(filter(None, told))
        return
    flag, name, amount = found.groups()
    try:
        result = worked_out(amount) if amount else None
        written = parse(result, at_cost=True)._replace(is_computed=result != amount) if result else None
    except ValueError as error:
        raise StatementUnreadable(f"line {number}: {amount!r} {error}", number) from error
    notes = [comment] if comment else []
    moved.postings.append(Posting(number, name, written, pending=flag == "!", notes=notes))


def _take(known: Directives, word: str | None, name: str, value: str | None) -> None:
    """Take in an option, or a file that is included."""
    if word == "include":
        known.included.append(name)
    elif word == "option" and name in _KINDS and value:
        known.kinds[value] = _KINDS[name]


def _cut(line: str) -> tuple[str, str]:
    """The line without its comment, and the comment: what is behind a semicolon that is in no text."""
    found = _SAID.match(line)
    end = found.end() if found else 0
    return (line[:end].rstrip(), line[end + 1 :].strip()) if line[end : end + 1] == ";" else (line, "")


def _is_journal(lines: Iterable[str]) -> bool:
    """Whether lines begin a journal; where no transaction is among them, whether it has options or opens accounts."""
    shown = False
    for line in map(str.rstrip, lines):
        if not line or not line[0].isalnum():
            continue
        if _DATED.fullmatch(line) or _OPTION.fullmatch(line):
            shown = True
        else:
            found = _HEADER.fullmatch(_cut(line)[0])
            return found is not None and ('"' in found[0] or shown or found[4] == "txn")
    return shown
