"""A look at a statement before it is imported: what would become of each row, by the rules of the import itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from heapq import merge
from operator import attrgetter
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.schema import CreateTable, DropTable
from sqlmodel import Session

from expense_core.bulk import Value, load, without_collecting
from expense_core.errors import StatementUnreadable
from expense_core.ledgers import Access
from expense_core.statements import formats, matching
from expense_core.statements import purged as purged_rows
from expense_core.statements.balancing import Balancing, Difference
from expense_core.statements.formats import Layout
from expense_core.statements.matching import KNOWN, MATCHED, KnownExpense
from expense_core.statements.row import LeftOut, RawRow
from expense_core.statements.staging import STAGED, Choices, Names, Staging, batches
from expense_core.statements.verdicts import Origin, Verdict
from expense_core.statements.wanted import Wanted
from expense_core.tables import Role
from expense_core.tables.columns import as_amount
from expense_core.tables.text import storable

_AT_ONCE = 1_000
_PURGED = "it was imported before, and deleted for good since"
_PENDING = "still pending"
_MOST_SHOWN = 500
"""Characters of a row that cannot be read."""


@dataclass(slots=True)
class PreviewedRow:
    """A row of a statement, and what an import would make of it."""

    line: int
    """Where it begins in the file, counted from 1."""
    spent_on: date | None
    """None only where the row is unclear."""
    amount: Decimal | None
    """Positive: money spent. None only where the row is unclear."""
    currency: str
    description: str
    """Of a row that cannot be read at all, whatever is in it."""
    category: str | None
    """The file's, or the one that is proposed."""
    verdict: Verdict
    why: str = ""
    """What is wrong with a row that is unclear, and where; that a new one is still pending; or of a duplicate that no
    expense is there any more."""
    known: KnownExpense | None = None
    """The expense that a duplicate is, unless it was purged, and that another row may be."""
    category_from: Origin | None = None
    """Who says so of the category."""


def preview(
    session: Session,
    access: Access,
    path: Path,
    layout: Layout,
    left_out: Counter[LeftOut] | None = None,
    *,
    differences: list[Difference] | None = None,
    credits: bool = False,  # noqa: A002 - what a bank calls money in
    pending: bool = True,
    only_currency: str | None = None,
    purged: bool = False,
    categorise: bool = True,
    clean_payees: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Iterator[PreviewedRow]:
    """What an import would make of each row of a statement, in the order of the file; nothing is written.

    All of the file is read before the first row comes out. Memory grows only with the number of rows that would be
    left out.

    Arguments:
        layout: how to read it, as `statements.recognise` has found out.
        left_out: counts the rows that have the looks of a transaction and are none, such as balances.
        differences: takes what the file says of its rows, where they do not come to that.
        credits: money in would come in too, as refunds.
        pending: so would what the bank has not booked yet.
        only_currency: a code; rows of other currencies would be left out.
        purged: what was imported before and deleted for good since would come in again.
        categorise: rules would be applied, and what was chosen before.
        clean_payees: an expense would be called by its payee alone, and the file's own text go into its notes.
        progress: called with the number of rows read so far, every few hundred rows.

    Raises:
        PermissionDenied: `access` is a viewer's.
        InvalidCurrency: ISO 4217 has no code such as `only_currency`.
        StatementUnreadable: the file cannot be read to its end.
        StatementAmbiguous: a currency is a sign such as "kr", and the ledger's own is not written so.
    """
    access.require(Role.EDITOR)
    wanted = Wanted(credits=credits, pending=pending, only_currency=only_currency)
    staging = Staging(
        session,
        access,
        wanted=wanted,
        choices=Choices(),
        whole=True,
        categorise=categorise,
        clean_payees=clean_payees,
    )
    apart: list[PreviewedRow] = []
    done = 0
    balancing = Balancing(layout.stated)

    def unreadable(error: StatementUnreadable, cells: Sequence[str]) -> None:
        whole = storable(" ".join(filter(None, cells)))[:_MOST_SHOWN]
        why = error.message
        apart.append(PreviewedRow(error.line or 0, None, None, access.currency, whole, None, Verdict.UNCLEAR, why))

    with session.begin_nested():  # whatever stops it takes the temporary tables with it
        session.execute(CreateTable(STAGED))
        rows = formats.rows(path, layout, left_out, unreadable=unreadable)
        with without_collecting():
            for batch in batches(balancing.counting(rows)):
                judged = [_judged(staging, row, access) for row in batch]
                apart += [row for row in judged if isinstance(row, PreviewedRow)]
                if staged := [row for row in judged if isinstance(row, tuple)]:
                    load(session, STAGED, staged)
                done += len(batch)
                if progress is not None:
                    progress(done)
        if differences is not None:
            differences += balancing.differences()
        matching.begin(session)
        are_others = matching.put_others_aside(session, access, formats.kind(layout))
        matching.match_duplicates(session, access)
        if not purged and purged_rows.are_any(session, access):
            purged_rows.match(session, access)
        if are_others:
            matching.match_others(session, wanted)
        apart.sort(key=attrgetter("line"))
        yield from merge(_staged(session, access, staging.names, wanted), apart, key=attrgetter("line"))
        matching.end(session)
        session.execute(DropTable(STAGED))


def _judged(staging: Staging, row: RawRow, access: Access) -> tuple[Value, ...] | PreviewedRow:
    """What a row would come in as, or what becomes of it and why."""
    try:
        made = staging.staged(row)
    except StatementUnreadable as error:
        why_not = staging.why_not(row)
        if why_not is not None:
            return _apart(row, access, why_not, "")
        return _apart(row, access, Verdict.UNCLEAR, error.message)
    return _apart(row, access, made, "") if isinstance(made, Verdict) else made


def _apart(row: RawRow, access: Access, verdict: Verdict, why: str) -> PreviewedRow:
    return PreviewedRow(
        line=row.line,
        spent_on=row.booked_on,
        amount=-row.amount,
        currency=row.currency or access.currency,
        description=storable(row.description),
        category=row.category,
        verdict=verdict,
        why=why,
        category_from=Origin.FILE if row.category else None,
    )


def _staged(session: Session, access: Access, names: Names, wanted: Wanted) -> Iterator[PreviewedRow]:
    """What may come in, a part at a time."""
    shown = ("line", "spent_on", "amount", "currency", "description", "category", "is_pending")
    query = (
        select(*(STAGED.c[name] for name in shown), MATCHED.c.verdict, *KNOWN)
        .select_from(matching.source(access))
        .order_by(STAGED.c.line)
        .execution_options(yield_per=_AT_ONCE)
    )
    for line, spent_on, amount, currency, description, category, is_pending, matched, *expense in session.execute(
        query
    ):
        why_not = wanted.why_not(is_credit=amount < 0, is_pending=bool(is_pending), currency=currency)
        verdict = (why_not or Verdict.NEW) if matched is None else Verdict(matched)
        why = _PENDING if is_pending and verdict is Verdict.NEW else ""
        if verdict is Verdict.DUPLICATE and expense[0] is None:
            why = _PURGED
        named = None if category is None else names.spelled[category]
        money, known = as_amount(amount, currency), matching.known(expense)
        origin = None if category is None else names.origins[category]
        yield PreviewedRow(
            line, spent_on, money, currency, description, named, verdict, why, known, category_from=origin
        )
