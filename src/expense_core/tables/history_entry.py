"""Every write, who made it and when."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import AutoString, Field, SQLModel

from expense_core.tables.columns import BIG, Instant, keyed_by_ledger, row_id


class Action(StrEnum):
    """What a write did."""

    RECORD = "expense.record"
    IMPORT = "expense.import"
    EDIT = "expense.edit"
    DELETE = "expense.delete"
    RESTORE = "expense.restore"
    PURGE = "expense.purge"
    BATCH = "expense.batch"
    CREATE_CATEGORY = "category.create"
    RENAME_CATEGORY = "category.rename"
    MERGE_CATEGORY = "category.merge"
    DELETE_CATEGORY = "category.delete"
    CREATE_RULE = "rule.create"
    EDIT_RULE = "rule.edit"
    MOVE_RULE = "rule.move"
    DELETE_RULE = "rule.delete"


class HistoryEntry(SQLModel, table=True):
    """One write, of one row or of a million."""

    __tablename__ = "history_entries"
    __table_args__ = (*keyed_by_ledger(), Index(None, "ledger_id", "actor_id", "id"))

    ledger_id: int = Field(sa_type=BIG, primary_key=True, foreign_key="ledgers.id")
    id: int | None = Field(default=None, sa_column=row_id())
    action: Action = Field(sa_type=AutoString)
    actor_id: int = Field(sa_type=BIG, foreign_key="users.id")
    created_at: datetime = Field(sa_type=Instant)
    recorded: int = 0
    """How many rows it added; they carry its id as their `entry_id`."""
    changed: int = 0
    """How many rows it changed; each has a row in history_changes."""
    note: str = ""
    """Such as the name of the file that was imported."""
    source: str | None = None
    """Of an import, what kind of file it was, see `formats.kind`: files of one kind never list a payment twice."""
    undone_at: datetime | None = Field(default=None, sa_type=Instant)
    undone_by: int | None = Field(default=None, sa_type=BIG, foreign_key="users.id")
    undone_after: int | None = Field(default=None, sa_type=BIG)
    """The ledger's last entry at that moment: once its undoer has written a later one, it is not redone unasked."""
