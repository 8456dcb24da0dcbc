"""Rows of a statement that were imported before and deleted for good: they do not come in again unasked."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, literal, or_, select, true, update
from sqlmodel import Session

from expense_core import journal
from expense_core.journal import ENTRIES, PURGED
from expense_core.ledgers import Access
from expense_core.statements.matching import MATCHED
from expense_core.statements.staging import STAGED
from expense_core.statements.verdicts import Verdict
from expense_core.tables.columns import BIG


def are_any(session: Session, access: Access) -> bool:
    """Whether a ledger has any such row; most have none, and are spared the search."""
    return session.scalar(select(PURGED.c.id).where(PURGED.c.ledger_id == access.ledger_id).limit(1)) is not None


def leave(session: Session, access: Access) -> int:
    """Let go of staged rows that were purged; how many. What is in the book must be gone from the stage already."""
    return journal.row_count(session, delete(STAGED).where(STAGED.c.line.in_(_lines(access, true()))))


def match(session: Session, access: Access) -> None:
    """Note of staged rows that were purged that they are duplicates, of no expense that there is."""
    lines = _lines(access, STAGED.c.line.not_in(select(MATCHED.c.line))).subquery()
    found = select(lines.c.line, literal(0, BIG), literal(Verdict.DUPLICATE.value))
    session.execute(insert(MATCHED).from_select(MATCHED.c.keys(), found))


def take(session: Session, access: Access, entry: journal.Entry) -> None:
    """Note that what was purged of the staged rows has come in again; as if never, once that is undone."""
    nth = func.row_number().over(partition_by=PURGED.c.import_key, order_by=PURGED.c.id)
    in_order = select(PURGED.c.id, PURGED.c.import_key, nth.label("nth")).where(_counts(access)).subquery()
    keys = select(STAGED.c.import_key, func.count().label("times")).group_by(STAGED.c.import_key).subquery()
    again = select(in_order.c.id).join(keys, keys.c.import_key == in_order.c.import_key)
    these = and_(PURGED.c.ledger_id == access.ledger_id, PURGED.c.id.in_(again.where(in_order.c.nth <= keys.c.times)))
    session.execute(update(PURGED).where(these).values(taken_by=literal(entry.id, BIG)))


def _lines(access: Access, among: ColumnElement[bool]) -> Select[tuple[int]]:
    """The lines of rows that were purged: of the k-th equal row among these, the k-th one."""
    nth = func.row_number().over(partition_by=STAGED.c.import_key, order_by=(STAGED.c.unbooked, STAGED.c.line))
    rows = select(STAGED.c.line, STAGED.c.import_key, nth.label("nth")).where(among).subquery()
    keys = select(PURGED.c.import_key, func.count().label("times")).where(_counts(access))
    purged = keys.group_by(PURGED.c.import_key).subquery()
    same = purged.c.import_key == rows.c.import_key
    return select(rows.c.line).join(purged, same).where(rows.c.nth <= purged.c.times)


def _counts(access: Access) -> ColumnElement[bool]:
    """Whether it has not come in again since, by what is not undone."""
    undone = select(ENTRIES.c.id).where(ENTRIES.c.ledger_id == access.ledger_id, ENTRIES.c.undone_at.is_not(None))
    return and_(
        PURGED.c.ledger_id == access.ledger_id,
        or_(PURGED.c.taken_by.is_(None), PURGED.c.taken_by.in_(undone)),
    )
