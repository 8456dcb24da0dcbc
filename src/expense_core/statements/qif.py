"""Bank statements in QIF, Quicken's old interchange format, which other programs write too, each in its own way.

A record is lines that begin with a letter for what they say, and ends with "^". Nothing says in which order day and
month are written, nor what the decimal mark is: the whole file is read for that first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path

from expense_core import money
from expense_core.errors import ByOption, StatementAmbiguous, StatementUnreadable
from expense_core.statements import figures
from expense_core.statements.delimited import dates
from expense_core.statements.delimited.dates import OrderEvidence
from expense_core.statements.delimited.describing import one_line
from expense_core.statements.delimited.shapes import day_mask
from expense_core.statements.delimited.wording import names_balance
from expense_core.statements.row import DateOrder, LeftOut, RawRow, ReadingOptions, Shape, Stated, Unreadable, refuse
from expense_core.statements.text import Misfit, cut_off, described, encoding_of, ends_a_line, fitting, lines, opening

_QIF = re.compile(
    r"^\s*!\s*(?:type:|account|option:|clear:)"
    r"|\A\s*D\s?\d[^\n,;\t]*\n+(?:[A-Z][^\n]*\n+){0,20}?[TU][-+$]?[\d.][^\n]*\n+(?:[A-Z][^\n]*\n+){0,20}?\^",
    re.IGNORECASE | re.MULTILINE,
)
"""A header, or where some banks leave it out, a whole record."""
_BEGINS, _UNNAMED = re.compile(r"\s*D\s?\d", re.ASCII | re.IGNORECASE), "bank"
_ACCOUNT, _CLASSES, _SECURITIES = "account", "class", "invst"
_LISTS = {_ACCOUNT, _CLASSES, "cat", "tag", "memorized", "security", "prices", "budget"}
"""What is no transaction: each is a list of its own kind."""
_STATE = ("option:", "clear:")
_ORDERS = {f"option:{order}": order for order in DateOrder}
_SPLIT = "S"
_IN_SPLIT = "E$%D"
_SAMPLE = 500
_LONGEST = 5_000
"""Lines; no record has so many, however often it is split."""
_LARGEST = 1_000_000
"""Characters; as for the lines."""
_MOST_LISTED = 10_000
"""Classes, and balances to begin with: they are kept to the end of the file."""
_DATE = re.compile(r"(\d{1,4}) ?([-./]) ?(\d{1,2}) ?[-./'] ?(\d{1,4})", re.ASCII)


@dataclass
class Record:
    """What stands between two marks of an end."""

    line: int
    section: str
    order: DateOrder | None
    """What the file says about its dates: "!Option:MDY"."""
    account: str | None
    raw: list[str]
    size: int = 0
    """Characters of its lines."""
    fields: dict[str, str] = field(default_factory=dict)
    """Texts by their letters; of several, as addresses have, the first."""
    splits: list[dict[str, str]] = field(default_factory=list)

    @property
    def amount(self) -> str:
        """As it is written; U repeats T, and some programs write it alone."""
        return self.fields.get("T", self.fields.get("U", ""))

    @property
    def is_whole(self) -> bool:
        """Whether it has what no transaction is without."""
        return "D" in self.fields and bool(self.amount)

    @property
    def is_transaction(self) -> bool:
        """Whether it is about money alone, of a bank account, a card, cash or a debt."""
        return self.section not in _LISTS and self.section != _SECURITIES

    @property
    def is_opening(self) -> bool:
        """Whether it is what Quicken writes for a balance before the first transaction: a transfer to the same account.

        One of zero is a row like any other, as nothing hangs on it.
        """
        other = self.fields.get("L", "")
        named = other.startswith("[") and names_balance(self.fields.get("P", ""))
        return (named or other == f"[{self.account}]") and bool(self.amount.strip("+-0.,"))


@dataclass(frozen=True)
class QifLayout:
    """How to read one QIF file."""

    encoding: str
    rows: int
    date_order: DateOrder | None
    decimal_mark: str
    currency: str | None
    """What the caller says: the format has no place for it."""
    classes: frozenset[str]
    """The file's own classes, which it writes behind a category: "Food/Holidays"."""
    stated: tuple[Stated, ...]
    format: str = "qif"

    def summary(self) -> dict[str, str]:
        """What was understood, for a person."""
        said = {"format": "QIF", "encoding": self.encoding}
        if self.date_order:
            said["date order"] = self.date_order.value
        return said | {"decimal mark": self.decimal_mark}


