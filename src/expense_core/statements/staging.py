"""What an import makes of each row of a statement, and which of them it has made before.

The rows go through a temporary table, so that memory does not grow with the file and the database itself finds the
duplicates: the k-th equal row of the file is the k-th equal row that was imported before. Twins of one day are both
kept, and a file that overlaps an earlier one adds only what the earlier one had not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import blake2b
from itertools import islice

from pydantic import ValidationError
from sqlalchemy import Column, Date, Integer, LargeBinary, MetaData, Select, String, Table, func, select
from sqlmodel import Session

from expense_core import money, payees
from expense_core.bulk import Value
from expense_core.categories import EXPENSES
from expense_core.database import now
from expense_core.errors import Invalid, StatementUnreadable
from expense_core.journal import ENTRIES
from expense_core.ledgers import LEDGERS, Access
from expense_core.statements import units
from expense_core.statements.categorising import Categorising
from expense_core.statements.row import RawRow
from expense_core.statements.verdicts import Origin, Verdict
from expense_core.statements.wanted import Wanted
from expense_core.tables import CategoryCreate
from expense_core.tables.columns import BIG, Money
from expense_core.tables.text import fold, searchable, storable

STAGED = Table(
    "staged_rows",
    MetaData(),
    Column("line", BIG, primary_key=True, autoincrement=False),
    Column("import_key", LargeBinary, nullable=False),
    Column("amount", Money, nullable=False),
    Column("currency", String, nullable=False),
    Column("description", String, nullable=False),
    Column("notes", String, nullable=False),
    Column("search_text", String, nullable=False),
    Column("spent_on", Date, nullable=False),
    Column("category", Integer),
    Column("unbooked", Integer, nullable=False, server_default="0"),
    Column("is_pending", Integer, nullable=False, server_default="0"),
    prefixes=["TEMPORARY"],
)
"""The expenses that a file would make; `category` counts the file's category names in the order of their first row.

`unbooked` is 1 where the bank has not booked a row and such rows are not wanted: one that is taken all the same is
counted behind its equals, as it is in the file only until one of them takes its place. `is_pending` tells a look of
it, wanted or not.
"""

_BATCH = 500
"""Rows at a time."""
_DESCRIPTION_LENGTH = 500
_NOTES_LENGTH = 10_000
_FIRST_DAY = date(1900, 1, 1)
_AHEAD = timedelta(days=2 * 366)
"""No bank lists payments of later days: 2567 is 2024 in Thailand, and so is 67."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody decided about single rows of a statement, each by its line."""

    leave: Collection[int] = ()
    """Those that do not come in, whatever they are."""
    take: Collection[int] = ()
    """Those that do, of what is not wanted, such as money in, and of what may be in the book already."""
    categories: Mapping[int, str] = field(default_factory=dict)
    """The name of the category that takes the place of the bank's, or of a proposed one; empty: none."""

    def pass_over(self, error: StatementUnreadable, cells: Sequence[str]) -> None:  # noqa: ARG002 - as `Unreadable` has it
        """Let go of a line that cannot be read, for `statements.rows`, where it is one that does not come in.

        Raises:
            StatementUnreadable: it is none of those.
        """
        if error.line not in self.leave:
            raise error


class Names:
    """The category names of a file and those proposed, each by its number in the order of their first row."""

    def __init__(self) -> None:
        self.spelled: list[str] = []
        self.origins: list[Origin] = []
        self._numbers: dict[str, int] = {}
        self._proposed: dict[tuple[str, Origin], int] = {}

    def number(self, name: str, line: int) -> int:
        """The number of a name, in any letter case.

        Raises:
            StatementUnreadable: no category can have it.
        """
        number = self._numbers.get(name)
        if number is None:
            try:
                known = CategoryCreate(name=name).name
            except ValidationError as error:
                why = Invalid.from_validation(error)
                told = f"line {line}: its category cannot be one ({why}); read the file without its categories"
                raise StatementUnreadable(told, line) from error
            number = self._numbers[name] = self._numbers.setdefault(fold(known), len(self.spelled))
            if number == len(self.spelled):
                self.spelled.append(known)
                self.origins.append(Origin.FILE)
        return number

    def proposed(self, named: tuple[str, Origin]) -> int:
        """The number of the name of a category that the ledger has, which is another one than the file's own."""
        number = self._proposed.setdefault(named, len(self.spelled))
        if number == len(self.spelled):
            self.spelled.append(named[0])
            self.origins.append(named[1])
        return number


