"""From a statement's rows to expenses: what is new comes in, what was imported before does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice

from sqlalchemy import Column, Integer, MetaData, Table, delete, func, insert, literal, select
from sqlalchemy.schema import CreateTable, DropTable
from sqlmodel import Session

from expense_core import categories, imports_view, journal
from expense_core.bulk import Value, load, without_collecting
from expense_core.categories import CATEGORIES, EXPENSES
from expense_core.imports_view import Reading
from expense_core.ledgers import Access
from expense_core.statements import matching
from expense_core.statements import purged as purged_rows
from expense_core.statements.balancing import Balancing, Difference
from expense_core.statements.matching import KNOWN, MATCHED, KnownExpense
from expense_core.statements.row import RawRow, Stated
from expense_core.statements.staging import STAGED, Choices, Names, Staging, batches, duplicates, lock
from expense_core.statements.verdicts import Origin, Verdict
from expense_core.statements.wanted import Wanted
from expense_core.tables import Action, CategoryCreate, Role
from expense_core.tables.columns import BIG, as_amount
from expense_core.tables.text import fold

_NAMED = Table(
    "staged_categories",
    MetaData(),
    Column("category", Integer, primary_key=True),
    Column("category_id", BIG, nullable=False),
    prefixes=["TEMPORARY"],
)

_MOST_LINES = 1_000
"""What one statement takes, on every database."""
_SHOWN = 10
_DESCRIBED = tuple(STAGED.c[name] for name in ("line", "spent_on", "amount", "currency", "description", "category"))
_NO_CHOICES = Choices()


@dataclass(slots=True)
class NewExpense:
    """An expense that an import would add."""

    line: int
    """Where its row begins in the file, counted from 1."""
    spent_on: date
    amount: Decimal
    currency: str
    description: str
    category: str | None
    known: KnownExpense | None = None
    """The expense that it may be."""


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do."""

    rows: int = 0
    """Rows in the file; each is counted in one of the next ten."""
    new: int = 0
    duplicates: int = 0
    """Imported before, and not again."""
    perhaps: int = 0
    """Left out: they may be expenses that are in the book already, and were not asked for."""
    money_in: int = 0
    """Left out: they are income or refunds, and those were not asked for."""
    pending: int = 0
    """Left out: the bank has not booked them yet, and such rows were not asked for."""
    other_currency: int = 0
    """Left out: they are in another currency than the one that was asked for."""
    zero: int = 0
    """Left out: no money moved."""
    left: int = 0
    """Left out: the choices say so."""
    ruled_out: int = 0
    """Left out: a rule says so."""
    purged: int = 0
    """Left out: imported before, and deleted for good since."""
    by_rule: int = 0
    """New ones whose category a rule gave."""
    as_before: int = 0
    """New ones with the category that was chosen before for the like payee."""
    uncategorised: int = 0
    """New ones without a category."""
    unbooked: int = 0
    """Of all rows those that the bank has not booked yet, whatever becomes of them."""
    totals: dict[str, Decimal] = field(default_factory=dict)
    """What the new expenses add up to, by currency."""
    new_categories: list[str] = field(default_factory=list)
    entry_id: int | None = None
    """The entry of the history that takes it all back; None where nothing was new, or nothing was to be written."""
    import_id: int | None = None
    """Its number among the ledger's imports; None likewise."""
    first: list[NewExpense] = field(default_factory=list)
    """The first few new expenses."""
    alike: list[NewExpense] = field(default_factory=list)
    """The first few that may be in the book already."""
    differences: list[Difference] = field(default_factory=list)
    """What the file says of its rows, where they do not come to that."""