def recognise(path: Path, options: ReadingOptions) -> QifLayout | None:
    """How to read the file; None where it is in another format.

    Raises:
        StatementUnreadable: it ends in the middle of a record, or a line cannot be one of a statement.
        StatementAmbiguous: no date tells whether the day or the month comes first, or no amount what its mark is.
        InvalidCurrency: the options name a currency that does not exist.
    """
    if not _QIF.search(opening(path, options)):
        return None
    expected = money.currency(options.currency).code if options.currency else None
    encoding = encoding_of(path, options.encoding)
    marks, orders, count = figures.DecimalMarks(), OrderEvidence(), 0
    declared: DateOrder | None = None
    classes: set[str] = set()
    openings: list[Record] = []
    record: Record | None = None
    for record in _records(path, encoding):
        if len(classes) + len(openings) > _MOST_LISTED:
            raise StatementUnreadable(f"line {record.line}: there is no end of classes and balances", record.line)
        if record.section == _CLASSES:
            classes.add(record.fields.get("N", ""))
        if not record.is_transaction:
            continue
        declared = record.order
        marks.add(record.amount)
        if not orders.settled:
            orders.add([_with_full_year(record.fields.get("D", ""))])
        if record.is_opening:
            openings.append(record)
        else:
            count += 1
    if record is None:
        raise StatementUnreadable(f"{path.name} is in the QIF format, but has nothing in it; download it again")
    mark = marks.settle(options.decimal_mark)
    order = options.date_order or declared or _settled(orders, mark)
    return QifLayout(
        encoding, count, order, mark, expected, frozenset(classes), tuple(_stated(openings, mark, expected))
    )


def shape(path: Path, options: ReadingOptions) -> Shape | None:
    """The kinds of accounts, the letters that every record has, and how days are written; None where it is no QIF."""
    if not _QIF.search(opening(path, options)):
        return None
    first = [
        (record.section, set(record.fields), day_mask(record.fields.get("D", "")))
        for record in islice(_records(path, encoding_of(path, options.encoding)), _SAMPLE)
        if record.is_transaction
    ]
    sections = sorted({section for section, _, _ in first})
    letters = set.intersection(*(letters for _, letters, _ in first)) if first else set()
    days = sorted({day for _, _, day in first})
    named = f"QIF of {', '.join(sections)}" if sections else "QIF"
    return Shape("qif", named, [*sections, "".join(sorted(letters)), *days])


def rows(
    path: Path, layout: QifLayout, left_out: Counter[LeftOut], unreadable: Unreadable = refuse
) -> Iterator[RawRow]:
    """The transactions of a file, one by one; one that is split among categories is one payment, and so one row.

    Raises:
        StatementUnreadable: one cannot be read; `line` says where.
    """
    for record in _records(path, layout.encoding):
        if record.section == _SECURITIES:
            left_out[LeftOut.SECURITIES] += 1
        elif record.is_transaction and record.is_opening:
            left_out[LeftOut.BALANCE] += 1
        elif record.is_transaction:
            try:
                yield _row(record, layout)
            except Misfit as misfit:
                unreadable(misfit.on_line(record.line), record.raw)


def _records(path: Path, encoding: str) -> Iterator[Record]:
    """Every record of the file, of whatever section."""
    section, order, account = "", None, None
    record: Record | None = None
    for number, line in lines(path, encoding):
        if line.lstrip().startswith("!"):
            header = line.strip()[1:].strip().casefold().removeprefix("type:").strip()
            if record is not None:
                yield record
                record = None
            section = section if header.startswith(_STATE) else header
            order = _ORDERS.get(header, order)
            continue
        section = section or (_UNNAMED if _BEGINS.match(line) else "")
        if not line.strip() or not section:
            continue
        if line.startswith("^"):
            if record is not None:
                if section == _ACCOUNT:
                    account = record.fields.get("N")
                yield record
            record = None
            continue
        record = record or Record(number, section, order, account, [])
        _add(record, line)
        record.size += len(line)
        if len(record.raw) > _LONGEST or record.size > _LARGEST:
            raise StatementUnreadable(
                f"the record on line {record.line} of {path.name} does not end; is it QIF?", record.line
            )
    yield from _last(record, path)


