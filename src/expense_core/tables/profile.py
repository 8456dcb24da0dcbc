"""What was answered about statements of one shape."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from expense_core.tables.columns import BIG, Instant, keyed_by_ledger, row_id


class Profile(SQLModel, table=True):
    """The answers for one shape of files."""

    __tablename__ = "profiles"
    __table_args__ = (*keyed_by_ledger(), UniqueConstraint("ledger_id", "shape"))

    ledger_id: int = Field(sa_type=BIG, primary_key=True, foreign_key="ledgers.id")
    id: int | None = Field(default=None, sa_column=row_id())
    shape: str
    """The key of `statements.Shape`."""
    looks: str
    """What such files look like, for a person."""
    answers: str
    """JSON, by the reading options that they are of."""
    file: str = ""
    """The name of the file that was asked about last."""
    owner_id: int = Field(sa_type=BIG, foreign_key="users.id")
    """Who answered last."""
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


@dataclass(slots=True)
class ProfilePublic:
    """The answers for one shape of files, as everyone sees them."""

    id: int
    looks: str
    """What such files look like, such as the names of their columns."""
    answers: dict[str, str]
    """As they are typed, by the name of the reading option: {"date_order": "dmy"}."""
    file: str
    """The name of the file that was asked about last."""
    updated_at: datetime
