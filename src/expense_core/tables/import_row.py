"""What would become of each row of a file that is kept."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKeyConstraint, String
from sqlmodel import Field, SQLModel

from expense_core.tables.columns import BIG, Money


class ImportRow(SQLModel, table=True):
    """A row of an open import; it goes when the import comes in.

    What may be empty and what may be missing have types of their own: PostgreSQL's COPY takes the one for the other.
    """

    __tablename__ = "import_rows"
    __table_args__ = (ForeignKeyConstraint(["ledger_id", "import_id"], ["imports.ledger_id", "imports.id"]),)

    ledger_id: int = Field(sa_type=BIG, primary_key=True)
    import_id: int = Field(sa_type=BIG, primary_key=True)
    line: int = Field(sa_type=BIG, primary_key=True)
    """Where it begins in the file, counted from 1."""
    nth: int = Field(primary_key=True)
    """Of those that cannot be read, several may begin on a line; counted from 0."""
    spent_on: date | None = None
    amount: Decimal | None = Field(default=None, sa_type=Money)
    currency: str = Field(sa_type=String)
    description: str = Field(sa_type=String)
    category: str | None = None
    """The file's, or the one that is proposed."""
    category_from: str | None = None
    verdict: str = Field(sa_type=String)
    why: str = Field(sa_type=String)
    known_id: int | None = Field(default=None, sa_type=BIG)
    """The expense that it is, or may be."""
    take: bool | None = None
    """Whether somebody said that it comes in, or does not."""
    chosen: str | None = None
    """The name of the category that somebody gave it; empty: none."""
