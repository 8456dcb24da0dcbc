"""Which expenses of the book the rows of a statement are, and which they may be.

A row may be an expense that was recorded by hand, or that came out of another kind of file: the amount and the currency
are the same, and the day is near. Two rows of one kind of file are never taken for one in this way: what a bank
lists twice was paid twice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice, product
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    Date,
    Integer,
    Join,
    MetaData,
    String,
    Table,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.schema import CreateTable, DropTable
from sqlmodel import Session

from expense_core import journal
from expense_core.bulk import load
from expense_core.categories import EXPENSES, in_book
from expense_core.journal import ENTRIES
from expense_core.ledgers import Access
from expense_core.statements.staging import STAGED
from expense_core.statements.verdicts import Verdict
from expense_core.statements.wanted import Wanted
from expense_core.tables import Action
from expense_core.tables.columns import BIG, Money, as_amount
from expense_core.tables.text import fold

MATCHED = Table(
    "staged_matches",
    MetaData(),
    Column("line", BIG, primary_key=True, autoincrement=False),
    Column("expense_id", BIG, nullable=False),
    Column("verdict", String, nullable=False),
    prefixes=["TEMPORARY"],
)
"""The rows that are in the book already, or may be."""
_OTHERS = Table(
    "staged_others",
    MetaData(),
    Column("id", BIG, primary_key=True, autoincrement=False),
    Column("currency", String, nullable=False),
    Column("amount", Money, nullable=False),
    Column("spent_on", Date, nullable=False),
    Column("description", String, nullable=False),
    Column("by_hand", Integer, nullable=False),
    prefixes=["TEMPORARY"],
)
"""The expenses that a row may be."""

NEAR = timedelta(days=4)
"""How far apart a payment and its booking are, over a weekend."""
_MOST_TOGETHER = 50_000
"""Rows and expenses of one amount that are looked at together."""
_AT_ONCE = 1_000
_WORD = re.compile(r"[^\W\d_]{3,}")
_ANY = ""
"""In the place of a word: what a row without words may be."""
_BY_ANY_WORDS = " "
"""What a row may be whatever its words are."""


@dataclass(slots=True)
class KnownExpense:
    """An expense of the book that a row is, or may be."""

    id: int
    spent_on: date
    amount: Decimal
    currency: str
    description: str
    in_trash: bool


class _One(NamedTuple):
    """A row by its line, or an expense by its id."""

    number: int
    spent_on: date
    description: str
    by_hand: int


def begin(session: Session) -> None:
    """Make the temporary tables; they go with `end`, or with the transaction that is rolled back."""
    session.execute(CreateTable(MATCHED))
    session.execute(CreateTable(_OTHERS))


def end(session: Session) -> None:
    """Take the temporary tables away."""
    session.execute(DropTable(_OTHERS))
    session.execute(DropTable(MATCHED))


def put_others_aside(session: Session, access: Access, kind: str | None) -> bool:
    """Copy the expenses that a row may be; whether there are any. No row that was staged may be gone yet.

    What is known by its key is no matter of likeness: it stays out of this.

    Arguments:
        kind: what kind of file the rows are out of, see `formats.kind`.
    """
    mine = ENTRIES.c.ledger_id == access.ledger_id
    by_hand = ENTRIES.c.action.in_([Action.RECORD, Action.BATCH])
    another = and_(ENTRIES.c.action == Action.IMPORT, ENTRIES.c.source.is_distinct_from(kind))
    if session.scalar(select(ENTRIES.c.id).where(mine, or_(by_hand, another)).limit(1)) is None:
        return False
    first, last = session.execute(select(func.min(STAGED.c.spent_on), func.max(STAGED.c.spent_on))).one()
    if first is None:
        return False
    is_by_hand = EXPENSES.c.import_key.is_(None)
    found = select(
        EXPENSES.c.id,
        EXPENSES.c.currency,
        EXPENSES.c.amount,
        EXPENSES.c.spent_on,
        EXPENSES.c.description,
        case((is_by_hand, 1), else_=0),
    ).where(
        EXPENSES.c.ledger_id == access.ledger_id,
        EXPENSES.c.deleted_at.is_(None),
        EXPENSES.c.spent_on.between(first - NEAR, last + NEAR),
        EXPENSES.c.amount.in_(select(STAGED.c.amount)),
        or_(is_by_hand, EXPENSES.c.entry_id.in_(select(ENTRIES.c.id).where(mine, another))),
    )
    count = journal.row_count(session, insert(_OTHERS).from_select(_OTHERS.c.keys(), found))
    if not count:
        return False
    # Not a join: SQLite would go through all the rows for every expense.
    by_key = select(EXPENSES.c.id).where(
        EXPENSES.c.ledger_id == access.ledger_id, EXPENSES.c.import_key.in_(select(STAGED.c.import_key))
    )
    return journal.row_count(session, delete(_OTHERS).where(_OTHERS.c.id.in_(by_key))) < count


def match_duplicates(session: Session, access: Access) -> None:
    """Find for each row that was imported before which expense it is: for the k-th equal row the k-th equal expense."""
    nth = func.row_number().over(partition_by=STAGED.c.import_key, order_by=(STAGED.c.unbooked, STAGED.c.line))
    kth = func.row_number().over(partition_by=EXPENSES.c.import_key, order_by=EXPENSES.c.id)
    rows = select(literal(0).label("is_known"), STAGED.c.line.label("number"), STAGED.c.import_key, nth.label("nth"))
    before = select(literal(1), EXPENSES.c.id, EXPENSES.c.import_key, kth).where(
        EXPENSES.c.ledger_id == access.ledger_id,
        EXPENSES.c.import_key.in_(select(STAGED.c.import_key)),
        in_book(),
    )
    # Not a join: SQLite would go through all the expenses for every row.
    both = union_all(rows, before).subquery()
    in_order = select(both).order_by(both.c.import_key, both.c.nth, both.c.is_known)
    found = session.execute(in_order.execution_options(yield_per=_AT_ONCE))
    _keep(session, Verdict.DUPLICATE, _equal(found))


def match_others(session: Session, wanted: Wanted, take: Collection[int] = ()) -> int:
    """Find the rows that may be one of the expenses that were put aside, each of which is matched once; how many.

    Arguments:
        wanted: only these rows are looked at.
        take: lines that come in whatever they may be.
    """
    found = _pairs(_in_order(session, wanted))
    return _keep(session, Verdict.PERHAPS, (pair for pair in found if pair[0] not in take))


def leave_matched(session: Session) -> None:
    """Let go of the rows that were matched."""
    session.execute(delete(STAGED).where(STAGED.c.line.in_(select(MATCHED.c.line))))


def source(access: Access) -> Join:
    """The staged rows, each beside the expense that it is or may be."""
    is_known = and_(EXPENSES.c.ledger_id == access.ledger_id, EXPENSES.c.id == MATCHED.c.expense_id)
    return STAGED.outerjoin(MATCHED, MATCHED.c.line == STAGED.c.line).outerjoin(EXPENSES, is_known)


KNOWN = tuple(EXPENSES.c[name] for name in ("id", "spent_on", "amount", "currency", "description", "deleted_at"))
"""What `known` makes an expense of."""


def known(columns: Sequence[Any]) -> KnownExpense | None:  # Any: what `KNOWN` selects
    """The expense beside a row, if there is one."""
    expense_id, spent_on, amount, currency, description, deleted_at = columns
    if expense_id is None:
        return None
    return KnownExpense(
        expense_id, spent_on, as_amount(amount, currency), currency, description, in_trash=deleted_at is not None
    )


def _keep(session: Session, verdict: Verdict, found: Iterable[tuple[int, int]]) -> int:
    """Write down which line is which expense; how many they are."""
    count, wanted = 0, iter(found)
    while some := list(islice(wanted, _AT_ONCE)):
        load(session, MATCHED, [(line, expense_id, verdict.value) for line, expense_id in some])
        count += len(some)
    return count


def _equal(found: Iterable[Sequence[Any]]) -> Iterator[tuple[int, int]]:  # Any: a row's
    """Each line with the expense that comes behind it, if that has its key and is as many equal ones on."""
    line, key, nth = 0, None, 0
    for is_known, number, this_key, this_nth in found:
        if not is_known:
            line, key, nth = number, this_key, this_nth
        elif (this_key, this_nth) == (key, nth):
            yield line, number


def _in_order(session: Session, wanted: Wanted) -> Iterator[Sequence[Any]]:  # Any: a row's
    """Rows and expenses together, those of one amount beside each other, by their days."""
    rows = (
        select(
            literal(0).label("is_other"),
            STAGED.c.line.label("number"),
            STAGED.c.currency,
            STAGED.c.amount,
            STAGED.c.spent_on,
            STAGED.c.description,
            literal(0).label("by_hand"),
        )
        .select_from(STAGED.outerjoin(MATCHED, MATCHED.c.line == STAGED.c.line))
        .where(MATCHED.c.line.is_(None), STAGED.c.amount.in_(select(_OTHERS.c.amount)))
        .where(STAGED.c.unbooked == 0)
    )
    if not wanted.credits:
        rows = rows.where(STAGED.c.amount > Decimal(0))
    if wanted.only_currency is not None:
        rows = rows.where(STAGED.c.currency == wanted.only_currency)
    both = union_all(rows, select(literal(1), *_OTHERS.c)).subquery()
    in_order = select(both).order_by(both.c.currency, both.c.amount, both.c.spent_on, both.c.number)
    yield from session.execute(in_order.execution_options(yield_per=_AT_ONCE))


def _pairs(found: Iterable[Sequence[Any]]) -> Iterator[tuple[int, int]]:  # Any: a row's
    """Each line with the expense that it may be."""
    rows: list[_One] = []
    others: list[_One] = []
    before: Sequence[Any] | None = None
    for one in found:
        is_other, number, currency, amount, spent_on, description, by_hand = one
        if before is not None and (
            (currency, amount) != (before[2], before[3])
            or spent_on - before[4] > NEAR
            or len(rows) + len(others) >= _MOST_TOGETHER
        ):
            yield from _closest(rows, others)
            rows, others = [], []
        (others if is_other else rows).append(_One(number, spent_on, description, by_hand))
        before = one
    yield from _closest(rows, others)


def _closest(rows: Sequence[_One], others: Sequence[_One]) -> Iterator[tuple[int, int]]:
    """Rows and expenses of one amount, two by two: those with a word in common first, and of these the nearest days.

    People write "Lunch" where a bank writes who got the money; two banks write who it was, so that there is a word in
    common, unless one of them writes nothing.
    """
    if not rows or not others:
        return
    known = _by_words(others)
    taken: set[int] = set()
    waiting = [(row.number, row.spent_on.toordinal(), _words(row.description)) for row in sorted(rows)]
    for is_alike, apart in product((True, False), range(NEAR.days + 1)):
        left = []
        for line, day, words in waiting:
            wanted = words if is_alike else (_BY_ANY_WORDS if words else _ANY,)
            near = [known[one] for one in {day - apart, day + apart} if one in known]
            found = [one for ids in near for word in wanted if (one := _first(ids.get(word), taken)) is not None]
            if found:
                taken.add(min(found))
                yield line, min(found)
            else:
                left.append((line, day, words))
        if not left:
            break
        waiting = left


def _by_words(others: Sequence[_One]) -> dict[int, dict[str, list[int]]]:
    """The ids of expenses by their day and each of their words, the lowest one last."""
    known: dict[int, dict[str, list[int]]] = {}
    for other in sorted(others, reverse=True):
        words = _words(other.description)
        on_day = known.setdefault(other.spent_on.toordinal(), {})
        for word in (*words, _ANY, _BY_ANY_WORDS) if other.by_hand or not words else (*words, _ANY):
            on_day.setdefault(word, []).append(other.number)
    return known


def _first(ids: list[int] | None, taken: Collection[int]) -> int | None:
    """The last of these ids that is not taken; those behind it are let go."""
    while ids and ids[-1] in taken:
        ids.pop()
    return ids[-1] if ids else None


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(text)))
