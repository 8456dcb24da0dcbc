"""What a write changed in rows that were there before it."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import AutoString, Field, SQLModel

from expense_core.tables.columns import BIG


class Kind(StrEnum):
    """What sort of row was changed."""

    EXPENSE = "expense"
    CATEGORY = "category"
    RULE = "rule"


class HistoryChange(SQLModel, table=True):
    """One row's changed fields, before and after."""

    __tablename__ = "history_changes"
    __table_args__ = (
        ForeignKeyConstraint(["ledger_id", "entry_id"], ["history_entries.ledger_id", "history_entries.id"]),
        CheckConstraint("kind IN ('expense', 'category', 'rule')", name="kind_known"),
        Index(None, "ledger_id", "kind", "object_id", "entry_id"),
    )

    ledger_id: int = Field(sa_type=BIG, primary_key=True)
    entry_id: int = Field(sa_type=BIG, primary_key=True)
    kind: Kind = Field(sa_type=AutoString, primary_key=True)
    object_id: int = Field(sa_type=BIG, primary_key=True)
    fields: str
    """JSON: each changed field's name to its [before, after], as `history.to_json` writes values."""
