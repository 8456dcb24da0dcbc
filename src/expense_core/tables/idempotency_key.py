"""Requests that were answered, so that a retry gets the same answer and does nothing twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from expense_core.tables.columns import BIG, Instant


class IdempotencyKey(SQLModel, table=True):
    """A request that was carried out, under the key that its client chose, with the answer it got."""

    __tablename__ = "idempotency_keys"

    ledger_id: int = Field(sa_type=BIG, primary_key=True, foreign_key="ledgers.id")
    user_id: int = Field(sa_type=BIG, primary_key=True, foreign_key="users.id", index=True)
    key: str = Field(primary_key=True)
    fingerprint: bytes = Field(sa_type=LargeBinary)
    """A hash of the request: another one under the same key is refused."""
    answer: bytes = Field(sa_type=LargeBinary)
    """What the front end makes its answer of."""
    created_at: datetime = Field(sa_type=Instant)
