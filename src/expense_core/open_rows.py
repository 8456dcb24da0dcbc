"""The rows of open imports: what would become of each, and deciding what does."""

from __future__ import annotations

import builtins
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, func, or_, select, tuple_, update
from sqlmodel import Session

from expense_core import imports, money
from expense_core.bulk import Value, load
from expense_core.categories import EXPENSES
from expense_core.errors import FieldError, ImportClosed, Invalid
from expense_core.imports_view import COMES_IN, IMPORTS, ROWS, Import, missing, there
from expense_core.ledgers import Access
from expense_core.pages import Page
from expense_core.statements import matching
from expense_core.statements.matching import KNOWN, KnownExpense
from expense_core.statements.previewing import PreviewedRow
from expense_core.statements.staging import Choices
from expense_core.statements.verdicts import Origin, Verdict
from expense_core.tables import Role
from expense_core.tables.columns import SCALE, as_amount
from expense_core.tables.inputs import Input
from expense_core.tables.text import CategoryNameOrNone, storable

MOST = 1_000
"""Rows of a page, and rows that are decided on at a time."""

_NEVER: Mapping[Verdict, str] = {
    Verdict.DUPLICATE: "it was imported before",
    Verdict.ZERO: "no money moved",
    Verdict.UNCLEAR: "it cannot be an expense",
}
"""What does not come in whatever anybody says, and why."""
_NAMED = 3
_LONGEST = 500
_CURSOR = re.compile(r"([0-9]{1,18})\.([0-9]{1,9})")


class RowDecision(Input):
    """What is to be done with the row of a line."""

    line: int
    """Where it begins in the file."""
    take: bool | None = None
    """Whether it comes in; left as it was when not given."""
    category: CategoryNameOrNone | None = None
    """The name of the category that it gets, empty for none; left as it was when not given."""


class VerdictDecision(Input):
    """What is to be done with all rows of a verdict."""

    verdict: Verdict
    """Which rows."""
    take: bool | None = None
    """Whether they come in; left as it was when not given."""
    category: CategoryNameOrNone | None = None
    """The name of the category that they get, empty for none; left as it was when not given."""


@dataclass(slots=True)
class OpenRow:
    """A row of an open import, and what would become of it."""

    line: int
    """Where it begins in the file, counted from 1."""
    spent_on: date | None
    amount: Decimal | None
    """Positive: money spent."""
    currency: str
    description: str
    category: str | None
    category_from: str | None
    """Who says so: see `verdicts.Origin`."""
    verdict: Verdict
    why: str
    """What is wrong with a row that is unclear, and where."""
    comes_in: bool
    """Whether it comes in, as it is decided now."""
    known: KnownExpense | None
    """The expense that it is, or may be."""