class Staging:
    """Makes of the rows of one file what goes into the temporary table.

    Arguments:
        wanted: which rows come in where nobody takes or leaves them.
        whole: those that do not are in the table too, for a look at what becomes of each.
        categorise: rules are applied, and a row without a category gets the one that was chosen before.
        clean_payees: a row is called by its payee alone, and the file's own text goes into its notes.
    """

    def __init__(
        self,
        session: Session,
        access: Access,
        *,
        wanted: Wanted,
        choices: Choices,
        whole: bool = False,
        categorise: bool = True,
        clean_payees: bool = False,
    ) -> None:
        self.names = Names()
        self._currency = access.currency
        self._latest = now(session).date() + _AHEAD
        self._wanted = wanted
        self._leaves_pending = not wanted.pending
        self._is_whole = whole
        self._sifts = not whole and (self._leaves_pending or wanted.only_currency is not None)
        self._takes_credits = whole or wanted.credits
        self._choices = choices
        self._categorising = Categorising(session, access) if categorise else None
        self._clean_payees = clean_payees
        self._days: dict[date, str] = {}
        """What days are written like: there are no more than 50,000 in what a statement can be of."""
        self._chosen = bool(choices.leave or choices.take or choices.categories)
        self.untaken: defaultdict[Verdict, list[int]] = defaultdict(list)
        """Lines that are in the table only to be counted among their equals, of which some are taken; by why so."""

    def staged(self, row: RawRow) -> tuple[Value, ...] | Verdict:
        """What a row comes in as, unless it was imported before; or why it stays out.

        Raises:
            StatementUnreadable: it cannot be an expense; the message says which line and why.
            StatementAmbiguous: its currency is a sign such as "kr", and the ledger's own is not written so.
        """
        if not row.amount:
            return Verdict.ZERO
        if (self._sifts or (row.amount > 0 and not self._takes_credits)) and row.line not in self._choices.take:
            why = self.why_not(row)
            if why is not None:
                return self._untaken(row, why)
        if not self._chosen:
            return self._values(row)
        if row.line in self._choices.categories:
            row = row._replace(category=self._choices.categories[row.line])
        try:
            return self._values(row, settled=row.line in self._choices.categories)
        except StatementUnreadable:
            if row.line in self._choices.leave:
                return Verdict.UNCLEAR
            raise

    def why_not(self, row: RawRow) -> Verdict | None:
        """Why a row stays out where nobody takes it; None of one that comes in.

        Raises:
            StatementAmbiguous: as `staged` does.
        """
        currency = ""
        if self._wanted.only_currency is not None:  # elsewhere nobody has to say what "kr" is of a row that stays out
            currency = units.at_home(row.currency or self._currency, self._currency)
        return self._wanted.why_not(is_credit=row.amount > 0, is_pending=row.pending, currency=currency)

    def _untaken(self, row: RawRow, why: Verdict) -> tuple[Value, ...] | Verdict:
        if not self._choices.take:
            return why
        try:
            values = self._values(row._replace(category=None), settled=True)
        except StatementUnreadable:
            return why
        self.untaken[why].append(row.line)
        return values

    def _values(self, row: RawRow, *, settled: bool = False) -> tuple[Value, ...] | Verdict:
        """The row's values; one whose category is settled keeps it, and no rule leaves it out."""
        day = row.booked_on
        currency = units.at_home(row.currency, self._currency) if row.currency else self._currency
        try:
            amount = money.check(-row.amount, currency)
        except Invalid as error:
            raise StatementUnreadable(f"line {row.line}: {error}", row.line) from error
        look_of_day = self._days.get(day) or self._look_of(day, row.line)
        description, notes = storable(row.description), _paragraphs(row.notes) if row.notes else ""
        if len(description) > _DESCRIPTION_LENGTH:
            whole = f"{description}\n{notes}" if notes else description
            description, notes = _cut(description, _DESCRIPTION_LENGTH), _cut(whole, _NOTES_LENGTH)
        # A bank's own id stands for the text, which the bank may word anew. It does not stand for amount and day, as
        # some banks have one id for a transfer and its fee, and others count from 1 in every file.
        named = row.bank_id or f"\n{row.description}"
        look = f"{look_of_day}\n{amount!s}\n{currency}\n{named}"
        # What an expense is known by when it comes again: keys of near days stand near to each other in the index.
        hashed = blake2b(look.encode(errors="surrogatepass"), digest_size=12).digest()
        key = day.toordinal().to_bytes(4) + hashed
        category = self.names.number(row.category, row.line) if row.category else None
        text = description
        if self._clean_payees and description:
            payee = _cut(payees.clean(storable(row.payee) or description), _DESCRIPTION_LENGTH)
            if payee != description:
                description, notes = payee, _cut(f"{description}\n{notes}" if notes else description, _NOTES_LENGTH)
        if self._categorising is not None and (self._categorising.has_rules or (category is None and not settled)):
            rule = self._categorising.rule(row, amount, text, notes) if self._categorising.has_rules else None
            if rule is not None and rule.skip and not settled:
                return Verdict.RULED_OUT
            is_named = category is not None
            proposed = None if settled else self._categorising.category(rule, text, is_named=is_named)
            if proposed is not None:
                category = self.names.proposed(proposed)
            if rule is not None:
                description = rule.description or description
                notes = _cut("\n".join(filter(None, (notes, rule.notes))), _NOTES_LENGTH)
        found = searchable(description, notes)
        made = row.line, key, amount, currency, description, notes, found, day, category
        if self._is_whole:
            return (*made, int(row.pending and self._leaves_pending), int(row.pending))
        return (*made, int(row.pending)) if self._leaves_pending else made

    def _look_of(self, day: date, line: int) -> str:
        """How a day is written that an expense can be of.

        Raises:
            StatementUnreadable: it cannot.
        """
        if not day >= _FIRST_DAY:
            raise StatementUnreadable(f"line {line}: {day} is before {_FIRST_DAY}", line)
        if day > self._latest:
            raise StatementUnreadable(
                f"line {line}: {day} is years ahead; say in which order its dates are, unless it is the calendar",
                line,
            )
        return self._days.setdefault(day, day.isoformat())


