"""What is left of imported expenses that were purged: how their rows are known when they come again."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary
from sqlmodel import Field, SQLModel

from expense_core.tables.columns import BIG, keyed_by_ledger, row_id


class PurgedRow(SQLModel, table=True):
    """One that does not come in again unasked; nothing tells what it was."""

    __tablename__ = "purged_rows"
    __table_args__ = (
        *keyed_by_ledger(),
        ForeignKeyConstraint(["ledger_id", "taken_by"], ["history_entries.ledger_id", "history_entries.id"]),
        Index(None, "ledger_id", "import_key"),
    )

    ledger_id: int = Field(sa_type=BIG, primary_key=True, foreign_key="ledgers.id")
    id: int | None = Field(default=None, sa_column=row_id())
    import_key: bytes = Field(sa_type=LargeBinary)
    """As the expense had it."""
    taken_by: int | None = Field(default=None, sa_type=BIG)
    """The history entry of the import that brought it again when asked to; once that is undone, it is as before."""
