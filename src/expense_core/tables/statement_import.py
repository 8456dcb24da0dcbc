"""Files of statements: what came out of each, and those that are kept until somebody decides what comes in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from expense_core.tables.columns import BIG, Instant, keyed_by_ledger, row_id


class StatementImport(SQLModel, table=True):
    """A file that came in, or may come in yet: it is open while `expires_at` is there."""

    __tablename__ = "imports"
    __table_args__ = (
        *keyed_by_ledger(),
        ForeignKeyConstraint(["ledger_id", "entry_id"], ["history_entries.ledger_id", "history_entries.id"]),
        Index(None, "ledger_id", "entry_id"),
    )

    ledger_id: int = Field(sa_type=BIG, primary_key=True, foreign_key="ledgers.id")
    id: int | None = Field(default=None, sa_column=row_id())
    owner_id: int = Field(sa_type=BIG, foreign_key="users.id")
    entry_id: int | None = Field(default=None, sa_type=BIG)
    """The history entry that brought it in; None while it is open, or where nothing of it was new."""
    file: str = ""
    """What the file is called."""
    kind: str | None = None
    """What kind of file it is, see `formats.kind`."""
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    """When an open one is thrown away."""
    asked: str | None = None
    """JSON: how an open one is to be read, and what may come in of it."""
    reading: str = "{}"
    """JSON: what was understood of the file and found in it, as `imports.Reading` has it."""