def batches(rows: Iterable[RawRow]) -> Iterator[list[RawRow]]:
    """The rows, some hundred at a time."""
    iterator = iter(rows)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


def lock(session: Session, access: Access) -> None:
    """Wait for whoever imports into this ledger at the same time, perhaps the same file; nobody else has to wait."""
    mine = select(LEDGERS.c.id).where(LEDGERS.c.id == access.ledger_id)
    session.execute(mine.with_for_update(key_share=True))


def duplicates(access: Access) -> Select[tuple[int]]:
    """The lines of what was imported before."""
    # Not a join with the entries: before PostgreSQL has statistics of a fresh table, it might begin at its wrong end.
    undone = select(ENTRIES.c.id).where(ENTRIES.c.ledger_id == access.ledger_id, ENTRIES.c.undone_at.is_not(None))
    times_before = (
        select(func.count())
        .select_from(EXPENSES)
        .where(
            EXPENSES.c.ledger_id == access.ledger_id,
            EXPENSES.c.import_key == STAGED.c.import_key,
            EXPENSES.c.entry_id.not_in(undone),
        )
        .scalar_subquery()
    )
    equals = STAGED.c.line, STAGED.c.import_key, STAGED.c.unbooked
    known = select(*equals, times_before.label("before")).subquery()
    nth = func.row_number().over(partition_by=known.c.import_key, order_by=(known.c.unbooked, known.c.line))
    numbered = select(known.c.line, known.c.before, nth.label("nth")).where(known.c.before > 0).subquery()
    return select(numbered.c.line).where(numbered.c.nth <= numbered.c.before)


def _paragraphs(text: str) -> str:
    """The text with its lines and tabs, and U+FFFD in the place of what cannot be stored."""
    return "\n".join("\t".join(map(storable, line.split("\t"))) for line in text.splitlines())


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