def import_rows(
    session: Session,
    access: Access,
    rows: Iterable[RawRow],
    *,
    credits: bool = False,  # noqa: A002 - what a bank calls money in
    pending: bool = True,
    only_currency: str | None = None,
    perhaps: bool = False,
    purged: bool = False,
    dry_run: bool = False,
    choices: Choices = _NO_CHOICES,
    categorise: bool = True,
    clean_payees: bool = False,
    note: str = "",
    kind: str | None = None,
    stated: Sequence[Stated] = (),
    number: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Record the expenses of a statement as one entry of the history, whatever their number, or all of nothing.

    Money out becomes an expense. Categories that the file names are found by name, and made where the ledger has none.
    The first of the ledger's rules that a row meets goes before the file; where neither gives a category, the one that
    was chosen before for the like payee does.

    Arguments:
        credits: money in comes in too, as refunds.
        pending: what the bank has not booked yet comes in, too.
        only_currency: a code; rows of other currencies are left out.
        perhaps: what may be in the book already comes in, too: recorded by hand, or out of another kind of file.
        purged: what was imported before and deleted for good since comes in again.
        dry_run: find out what would come in, and write nothing.
        choices: what was decided about single rows, such as after a look at `previewing.preview`.
        categorise: apply the rules, and what was chosen before; where not, only the file and the choices count.
        clean_payees: call an expense by its payee alone, such as "Coffee Co"; the file's own text goes into its notes.
        note: kept with the history's entry, such as the file's name.
        kind: what kind of file it is, see `formats.kind`.
        stated: what the file itself says that its rows come to, as its layout has it: the report tells the differences.
        number: the number that the import has already, as one that was open; who gives it writes down what came of it.
        progress: called with the number of rows read so far, every few hundred rows.

    Raises:
        PermissionDenied: `access` is a viewer's.
        InvalidCurrency: ISO 4217 has no code such as `only_currency`.
        StatementUnreadable: a row cannot be an expense; the message says which line and why.
        StatementAmbiguous: a currency is a sign such as "kr", and the ledger's own is not written so.
    """
    access.require(Role.EDITOR)
    report = ImportReport()
    wanted = Wanted(credits=credits, pending=pending, only_currency=only_currency)
    staging = Staging(session, access, wanted=wanted, choices=choices, categorise=categorise, clean_payees=clean_payees)
    out: Counter[Verdict] = Counter()
    balancing = Balancing(stated)
    with without_collecting(), session.begin_nested():  # whatever stops it takes the temporary tables with it
        lock(session, access)
        session.execute(CreateTable(STAGED))
        for batch in batches(balancing.counting(rows)):
            report.rows += len(batch)
            report.unbooked += sum(row.pending for row in batch)
            _stage(session, staging, batch, out)
            if progress is not None:
                progress(report.rows)
        report.differences = balancing.differences()
        matching.begin(session)
        are_purged = purged_rows.are_any(session, access)
        are_others = not perhaps and matching.put_others_aside(session, access, kind)
        report.duplicates = journal.row_count(session, delete(STAGED).where(STAGED.c.line.in_(duplicates(access))))
        if not purged and are_purged:
            report.purged = purged_rows.leave(session, access)
        if are_others:
            report.perhaps = matching.match_others(session, wanted, choices.take)
            _describe_alike(session, access, report, staging.names)
            matching.leave_matched(session)
        matching.end(session)
        for why, lines in staging.untaken.items():
            out[why] += _take_out(session, lines)
        _count(report, out)
        report.left += _take_out(session, choices.leave)
        numbers = _describe(session, report, staging.names)
        if report.new and not dry_run:
            entry = journal.begin(session, access, Action.IMPORT, note=note, source=kind)
            report.entry_id = entry.id
            if purged and are_purged:
                purged_rows.take(session, access, entry)
            _record(session, access, report, entry, {one: staging.names.spelled[one] for one in numbers})
            report.import_id = number or _numbered(session, access, report, note, kind)
        session.execute(DropTable(STAGED))
    return report


def _stage(session: Session, staging: Staging, batch: Sequence[RawRow], out: Counter[Verdict]) -> None:
    """Put what may come in into the temporary table, and count the rest."""
    staged: list[tuple[Value, ...]] = []
    for row in batch:
        made = staging.staged(row)
        if isinstance(made, tuple):
            staged.append(made)
        else:
            out[made] += 1
    if staged:
        load(session, STAGED, staged)


def _take_out(session: Session, lines: Iterable[int]) -> int:
    """Take out rows that are not wanted, once they have been counted among their equals; how many they were."""
    remaining = iter(lines)
    left = 0
    while some := list(islice(remaining, _MOST_LINES)):
        left += journal.row_count(session, delete(STAGED).where(STAGED.c.line.in_(some)))
    return left


def _count(report: ImportReport, out: Counter[Verdict]) -> None:
    """Say how many rows stay out by themselves; one that cannot be an expense does only where the choices say so."""
    report.money_in = out[Verdict.MONEY_IN]
    report.pending = out[Verdict.PENDING]
    report.other_currency = out[Verdict.OTHER_CURRENCY]
    report.zero = out[Verdict.ZERO]
    report.ruled_out = out[Verdict.RULED_OUT]
    report.left = out[Verdict.UNCLEAR]


def _describe(session: Session, report: ImportReport, names: Names) -> list[int]:
    """Count and add up what is left, which is what is new; the numbers of its categories."""
    groups = STAGED.c.currency, STAGED.c.category
    sums = select(*groups, func.count(), func.sum(STAGED.c.amount)).group_by(*groups).order_by(STAGED.c.currency)
    numbers = set()
    for currency, number, count, total in session.execute(sums):
        report.new += count
        report.totals[currency] = report.totals.get(currency, Decimal(0)) + as_amount(total, currency)
        origin = None
        if number is not None:
            origin = names.origins[number]
            numbers.add(number)
        report.by_rule += count if origin is Origin.RULE else 0
        report.as_before += count if origin is Origin.BEFORE else 0
        report.uncategorised += count if origin is None else 0
    query = select(*_DESCRIBED).order_by(STAGED.c.line).limit(_SHOWN)
    for line, spent_on, amount, currency, description, category in session.execute(query):
        named = None if category is None else names.spelled[category]
        report.first.append(NewExpense(line, spent_on, as_amount(amount, currency), currency, description, named))
    return sorted(numbers)


def _describe_alike(session: Session, access: Access, report: ImportReport, names: Names) -> None:
    """Show the first of what may be in the book already, each beside the expense that it may be."""
    is_alike = MATCHED.c.line.is_not(None)
    query = select(*_DESCRIBED, *KNOWN).select_from(matching.source(access)).where(is_alike)
    for line, spent_on, amount, currency, description, category, *expense in session.execute(
        query.order_by(STAGED.c.line).limit(_SHOWN)
    ):
        named = None if category is None else names.spelled[category]
        one = NewExpense(line, spent_on, as_amount(amount, currency), currency, description, named)
        one.known = matching.known(expense)
        report.alike.append(one)


def _record(
    session: Session, access: Access, report: ImportReport, entry: journal.Entry, named: Mapping[int, str]
) -> None:
    """Make expenses of what is new, and the categories they need, which are `named` by their numbers."""
    session.execute(CreateTable(_NAMED))
    ids = []
    for name in named.values():
        known = session.scalar(
            select(CATEGORIES.c.id).where(
                CATEGORIES.c.ledger_id == access.ledger_id,
                CATEGORIES.c.name_key == fold(name),
                CATEGORIES.c.deleted_at.is_(None),
            )
        )
        if known is None:
            known = categories.add(session, access, entry, CategoryCreate(name=name)).id
            report.new_categories.append(name)
        else:
            categories.require_live(session, access, known)
        ids.append(known)
    if named:
        pairs = [{"category": number, "category_id": one} for number, one in zip(named, ids, strict=True)]
        session.execute(insert(_NAMED), pairs)
    same = ["import_key", "amount", "currency", "description", "notes", "search_text", "spent_on"]
    given = {
        "ledger_id": literal(access.ledger_id, BIG),
        "owner_id": literal(access.user_id, BIG),
        "entry_id": literal(entry.id, BIG),
        "version": literal(1),
        "created_at": literal(entry.at, EXPENSES.c.created_at.type),
        "updated_at": literal(entry.at, EXPENSES.c.updated_at.type),
    }
    source = STAGED.outerjoin(_NAMED, _NAMED.c.category == STAGED.c.category)
    new = select(*(STAGED.c[name] for name in same), _NAMED.c.category_id, *given.values()).select_from(source)
    session.execute(
        insert(EXPENSES).from_select(
            [*same, "category_id", *given], new.order_by(STAGED.c.line), include_defaults=False
        )
    )
    session.execute(DropTable(_NAMED))
    journal.finish(session, access, entry, recorded=report.new + len(report.new_categories))


def _numbered(session: Session, access: Access, report: ImportReport, note: str, kind: str | None) -> int:
    """The number that the import gets, under which it can be found again."""
    counts = {
        Verdict.NEW: report.new,
        Verdict.DUPLICATE: report.duplicates + report.purged,
        Verdict.PERHAPS: report.perhaps,
        Verdict.MONEY_IN: report.money_in,
        Verdict.PENDING: report.pending,
        Verdict.OTHER_CURRENCY: report.other_currency,
        Verdict.ZERO: report.zero,
        Verdict.RULED_OUT: report.ruled_out,
    }
    reading = Reading(
        rows=report.rows,
        counts={verdict.value: count for verdict, count in counts.items() if count},
        differences=report.differences,
        new_categories=report.new_categories,
    )
    return imports_view.write_down(session, access, reading, file=note, kind=kind, entry_id=report.entry_id)