def list(  # noqa: A001 - `open_rows.list` reads as it should
    session: Session,
    access: Access,
    number: int,
    *,
    verdict: Verdict | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> Page[OpenRow]:
    """A page of the rows of an open import, in the order of the file; of one that came in there are none any more.

    Raises:
        ImportNotFound: the ledger has no import of this number.
        Invalid: the cursor is not one of this list's, or the limit is out of range.
    """
    if not 1 <= limit <= MOST:
        raise Invalid(f"a page has 1 to {MOST:,} rows, not {limit}")
    if session.scalar(select(IMPORTS.c.id).where(there(session, access), IMPORTS.c.id == number)) is None:
        raise missing(number)
    conditions = [_of(access, number)]
    if verdict is not None:
        conditions.append(ROWS.c.verdict == verdict.value)
    if cursor is not None:
        after = _CURSOR.fullmatch(cursor)
        if after is None:
            raise Invalid("this cursor is of another list; start again without one")
        conditions.append(tuple_(ROWS.c.line, ROWS.c.nth) > tuple_(int(after[1]), int(after[2])))
    known = and_(EXPENSES.c.ledger_id == access.ledger_id, EXPENSES.c.id == ROWS.c.known_id)
    query = (
        select(ROWS, COMES_IN.label("comes_in"), *(column.label(f"known_{column.name}") for column in KNOWN))
        .select_from(ROWS.outerjoin(EXPENSES, known))
        .where(*conditions)
        .order_by(ROWS.c.line, ROWS.c.nth)
        .limit(limit + 1)
    )
    found = session.execute(query).all()
    shown = found[:limit]
    last = f"{shown[-1].line}.{shown[-1].nth}" if len(found) > limit else None
    return Page(items=[*map(_shown, shown)], next_cursor=last)


def decide(session: Session, access: Access, number: int, rows: Sequence[RowDecision]) -> Import:
    """Say of single rows whether they come in, and with which category; the import as it would come in then.

    Raises:
        PermissionDenied: `access` is a viewer's.
        ImportNotFound: the ledger has no import of this number.
        ImportClosed: it came in already.
        Invalid: a row is not there or cannot come in, or these are too many.
    """
    access.require(Role.EDITOR)
    if len(rows) > MOST:
        raise Invalid(f"decide on {MOST:,} rows at most at a time, not on {len(rows):,}")
    lock(session, access, number)
    lines = [one.line for one in rows]
    verdicts: defaultdict[int, set[str]] = defaultdict(set)
    query = select(ROWS.c.line, ROWS.c.verdict).where(_of(access, number), ROWS.c.line.in_(lines))
    for line, verdict in session.execute(query):
        verdicts[line].add(verdict)
    wrong = [*_wrong(rows, verdicts)]
    if wrong:
        told = "; ".join(one.message for one in wrong[:_NAMED])
        raise Invalid(told + ("; ..." if len(wrong) > _NAMED else ""), wrong)
    decided: dict[int, dict[str, object]] = {}
    for one in rows:
        decided[one.line] = decided.get(one.line, {}) | _decided(one)
    alike: defaultdict[tuple[tuple[str, object], ...], builtins.list[int]] = defaultdict(builtins.list)
    for line, values in decided.items():
        alike[tuple(sorted(values.items()))].append(line)
    for pairs, those in alike.items():
        _set(session, and_(_of(access, number), ROWS.c.line.in_(those)), dict(pairs))
    return imports.get(session, access, number)


def decide_all(session: Session, access: Access, number: int, rows: VerdictDecision) -> Import:
    """Say of all rows of a verdict whether they come in, and with which category.

    Raises:
        PermissionDenied: `access` is a viewer's.
        ImportNotFound: the ledger has no import of this number.
        ImportClosed: it came in already.
        Invalid: such rows cannot come in.
    """
    access.require(Role.EDITOR)
    lock(session, access, number)
    if rows.take and rows.verdict in _NEVER:
        told = f"rows that are {rows.verdict} cannot come in: {_NEVER[rows.verdict]}"
        raise Invalid(told, [FieldError("take", "row_cannot_come_in", told)])
    _set(session, and_(_of(access, number), ROWS.c.verdict == rows.verdict.value), _decided(rows))
    return imports.get(session, access, number)


def lock(session: Session, access: Access, number: int) -> Row[Any]:  # Any: a row's columns
    """What is kept of an open import, on which nobody else decides before the transaction ends.

    Raises:
        ImportNotFound: the ledger has no import of this number.
        ImportClosed: it came in already.
    """
    this = select(IMPORTS).where(there(session, access), IMPORTS.c.id == number)
    found = session.execute(this.with_for_update()).first()
    if found is None:
        raise missing(number)
    if found.expires_at is None:
        raise ImportClosed(f"import {number} came in already; what it brought can be edited, or reverted as a whole")
    return found


def keep(session: Session, access: Access, number: int, found: Iterable[PreviewedRow]) -> Counter[str]:
    """Keep what would become of each row; how many there are of each verdict."""
    counts: Counter[str] = Counter()
    values = _values_of(access, number, found, counts)
    while some := [*islice(values, MOST)]:
        load(session, ROWS, some)
    return counts


def drop(session: Session, access: Access, number: int) -> None:
    """Keep them no longer."""
    session.execute(delete(ROWS).where(_of(access, number)))


def require_clear(session: Session, access: Access, number: int) -> None:
    """Go on only if of each row that cannot be an expense somebody has said that it is left out.

    Raises:
        Invalid: there are others; the message tells of the first.
    """
    undecided = and_(_of(access, number), ROWS.c.verdict == Verdict.UNCLEAR.value, ROWS.c.take.is_(None))
    count = session.scalar(select(func.count()).select_from(ROWS).where(undecided))
    if count:
        first = session.scalar(select(ROWS.c.why).where(undecided).order_by(ROWS.c.line, ROWS.c.nth).limit(1))
        rows = "a row cannot be an expense" if count == 1 else f"{count:,} rows cannot be expenses, such as this one"
        told = f"{rows}, and nobody has said that it is left out: {first}"
        raise Invalid(told, [FieldError("leave_unclear", "rows_unclear", told)])


def choices(session: Session, access: Access, number: int) -> Choices:
    """What was decided, for the import itself: nothing comes in that was not to."""
    out_by_themselves = [*map(str, (Verdict.MONEY_IN, Verdict.PENDING, Verdict.OTHER_CURRENCY, Verdict.ZERO))]
    query = select(ROWS.c.line, ROWS.c.verdict, ROWS.c.category, ROWS.c.chosen, COMES_IN.label("comes_in")).where(
        _of(access, number),
        or_(
            and_(COMES_IN, ROWS.c.verdict != Verdict.NEW.value),
            and_(~COMES_IN, ROWS.c.verdict.not_in(out_by_themselves)),
            ROWS.c.chosen.is_not(None),
        ),
    )
    leave: set[int] = set()
    take: set[int] = set()
    named: dict[int, str] = {}
    for line, verdict, category, chosen, comes_in in session.execute(query.execution_options(yield_per=MOST)):
        (take if comes_in else leave).add(line)
        if chosen is not None or verdict == Verdict.RULED_OUT.value:
            named[line] = category or "" if chosen is None else chosen  # no rule leaves out what has its category
    return Choices(leave, take, named)


def _of(access: Access, number: int) -> ColumnElement[bool]:
    return and_(ROWS.c.ledger_id == access.ledger_id, ROWS.c.import_id == number)


def _wrong(rows: Sequence[RowDecision], verdicts: Mapping[int, set[str]]) -> Iterator[FieldError]:
    """What is wrong with single decisions."""
    for index, one in enumerate(rows):
        if one.line not in verdicts:
            yield FieldError(f"rows.{index}.line", "row_not_found", f"the file has no row on line {one.line}")
        elif one.take:
            never = [why for verdict, why in _NEVER.items() if verdict.value in verdicts[one.line]]
            for why in never:
                told = f"the row of line {one.line} cannot come in: {why}"
                yield FieldError(f"rows.{index}.take", "row_cannot_come_in", told)


def _decided(what: RowDecision | VerdictDecision) -> dict[str, object]:
    """The columns that a decision sets."""
    values = {"take": what.take, "chosen": what.category}
    return {name: value for name, value in values.items() if value is not None}


def _set(session: Session, which: ColumnElement[bool], values: dict[str, Any]) -> None:  # Any: what columns hold
    if values:
        session.execute(update(ROWS).where(which).values(values))


def _values_of(
    access: Access, number: int, found: Iterable[PreviewedRow], counts: Counter[str]
) -> Iterator[Sequence[Value]]:
    """The rows as the table has them."""
    line = nth = 0
    for row in found:
        nth = nth + 1 if row.line == line and counts else 0
        line = row.line
        counts[row.verdict.value] += 1
        yield (
            access.ledger_id,
            number,
            line,
            nth,
            row.spent_on,
            _exact(row.amount),
            storable(row.currency)[:_LONGEST],
            row.description[:_LONGEST],
            storable(row.category)[:_LONGEST] if row.category else None,
            None if row.category_from is None else row.category_from.value,
            row.verdict.value,
            storable(row.why),
            None if row.known is None else row.known.id,
            None,
            None,
        )


def _exact(amount: Decimal | None) -> Decimal | None:
    """An amount as a column can hold it; what is larger or finer is no amount of an expense, and is not shown."""
    fits = amount is not None and abs(amount) < money.LIMIT and amount == round(amount, SCALE)
    return amount if fits else None


def _shown(row: Row[Any]) -> OpenRow:  # Any: as above
    """A row as everyone sees it."""
    given = row.chosen is not None
    return OpenRow(
        line=row.line,
        spent_on=row.spent_on,
        amount=None if row.amount is None else _written(row.amount, row.currency),
        currency=row.currency,
        description=row.description,
        category=(row.chosen if given else row.category) or None,
        category_from=Origin.CHOSEN if given else row.category_from,
        verdict=Verdict(row.verdict),
        why=row.why,
        comes_in=bool(row.comes_in),
        known=matching.known(row[-len(KNOWN) :]),
    )


def _written(amount: Decimal, code: str) -> Decimal:
    """An amount with the decimals of its currency, or with all that it has."""
    if code in money.currencies() and (rounded := as_amount(amount, code)) == amount:
        return rounded
    return Decimal(f"{amount.normalize():f}")
