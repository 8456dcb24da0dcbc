"""The files of open imports, in pieces, so that none is in memory whole."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, LargeBinary
from sqlmodel import Field, SQLModel

from expense_core.tables.columns import BIG


class ImportPiece(SQLModel, table=True):
    """A piece of a file, which is compressed as a whole."""

    __tablename__ = "import_pieces"
    __table_args__ = (ForeignKeyConstraint(["ledger_id", "import_id"], ["imports.ledger_id", "imports.id"]),)

    ledger_id: int = Field(sa_type=BIG, primary_key=True)
    import_id: int = Field(sa_type=BIG, primary_key=True)
    part: int = Field(primary_key=True)
    """In which order they belong together, counted from 0."""
    content: bytes = Field(sa_type=LargeBinary)