def _last(record: Record | None, path: Path) -> Iterator[Record]:
    """The record that nothing ends, if there is one: some programs end only what is followed by another one.

    Raises:
        StatementUnreadable: it has no day or no amount, or the last line is not whole.
    """
    if record is not None:
        if not (record.is_whole and ends_a_line(path)):
            raise cut_off(path, record.line, "record")
        yield record


def _add(record: Record, line: str) -> None:
    """Take in a line of a record."""
    record.raw.append(line)
    letter, text = line[0].upper(), line[1:].strip()
    if letter == _SPLIT:
        record.splits.append({letter: text})
    elif record.splits and letter in _IN_SPLIT:
        record.splits[-1].setdefault(letter, text)
    elif letter == "A" and letter in record.fields:
        record.fields[letter] += f"\n{text}"
    else:
        record.fields.setdefault(letter, text)


def _settled(orders: OrderEvidence, mark: str) -> DateOrder | None:
    """The order of day and month that the dates of the file leave open, if any of them needs one.

    Raises:
        StatementAmbiguous: they leave open more than one.
    """
    if orders.example is None:
        return None
    possible = orders.possible(decimal_comma=mark == ",")
    if len(possible) <= 1:  # none, where no date is possible: the reading names its line
        return next(iter(possible), DateOrder.DMY)
    choices = sorted(possible)
    raise StatementAmbiguous(
        (
            f"Which of day (d), month (m) and year (y) is first in {orders.example!r}? No date in the file tells",
            ByOption(f"; say it with --date-order {' or '.join(choices)}"),
        ),
        "date_order",
        choices,
    )


def _stated(openings: Sequence[Record], mark: str, currency: str | None) -> Iterator[Stated]:
    """The balances that accounts begin with."""
    for record in openings:
        try:
            yield Stated(record.account, currency, opening=figures.read(record.amount, mark))
        except ValueError as error:
            raise Misfit(record.amount, error).on_line(record.line) from error


def _row(record: Record, layout: QifLayout) -> RawRow:
    """The row of a transaction.

    Raises:
        Misfit: it has no date or no amount that can be read.
    """
    fields = record.fields
    payee, memo = one_line(fields.get("P", "")), one_line(fields.get("M", ""))
    category, told = _category(record, layout.classes)
    return RawRow(
        line=record.line,
        booked_on=fitting(partial(_day, order=layout.date_order), fields.get("D", "")),
        value_on=None,
        amount=fitting(partial(figures.read, mark=layout.decimal_mark), record.amount),
        currency=layout.currency,
        description=described(payee, memo) or category or one_line(told),
        category=category,
        bank_id=None,
        pending=False,
        notes="\n".join(filter(None, (_number(fields), told, fields.get("A", ""), _shares(record)))),
        payee=payee,
        account=record.account,
        raw=tuple(record.raw),
    )


def _with_full_year(text: str) -> str:
    """A date whose parts are apart by one mark: Quicken writes 2005 as "1/ 2' 5", and 1999 as "1/ 2/99"."""
    found = _DATE.fullmatch(text.strip())
    return f"{found[1]}{found[2]}{found[3]}{found[2]}{found[4]:0>2}" if found else text


def _day(text: str, order: DateOrder | None) -> date:
    return dates.read(_with_full_year(text), order)


def _category(record: Record, classes: frozenset[str]) -> tuple[str | None, str]:
    """The category of all of it, if it has one, and what else stood in its place: a transfer's other account, a class.

    "--Split--" is what some programs write where there are several.
    """
    named = {split[_SPLIT] for split in record.splits} or {record.fields.get("L", "")}
    if len(named) > 1:
        return None, ""
    (text,) = named
    if text.startswith("[") and "]" in text:
        return None, f"transfer: {text[1:].partition(']')[0]}"
    name, stroke, last = text.rpartition("/")
    if stroke and last in classes:
        return name or None, f"class: {last}"
    return (None if text.startswith("--") else text or None), ""


def _number(fields: Mapping[str, str]) -> str:
    """The number of a check, or a word in its place."""
    number = fields.get("N", "")
    return f"check {number}" if number.isdecimal() else number


def _shares(record: Record) -> str:
    """What went to each category, a line for each."""
    parts = ((split[_SPLIT], split.get("$", ""), split.get("E", "")) for split in record.splits)
    return "\n".join(" ".join(filter(None, part)) for part in parts)
